       01 A.
          03 B PIC S9(4) SIGN LEADING SEPARATE.
          03 C PIC S9(4) SIGN IS TRAILING SEPARATE CHARACTER.
          03 D PIC S9(4) LEADING.
          03 E PIC S9(4).
      *= B 0 5 zoned sign=leading-separate
      *= C 5 5 zoned sign=trailing-separate
      *= D 10 4 zoned sign=leading
      *= E 14 4 zoned sign=trailing
      *= = 18
