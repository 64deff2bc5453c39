"""Whose file it is and of when: marketplace, currency and period, as far as the file itself tells.

Nothing is inferred from a language, a folder or the day of a download: a bare `$` may be four currencies, and the date
in the name of a by-ASIN Business Report is that of the download, in the order of the console's language.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sheetsync.core.model.marketplace import marketplace, sole_marketplace_of
from sheetsync.importers.base import FieldKind, Granularity, ReportSpec
from sheetsync.importers.book import Book, Shape
from sheetsync.importers.dates import month_of
from sheetsync.importers.evidence import Evidence
from sheetsync.importers.naming import heading

_NAME_PREFIX = re.compile(
    r"(?:^|_)([A-Z]{2})_(?=Search_Query|Top_search|Search_Catalog|Repeat_Purchase|AMAZON_cerebro)", re.IGNORECASE
)
_NAME_RANGE = re.compile(r"(20\d{6})-(20\d{6})")
_METADATA = re.compile(r'([^=,\[\]]+)=\[((?:"(?:[^"\\]|\\.)*",?\s*)*)\]')
_ALL_AMOUNTS = re.compile(r"All amounts in ([A-Z]{3})\b")
"""What a date range report says of its currency, among its definitions."""
_EXPLICIT = re.compile(r"(20\d{2}-\d{2}-\d{2})\s*-\s*(20\d{2}-\d{2}-\d{2})")
_WITHOUT_PLACE = frozenset({"settlement", "tools"})
"""Families of which a file is not of one marketplace, or not of one that matters."""

Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Place:
    """Marketplace and currency of a file, what is still to be told, and what does not fit together.

    `conflicts` are those of the problems that contradict what a person told.
    """

    marketplace: str | None
    currency: str | None
    needs: tuple[str, ...]
    problems: tuple[str, ...]
    conflicts: tuple[str, ...]


def placed(
    spec: ReportSpec, evidence: Evidence, *, name: str, told: Mapping[str, str], given: str | None, currency: str | None
) -> Place:
    """Settle marketplace and currency.

    What a person gave goes first, then the file's own words; a contradiction between the two is a conflict, for a gate
    to refuse. A given marketplace implies its currency, a currency its marketplace only where it has a single one.
    """
    problems: list[str] = []
    conflicts: list[str] = []
    own = _own_marketplace(evidence, name=name, told=told)
    code = marketplace(given).code if given else own
    if given and own and code != own:
        conflicts.append(f"The file says marketplace {own}, not {code}.")
    named = evidence.currencies or ((told["currency"],) if told.get("currency") else ())
    found = currency or (named[0] if len(named) == 1 else None)
    if code is None and found is not None and len(named) <= 1:
        sole = sole_marketplace_of(found)
        code = sole.code if sole is not None and not _many_places(spec, evidence) else None
    if found is None and not named and code is not None:
        found = marketplace(code).currency
    if len(named) > 1:
        problems.append(f"The file mixes currencies: {', '.join(named)}. Totals stand per currency.")
    elif code is not None and found is not None and _has_money(spec) and found != marketplace(code).currency:
        apart = f"Amounts are in {found}, but marketplace {code} trades in {marketplace(code).currency}."
        (conflicts if given and not currency else problems).append(apart)
    lacks = code is None and spec.family not in _WITHOUT_PLACE and not _many_places(spec, evidence)
    money = found if len(named) <= 1 or currency else None
    needs = ("marketplace",) if lacks else ()
    return Place(code, money, needs, (*conflicts, *problems), tuple(conflicts))


def _has_money(spec: ReportSpec) -> bool:
    return any(each.kind is FieldKind.MONEY for each in spec.fields)


def _many_places(spec: ReportSpec, evidence: Evidence) -> bool:
    """Whether each row names its own marketplace, so that the file need not."""
    return len(evidence.marketplaces) > 1 or (evidence.marketplaces_unknown and spec.has("marketplace"))


def _own_marketplace(evidence: Evidence, *, name: str, told: Mapping[str, str]) -> str | None:
    if len(evidence.marketplaces) == 1:
        return evidence.marketplaces[0]
    return place_in_name(name, told)


def place_in_name(name: str, told: Mapping[str, str]) -> str | None:
    """Return the marketplace that a file's name or its own words tell, before its rows were looked at."""
    for text in (told.get("marketplace"), _prefix(name)):
        if text:
            try:
                return marketplace(text).code
            except KeyError:
                continue
    return None


