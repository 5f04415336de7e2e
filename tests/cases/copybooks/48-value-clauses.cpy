       01 A.
          03 B PIC X(3) VALUE SPACES.
          03 C PIC 9(3) VALUE ZERO.
          03 D PIC N(2) VALUE N"架空".
          03 E PIC S9V9 VALUE -1.5.
          03 F PIC X VALUE X"1A".
      *= B 0 3 X
      *= C 3 3 zoned
      *= D 6 4 N
      *= E 10 2 zoned scale=1
      *= F 12 1 X
      *= = 13
