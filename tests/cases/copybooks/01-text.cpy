       01 A.
          03 B PIC X(5).
          03 C PIC XX.
          03 D PIC X.
      *= B 0 5 X
      *= C 5 2 X
      *= D 7 1 X
      *= = 8
