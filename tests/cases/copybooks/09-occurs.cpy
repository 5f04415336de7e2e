       01 A.
          03 B OCCURS 3 TIMES PIC X(2).
          03 C PIC X.
      *= B(1) 0 2 X
      *= B(2) 2 2 X
      *= B(3) 4 2 X
      *= C 6 1 X
      *= = 7
