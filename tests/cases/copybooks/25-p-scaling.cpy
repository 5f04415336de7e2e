       01 A.
          03 B PIC 9(3)PP.
          03 C PIC VPP9(2).
          03 D PIC S9(5)P(3) COMP-3.
      *= B 0 3 zoned digits=3 scale=-2
      *= C 3 2 zoned digits=2 scale=4
      *= D 5 3 packed digits=5 scale=-3 signed
      *= = 8
