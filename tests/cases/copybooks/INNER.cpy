           03 B PIC X(2).
           03 C PIC 9(3).
