       01 A.
          03 B OCCURS 2.
             05 C PIC X.
             05 D PIC 9(9) COMP SYNC.
             05 E PIC X.
          03 F PIC X.
      *= C(1) 0 1 X
      *= D(1) 4 4 binary
      *= E(1) 8 1 X
      *= C(2) 12 1 X
      *= D(2) 16 4 binary
      *= E(2) 20 1 X
      *= F 24 1 X
      *= = 25
