"""Formulas to trees: the usual precedence of a spreadsheet."""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.formula_text import FormulaSyntaxError, reference, tokens

Node = tuple[Any, ...]
_LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))


def parse(formula: str) -> Node:
    """The tree of a formula such as `=SUM(A1:A3)*2`. Raises FormulaSyntaxError."""
    parser = _Parser([item for item in tokens(formula) if item[0] != "space"])
    node = parser.level(0)
    if parser.peek() is not None:
        raise FormulaSyntaxError(formula)
    return node


class _Parser:
    def __init__(self, items: list[tuple[str, str, re.Match[str]]]):
        self.items = items
        self.at = 0

    def peek(self) -> str | None:
        return self.items[self.at][1] if self.at < len(self.items) else None

    def take(self) -> tuple[str, str, re.Match[str]]:
        if self.at >= len(self.items):
            raise FormulaSyntaxError("unexpected end")
        self.at += 1
        return self.items[self.at - 1]

    def expect(self, text: str) -> None:
        if self.take()[1] != text:
            raise FormulaSyntaxError(f"expected {text}")

    def level(self, depth: int) -> Node:
        if depth == len(_LEVELS):
            return self.unary()
        left = self.level(depth + 1)
        while self.peek() in _LEVELS[depth]:
            operator = self.take()[1]
            left = ("binary", operator, left, self.level(depth + 1))
        return left

    def unary(self) -> Node:
        if self.peek() in {"-", "+"}:
            return ("unary", self.take()[1], self.unary())
        node = self.primary()
        while self.peek() == "%":
            self.take()
            node = ("percent", node)
        return node

    def primary(self) -> Node:
        kind, text, match = self.take()
        if kind == "number":
            return ("value", float(text))
        if kind == "text":
            return ("value", text[1:-1].replace('""', '"'))
        if kind == "error":
            return ("error", text)
        if kind == "ref":
            return ("ref", reference(match))
        if kind == "func":
            return self.call(text.upper())
        if kind == "name":
            return ("value", text.upper() == "TRUE") if text.upper() in {"TRUE", "FALSE"} else ("name", text)
        if text == "(":
            node = self.level(0)
            self.expect(")")
            return node
        if text == "{":
            return self.array()
        raise FormulaSyntaxError(text)

    def call(self, name: str) -> Node:
        self.expect("(")
        arguments: list[Node] = []
        while self.peek() != ")":
            if self.peek() in {",", ";"}:
                arguments.append(("value", None))
            else:
                arguments.append(self.level(0))
            if self.peek() in {",", ";"}:
                self.take()
                if self.peek() == ")":
                    arguments.append(("value", None))
        self.expect(")")
        return ("call", name, arguments)

    def array(self) -> Node:
        rows: list[list[Node]] = [[]]
        while self.peek() != "}":
            rows[-1].append(self.level(0))
            if self.peek() == ",":
                self.take()
            elif self.peek() == ";":
                self.take()
                rows.append([])
        self.expect("}")
        return ("array", rows)
