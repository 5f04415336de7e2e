       01 A.
          03 B PIC X(4).
          03 C REDEFINES B PIC 9(4).
          03 D REDEFINES B PIC S9(7) COMP-3.
          03 E PIC X.
      *= B 0 4 X
      *= C 0 4 zoned
      *= D 0 4 packed signed digits=7
      *= E 4 1 X
      *= = 5
