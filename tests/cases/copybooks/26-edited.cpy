       01 A.
          03 B PIC ZZ,ZZ9.
          03 C PIC -(5)9.99.
          03 D PIC \\,\\9.
          03 E PIC 9(4)/99/99.
      *= B 0 6 edited
      *= C 6 9 edited
      *= D 15 6 edited
      *= E 21 10 edited
      *= = 31
