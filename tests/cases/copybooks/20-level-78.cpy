       78 SIZE-OF VALUE 4.
       01 A.
          03 B PIC X OCCURS SIZE-OF.
          03 C PIC X.
      *= B(1) 0 1 X
      *= B(2) 1 1 X
      *= B(3) 2 1 X
      *= B(4) 3 1 X
      *= C 4 1 X
      *= = 5
