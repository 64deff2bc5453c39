"""Writing a plan: one guarded batch, looked at in its own answer, put right where people were faster. Bounded.

    look -> what is still to be done -> one batch -> look (in the answer) -> ... until nothing is left to do

An answer that is lost or a batch that is refused because something moved leads to a look, never to a blind second try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sheetsync.errors import NotConverged, WorkbookDenied, WorkbookError, WorkbookUnreadable
from sheetsync.workbooks.google.batches import Batch, batches, healing, params
from sheetsync.workbooks.google.outcome import Applied, NotApplied, Outcome
from sheetsync.workbooks.google.paints import mark_of
from sheetsync.workbooks.google.read import sight as seen
from sheetsync.workbooks.google.sight import Sight
from sheetsync.workbooks.google.work import TabTodo, Work, names

ROUNDS = 8
"""Looks after which a workbook that still moves is left to the next run."""


@dataclass(slots=True)
class Pen:
    """How a plan reaches Google: `send` one batch, `look` once more; `place` names the workbook in messages."""

    send: Callable[[dict[str, Any], dict[str, str]], Outcome]
    look: Callable[[], Sight]
    place: str
    began: bool = False
    """Whether anything may have been written."""

    def converge(self, work: Work, sight: Sight) -> Sight:
        """Writes until the workbook is as the plan wants it, and gives the last look.

        Raises NotConverged when something was written but not proved; any other WorkbookError means nothing was.
        """
        refused: tuple[str, str] | None = None
        for _ in range(ROUNDS):
            todo = work.pending(sight)
            if not todo:
                return sight
            try:
                after, reason = self._round(work, todo, sight)
                looked = after or self.look()
                work.recover(looked)
            except NotConverged:
                raise
            except WorkbookError as error:
                raise self._unproved(error) if self.began else error from None
            if reason and refused == (reason, looked.current.revision):
                raise self._refused(reason)
            refused = (reason, looked.current.revision) if reason else None
            sight = looked
        if not (left := work.pending(sight)):
            return sight
        raise NotConverged(
            f"people kept changing the workbook: not proved after {ROUNDS} looks: {names(left)}",
            where=self.place,
            hint="run again; what was written is right or will be put right",
        )

    def _round(self, work: Work, todo: dict[str, TabTodo], sight: Sight) -> tuple[Sight | None, str]:
        """One try: the look its answer brought (None: look anew), and why it was refused ("" if it was not)."""
        healed = healing(work.layout.plan_id, todo, sight)
        parts = [Batch(tuple(healed), {}, 0)] if healed else batches(work.layout, todo, sight)
        outcome: Outcome | None = None
        for number, batch in enumerate(parts, start=1):
            last = number == len(parts)
            outcome = self._send(work, batch, look=last)
            if not isinstance(outcome, Applied):
                break
        if isinstance(outcome, NotApplied):
            return None, outcome.message
        if not isinstance(outcome, Applied):
            return None, ""
        book = outcome.data.get("updatedSpreadsheet")
        return (seen(book, work.layout, outcome.revision) if book else None), ""

    def _send(self, work: Work, batch: Batch, *, look: bool) -> Outcome:
        outcome = self.send(batch.body(look=look), params(look=look))
        if isinstance(outcome, NotApplied):
            return outcome
        self.began = True
        for tab, part in batch.parts.items():
            work.remember(tab, part, batch.token)
        if batch.spots:
            work.keeping[batch.tag] = batch.spots
        if isinstance(outcome, Applied):
            self._give_back(outcome, batch)
        return outcome

    def _give_back(self, outcome: Applied, batch: Batch) -> None:
        """Conditional formats are deleted by their place in a list; one of people's that stood there comes back."""
        back = []
        for request, reply in zip(batch.requests, outcome.data.get("replies", ()), strict=False):
            gone = (reply or {}).get("deleteConditionalFormatRule", {}).get("rule")
            if gone and mark_of(gone) is None:
                at = request["deleteConditionalFormatRule"]["index"]
                back.append({"addConditionalFormatRule": {"rule": gone, "index": at}})
        if back:
            self.send({"requests": back[::-1]}, params(look=False))

    def _refused(self, reason: str) -> WorkbookError:
        if "protected cell" in reason and not self.began:
            return WorkbookDenied(
                "a protected range in the workbook refuses this sign-in; nothing was written",
                where=self.place,
                hint="Data > Protect sheets and ranges: let it edit our columns, or make the protection warn only",
            )
        kind = NotConverged if self.began else WorkbookUnreadable
        return kind(f"Google refuses the write: {reason}", where=self.place, hint="run `sheetsync doctor`")

    def _unproved(self, error: WorkbookError) -> NotConverged:
        return NotConverged(f"written, but not proved: {error.message}", where=self.place, hint="run again")
