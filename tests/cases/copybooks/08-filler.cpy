       01 A.
          03 FILLER PIC X(3).
          03 B PIC X.
          03 PIC X(2).
          03 C PIC X.
      *= B 3 1 X
      *= C 6 1 X
      *= = 7
