"""Every block of every page is run, loaded or compared, or says here why it is not."""

from __future__ import annotations

import re

from tests.docs import test_commands, test_python, test_settings
from tests.docs.blocks import ROOT, blocks, pages
from tests.integrations.test_page import PRINTED, SECTIONS

MEASURED = "measured in hours, on cases that are not in the repository"
NOT_COMPARED = {  # (page, how the block begins): why
    ("explanation.md", "           "): MEASURED,
    ("explanation.md", "probability   cases"): MEASURED,
    ("README.md", "           "): MEASURED,
}
HANDLED = {"python", "sh", "console", "toml", "yaml", "json", "text"}


def test_every_block_has_a_language_that_is_handled():
    assert len(blocks()) > 80
    for block in blocks():
        assert block.language in HANDLED, f"{block}: language {block.language!r}"


def test_no_block_escapes():
    """As many fences as blocks, so none is written in a way that is not found."""
    for page, text in pages().items():
        fences = len(re.findall(r"^\s*(?:```|~~~)", text, re.M))
        assert fences == 2 * sum(block.page == page for block in blocks()), page


def test_every_block_of_output_is_compared_or_says_why_not():
    used = set()
    for block in blocks("text"):
        entry = next((e for e in NOT_COMPARED if e[0] == block.page and block.text.startswith(e[1])), None)
        assert entry or block.text in PRINTED.values() or block in test_python.REPORTED, str(block)
        used.add(entry)
    assert used >= NOT_COMPARED.keys()


def test_every_block_of_code_is_run():
    run = {block for each in test_python.PAGES.values() for block in each} | set(test_python.PYTEST)
    elsewhere = "\n".join(SECTIONS.values())
    for block in blocks("python"):
        assert block in run or (block.page == "integrations.md" and block.text in elsewhere), str(block)


def test_every_block_of_commands_has_commands():
    for block in blocks("sh", "console"):
        assert test_commands.commands(block), str(block)


def test_every_block_of_settings_is_loaded():
    assert set(blocks("toml", "yaml", "json")) == {*test_settings.TOML, *test_settings.YAML, *test_settings.JSON}


def test_the_confusions_of_the_readme_are_those_of_the_page():
    (readme,), (page, _) = (
        [
            block.text
            for block in blocks("text")
            if (block.page == name and (name, block.text[:11]) in NOT_COMPARED)
            or (block.page == name and block.text.startswith("probability"))
        ]
        for name in ("README.md", "explanation.md")
    )
    assert readme == page
    rows = [line.split()[1:] for line in readme.splitlines()[1:]]
    counts = [[0 if cell == "." else int(cell) for cell in row] for row in rows]
    right, all_cases = sum(row[i] for i, row in enumerate(counts)), sum(map(sum, counts))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| cases of one cause, verified | | {all_cases:,} |" in text
    assert f"| the right cause first | ≥ 90 % | {100 * right / all_cases:.1f} % |" in text
