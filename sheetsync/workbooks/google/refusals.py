"""Google's refusals, read from the answer and told as errors that say what to do next."""

from __future__ import annotations

import json
from typing import Any

from sheetsync.errors import WorkbookDenied, WorkbookError, WorkbookMissing, WorkbookUnavailable, WorkbookUnreadable
from sheetsync.workbooks.google.outcome import NotApplied

_LONGEST = 300
"""Characters of Google's own words that are passed on."""


def refusal(status: int, body: bytes) -> NotApplied:
    """An error answer in either of Google's shapes: `details[].reason` (Sheets) or `errors[].reason` (Drive)."""
    try:
        error: Any = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        error = {}
    if not isinstance(error, dict):
        error = {"message": str(error)}
    details = [item for item in error.get("details", ()) if isinstance(item, dict)]
    reasons = [item.get("reason") for item in (*details, *error.get("errors", ())) if isinstance(item, dict)]
    message = " ".join(str(error.get("message", "no explanation")).split())[:_LONGEST]
    return NotApplied(
        status, message, next((str(reason) for reason in reasons if reason), str(error.get("status", "")))
    )


def as_error(refused: NotApplied, place: str, identity: str) -> WorkbookError:
    """The refusal as an error: who was refused what, and the next step."""
    if refused.never_sent:
        return WorkbookUnavailable(
            f"Google could not be reached: {refused.message}", where=place, hint="check the network, then run again"
        )
    if refused.out_of_quota:
        return WorkbookUnavailable(
            "Google's quota of calls per minute is used up",
            where=place,
            hint="run again in a minute; other tools with the same sign-in share this quota",
        )
    if refused.status == 404:
        return WorkbookMissing(
            "there is no such spreadsheet, or it is not shared with this sign-in",
            where=place,
            hint=f"check the URL, and share the spreadsheet with {identity} as Editor",
        )
    if refused.status == 401:
        return WorkbookDenied(
            "Google did not accept the sign-in",
            where=place,
            hint="the key or token was revoked or is out of date: run `sheetsync doctor`, then sign in again",
        )
    if refused.status == 403:
        return _forbidden(refused, place, identity)
    return WorkbookUnreadable(f"Google refused the request ({refused.status}): {refused.message}", where=place)


def _forbidden(refused: NotApplied, place: str, identity: str) -> WorkbookDenied:
    words = f"{refused.reason} {refused.message}".lower()
    if "service_disabled" in words or "accessnotconfigured" in words or "has not been used in project" in words:
        return WorkbookDenied(
            "the Google Sheets API is not switched on in the project of this sign-in",
            where=place,
            hint="console.cloud.google.com > APIs & Services > Library > Google Sheets API > Enable; wait a minute",
        )
    if "storagequota" in words or "storage quota" in words:
        return WorkbookDenied(
            "the Drive storage of this sign-in is full, or it has none", where=place, hint=share(identity)
        )
    if "scope" in words:
        return WorkbookDenied(
            "the sign-in does not cover spreadsheets",
            where=place,
            hint="sign in again; the scope needed is https://www.googleapis.com/auth/spreadsheets",
        )
    if "protected cell" in words:
        return WorkbookDenied(
            "a protected range refuses this sign-in",
            where=place,
            hint=f"allow {identity} to edit it (Data > Protect sheets and ranges), or make it warn only",
        )
    return WorkbookDenied(
        f"the spreadsheet is not shared with {identity}",
        where=place,
        hint=f"open it in the browser > Share > add {identity} as Editor",
    )


def share(identity: str) -> str:
    """The way round the missing Drive storage of service accounts."""
    return f"make a spreadsheet yourself, share it with {identity} as Editor, then run `sheetsync init --google URL`"
