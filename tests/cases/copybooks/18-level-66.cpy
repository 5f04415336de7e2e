       01 A.
          03 B PIC X(2).
          03 C PIC X(3).
          03 D PIC X(4).
       66 E RENAMES B THRU C.
       66 F RENAMES D.
      *= B 0 2 X
      *= C 2 3 X
      *= D 5 4 X
      *= E 0 5 X
      *= F 5 4 X
      *= = 9
