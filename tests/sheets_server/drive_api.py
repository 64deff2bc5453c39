"""The bit of Drive v3 that spreadsheet clients use: files, permissions, comments, export, and CSV upload."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

from tests.sheets_server.account import FOLDER_TYPE, SHEET_TYPE, Account, File
from tests.sheets_server.book import Tab, new_id
from tests.sheets_server.errors import ApiError, drive_error
from tests.sheets_server.exports import exported
from tests.sheets_server.masks import Mask, parse_mask, select
from tests.sheets_server.writing import enter

Message = dict[str, Any]
_BRIEF = ("kind", "id", "name", "mimeType")
_TERM = re.compile(
    r"""^(?:(?P<field>\w+)\s*(?P<op>=|!=|contains|<|<=|>|>=)\s*(?P<value>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|true|false)
    |(?P<member>'(?:[^'\\]|\\.)*')\s+in\s+(?P<group>\w+))$""",
    re.VERBOSE,
)


def stamp(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def resource(file: File) -> Message:
    """Every field of the file that is served."""
    return {
        "kind": "drive#file",
        "id": file.book.spreadsheet_id,
        "name": file.name,
        "mimeType": file.mime,
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified),
        "version": str(file.version),
        "parents": file.parents,
        "trashed": file.trashed,
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.book.spreadsheet_id}/edit?usp=drivesdk",
        "permissions": [permission(item) for item in file.permissions],
        "capabilities": {"canEdit": file.writable},
        "ownedByMe": True,
    }


def permission(item: Message) -> Message:
    return {"kind": "drive#permission", **item}


