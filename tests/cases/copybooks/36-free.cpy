*! form=free
01 A.
03 B PIC X(2). *> 備考 (note)
*> whole line
03 C PIC 9(3).
*= B 0 2 X
*= C 2 3 zoned
*= = 5
