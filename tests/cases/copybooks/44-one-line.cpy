       01 A. 03 B PIC X. 03 C PIC 9(2)
          COMP-3.
      *= B 0 1 X
      *= C 1 2 packed
      *= = 3
