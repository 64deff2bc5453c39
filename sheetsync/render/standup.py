"""The stand-up pack as terminal text, Markdown and HTML."""

from __future__ import annotations

from html import escape

from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import HandEdit
from sheetsync.core.tabs.standup import Item, StandUpPack
from sheetsync.render.cells import cell_text, heading, kind_of, tab_title
from sheetsync.render.findings import say_finding
from sheetsync.render.words import word

MOST_EDITS = 10

Section = tuple[str, list[str]]


def _sections(pack: StandUpPack, layout: Layout) -> list[Section]:
    say = layout.language
    since = word(say, "since", day=pack.since) if pack.held_before else word(say, "since_week")
    matters = [_item(item, layout) for item in pack.items] or [word(say, "nothing")]
    if pack.more:
        matters.append(word(say, "more", count=pack.more))
    changed = [_edit(edit, layout) for edit in pack.edits[-MOST_EDITS:]] or [word(say, "nothing_changed")]
    if len(pack.edits) > MOST_EDITS:
        changed.append(word(say, "more", count=len(pack.edits) - MOST_EDITS))
    return [
        (word(say, "matters", count=len(pack.items)), matters),
        (word(say, "changed", since=since), changed),
        (word(say, "completion"), _completion(pack, say)),
        (word(say, "by_owner"), _people(pack, say)),
    ]


def _item(item: Item, layout: Layout) -> str:
    say = layout.language
    owner = item.owner or word(say, "nobody")
    kind = word(say, f"kind.{item.kind}")
    if item.finding is not None:
        said = say_finding(item.finding, layout)
        lines = [f"[{kind}] {said.title} ({owner})", said.seen]
        lines += [f"{word(say, 'action')}: {said.action}"] if said.action else []
        return "\n".join(line for line in lines if line)
    detail = word(say, "days_late", days=item.detail) if item.kind == "overdue" else item.detail
    return f"[{kind}] {item.title}{f': {detail}' if detail else ''} ({owner})"


def _edit(edit: HandEdit, layout: Layout) -> str:
    place = [tab_title(layout, edit.tab), edit.row_name, heading(layout, edit.tab, edit.column)]
    told = " · ".join(part for part in place if part)
    if edit.column is None:
        return f"{told}: {word(layout.language, edit.kind.value)}"
    kind = kind_of(layout, edit.tab, edit.column)
    return f"{told}: {cell_text(edit.old, kind)} → {cell_text(edit.new, kind)}"


def _completion(pack: StandUpPack, say: str) -> list[str]:
    lines = []
    for name, done in (
        (word(say, "week", week=pack.week), pack.week_completion),
        (word(say, "month"), pack.completion),
    ):
        share = f"{done.share:.0%}" if done.share is not None else "–"
        told = word(say, "of_due", done=done.done, planned=done.planned) if done.planned else word(say, "nothing_due")
        lines.append(f"{name}: {share} ({told})")
    return lines


def _people(pack: StandUpPack, say: str) -> list[str]:
    lines = []
    for person, load in pack.people:
        share = f", {word(say, 'load')} {load.share:.0%}" if load.share is not None else ""
        lines.append(f"{person.name}: {word(say, 'open')} {load.open}, {word(say, 'late')} {load.overdue}{share}")
    return lines or [word(say, "none")]


def standup_text(pack: StandUpPack, layout: Layout) -> str:
    """The pack for a terminal."""
    lines = [word(layout.language, "standup", day=pack.day)]
    for title, points in _sections(pack, layout):
        numbered = enumerate((point.replace("\n", "\n     ") for point in points), start=1)
        lines += ["", title, *(f"  {number}. {point}" for number, point in numbered)]
    return "\n".join(lines)


def standup_markdown(pack: StandUpPack, layout: Layout) -> str:
    """The pack as Markdown; text from the workbook cannot become markup."""
    lines = [f"# {word(layout.language, 'standup', day=pack.day)}"]
    for title, points in _sections(pack, layout):
        told = (_plain(point).replace("\n", "  \n  ") for point in points)
        lines += ["", f"## {_plain(title)}", "", *(f"- {point}" for point in told)]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Markdown with its special characters escaped."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|!" else char for char in text)


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def standup_html(pack: StandUpPack, layout: Layout) -> str:
    """The pack as one self-contained HTML page."""
    title = escape(word(layout.language, "standup", day=pack.day))
    body = "".join(
        f"<h2>{escape(name)}</h2><ul>{''.join(f'<li>{_html(point)}</li>' for point in points)}</ul>"
        for name, points in _sections(pack, layout)
    )
    return (
        f'<!DOCTYPE html><html lang="{escape(layout.language)}"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}"
        "h2{font-size:1.1em;margin-top:1.5em}</style></head>"
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )
