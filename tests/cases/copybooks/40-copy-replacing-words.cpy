       01 A.
          COPY INNER REPLACING B BY 番号 ==9(3)== BY ==9(5)==.
      *= 番号 0 2 X
      *= C 2 5 zoned
      *= = 7
