"""How a cell of each kind shows its value: the number formats that creation and later rows share."""

from __future__ import annotations

from collections.abc import Mapping

from sheetsync.core.model.layout import Kind

NUMBER_FORMATS: Mapping[Kind, str] = {
    Kind.INTEGER: "#,##0",
    Kind.NUMBER: "#,##0.00",
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0.0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.DATETIME: "yyyy-mm-dd hh:mm",
}
"""Kinds that are not here show their value as it is."""
