       01 rec-a.
          03 b pic x(2).
          03 c picture is s9(3) usage is comp-3.
      *= b 0 2 X
      *= c 2 2 packed signed
      *= = 4
