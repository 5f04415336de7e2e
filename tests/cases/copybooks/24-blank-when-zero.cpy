       01 A.
          03 B PIC 9(3) BLANK WHEN ZERO.
          03 C PIC 9(3).
      *= B 0 3 zoned blank=zero
      *= C 3 3 zoned blank=null
      *= = 6
