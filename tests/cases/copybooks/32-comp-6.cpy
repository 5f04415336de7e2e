       01 A.
          03 B PIC 9(6) COMP-6.
          03 C PIC 9(5) COMP-6.
          03 D PIC X.
      *= B 0 3 packed nibble=False
      *= C 3 3 packed nibble=False
      *= D 6 1 X
      *= = 7
