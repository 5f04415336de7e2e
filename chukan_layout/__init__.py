"""chukan: move municipal business data through the 中間標準レイアウト仕様."""

__version__ = "0.1.0"
