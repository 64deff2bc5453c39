"""Units for schedulers: complete, quoted, and refused for nothing."""

from __future__ import annotations

import shlex
import xml.etree.ElementTree as ET

import pytest

from sheetsync.render.schedule import UNITS, Job, cron_text, launchd_text, systemd_text

ODD = Job(command="/opt/my tools/sheetsync", project="/data/100% plan's & co", minutes=30)


@pytest.mark.parametrize("kind", sorted(UNITS))
def test_every_unit_names_command_and_project(kind: str) -> None:
    job = Job("/usr/bin/sheetsync", "/data/plan", 15)
    text = UNITS[kind](job)
    assert "refresh" in text
    assert "plan" in text
    assert text.endswith("\n")


def test_cron_survives_blanks_quotes_and_percent() -> None:
    line = cron_text(ODD).splitlines()[1]
    assert line.startswith("*/30 * * * * ")
    command = line.split(" ", 5)[5].replace("\\%", "%").split(" >>")[0]
    assert shlex.split(command) == [ODD.command, "refresh", "-C", ODD.project]


def test_cron_of_hours() -> None:
    assert cron_text(Job("s", "p", 120)).splitlines()[1].startswith("7 */2 * * * ")


def test_systemd_escapes_percent() -> None:
    assert '"/data/100%% plan\'s & co"' in systemd_text(ODD)


def test_launchd_is_well_formed() -> None:
    root = ET.fromstring(launchd_text(ODD))  # our own text
    assert ODD.project in [node.text for node in root.iter("string")]
