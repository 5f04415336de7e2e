       01 A.
          03 B PIC S9(31) COMP-3.
          03 C PIC 9(20).
      *= B 0 16 packed digits=31 signed
      *= C 16 20 zoned digits=20
      *= = 36
