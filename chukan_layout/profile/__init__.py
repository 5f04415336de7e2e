"""What a dump holds, found from the dump itself: the 現行システムデータ一覧 where no document is left."""
