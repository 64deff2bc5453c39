"""A worksheet whose rows have a height and still fit themselves when people edit them.

XlsxWriter marks every height as set by hand, and Excel then never changes it. LibreOffice fits no row of a file by
itself, so a height must be there. Without the mark both are content.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet


class FlexibleWorksheet(Worksheet):  # type: ignore[misc, unused-ignore]
    """Writes `ht` without `customHeight`."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        """Every row begins here."""
        kept = [pair for pair in attributes if pair[0] != "customHeight"] if tag == "row" else attributes
        super()._xml_start_tag_unencoded(tag, kept)
