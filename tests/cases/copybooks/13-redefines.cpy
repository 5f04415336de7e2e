       01 A.
          03 B PIC X(8).
          03 C REDEFINES B.
             05 D PIC 9(4).
             05 E PIC 9(4).
          03 F PIC X.
      *= B 0 8 X
      *= D 0 4 zoned
      *= E 4 4 zoned
      *= F 8 1 X
      *= = 9
