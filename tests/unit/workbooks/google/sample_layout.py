"""A layout with one of everything, for goldens and unit tests."""

from __future__ import annotations

from datetime import date, datetime

from sheetsync.core.model.layout import Chart, Choice, ChoiceList, Column, Kind, Layout, Owner, Paint, Tab
from sheetsync.core.model.values import Formula
from sheetsync.core.model.workbook import Incoming, IncomingRow, IncomingTab

HOME = Tab(
    "home",
    "Home",
    (
        Column("label", Owner.ENGINE, Kind.TEXT, "What", width=30),
        Column("value", Owner.ENGINE, Kind.MONEY, "Value", help="Any kind, row by row."),
        Column("theme", Owner.PEOPLE, Kind.NOTE, "Theme", width=40),
        Column("again", Owner.PEOPLE, Kind.CHECKBOX, "Refresh requested"),
    ),
    help="Start here.",
    charts=(
        Chart("pace", "Sales", "line", "series", "day", (("actual", "Actual"), ("goal", "Goal")), rows=31),
        Chart("lost", "Nothing", "bar", "gone", "day", (("actual", "Actual"),), rows=3),
    ),
    filter=False,
    people_rows=False,
)
TASKS = Tab(
    "tasks",
    "Tasks",
    (
        Column("task", Owner.SEEDED, Kind.TEXT, "Task", help="What is to be done."),
        Column("owner", Owner.PEOPLE, Kind.CHOICE, "Owner", choices="owners"),
        Column("status", Owner.PEOPLE, Kind.CHOICE, "Status", choices="status", strict=True),
        Column("due", Owner.PEOPLE, Kind.DATE, "Due"),
        Column("done", Owner.ENGINE, Kind.PERCENT, "Done"),
        Column("light", Owner.ENGINE, Kind.LIGHT, "Light"),
        Column("why", Owner.ENGINE, Kind.NOTE, "Why", hidden=True),
    ),
    freeze_columns=1,
    paints=(
        Paint("light", "red", words=("Red", "红")),
        Paint("due", "red", formula='AND({due}<>"",{due}<TODAY(),{status}<>"Done")'),
        Paint("light", "grey", formula='{missing}=""'),
    ),
)
OWNERS = Tab("owners", "Team's list", (Column("name", Owner.PEOPLE, Kind.TEXT, "Name"),))
SERIES = Tab(
    "series",
    "Series",
    (
        Column("day", Owner.ENGINE, Kind.INTEGER, "Day"),
        Column("actual", Owner.ENGINE, Kind.NUMBER, "Actual"),
        Column("goal", Owner.ENGINE, Kind.NUMBER, "Goal"),
    ),
    hidden=True,
    filter=False,
    people_rows=False,
)
LAYOUT = Layout(
    "plan-g",
    "golden",
    "2026-03",
    "en",
    "March plan",
    (HOME, TASKS, OWNERS, SERIES),
    (
        ChoiceList("status", (Choice("todo", "To do"), Choice("done", "Done", ("finished",)))),
        ChoiceList("owners", source=("owners", "name")),
    ),
    (Choice("red", "Red"), Choice("green", "Green")),
)
CONTENTS = Incoming(
    {
        "home": IncomingTab(
            (
                IncomingRow("h1", {"label": "Sales", "value": 1234.5}),
                IncomingRow("h2", {"label": "As of", "value": date(2026, 3, 9)}, {"value": Kind.DATE}),
                IncomingRow("h3", {"label": "Refreshed", "value": datetime(2026, 3, 9, 7, 30)}),
                IncomingRow("h4", {"label": "Stale?", "value": Formula('=IF(TODAY()>46090,"stale","fresh")')}),
                IncomingRow("h5", {"label": "ACoS", "value": 0.22}, {"value": Kind.PERCENT}),
            )
        ),
        "tasks": IncomingTab((IncomingRow("t1", {"task": "=1+1", "done": 0, "light": "Red"}),)),
        "owners": IncomingTab((IncomingRow("o1", {"name": "Ads lead"}),)),
    }
)
