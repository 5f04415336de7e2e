       01 A.
          03 B PIC 9(2) COMP-X.
          03 C PIC 9(4) COMP-X.
          03 D PIC X(3) COMP-X.
      *= B 0 1 binary
      *= C 1 2 binary
      *= D 3 3 binary
      *= = 6
