"""Where memory does not suffice for a batch, its windows go through the network in parts; the training is the same."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from splitaudit.errors import NotApplicable  # noqa: E402
from splitaudit.models.fit import fit  # noqa: E402
from splitaudit.models.loop import out_of_memory  # noqa: E402
from splitaudit.models.networks import Network  # noqa: E402
from tests.models.training import SMALL, windows  # noqa: E402

TOO_MUCH = 1 << 50


@pytest.fixture
def room(monkeypatch):
    """Let the network ask torch for more memory than there is where it is given more windows than so many."""

    def make(n):
        forward = Network.__call__

        def wants(self, X):
            if len(X) > n:
                torch.empty(TOO_MUCH, dtype=torch.uint8)
            return forward(self, X)

        monkeypatch.setattr(Network, "__call__", wants)

    return make


def fitted(rng):
    X, y = windows(rng, 120)
    recipe = replace(SMALL, epochs=3)
    return fit(recipe, X, y, X[:40], y[:40], n_classes=2, units=np.arange(120), seed=3, device="cpu")


@pytest.mark.parametrize("n", [1, 3, 8])
def test_smaller_parts_train_the_same_network(room, n):
    whole = fitted(np.random.default_rng(0))
    room(n)
    parted = fitted(np.random.default_rng(0))
    np.testing.assert_allclose(parted.curve.train_loss, whole.curve.train_loss, rtol=1e-4)
    np.testing.assert_allclose(parted.probabilities, whole.probabilities, atol=1e-4)


def test_too_little_for_a_single_window_is_one_sentence(room):
    room(0)
    with pytest.raises(NotApplicable, match=r"^there is not enough memory to train on a window of 16 x 2$"):
        fitted(np.random.default_rng(0))


def test_other_faults_are_not_taken_for_a_want_of_memory():
    with pytest.raises(RuntimeError) as wrong:
        torch.zeros(2, 3) @ torch.zeros(2, 3)
    assert not out_of_memory(wrong.value)
    assert out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."))
    assert out_of_memory(MemoryError())
