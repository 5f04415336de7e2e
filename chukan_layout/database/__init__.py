"""Databases that the user named: where they are, how they are opened, what is said when they refuse."""
