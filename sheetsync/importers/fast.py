"""stub"""

from __future__ import annotations

PROOF_ROWS = 2000


def suits(*a, **k):
    return False


def read(*a, **k):
    return None


def relation(p):
    return ""
