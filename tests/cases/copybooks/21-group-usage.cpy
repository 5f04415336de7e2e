       01 A.
          03 B COMP-3.
             05 C PIC 9(3).
             05 D PIC S9(5).
          03 E USAGE COMP.
             05 F PIC 9(4).
      *= C 0 2 packed
      *= D 2 3 packed signed
      *= F 5 2 binary
      *= = 7
