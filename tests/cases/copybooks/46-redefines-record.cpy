       01 A.
          03 B PIC X(4).
       01 C REDEFINES A.
          03 D PIC 9(4).
      *= B 0 4 X
      *= = 4
      *= D 0 4 zoned
      *= = 4
