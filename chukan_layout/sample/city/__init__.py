"""One synthetic city in all 業務: every file's records derived from its layout and a few lines of recipe."""
