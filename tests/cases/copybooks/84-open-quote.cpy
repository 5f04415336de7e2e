       01 A.
          03 B PIC X VALUE "AB.
      *= ! 2:28
