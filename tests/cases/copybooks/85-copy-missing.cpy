       01 A.
          COPY NOWHERE.
      *= ! 2:16
