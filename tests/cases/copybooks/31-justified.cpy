       01 A.
          03 B PIC X(5) JUSTIFIED RIGHT.
          03 C PIC X(2) JUST.
      *= B 0 5 X right
      *= C 5 2 X right
      *= = 7
