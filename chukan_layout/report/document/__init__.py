"""Documents for people: one small model, written as HTML, XLSX, Markdown and plain text."""
