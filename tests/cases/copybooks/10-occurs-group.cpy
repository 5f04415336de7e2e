       01 A.
          03 B OCCURS 2.
             05 C PIC 9(2).
             05 D PIC X.
          03 E PIC X.
      *= C(1) 0 2 zoned
      *= D(1) 2 1 X
      *= C(2) 3 2 zoned
      *= D(2) 5 1 X
      *= E 6 1 X
      *= = 7
