       01 A.
          03 N PIC 9(2).
          03 B OCCURS 0 TO 3 TIMES DEPENDING ON N PIC X(4).
          03 C PIC X(2).
      *= N 0 2 zoned
      *= B(1) 2 4 X
      *= B(2) 6 4 X
      *= B(3) 10 4 X
      *= C 14 2 X
      *= = 16 4
