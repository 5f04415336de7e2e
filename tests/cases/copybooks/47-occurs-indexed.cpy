       01 A.
          03 B PIC X OCCURS 2 TIMES ASCENDING KEY IS C INDEXED BY I J.
          03 C PIC X.
      *= B(1) 0 1 X
      *= B(2) 1 1 X
      *= C 2 1 X
      *= = 3
