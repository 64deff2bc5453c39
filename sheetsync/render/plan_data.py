"""A refresh as data, for `--json`."""

from __future__ import annotations

from typing import Any

from sheetsync.core.model.finding import Finding
from sheetsync.core.model.layout import Layout
from sheetsync.core.model.plan import Plan
from sheetsync.core.model.values import to_data
from sheetsync.render.findings import say_finding


def plan_data(plan: Plan) -> dict[str, Any]:
    """Every part of a plan as JSON-able lists."""
    return {
        "empty": plan.is_empty,
        "cells": plan.cell_count,
        "writes": [
            {
                "tab": write.tab,
                "row": write.row_id,
                "column": write.column,
                "old": to_data(write.old),
                "new": to_data(write.new),
                "why": write.why.value,
            }
            for write in plan.writes
        ],
        "appends": [
            {"tab": row.tab, "row": row.row_id, "cells": {key: to_data(value) for key, value in row.cells.items()}}
            for row in plan.appends
        ],
        "ids": [{"tab": w.tab, "row": w.row_id, "reason": w.reason.value, "old": w.old_id} for w in plan.ids],
        "headings": [{"tab": h.tab, "column": h.column, "old": h.old, "new": h.new} for h in plan.headings],
        "edits": [
            {
                "kind": edit.kind.value,
                "tab": edit.tab,
                "row": edit.row_id,
                "name": edit.row_name,
                "column": edit.column,
                "old": to_data(edit.old),
                "new": to_data(edit.new),
            }
            for edit in plan.edits
        ],
        "conflicts": [
            {
                "tab": c.tab,
                "row": c.row_id,
                "column": c.column,
                "base": to_data(c.base),
                "current": to_data(c.current),
                "incoming": to_data(c.incoming),
                "kept": to_data(c.kept),
                "why": c.why,
            }
            for c in plan.conflicts
        ],
        "refusals": [{"code": r.code, "message": r.message, "hint": r.hint, "tab": r.tab} for r in plan.refusals],
    }


def finding_data(finding: Finding, layout: Layout) -> dict[str, Any]:
    """One finding with its wording in the workbook's language."""
    signal, said = finding.signal, say_finding(finding, layout)
    return {
        "id": finding.finding_id,
        "code": signal.code,
        "severity": signal.severity.value,
        "light": signal.light.value,
        "state": finding.state.value,
        "subject": signal.name,
        "marketplace": signal.marketplace,
        "title": said.title,
        "seen": said.seen,
        "action": said.action,
        "first_seen": finding.first_seen.isoformat(),
        "last_seen": finding.last_seen.isoformat(),
    }
