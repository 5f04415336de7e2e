"""Which MJ glyph does this picture show?  Needs the extra ``[gaiji]`` (freetype-py, pillow)."""
