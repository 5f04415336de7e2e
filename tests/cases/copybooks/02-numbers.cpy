       01 A.
          03 B PIC 9(4).
          03 C PIC S9(3).
          03 D PIC 99V99.
      *= B 0 4 zoned digits=4
      *= C 4 3 zoned digits=3 signed
      *= D 7 4 zoned digits=4 scale=2
      *= = 11
