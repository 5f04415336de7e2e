       01 A.
          03 B PIC X.
          03 C REDEFINES D PIC X.
      *= ! 3:26
