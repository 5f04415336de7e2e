"""Gaiji: every character keeps its identity, from vendor code to MJ and back (docs/gaiji.md)."""
