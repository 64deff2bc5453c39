"""Behind the scenes: the hidden tabs that feed the dropdowns and the charts, and the charts themselves.

Both hidden tabs have a fixed number of rows, so that ranges in dropdowns and charts never move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheetsync.core.model.layout import Chart, ChoiceList, Column, Kind, Owner, Tab

LISTS, CHARTS = "_lists", "_charts"
CHART_ROWS = 31
"""A row a day of the longest month."""
COVER_ROWS = 10
"""How many products the stock chart shows."""

_WIDTH, _HEIGHT = 520, 250
_AT_COLUMN = 9
_ROWS_A_CHART = 11


def lists_tab(choices: Sequence[ChoiceList]) -> Tab:
    """One column for each dropdown that has words of its own."""
    columns = tuple(
        Column(choice.key, Owner.ENGINE, Kind.TEXT, choice.key, width=20) for choice in choices if choice.entries
    )
    return Tab(LISTS, LISTS, columns, hidden=True, filter=False, people_rows=False)


def charts_tab(marketplaces: Sequence[str]) -> Tab:
    """The numbers under the charts: a row a day, the products with the shortest cover, a row a week."""
    shares = [(f"{name}_{place}", Kind.PERCENT) for name in ("sales", "tacos") for place in marketplaces]
    cells = [
        ("day", Kind.INTEGER), ("pace", Kind.PERCENT), *shares, ("tacos_goal", Kind.PERCENT),
        ("cover_name", Kind.TEXT), ("cover_days", Kind.NUMBER), ("cover_limit", Kind.NUMBER),
        ("week", Kind.TEXT), ("completion", Kind.PERCENT), ("completion_goal", Kind.PERCENT),
    ]  # fmt: skip
    columns = tuple(Column(key, Owner.ENGINE, kind, key) for key, kind in cells)
    return Tab(CHARTS, CHARTS, columns, hidden=True, filter=False, people_rows=False)


def home_charts(
    wording: Mapping[str, str], marketplaces: Sequence[str], days: int, with_goals: bool
) -> tuple[Chart, ...]:
    """The charts of Home: TACoS, stock cover, completion; before them sales against pace, where there are goals."""

    def say(key: str) -> str:
        return wording.get(f"chart.{key}", key)

    def series(name: str, last: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        return (*((f"{name}_{place}", place) for place in marketplaces), last)

    cover = (("cover_days", say("cover_days")), ("cover_limit", say("cover_limit")))
    done = (("completion", say("completion_share")), ("completion_goal", say("goal")))
    sales = ("sales", "line", "day", series("sales", ("pace", say("pace"))), days, True)
    drawn = (
        *((sales,) if with_goals else ()),
        ("tacos", "line", "day", series("tacos", ("tacos_goal", say("goal"))), days, True),
        ("cover", "bar", "cover_name", cover, COVER_ROWS, False),
        ("completion", "column", "week", done, 4, True),
    )
    return tuple(
        Chart(
            key=key,
            title=say(key),
            kind=kind,
            data_tab=CHARTS,
            category=category,
            series=shown,
            rows=rows,
            at_column=_AT_COLUMN,
            at_row=2 + place * _ROWS_A_CHART,
            width=_WIDTH,
            height=_HEIGHT,
            percent=percent,
        )
        for place, (key, kind, category, shown, rows, percent) in enumerate(drawn)
    )
