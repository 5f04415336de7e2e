      *! profile=nec-avx
       01 A.
          03 B PIC 9(4) COMP.
          03 C COMP-1.
          03 D COMP-2.
          03 E PIC 9(5) COMP-3.
      *= B 0 4 zoned
      *= C 4 2 binary
      *= D 6 4 binary
      *= E 10 3 packed
      *= = 13
