"""Google's discovery document as the judge of request shapes, when its package is installed; names made camelCase."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

from tests.sheets_server.errors import ApiError, violation
from tests.sheets_server.masks import Mask, camel, snake

_FILE = "discovery_cache/documents/sheets.v4.json"
_STANDARD = {
    "fields", "prettyPrint", "alt", "key", "access_token", "oauth_token", "quotaUser", "callback",
    "uploadType", "upload_protocol", "$.xgafv", "xgafv", "pp",
}  # fmt: skip
_TRUE, _FALSE = {"true", "1", "True", "t", "yes"}, {"false", "0", "False", "f", "no", ""}
_INTEGERS = {"int32": 2**31, "int64": 2**63, "uint32": 2**32}


@functools.cache
def document() -> dict[str, Any] | None:
    """The discovery document of the installed google-api-python-client, or None where it is not installed."""
    spec = importlib.util.find_spec("googleapiclient")
    for place in (spec.submodule_search_locations or []) if spec else []:
        path = Path(place) / _FILE
        if path.is_file():
            return json.loads(path.read_text(encoding="utf-8"))
    return None


@functools.cache
def methods() -> dict[str, dict[str, Any]]:
    """Every method of the document by its id, e.g. `sheets.spreadsheets.values.get`."""
    found: dict[str, dict[str, Any]] = {}

    def walk(resource: dict[str, Any]) -> None:
        for method in resource.get("methods", {}).values():
            found[method["id"]] = method
        for below in resource.get("resources", {}).values():
            walk(below)

    walk(document() or {})
    return found


def camelised(message: Any) -> Any:
    """Keys in camelCase and unset (null) fields dropped; nulls inside lists stay, they mean something in values."""
    if isinstance(message, dict):
        return {camel(key): camelised(value) for key, value in message.items() if value is not None}
    if isinstance(message, list):
        return [camelised(item) for item in message]
    return message


def checked_body(method_id: str, body: Any) -> Any:
    """The body of a request, camelCase, checked against the method's schema. Raises Google's 400."""
    if not isinstance(body, dict):
        raise violation("", "Invalid JSON payload received. Unexpected token.", "Invalid JSON payload received.")
    method = methods().get(method_id)
    if method is None or "request" not in method:
        return camelised(body)
    root = "" if method["request"]["$ref"] != "ValueRange" else "data"
    return _message(method["request"]["$ref"], body, root, "")


def check_message(name: str, message: Any) -> None:
    """Raises the 400 of a message (a request or a reply) that does not have the shape of the schema `name`."""
    _message(name, message, "", "")


_FORMATS: dict[str, Any] = {}  # formats repeat from cell to cell: each is checked once


def _message(name: str, value: Any, path: str, label: str) -> Any:
    if name != "CellFormat":
        return _checked(name, value, path)
    key = json.dumps(value)
    if key not in _FORMATS:
        if len(_FORMATS) > 5000:
            _FORMATS.clear()
        _FORMATS[key] = _checked(name, value, path)
    return _FORMATS[key]


@functools.cache
def _properties(name: str) -> dict[str, Any]:
    return (document() or {})["schemas"][name].get("properties", {})


def _checked(name: str, value: Any, path: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(path, f"type.googleapis.com/google.apps.sheets.v4.{name}", value)
    properties = _properties(name)
    result: dict[str, Any] = {}
    for key, item in value.items():
        field = camel(key)
        if field not in properties:
            raise _unknown(key, path)
        if item is None:
            continue
        below = f"{path}.{snake(field)}" if path else snake(field)
        if name == "GridRange" and field != "sheetId":
            below += ".value"  # these are wrapped integers, and the server names them so
        result[field] = _value(properties[field], item, below, f"{name}.{field}")
    if name == "Request" and len(result) > 1:
        first, second = list(result)[:2]
        text = f"Invalid value at '{path}' (oneof), oneof field 'kind' is already set. Cannot set '{second}'"
        del first
        raise violation(path, text)
    return result


def _value(schema: dict[str, Any], value: Any, path: str, label: str) -> Any:
    if "$ref" in schema:
        return _message(schema["$ref"], value, path, label)
    kind = schema.get("type")
    if kind == "array":
        return _array(schema["items"], value, path, label)
    if kind == "object":
        return _map(schema.get("additionalProperties"), value, path, label)
    if kind == "any":
        return value
    if kind == "boolean":
        if not isinstance(value, bool):
            raise _wrong(path, "TYPE_BOOL", value)
        return value
    if kind in {"integer", "number"}:
        return _number(schema, value, path)
    return _string(schema, value, path, label)


def _array(items: dict[str, Any], value: Any, path: str, label: str) -> Any:
    if not isinstance(value, list):
        if path.endswith(("requests", "values")):
            # one message stands for a list of one; the values API tells its own story about scalars
            return [_value(items, value, path, label)] if isinstance(value, dict) else value
        return [_value(items, value, path, label)]
    result = []
    for index, item in enumerate(value):
        below = f"{path}[{index}]"
        if isinstance(item, list) and "$ref" in items:
            result.append(_array(items, item, below, label))  # lists in lists are accepted for messages
        elif items.get("type") == "array":
            result.append(item)  # rows of values: checked by the values API, nulls kept
        elif item is None:
            raise _wrong(below, "null", item)
        else:
            result.append(_value(items, item, below, label))
    return result


def _map(values: dict[str, Any] | None, value: Any, path: str, label: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(path, "map", value)
    if values is None:
        return value
    return {key: _value(values, item, f"{path}[{key}]", label) for key, item in value.items()}


def _number(schema: dict[str, Any], value: Any, path: str) -> Any:
    kind = schema.get("format", "double")
    limit = _INTEGERS.get(kind)
    shown = f"TYPE_{kind.upper()}"
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _wrong(path, shown, value)
    if isinstance(value, str):
        if not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
            raise _wrong(path, shown, value)
        value = float(value) if limit is None or "." in value else int(value)
    if limit is not None:
        if isinstance(value, float):
            if not value.is_integer():
                raise _wrong(path, shown, value)
            value = int(value)
        if not -limit <= value < limit:
            raise _wrong(path, shown, value)
    return value


def _string(schema: dict[str, Any], value: Any, path: str, label: str) -> Any:
    allowed = schema.get("enum")
    if allowed is None:
        if schema.get("format") in {"int64", "uint64"} and isinstance(value, int):
            return str(value)
        if not isinstance(value, str):
            raise _wrong(path, "TYPE_STRING", value)
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(allowed):
        return allowed[value]
    if value not in allowed:
        owner, _, field = label.rpartition(".")
        enum = field[0].upper() + field[1:]
        raise _wrong(path, f"type.googleapis.com/google.apps.sheets.v4.{owner}.{enum}", value)
    return value


def _wrong(path: str, kind: str, value: Any) -> ApiError:
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    return violation(path, f"Invalid value at '{path}' ({kind}), {shown}")


def _unknown(key: str, path: str) -> ApiError:
    where = f" at '{path}'" if path else ""
    text = f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.'
    return violation(path, text)


def checked_params(method_id: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Query parameters with their types; `ranges` and its like are lists. Raises the 400 of an unknown name."""
    known = methods().get(method_id, {}).get("parameters")
    result: dict[str, Any] = {}
    for name, text in pairs:
        key = camel(name)
        if key in _STANDARD or name in _STANDARD:
            result[key] = text
            continue
        schema = (known or {}).get(key)
        if known is not None and (schema is None or schema.get("location") != "query"):
            message = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
            raise violation("", f"{message}Field '{name}' could not be found in request message.")
        if key == "ranges" or (schema or {}).get("repeated"):
            result.setdefault(key, []).append(text)
        elif (schema or {}).get("type") == "boolean" or key.startswith(("include", "exclude")):
            result[key] = _boolean(name, text)
        else:
            result[key] = text
    return result


def _boolean(name: str, text: str) -> bool:
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _wrong(snake(name), "TYPE_BOOL", text)


def check_mask(method_id: str, mask: Mask) -> None:
    """A response mask may only name fields that the reply has. Raises Google's 400."""
    method = methods().get(method_id)
    if method is not None:
        _check_fields(method["response"]["$ref"], mask, "")


def _check_fields(name: str, mask: Mask, path: str) -> None:
    properties = _properties(name)
    for field, below in mask.items():
        if field == "*":
            continue
        full = f"{path}.{field}" if path else field
        if field not in properties:
            text = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{full}'."
            raise violation("fields", text, "Request contains an invalid argument.")
        schema = properties[field]
        target = schema.get("$ref") or schema.get("items", {}).get("$ref")
        if below and target:
            _check_fields(target, below, full)
