       01 A.
          03 B INDEX.
          03 C POINTER.
          03 D PIC X.
      *= B 0 4 binary
      *= C 4 4 binary
      *= D 8 1 X
      *= = 9
