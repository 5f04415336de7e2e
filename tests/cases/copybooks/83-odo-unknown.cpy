       01 A.
          03 B OCCURS 1 TO 3 DEPENDING ON N PIC X.
      *= ! 2:16
