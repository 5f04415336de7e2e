000100 01  A.
000200     03  B PIC X(2) VALUE "AB
000300-    "CD".
000400     03  LONG-NA
000500-        ME PIC X(3).
      *= B 0 2 X
      *= LONG-NAME 2 3 X
      *= = 5
