           03 :TAG:-NO PIC 9(5).
           03 :TAG:-NAME PIC N(10).
