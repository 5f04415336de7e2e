"""Layouts and mappings as files: found, read, checked against themselves and each other."""
