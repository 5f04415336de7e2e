"""照合: two dumps of the standard layout, record by record on the primary key."""
