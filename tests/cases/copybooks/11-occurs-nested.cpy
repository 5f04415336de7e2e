       01 A.
          03 B OCCURS 2.
             05 C OCCURS 2 PIC X(3).
          03 D PIC X.
      *= C(1)(1) 0 3 X
      *= C(1)(2) 3 3 X
      *= C(2)(1) 6 3 X
      *= C(2)(2) 9 3 X
      *= D 12 1 X
      *= = 13
