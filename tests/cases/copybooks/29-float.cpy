       01 A.
          03 B COMP-1.
          03 C USAGE COMP-2.
          03 D PIC X.
      *= B 0 4 float
      *= C 4 8 float
      *= D 12 1 X
      *= = 13
