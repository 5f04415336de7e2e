       01 A.
          03 B PIC 9(4) COMP.
          03 C PIC S9(5) BINARY.
          03 D PIC 9(9) COMP-4.
          03 E PIC S9(10) COMP.
          03 F PIC 9(18) COMP-5.
      *= B 0 2 binary digits=4
      *= C 2 4 binary digits=5 signed
      *= D 6 4 binary
      *= E 10 8 binary signed
      *= F 18 8 binary
      *= = 26
