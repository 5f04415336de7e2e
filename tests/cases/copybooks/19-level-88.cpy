       01 A.
          03 SEX PIC X.
             88 MALE VALUE "1".
             88 FEMALE VALUE "2" "3".
          03 AGE PIC 9(3).
             88 MINOR VALUES ARE 0 THRU 17.
      *= SEX 0 1 X codes=MALE:1,FEMALE:2+3
      *= AGE 1 3 zoned codes=MINOR:0-17
      *= = 4
