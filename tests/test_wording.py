import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from splitaudit.wording import SHOWN, counted, listed

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
