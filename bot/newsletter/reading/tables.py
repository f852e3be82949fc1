"""Is a table of a page one of data, or does it only hold columns of a layout, as nearly all of a mail's do?"""

from __future__ import annotations

from typing import Final

from lxml import html

# A cell of data is a date, a name, a place; longer than this it is a column of a page.
LONGEST_CELL: Final = 400  # characters

_ROWS: Final = "./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr"
_CELLS: Final = "./td | ./th"
_NEVER_IN_DATA: Final = (
    ".//table | .//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6 | .//ul | .//ol | .//hr | .//img"
)


def is_of_data(table: html.HtmlElement) -> bool:
    """Has it at least two columns and two rows, with nothing but a little text in each cell?"""
    if table.get("role") in ("presentation", "none") or table.xpath(f"boolean({_NEVER_IN_DATA})"):
        return False
    rows = [row.xpath(_CELLS) for row in table.xpath(_ROWS)]
    if sum(len(cells) > 1 for cells in rows) < 2:
        return False
    texts = [[cell.text_content().strip() for cell in cells] for cells in rows]
    if any(len(text) > LONGEST_CELL for row in texts for text in row):
        return False
    # Columns that stand empty keep others apart: those of a layout
    return sum(sum(map(bool, row)) > 1 for row in texts) > 1


def is_of_names(row: html.HtmlElement) -> bool:
    """Are its cells the names of the columns?"""
    parent = row.getparent()
    if parent is not None and parent.tag == "thead":
        return True
    cells = row.xpath(_CELLS)
    return bool(cells) and all(cell.tag == "th" for cell in cells)
