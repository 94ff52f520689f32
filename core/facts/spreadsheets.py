"""Text that a spreadsheet shows and never computes, and back again."""

import re

FORMULA_SIGNS = "=+-@＝＋－＠"
"""What a formula begins with, also as wide characters."""

_MARKED = re.compile(rf"'*(\s*[{re.escape(FORMULA_SIGNS)}]|[\t\r\n])")
_NUMBER = re.compile(r"[-+][0-9]([0-9.,' ]*[0-9])?")


def harmless(cell: str) -> str:
    """An apostrophe before what would be computed; a plain number with a sign stays as it is."""
    return f"'{cell}" if _MARKED.match(cell) and not _NUMBER.fullmatch(cell) else cell


def as_sent(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and _MARKED.match(cell) else cell
