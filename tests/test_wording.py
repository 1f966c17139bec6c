import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import splitaudit
from splitaudit.wording import SHOWN, counted, listed, option, probability

names = st.lists(st.text("abc", min_size=1, max_size=3), max_size=12)


@pytest.mark.parametrize(
    ("given_names", "words"),
    [
        ([], ""),
        (["x"], "x"),
        (["x", "y"], "x and y"),
        (["x", "y", "z"], "x, y and z"),
        ([0, 2, 3], "0, 2 and 3"),
        ((c for c in "abcde"), "a, b, c, d and e"),
        ("abcdef", "a, b, c, d and 2 more"),
        (range(1000), "0, 1, 2, 3 and 996 more"),
    ],
)
def test_names_are_joined_as_in_a_sentence(given_names, words):
    assert listed(given_names) == words


def test_how_many_are_shown_can_be_said():
    assert listed("abcdef", shown=2) == "a, b and 4 more"
    assert listed("abc", shown=2) == "a, b and c"
    assert listed("abcdef", shown=6) == "a, b, c, d, e and f"


@settings(deadline=None, max_examples=60)
@given(names, st.integers(1, 6))
def test_every_name_is_shown_or_counted(some, shown):
    words = listed(some, shown=shown).replace(" and ", ", ").split(", ") if some else []
    if len(some) <= shown + 1:
        assert words == some
    else:
        assert words == [*some[:shown], f"{len(some) - shown} more"]


def test_five_names_are_the_most_without_a_rest():
    assert "more" not in listed(range(SHOWN + 1))
    assert listed(range(SHOWN + 2)).endswith("and 2 more")


@pytest.mark.parametrize(
    ("count", "word", "words"),
    [
        (0, "window", "0 windows"),
        (1, "window", "1 window"),
        (2, "window", "2 windows"),
        (1, "class", "1 class"),
        (2, "class", "2 classes"),
        (3, "stretch", "3 stretches"),
        (2, "box", "2 boxes"),
        (1, "time step", "1 time step"),
        (2, "time step", "2 time steps"),
        (12345678, "sample", "12,345,678 samples"),
    ],
)
def test_counts_agree_with_their_noun(count, word, words):
    assert counted(count, word) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("x_key", None, "x_key (--x-key)"),
        ("x_key", "ecg", "x_key='ecg' (--x-key ecg)"),
        ("stride", 8, "stride=8 (--stride 8)"),
        ("overwrite", True, "overwrite=True (--overwrite)"),
    ],
)
def test_options_are_named_as_python_and_the_command_line_have_them(name, value, words):
    assert option(name, value) == words


OF_COMMANDS = re.compile(r"(_command|cli|options|program)\.py$")


def test_the_library_names_no_option_of_the_command_line_alone():
    """Who calls it from Python has arguments: ``option`` names both."""
    for path in Path(splitaudit.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in alone]
        for text in texts if not OF_COMMANDS.search(path.name) else ():
            assert not re.search(r"(?<![(\w-])--[a-z]", str(text.value)), f"{path}:{text.lineno}: {text.value}"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "< 1 %"), (0.0099, "< 1 %"), (0.01, "1 %"), (0.5, "50 %"), (0.99, "99 %"), (1.0, "> 99 %")],
)
def test_no_probability_is_certain(value, words):
    assert probability(value) == words


def test_an_unknown_probability_says_so():
    assert probability(float("nan")) == "unknown"
