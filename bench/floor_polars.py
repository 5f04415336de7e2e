"""The floor: polars reads the CSV and writes it again.  Nothing is checked, nothing is changed.

python bench/floor_polars.py SOURCE DESTINATION ENCODING
"""

import sys

import polars as pl

source, destination, encoding = sys.argv[1:]
pl.read_csv(source, encoding=encoding).write_csv(destination)
