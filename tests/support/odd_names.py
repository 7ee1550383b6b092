"""Names of clients that are no names of folders, addresses or models as they are."""

ODD_NAMES = ("..", ".", "MT/001", "a:b", "D'Arc", "tab\there", "nul\x00", "100%25", "@fleet", "+", "Ñ" * 120, "x" * 300)
