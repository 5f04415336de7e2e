"""A mapping proposed from a dump without documentation: by names, by contents and by position, with evidence."""
