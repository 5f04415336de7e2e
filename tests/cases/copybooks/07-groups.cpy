       01 A.
          03 B.
             05 C PIC X(2).
             05 D.
                07 E PIC 9(3).
                07 F PIC X.
          03 G PIC X(4).
      *= C 0 2 X
      *= E 2 3 zoned
      *= F 5 1 X
      *= G 6 4 X
      *= = 10
