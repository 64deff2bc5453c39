"""sheetsync.toml: typed, every problem at once, unknown keys refused."""

from __future__ import annotations

import tomllib

import pytest

from sheetsync.config import parse_config
from sheetsync.errors import ConfigError
from sheetsync.pipeline.initialise import NewProject, config_text

CODES = ("US", "DE", "JP")
GOOD = """
[plan]
id = "abc"
month = "2026-11"
marketplaces = ["US"]
[workbook]
excel = "plan.xlsx"
"""


def parse(text: str) -> object:
    return parse_config(tomllib.loads(text), where="sheetsync.toml", marketplaces=CODES)


def test_a_small_config_has_defaults() -> None:
    config = parse(GOOD)
    assert config.plan.language == "en"
    assert config.guard.max_vanished == 0.2
    assert config.workbook.backups == 10


def test_every_problem_is_told_at_once() -> None:
    text = """
    colour = "blue"
    [plan]
    id = "abc"
    month = "2026-13"
    marketplaces = ["US", "XX"]
    language = "fr"
    [workbook]
    [guard]
    max_vanished = 7
    [[team]]
    nam = "A"
    """
    with pytest.raises(ConfigError) as raised:
        parse(text)
    told = "\n".join(raised.value.problems)
    for part in ("colour", "2026-13", "'XX'", "language", "exactly one of", "max_vanished", "name: is missing", "nam"):
        assert part in told
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("line", ['excel = "a.xlsx"\ngoogle = "https://x"', ""])
def test_exactly_one_workbook(line: str) -> None:
    with pytest.raises(ConfigError, match="exactly one"):
        parse(GOOD.replace('excel = "plan.xlsx"', line))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_text_init_writes_reads_back(language: str) -> None:
    new = NewProject(month="2026-11", marketplaces=("US", "JP"), language=language, excel='a "b" \\ 计划.xlsx')
    config = parse(config_text(new, plan_id="abc"))
    assert config.workbook.excel == new.excel
    assert config.plan.language == language
    assert config.plan.marketplaces == ["US", "JP"]