class Drive:
    """Answers Drive calls over an account."""

    def __init__(self, account: Account):
        self.account = account

    def answer(self, verb: str, path: str, params: Message, body: Any) -> Message | bytes | None:
        """The reply: a message, the bytes of an export, or None for 204. Raises Drive's own errors."""
        mask = parse_mask(params["fields"]) if params.get("fields") else None
        for method, pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == verb:
                with self.account.lock:
                    return handler(self, found.groupdict(), params, body, mask)
        raise drive_error(404, "notFound", "Not Found")

    def file(self, file_id: str) -> File:
        try:
            return self.account.file(file_id)
        except ApiError as refused:
            raise drive_error(404, "notFound", f"File not found: {file_id}.", location="fileId") from refused

    def list(self, _parts: Message, params: Message, _body: Any, mask: Mask | None) -> Message:
        files = [file for file in self.account.files.values() if file.shared]
        for term in _terms(params.get("q", "")):
            files = [file for file in files if term(file)]
        files.sort(key=lambda file: file.modified, reverse=True)
        if params.get("orderBy", "").startswith("name"):
            files.sort(key=lambda file: file.name)
        start, size = int(params.get("pageToken") or 0), int(params.get("pageSize") or 100)
        page = files[start : start + size]
        reply: Message = {"kind": "drive#fileList", "incompleteSearch": False}
        reply["files"] = [resource(file) if mask else _brief(file) for file in page]
        if start + size < len(files):
            reply["nextPageToken"] = str(start + size)
        return select(reply, mask) if mask else reply

    def get(self, parts: Message, _params: Message, _body: Any, mask: Mask | None) -> Message:
        file = self.file(parts["id"])
        return select(resource(file), mask) if mask else _brief(file)

    def create(self, _parts: Message, _params: Message, body: Any, mask: Mask | None) -> Message:
        body = body or {}
        if not self.account.has_storage:
            raise drive_error(
                403, "storageQuotaExceeded", "The user's Drive storage quota has been exceeded.", "usageLimits"
            )
        name, parents = body.get("name") or "Untitled", body.get("parents")
        kind = body.get("mimeType", SHEET_TYPE)
        if kind not in {SHEET_TYPE, FOLDER_TYPE}:
            raise drive_error(400, "invalid", "This local server keeps spreadsheets and folders only.")
        make = self.account.create_folder if kind == FOLDER_TYPE else self.account.create
        book = make(name, parents)
        return self.get({"id": book.spreadsheet_id}, {}, None, mask)

    def copy(self, parts: Message, _params: Message, body: Any, mask: Mask | None) -> Message:
        self.file(parts["id"])
        body = body or {}
        book = self.account.copy(parts["id"], body.get("name"), body.get("parents"))
        return self.get({"id": book.spreadsheet_id}, {}, None, mask)

    def update(self, parts: Message, params: Message, body: Any, mask: Mask | None) -> Message:
        file, body = self.file(parts["id"]), body or {}
        if body.get("name"):
            file.book.props["title"] = body["name"]
        if "trashed" in body:
            file.trashed = bool(body["trashed"])
        gone = (params.get("removeParents") or "").split(",")
        added = [parent for parent in (params.get("addParents") or "").split(",") if parent]
        file.parents = [parent for parent in file.parents if parent not in gone] + added
        file.touch(self.account.now())
        return self.get(parts, {}, None, mask)

    def delete(self, parts: Message, _params: Message, _body: Any, _mask: Mask | None) -> None:
        self.file(parts["id"])
        del self.account.files[parts["id"]]

    def comments(self, parts: Message, _params: Message, _body: Any, mask: Mask | None) -> Message:
        self.file(parts["id"])
        reply: Message = {"kind": "drive#commentList", "comments": []}
        return select(reply, mask) if mask else reply

    def permissions(self, parts: Message, _params: Message, _body: Any, mask: Mask | None) -> Message:
        items = [permission(item) for item in self.file(parts["id"]).permissions]
        reply: Message = {"kind": "drive#permissionList", "permissions": items}
        if not mask:
            reply["permissions"] = [{key: item[key] for key in ("kind", "id", "type", "role")} for item in items]
            return reply
        return select(reply, mask)

    def create_permission(self, parts: Message, _params: Message, body: Any, mask: Mask | None) -> Message:
        file, body = self.file(parts["id"]), body or {}
        if body.get("type") not in {"user", "group", "domain", "anyone"}:
            raise drive_error(400, "required", "The permission type field is required.", location="permission.type")
        if body.get("role") not in {"owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"}:
            raise drive_error(400, "required", "The permission role field is required.", location="permission.role")
        new_permission = "anyoneWithLink" if body["type"] == "anyone" else str(new_id())
        item = {"id": new_permission, "type": body["type"], "role": body["role"]}
        item |= {key: body[key] for key in ("emailAddress", "domain") if body.get(key)}
        file.permissions.append(item)
        return (
            select(permission(item), mask)
            if mask
            else {key: permission(item)[key] for key in ("kind", "id", "type", "role")}
        )

    def _permission(self, parts: Message) -> tuple[File, Message]:
        file = self.file(parts["id"])
        for item in file.permissions:
            if item["id"] == parts["permission"]:
                return file, item
        raise drive_error(404, "notFound", f"Permission not found: {parts['permission']}.", location="permissionId")

    def get_permission(self, parts: Message, _params: Message, _body: Any, mask: Mask | None) -> Message:
        item = permission(self._permission(parts)[1])
        return select(item, mask) if mask else {key: item[key] for key in ("kind", "id", "type", "role")}

    def update_permission(self, parts: Message, _params: Message, body: Any, mask: Mask | None) -> Message:
        _, item = self._permission(parts)
        item["role"] = (body or {}).get("role", item["role"])
        return self.get_permission(parts, {}, None, mask)

    def delete_permission(self, parts: Message, _params: Message, _body: Any, _mask: Mask | None) -> None:
        file, item = self._permission(parts)
        if item["role"] == "owner":
            raise drive_error(403, "insufficientFilePermissions", "The owner of a file cannot be removed.")
        file.permissions.remove(item)

    def about(self, _parts: Message, _params: Message, _body: Any, mask: Mask | None) -> Message:
        reply = {"kind": "drive#about", "user": {"kind": "drive#user", "me": True, "emailAddress": "local@example.com"}}
        return select(reply, mask) if mask else reply

    def export(self, parts: Message, params: Message, _body: Any, _mask: Mask | None) -> bytes:
        file = self.file(parts["id"])
        content = exported(file.book, params.get("mimeType", ""))
        if content is None:
            raise drive_error(400, "badRequest", "The requested conversion is not supported.", location="convertTo")
        return content

    def upload(self, parts: Message, _params: Message, body: Any, _mask: Mask | None) -> Message:
        """A CSV put over a spreadsheet: one tab, titled like the file, read as if typed."""
        file_id = parts["id"]
        self.file(file_id)
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else ""
        with self.account.transaction(file_id) as book:
            tab = Tab(new_id(), book.props["title"])
            rows = list(csv.reader(io.StringIO(text, newline="")))
            width = max((len(row) for row in rows), default=0)
            tab.grid.resize(max(1000, len(rows)), max(26, width))
            for row, line in enumerate(rows):
                for column, value in enumerate(line):
                    enter(tab, row, column, value, "USER_ENTERED")
            book.tabs, book.named_ranges, book.metadata = [tab], [], []
        return {"kind": "drive#file", "id": file_id, "title": tab.title, "mimeType": SHEET_TYPE}


