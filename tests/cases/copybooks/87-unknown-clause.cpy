       01 A.
          03 B PIC X FOO.
      *= ! 2:22
