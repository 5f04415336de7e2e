"""Workbooks of layouts: the ministry's sheets and the successor's 基本データリスト, in and out."""
