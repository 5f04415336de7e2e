       01 A.
          03 漢字氏名 PIC N(10).
          03 B PIC NN.
          03 C PIC G(3) DISPLAY-1.
      *= 漢字氏名 0 20 N
      *= B 20 4 N
      *= C 24 6 N
      *= = 30