def _prefix(name: str) -> str | None:
    """Return the marketplace at the front of a Brand Analytics or Cerebro file name (`US_Search_Query_...`)."""
    found = _NAME_PREFIX.search(name)
    return found.group(1) if found else None


def metadata_of(rows: Sequence[Sequence[str]], book: Book) -> dict[str, str]:
    """Read the metadata line of Brand Analytics: `Brand=["X"],Reporting Range=["Monthly"]` to {brand: X, range: month}.

    `rows` are the rows above the headings; words of other languages are in the headers' TOML. Unknown keys are left. A
    date range report names its currency there.
    """
    found: dict[str, str] = {}
    for row in rows:
        for key, value in _METADATA.findall(",".join(row)):
            word = book.metadata_words.get(heading(key))
            if word is not None:
                found[word] = value.strip().strip('"')
        currency = _ALL_AMOUNTS.search(",".join(row))
        if currency is not None:
            found["currency"] = currency.group(1)
    if "range" in found:
        found["range"] = book.ranges.get(heading(found["range"]), found["range"])
    return found


def period_of(
    shape: Shape, days: Mapping[str, Collection[date]], *, name: str, told: Mapping[str, str]
) -> tuple[Period | None, Granularity | None]:
    """Return the first and last day that a file speaks for, and the step of its days, as its rows and words say."""
    spec = shape.spec
    if told.get("start") and told.get("end"):
        own = date.fromisoformat(told["start"][:10]), date.fromisoformat(told["end"][:10])
        return own, _granularity(days.get("date", ()), told.get("step"))
    if spec.period_rule == "snapshot":
        shot = days.get("snapshot_date")
        return ((min(shot), max(shot)) if shot else None), None
    if "range" in told or "reporting_date" in days:
        return _reported(days, told)
    if days.get("date"):
        return _daily(days["date"], told.get("step"))
    starts, ends = (days.get(each) for each in _bounds(shape))
    if starts and ends:
        return (min(starts), max(ends)), None
    if starts and len(shape.period_dates) == 1:
        return (min(starts), max(starts)), "day"
    found = _NAME_RANGE.search(name)
    if spec.period_rule == "metadata" and found:
        return (date.fromisoformat(found.group(1)), date.fromisoformat(found.group(2))), None
    return None, None


def _bounds(shape: Shape) -> tuple[str, str]:
    """Names of the fields with the first and the last day of a row."""
    dates_ = [name for name in shape.period_dates if shape.spec.has(name) and name != "date"]
    return (dates_[0], dates_[-1]) if dates_ else ("start_date", "end_date")


def _daily(days: Collection[date], step: str | None) -> tuple[Period, Granularity]:
    granularity = _granularity(days, step)
    last = max(days)
    if granularity == "month":
        last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    elif granularity == "week":
        last += timedelta(days=6)
    return (min(days), last), granularity


def _granularity(days: Collection[date], step: str | None) -> Granularity:
    """Tell whether a row stands for a day, a week or a month: monthly rows are all dated on the 1st."""
    if step in {"day", "week", "month"}:
        return step  # type: ignore[return-value]
    if len(days) < 2:
        return "day"
    ordered = sorted(days)
    gaps = {(later - earlier).days for earlier, later in pairwise(ordered)}
    if {day.day for day in days} == {1}:
        return "month"
    return "week" if len(days) > 2 and gaps == {7} else "day"


def _reported(
    days: Mapping[str, Collection[date]], told: Mapping[str, str]
) -> tuple[Period | None, Granularity | None]:
    """Return the period of a Brand Analytics file: its Reporting Date is the last day of the range it names."""
    explicit = _EXPLICIT.search(told.get("week", ""))
    if explicit:
        return (date.fromisoformat(explicit.group(1)), date.fromisoformat(explicit.group(2))), "week"
    ends = days.get("reporting_date") or ()
    starts = days.get("period_start")
    if starts and ends:
        return (min(starts), max(ends)), None
    if not ends:
        return None, None
    end, step = max(ends), told.get("range")
    if step == "week":
        return (min(ends) - timedelta(days=6), end), "week"
    if step == "month":
        return (min(ends).replace(day=1), end), "month"
    if step == "quarter":
        first = 3 * ((min(ends).month - 1) // 3) + 1
        return (min(ends).replace(month=first, day=1), end), None
    return ((end, end), "day") if step == "day" else (None, None)


def dashboard_day(text: str) -> date:
    """Read `January 25 2026 3:14:25 PM PST`, as the Sales Dashboard dates itself. Raises ValueError."""
    month, day, year = text.replace(",", " ").split()[:3]
    return date(int(year), month_of(month), int(day))
