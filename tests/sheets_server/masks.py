"""Field masks: `sheets(properties.title,data/rowData)`, camelCase or snake_case, for reading and for writing."""

from __future__ import annotations

import copy
import functools
import re
from typing import Any

from tests.sheets_server.errors import bad_request, violation

Mask = dict[str, Any]  # a tree; an empty dict is a leaf and means "all of it"


@functools.cache
def camel(name: str) -> str:
    """`update_sheet_properties` -> `updateSheetProperties`."""
    return re.sub(r"_([a-z0-9])", lambda match: match.group(1).upper(), name) if "_" in name else name


@functools.cache
def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda match: "_" + match.group(1).lower(), name)


def response_mask(text: str) -> Mask:
    """The mask of a `fields` parameter, where (unlike in an update request) a blank is part of a name."""
    blank = re.search(r"\s[^,()]*", text)
    if blank:
        path = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{blank.group()}'."
        raise violation("fields", path, _INVALID)
    return parse_mask(text)


def parse_mask(text: str) -> Mask:
    """The tree of a mask. Raises a 400 when the brackets do not match."""
    tokens = re.findall(r"[A-Za-z0-9_*]+|[(),./]", text.replace(" ", ""))
    if "".join(tokens) != text.replace(" ", ""):
        raise _bad(text)
    tree: Mask = {}
    rest = _parse_list(tokens, tree, text)
    if rest:
        raise _bad(text)
    return tree


def _bad(text: str) -> Exception:
    return violation("fields", f"Error expanding 'fields' parameter. Cannot parse '{text}'.", _INVALID)


_INVALID = "Request contains an invalid argument."


def _parse_list(tokens: list[str], tree: Mask, text: str) -> list[str]:
    while tokens:
        tokens = _parse_path(tokens, tree, text)
        if tokens and tokens[0] == ",":
            tokens = tokens[1:]
            continue
        break
    return tokens


def _parse_path(tokens: list[str], tree: Mask, text: str) -> list[str]:
    node, fresh = tree, False
    while tokens and re.match(r"[\w*]", tokens[0]):
        name = camel(tokens[0])
        known = name in node
        fresh = not known
        if known and not node[name]:
            node[name] = {}  # a leaf already asked for everything
            node = {}
        else:
            node = node.setdefault(name, {})
        tokens = tokens[1:]
        if tokens and tokens[0] in "./":
            tokens = tokens[1:]
            continue
        if tokens and tokens[0] == "(":
            tokens = _parse_list(tokens[1:], node, text)
            if not tokens or tokens[0] != ")":
                raise _bad(text)
            return tokens[1:]
        if not fresh:
            node.clear()
        return tokens
    raise _bad(text)


def select(message: Any, mask: Mask) -> Any:
    """The parts of a reply that a response mask asks for."""
    if not mask or "*" in mask:
        return message
    if isinstance(message, list):
        return [select(item, mask) for item in message]
    if not isinstance(message, dict):
        return message
    return {key: select(value, mask[key]) for key, value in message.items() if key in mask}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether a response mask reaches `path` (no mask: it does)."""
    node = mask
    for name in path:
        if not node or "*" in node:
            return True
        if name not in node:
            return False
        node = node[name]
    return True


def update_mask(request: dict[str, Any]) -> Mask:
    """The `fields` of an update request, which must not be empty."""
    text = request.get("fields")
    if not text:
        raise bad_request("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return parse_mask(text)


def strip_root(mask: Mask, root: str) -> Mask:
    """A mask may or may not name the message it is relative to (`properties.title` or `title`)."""
    return mask[root] if set(mask) == {root} and mask[root] else mask


def merged(old: dict[str, Any] | None, new: dict[str, Any] | None, mask: Mask) -> dict[str, Any]:
    """`old` with the masked fields taken from `new`; what `new` does not have is cleared."""
    new = new or {}
    if not mask or "*" in mask:
        return copy.deepcopy(new)
    result = dict(old or {})
    for name, below in mask.items():
        value = new.get(name)
        if below and "*" not in below and (isinstance(value, dict) or isinstance(result.get(name), dict)):
            before = result.get(name) if isinstance(result.get(name), dict) else None
            inner = merged(before, value if isinstance(value, dict) else {}, below)
            if inner:
                result[name] = inner
            else:
                result.pop(name, None)
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = copy.deepcopy(value)
    return result
