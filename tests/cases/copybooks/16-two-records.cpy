       01 HEADER-REC.
          03 K PIC X.
          03 D PIC 9(8).
       01 DATA-REC.
          03 K PIC X.
          03 N PIC X(8).
      *= K 0 1 X
      *= D 1 8 zoned
      *= = 9
      *= K 0 1 X
      *= N 1 8 X
      *= = 9
