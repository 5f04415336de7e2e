       01 A.
          03 B PIC 9(8) COMP-3.
          03 C PIC S9(7)V99 PACKED-DECIMAL.
          03 D PIC 9 COMP-3.
      *= B 0 5 packed digits=8
      *= C 5 5 packed digits=9 scale=2 signed
      *= D 10 1 packed digits=1
      *= = 11
