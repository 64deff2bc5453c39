"""Weekly focus: the month's tasks. Standard ones are placed, people's are read, findings with an owner become tasks."""

from __future__ import annotations

from collections.abc import Iterator

from sheetsync.core.layout.words import say_choice
from sheetsync.core.model.facts import DataProblem, Facts, Month, Task
from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.metric import METRICS
from sheetsync.core.model.seeds import Seeds
from sheetsync.core.model.values import Value
from sheetsync.core.model.workbook import CurrentTab, IncomingRow, IncomingTab
from sheetsync.core.rules.effect import effect_of
from sheetsync.core.rules.life import asks_for_a_task
from sheetsync.core.rules.verdict import TaskVerdict, task_verdict
from sheetsync.core.tabs.months import carried, is_closed, standard_key, standard_month
from sheetsync.core.tabs.reading import RowReader, rows_of
from sheetsync.core.tabs.saying import finding_words, light_word, metric_name, number, say
from sheetsync.core.tabs.starters import FROM_FINDING, starters

TAB = "weekly"


def read(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> tuple[Task, ...]:
    """The tasks as people left them. A task without a status has not begun."""
    return tuple(task for task in _all(tab, layout, problems) if not _closed(task, layout))


def read_missed(tab: CurrentTab | None, layout: Layout) -> dict[str, int]:
    """Standard tasks of the month before that were not finished: key -> how often they had been carried."""
    before = str(Month.parse(layout.month).previous())
    return {
        standard_key(task.row_id): task.carried
        for task in _all(tab, layout, [])
        if standard_month(task.row_id) == before and task.is_open
    }


def _all(tab: CurrentTab | None, layout: Layout, problems: list[DataProblem]) -> Iterator[Task]:
    for row in rows_of(layout, tab, problems, needs=("title", "owner", "status")):
        yield _task(row)


def _closed(task: Task, layout: Layout) -> bool:
    return is_closed(task.row_id, task.month, layout.month, finished=not task.is_open)


def _task(row: RowReader) -> Task:
    week = row.choice("week", "weeks")
    carried = row.number("carried")
    typed = row.text("status")
    return Task(
        row_id=row.row_id,
        week=int(week) if week else None,
        module=row.choice("module", "modules"),
        title=row.text("title"),
        owner=row.text("owner"),
        due=row.day("due"),
        estimate_hours=row.number("estimate"),
        status=row.choice("status", "statuses", kind="unreadable_status") if typed else "todo",
        raw_status=typed,
        blocker=row.text("blocker"),
        evidence=row.text("evidence"),
        metric=row.choice("metric", "metrics"),
        marketplace=row.choice("marketplace", "marketplaces"),
        finding_id=row.row_id.removeprefix(FROM_FINDING) if row.row_id.startswith(FROM_FINDING) else "",
        carried=int(carried) if carried is not None else 0,
        cadence=row.choice("cadence", "cadences"),
        done_on=row.day("done_on"),
        month=row.text("month"),
    )


def rows(facts: Facts, findings: tuple[Finding, ...], layout: Layout, seeds: Seeds) -> IncomingTab:
    """The standard tasks and those from findings to place, and how every task stands."""
    known = {task.row_id: task for task in facts.tasks}
    made = []
    for seed in seeds.of(TAB):
        task = known.pop(seed.row_id, None)
        said = _said(task, facts, layout) if task else _inherited(seed.row_id, facts)
        made.append(IncomingRow(seed.row_id, {**seed.cells, **said}, seed.kinds))
    for finding in findings:
        if asks_for_a_task(finding):
            row_id = f"{FROM_FINDING}{finding.finding_id}"
            task = known.pop(row_id, None)
            cells = {**_from(finding, task, facts, layout), **(_said(task, facts, layout) if task else {})}
            made.append(IncomingRow(row_id, cells))
    for row_id, cells in starters(facts, layout):
        task = known.pop(row_id, None)
        made.append(IncomingRow(row_id, {**cells, **(_said(task, facts, layout) if task else {})}))
    made += [IncomingRow(task.row_id, _said(task, facts, layout), place=False) for task in known.values()]
    return IncomingTab(tuple(made))


def _inherited(row_id: str, facts: Facts) -> dict[str, Value]:
    """The age a standard task takes over from the one of last month that was not finished."""
    age = facts.missed.get(standard_key(row_id))
    return {} if age is None else {"carried": age + 1, "month": str(facts.month)}


def _from(finding: Finding, task: Task | None, facts: Facts, layout: Layout) -> dict[str, Value]:
    """The cells of a task made from a finding. Once it stands, what stands is offered again: it is people's now."""
    record, signal = finding.record, finding.signal
    week = task.week if task else facts.month.week_of(facts.today)
    due = record.due if record and record.due else facts.month.week_end(facts.month.week_of(facts.today))
    title = finding_words(layout, finding, "title") if signal.facts else (record.title if record else "")
    metric = signal.subject.partition("|")[0]
    return {
        "week": say_choice(layout, "weeks", str(week)) if week else None,
        "module": say_choice(layout, "modules", signal.module) if signal.module else None,
        "title": task.title if task else title,
        "status": (task.raw_status if task else "") or say_choice(layout, "statuses", "todo"),
        "owner": task.owner if task else (record.owner if record else None),
        "due": task.due if task else due,
        "metric": metric_name(layout, metric) if metric in METRICS else None,
        "marketplace": signal.marketplace or None,
        "cadence": say_choice(layout, "cadences", "once"),
    }


def _said(task: Task, facts: Facts, layout: Layout) -> dict[str, Value]:
    verdict = task_verdict(task, facts)
    return {
        "light": light_word(layout, verdict.light),
        "days_late": verdict.days_late or None,
        "buffered": number(verdict.with_buffer_hours),
        "check": _check(task, verdict, facts, layout) or None,
        "month": str(facts.month),
        "carried": carried(task, facts) or None,
    }


def _check(task: Task, verdict: TaskVerdict, facts: Facts, layout: Layout) -> str:
    """Done while its metric is red, and whether a done task's metric moved afterwards."""
    effect = effect_of(task, facts)
    told = [(verdict.contradiction, verdict.contradiction_facts)] if verdict.contradiction else []
    told += [(effect.key, effect.facts)] if effect else []
    sentences = []
    for key, facts_told in told:
        metric = facts_told.get("metric", "")
        sentences.append(say(layout, key, {**facts_told, "metric": metric_name(layout, metric)}))
    return layout.wording.get("source.join", "; ").join(sentence for sentence in sentences if sentence)
