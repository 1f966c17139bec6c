"""What the tests of refused input share: small arrays, and the sentence that refuses them."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.errors import DataError

N, T, C = 6, 8, 3
X = np.random.default_rng(0).normal(size=(N, T, C)).astype(np.float32)
Y = np.array([0, 1, 0, 1, 0, 1])


def sentence(call, *words):
    """Assert that the call is refused in one line that holds these words."""
    with pytest.raises(DataError) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    for word in words:
        assert str(word) in text
    return text


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path
