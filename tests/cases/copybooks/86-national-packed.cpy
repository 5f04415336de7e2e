       01 A.
          03 B PIC N(3) COMP-3.
      *= ! 2:25
