"""名寄せ: who is the same person, proposed with reasons; merged only by a person's decision, as links, and undone at will."""