def _brief(file: File) -> Message:
    return {key: value for key, value in resource(file).items() if key in _BRIEF}


def _terms(query: str) -> list[Callable[[File], bool]]:
    """The tests of a `q`, joined by `and`. Raises the 400 of a query it cannot read."""
    return [_term(part.strip()) for part in re.split(r"\s+and\s+(?=[\w'(])", query.strip()) if part.strip()]


def _term(text: str) -> Callable[[File], bool]:
    found = _TERM.match(text.strip("() "))
    if not found:
        raise drive_error(400, "invalid", "Invalid Value", location="q")
    if found["group"]:
        member = _unquoted(found["member"])
        return lambda file: found["group"] != "parents" or member in file.parents
    name, operator, value = found["field"], found["op"], _unquoted(found["value"])

    def test(file: File) -> bool:
        actual = resource(file).get(name)
        if isinstance(actual, bool):
            return (str(actual).lower() == value) == (operator == "=")
        if operator == "contains":
            return value.casefold() in str(actual).casefold()
        comparisons = {
            "=": actual == value, "!=": actual != value, "<": str(actual) < value,
            "<=": str(actual) <= value, ">": str(actual) > value, ">=": str(actual) >= value,
        }  # fmt: skip
        return comparisons[operator]

    return test


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "'\"" else text


_FILE = r"/drive/v3/files/(?P<id>[^/]+)"
_ROUTES = (
    ("GET", r"/drive/v3/files", Drive.list),
    ("POST", r"/drive/v3/files", Drive.create),
    ("GET", r"/drive/v3/about", Drive.about),
    ("GET", _FILE, Drive.get),
    ("PATCH", _FILE, Drive.update),
    ("DELETE", _FILE, Drive.delete),
    ("POST", _FILE + "/copy", Drive.copy),
    ("GET", _FILE + "/export", Drive.export),
    ("GET", _FILE + "/comments", Drive.comments),
    ("GET", _FILE + "/permissions", Drive.permissions),
    ("POST", _FILE + "/permissions", Drive.create_permission),
    ("GET", _FILE + r"/permissions/(?P<permission>[^/]+)", Drive.get_permission),
    ("PATCH", _FILE + r"/permissions/(?P<permission>[^/]+)", Drive.update_permission),
    ("DELETE", _FILE + r"/permissions/(?P<permission>[^/]+)", Drive.delete_permission),
    ("PUT", r"/upload/drive/v2/files/(?P<id>[^/]+)", Drive.upload),
    ("PATCH", r"/upload/drive/v3/files/(?P<id>[^/]+)", Drive.upload),
)
