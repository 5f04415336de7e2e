       01 A.
          03 B PIC X.
          03 C PIC 9(4) COMP SYNC.
          03 D PIC X.
          03 E PIC 9(9) COMP SYNCHRONIZED.
          03 F PIC X(3).
          03 G PIC S9(18) COMP SYNC RIGHT.
      *= B 0 1 X
      *= C 2 2 binary
      *= D 4 1 X
      *= E 8 4 binary
      *= F 12 3 X
      *= G 16 8 binary
      *= = 24
