       77 COUNTER PIC 9(4).
       01 A.
          03 B PIC X(3).
      *= B 0 3 X
      *= = 3
