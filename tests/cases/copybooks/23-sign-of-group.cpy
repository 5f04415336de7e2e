       01 A.
          03 B SIGN IS TRAILING SEPARATE.
             05 C PIC S9(2).
             05 D PIC 9(2).
          03 E PIC X.
      *= C 0 3 zoned sign=trailing-separate
      *= D 3 2 zoned
      *= E 5 1 X
      *= = 6
