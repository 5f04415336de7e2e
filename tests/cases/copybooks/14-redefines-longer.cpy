       01 A.
          03 B PIC X(2).
          03 C REDEFINES B PIC X(5).
          03 D PIC X.
      *= B 0 2 X
      *= C 0 5 X
      *= D 5 1 X
      *= = 6
