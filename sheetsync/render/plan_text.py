"""A Plan as a readable diff: tab, row's name, column, old -> new; hand edits; conflicts; refusals."""

from __future__ import annotations

from collections import Counter

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import CellWrite, HandEdit, Plan, RowAppend, Why
from sheetsync.core.model.values import Value, plain
from sheetsync.render.cells import cell_text, heading, kind_of, tab_title

MOST_LINES = 40
"""Lines of one tab's writes that are shown; `--json` has them all."""

_WHY = {Why.RESTORED: "  (a hand had overwritten it)", Why.SEEDED: "  (filled once)", Why.UNDO: "  (undone)"}


def plan_text(plan: Plan, layout: Layout, names: dict[tuple[str, str], str] | None = None) -> str:
    """The plan for a person; `names` maps (tab, row id) to what people call the row."""
    names = names or {}
    lines: list[str] = []
    for refusal in plan.refusals:
        lines += [f"refused: {refusal.message}", f"  next: {refusal.hint}"]
    lines += _edits(plan.edits, layout)
    for conflict in plan.conflicts:
        where = f"{tab_title(layout, conflict.tab)} · {names.get((conflict.tab, conflict.row_id), conflict.row_id)}"
        lines.append(
            f"conflict: {where} · {heading(layout, conflict.tab, conflict.column)}: kept "
            f"{cell_text(conflict.kept)}, the engine says {cell_text(conflict.incoming)} ({conflict.why})"
        )
    for tab in layout.tabs:
        lines += _tab(plan, layout, tab.key, names)
    return "\n".join(lines) if lines else "Nothing to do: 0 cells, 0 write calls."


def _edits(edits: tuple[HandEdit, ...], layout: Layout) -> list[str]:
    lines = []
    for edit in edits:
        place = tab_title(layout, edit.tab)
        what = f" · {edit.row_name or edit.row_id}" if edit.row_id else ""
        column = f" · {heading(layout, edit.tab, edit.column)}" if edit.column else ""
        kind = kind_of(layout, edit.tab, edit.column)
        change = f": {cell_text(edit.old, kind)} -> {cell_text(edit.new, kind)}" if edit.column else ""
        lines.append(f"people: {edit.kind.value}: {place}{what}{column}{change}")
    return lines


def _tab(plan: Plan, layout: Layout, key: str, names: dict[tuple[str, str], str]) -> list[str]:
    writes = [write for write in plan.writes if write.tab == key]
    appends = [row for row in plan.appends if row.tab == key]
    ids = [write for write in plan.ids if write.tab == key]
    heads = [write for write in plan.headings if write.tab == key]
    if not (writes or appends or ids or heads):
        return []
    lines = [f"{tab_title(layout, key)}"]
    lines += [f"  heading {head.old!r} -> {head.new!r}" for head in heads]
    lines += [f"  row id for {_first(write.cells)} ({write.reason.value})" for write in ids]
    lines += [_write(write, layout, names) for write in writes]
    lines += [f"  + {_row_name(row)}" for row in appends]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"  … and {len(lines) - MOST_LINES} more (--json shows them all)"]
    return lines


def _write(write: CellWrite, layout: Layout, names: dict[tuple[str, str], str]) -> str:
    kind = write.kind or kind_of(layout, write.tab, write.column)
    row = names.get((write.tab, write.row_id), write.row_id)
    change = f"{cell_text(write.old, kind)} -> {cell_text(write.new, kind)}"
    return f"  {row} · {heading(layout, write.tab, write.column)}: {change}{_WHY.get(write.why, '')}"


def _row_name(row: RowAppend) -> str:
    return _first(row.cells) or row.row_id


def _first(cells: dict[str, Value]) -> str:
    texts = [value for value in map(plain, cells.values()) if isinstance(value, str) and value.strip()]
    return cell_text(max(texts[:4], key=len)) if texts else ""


def plan_summary(plan: Plan) -> str:
    """One line: `12 cells, 3 rows added, 2 hand edits read, 0 conflicts`."""
    restored = sum(write.why is Why.RESTORED for write in plan.writes)
    parts = [f"{plan.cell_count} cells", f"{len(plan.appends)} rows added", f"{len(plan.edits)} hand edits read"]
    if restored:
        parts.append(f"{restored} restored")
    parts.append(f"{len(plan.conflicts)} conflicts")
    return ", ".join(parts)


def tabs_touched(plan: Plan, layout: Layout) -> str:
    """`Metrics 40, Home 12`: cells per tab, most first."""
    count: Counter[str] = Counter(write.tab for write in plan.writes)
    for row in plan.appends:
        count[row.tab] += len(row.cells) + 1
    return ", ".join(f"{tab_title(layout, tab)} {cells}" for tab, cells in count.most_common())
