"""COBOL copybooks: the record layouts that vendors hand over, read into fields with offsets."""
