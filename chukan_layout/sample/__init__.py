"""Synthetic cities: data that looks like a registry and is nobody's (requirements SEC-02, DOC-03)."""
