*! form=free
>>SOURCE FORMAT IS FREE
01 A.
03 B PIC X(2).
03 C PIC X.
*= B 0 2 X
*= C 2 1 X
*= = 3
