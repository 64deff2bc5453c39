"""The functions a planning sheet uses. Each takes values or areas (lists of rows) and gives a value or an area."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.sheets_server.cells import ErrorValue
from tests.sheets_server.entry import moment, serial


def _flat(arguments: Iterable[Any]) -> Iterator[tuple[Any, bool]]:
    """Each value with whether it came out of an area (where text and booleans are ignored)."""
    for argument in arguments:
        if isinstance(argument, list):
            for row in argument:
                for value in row:
                    yield value, True
        else:
            yield argument, False


def _numbers(arguments: Iterable[Any]) -> list[float]:
    from tests.sheets_server.formula_eval import ErrorFound, to_number

    found = []
    for value, in_area in _flat(arguments):
        if isinstance(value, ErrorValue):
            raise ErrorFound(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append(value)
        elif not in_area and value is not None:
            number = to_number(value)
            if isinstance(number, ErrorValue):
                raise ErrorFound(number)
            found.append(number)
    return found


def _number(value: Any) -> float:
    from tests.sheets_server.formula_eval import ErrorFound, scalar, to_number

    number = to_number(scalar(value))
    if isinstance(number, ErrorValue):
        raise ErrorFound(number)
    return number


def _text(value: Any) -> str:
    from tests.sheets_server.formula_eval import ErrorFound, scalar, to_text

    value = scalar(value)
    if isinstance(value, ErrorValue):
        raise ErrorFound(value)
    return to_text(value)


def _truth(value: Any) -> bool:
    from tests.sheets_server.formula_eval import scalar

    value = scalar(value)
    if isinstance(value, str) and value.upper() in {"TRUE", "FALSE"}:
        return value.upper() == "TRUE"
    return bool(_number(value))


def _average(*arguments: Any) -> Any:
    numbers = _numbers(arguments)
    return sum(numbers) / len(numbers) if numbers else ErrorValue("#DIV/0!")


def _median(*arguments: Any) -> Any:
    numbers = sorted(_numbers(arguments))
    if not numbers:
        return ErrorValue("#NUM!")
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2


def _round(number: Any, places: Any = 0) -> float:
    factor = 10 ** int(_number(places))
    scaled = _number(number) * factor
    return math.copysign(math.floor(abs(scaled) + 0.5 + 1e-12), scaled) / factor


def _matches(criterion: Any) -> Callable[[Any], bool]:
    """The test behind a COUNTIF criterion: `">3"`, `"done"`, `"a*"`, 5."""
    from tests.sheets_server.entry import user_entered
    from tests.sheets_server.formula_eval import compared, scalar

    criterion = scalar(criterion)
    operator, wanted = "=", criterion
    if isinstance(criterion, str):
        match = re.match(r"^(<>|<=|>=|=|<|>)(.*)$", criterion, re.DOTALL)
        if match:
            operator, wanted = match.group(1), match.group(2)
        parsed, _ = user_entered(wanted)
        wanted = wanted if parsed is None or isinstance(parsed, str) else parsed
    if isinstance(wanted, str) and re.search(r"[*?]", wanted):
        pattern = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", ".")
        like = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        return lambda value: isinstance(value, str) and bool(like.fullmatch(value)) == (operator != "<>")

    def test(value: Any) -> bool:
        if operator in {"<", "<=", ">", ">="} and (isinstance(value, str) or value is None) != isinstance(wanted, str):
            return False
        if operator == "=" and (value is None) and wanted != "":
            return False
        return not isinstance(value, ErrorValue) and compared(operator, value, wanted)

    return test


def _rows(area: Any) -> list[list[Any]]:
    return area if isinstance(area, list) else [[area]]


def _cells(area: Any) -> list[Any]:
    return [value for row in _rows(area) for value in row]


def _hits(pairs: tuple[Any, ...]) -> list[bool]:
    tests = [(_cells(pairs[at]), _matches(pairs[at + 1])) for at in range(0, len(pairs), 2)]
    return [all(test(values[index]) for values, test in tests) for index in range(len(tests[0][0]))]


def _sumifs(area: Any, *pairs: Any) -> float:
    return sum(
        value
        for value, hit in zip(_cells(area), _hits(pairs), strict=False)
        if hit and isinstance(value, (int, float)) and not isinstance(value, bool)
    )


def _averageifs(area: Any, *pairs: Any) -> Any:
    return _average([[value for value, hit in zip(_cells(area), _hits(pairs), strict=False) if hit]])


def _vlookup(key: Any, area: Any, index: Any, is_sorted: Any = True) -> Any:
    column = int(_number(index)) - 1
    first = [row[0] for row in _rows(area)]
    at = _position(key, first, 1 if _truth(is_sorted) else 0)
    return at if isinstance(at, ErrorValue) else _rows(area)[at][column]


def _match(key: Any, area: Any, kind: Any = 1) -> Any:
    at = _position(key, _cells(area), int(_number(kind)))
    return at if isinstance(at, ErrorValue) else at + 1


def _position(key: Any, values: list[Any], kind: int) -> Any:
    from tests.sheets_server.formula_eval import compared, scalar

    key = scalar(key)
    best = None
    for at, value in enumerate(values):
        if value is None or isinstance(value, ErrorValue):
            continue
        if kind == 0 and compared("=", value, key):
            return at
        if (kind > 0 and compared("<=", value, key)) or (kind < 0 and compared(">=", value, key)):
            best = at
    return best if best is not None else ErrorValue("#N/A", f"Did not find value '{key}'.")


def _index(area: Any, row: Any = 0, column: Any = 0) -> Any:
    rows, down, right = _rows(area), int(_number(row)), int(_number(column))
    if len(rows) == 1 and not right:
        down, right = (0, down) if len(rows[0]) > 1 else (down, right)
    picked = rows if not down else [rows[down - 1]]
    return picked if not right else [[line[right - 1]] for line in picked]


def _date(year: Any, month: Any, day: Any) -> float:
    y, m = int(_number(year)), int(_number(month)) - 1
    return serial(dt.datetime(y + m // 12, m % 12 + 1, 1)) + int(_number(day)) - 1


def _show(value: Any, pattern: Any) -> str:
    from tests.sheets_server.formats import _looks_like_date, date_text, number_text
    from tests.sheets_server.formula_eval import scalar

    value = scalar(value)
    if isinstance(value, str):
        return value
    number, shape = _number(value), _text(pattern)
    return date_text(number, shape) if _looks_like_date(shape) else number_text(number, shape)


def _value(text: Any) -> float:
    return _number(text)


def _concat(*arguments: Any) -> str:
    return "".join(_text(value) for value, _ in _flat(arguments))


def _join(separator: Any, *arguments: Any) -> str:
    return _text(separator).join(_text(value) for value, _ in _flat(arguments) if value not in {None, ""})


def _textjoin(separator: Any, ignore: Any, *arguments: Any) -> str:
    skip = _truth(ignore)
    return _text(separator).join(_text(v) for v, _ in _flat(arguments) if not (skip and v in {None, ""}))


def _transpose(area: Any) -> Any:
    return [list(column) for column in zip(*_rows(area), strict=True)]


def _filled(arguments: Iterable[Any]) -> int:
    return sum(1 for value, _ in _flat(arguments) if value is not None)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *a: sum(_numbers(a)),
    "PRODUCT": lambda *a: math.prod(_numbers(a)),
    "AVERAGE": _average,
    "MEDIAN": _median,
    "MIN": lambda *a: min(_numbers(a), default=0),
    "MAX": lambda *a: max(_numbers(a), default=0),
    "COUNT": lambda *a: sum(1 for v, _ in _flat(a) if isinstance(v, (int, float)) and not isinstance(v, bool)),
    "COUNTA": lambda *a: _filled(a),
    "COUNTBLANK": lambda area: sum(1 for v in _cells(area) if v in {None, ""}),
    "COUNTIF": lambda *a: sum(_hits(a)),
    "COUNTIFS": lambda *a: sum(_hits(a)),
    "SUMIF": lambda area, test, values=None: _sumifs(area if values is None else values, area, test),
    "SUMIFS": _sumifs,
    "AVERAGEIF": lambda area, test, values=None: _averageifs(area if values is None else values, area, test),
    "AVERAGEIFS": _averageifs,
    "SUMPRODUCT": lambda *a: sum(
        math.prod(v if isinstance(v, (int, float)) else 0 for v in line)
        for line in zip(*[_cells(x) for x in a], strict=True)
    ),
    "ROUND": _round,
    "ROUNDUP": lambda n, p=0: (
        math.copysign(math.ceil(abs(_number(n)) * 10 ** int(_number(p))), _number(n)) / 10 ** int(_number(p))
    ),
    "ROUNDDOWN": lambda n, p=0: math.trunc(_number(n) * 10 ** int(_number(p))) / 10 ** int(_number(p)),
    "INT": lambda n: math.floor(_number(n)),
    "ABS": lambda n: abs(_number(n)),
    "SQRT": lambda n: math.sqrt(_number(n)),
    "MOD": lambda n, d: _number(n) % _number(d),
    "POWER": lambda n, p: _number(n) ** _number(p),
    "PI": lambda: math.pi,
    "SIGN": lambda n: (_number(n) > 0) - (_number(n) < 0),
    "STDEV": lambda *a: math.sqrt(_variance(_numbers(a))),
    "DIVIDE": lambda a, b: _number(a) / _number(b),
    "MULTIPLY": lambda a, b: _number(a) * _number(b),
    "ADD": lambda a, b: _number(a) + _number(b),
    "MINUS": lambda a, b: _number(a) - _number(b),
    "AND": lambda *a: all(_truth(v) for v, _ in _flat(a) if v is not None),
    "OR": lambda *a: any(_truth(v) for v, _ in _flat(a) if v is not None),
    "NOT": lambda v: not _truth(v),
    "TRUE": lambda: True,
    "FALSE": lambda: False,
    "CONCATENATE": _concat,
    "CONCAT": _concat,
    "JOIN": _join,
    "TEXTJOIN": _textjoin,
    "LEN": lambda t: len(_text(t)),
    "LEFT": lambda t, n=1: _text(t)[: int(_number(n))],
    "RIGHT": lambda t, n=1: _text(t)[-int(_number(n)) :] if _number(n) else "",
    "MID": lambda t, s, n: _text(t)[int(_number(s)) - 1 : int(_number(s)) - 1 + int(_number(n))],
    "UPPER": lambda t: _text(t).upper(),
    "LOWER": lambda t: _text(t).lower(),
    "PROPER": lambda t: _text(t).title(),
    "TRIM": lambda t: " ".join(_text(t).split()),
    "SUBSTITUTE": lambda t, a, b: _text(t).replace(_text(a), _text(b)),
    "REPT": lambda t, n: _text(t) * int(_number(n)),
    "EXACT": lambda a, b: _text(a) == _text(b),
    "FIND": lambda a, t: (_text(t).index(_text(a))) + 1,
    "SEARCH": lambda a, t: (_text(t).casefold().index(_text(a).casefold())) + 1,
    "REGEXMATCH": lambda t, p: bool(re.search(_text(p), _text(t))),
    "TEXT": _show,
    "VALUE": _value,
    "HYPERLINK": lambda url, label=None: _text(url if label is None else label),
    "IMAGE": lambda *_: "",
    "T": lambda v: v if isinstance(v, str) else "",
    "DATE": _date,
    "DATEVALUE": lambda t: math.floor(_number(t)),
    "YEAR": lambda d: moment(_number(d)).year,
    "MONTH": lambda d: moment(_number(d)).month,
    "DAY": lambda d: moment(_number(d)).day,
    "HOUR": lambda d: moment(_number(d)).hour,
    "MINUTE": lambda d: moment(_number(d)).minute,
    "WEEKDAY": lambda d, kind=1: (moment(_number(d)).weekday() + (1 if _number(kind) == 1 else 0)) % 7 + 1,
    "DAYS": lambda end, start: _number(end) - _number(start),
    "VLOOKUP": _vlookup,
    "MATCH": _match,
    "INDEX": _index,
    "TRANSPOSE": _transpose,
    "NA": lambda: ErrorValue("#N/A"),
    "SINGLE": lambda v: v,
}


def _variance(numbers: list[float]) -> float:
    mean = sum(numbers) / len(numbers)
    return sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)


def _if(scope: Any, arguments: list[Any]) -> Any:
    from tests.sheets_server.formula_eval import ErrorFound, scalar

    condition = scalar(scope.evaluate(arguments[0]))
    if isinstance(condition, ErrorValue):
        return condition
    try:
        chosen = 1 if _truth(condition) else 2
    except ErrorFound as found:
        return found.error
    return scope.evaluate(arguments[chosen]) if chosen < len(arguments) else False


def _ifs(scope: Any, arguments: list[Any]) -> Any:
    for at in range(0, len(arguments) - 1, 2):
        outcome = _if(scope, [arguments[at], ("value", True), ("value", False)])
        if isinstance(outcome, ErrorValue) or outcome:
            return outcome if isinstance(outcome, ErrorValue) else scope.evaluate(arguments[at + 1])
    return ErrorValue("#N/A", "No match.")


def _if_error(only: tuple[str, ...] | None) -> Callable[[Any, list[Any]], Any]:
    def chosen(scope: Any, arguments: list[Any]) -> Any:
        from tests.sheets_server.formula_eval import scalar

        value = scope.evaluate(arguments[0])
        one = scalar(value)
        if isinstance(one, ErrorValue) and (only is None or one.text in only):
            return scope.evaluate(arguments[1]) if len(arguments) > 1 else ""
        return value

    return chosen


def _is(test: Callable[[Any], bool]) -> Callable[[Any, list[Any]], Any]:
    def answer(scope: Any, arguments: list[Any]) -> bool:
        from tests.sheets_server.formula_eval import scalar

        return test(scalar(scope.evaluate(arguments[0])))

    return answer


def _place(part: str) -> Callable[[Any, list[Any]], Any]:
    def answer(scope: Any, arguments: list[Any]) -> Any:
        if not arguments:
            return getattr(scope, part) + 1
        if arguments[0][0] != "ref":
            return ErrorValue("#N/A")
        corner = arguments[0][1].row0 if part == "row" else arguments[0][1].col0
        return corner.index + 1

    return answer


def _n(scope: Any, arguments: list[Any]) -> Any:
    from tests.sheets_server.formula_eval import scalar

    value = scalar(scope.evaluate(arguments[0]))
    return value if isinstance(value, (int, float, ErrorValue)) else 0


LAZY: dict[str, Callable[[Any, list[Any]], Any]] = {
    "IF": _if,
    "IFS": _ifs,
    "IFERROR": _if_error(None),
    "IFNA": _if_error(("#N/A",)),
    "ISBLANK": _is(lambda v: v is None),
    "ISNUMBER": _is(lambda v: isinstance(v, (int, float)) and not isinstance(v, bool)),
    "ISTEXT": _is(lambda v: isinstance(v, str)),
    "ISERROR": _is(lambda v: isinstance(v, ErrorValue)),
    "ISNA": _is(lambda v: v == ErrorValue("#N/A")),
    "ISLOGICAL": _is(lambda v: isinstance(v, bool)),
    "ROW": _place("row"),
    "COLUMN": _place("column"),
    "ROWS": lambda scope, a: len(_rows(scope.evaluate(a[0]))),
    "COLUMNS": lambda scope, a: len(_rows(scope.evaluate(a[0]))[0]),
    "N": _n,
    "TODAY": lambda scope, _a: int(serial(scope.now)),
    "NOW": lambda scope, _a: serial(scope.now),
    "ARRAYFORMULA": lambda scope, a: scope.evaluate(a[0]),
}
