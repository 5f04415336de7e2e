       01 A.
          COPY INNER.
          03 Z PIC X.
      *= B 0 2 X
      *= C 2 3 zoned
      *= Z 5 1 X
      *= = 6
