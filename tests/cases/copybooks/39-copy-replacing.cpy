       01 A.
          COPY TAGGED REPLACING ==:TAG:== BY ==RES==.
          03 Z PIC X.
      *= RES-NO 0 5 zoned
      *= RES-NAME 5 20 N
      *= Z 25 1 X
      *= = 26
