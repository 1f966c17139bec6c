"""The rungs of the ladder: what people suggest against a plateau, as configurations, the cheap and most asked first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from splitaudit.models.recipe import Recipe

# small enough that some thirty of them can be run; each rung changes one thing of it
BASE = Recipe(hidden=32, batch_size=32, max_steps=32)
WINDOW = "window length"
STEPS = 640  # of the optimiser, in which the base learns what it can
LEAST_BATCHES, LEAST_BATCH = 16, 8  # as the training loop cuts a small train side
LEAST_EPOCHS, MOST_EPOCHS = 6, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One configuration: which suggestion it belongs to, what it is called, what is trained.

    ``start`` draws the first weights anew, ``share`` is that of the optimiser's steps (wide networks need fewer and
    cost more), ``mute`` marks those that cannot learn whatever the data.
    """

    step: str
    configuration: str
    recipe: Recipe
    start: int = 0
    share: float = 1.0
    mute: bool = False

    @property
    def name(self) -> str:
        """What progress calls it."""
        return self.configuration

    def sized(self, n: int, *, full: bool = False) -> Rung:
        """Return it with the epochs that ``n`` train windows need, or twice as many."""
        batch = min(self.recipe.batch_size, max(LEAST_BATCH, n // LEAST_BATCHES))
        epochs = ceil((1 + full) * self.share * STEPS * batch / n)
        return replace(self, recipe=replace(self.recipe, epochs=min(MOST_EPOCHS, max(LEAST_EPOCHS, epochs))))


def rungs(n_classes: int, *, images: bool = False) -> list[Rung]:
    """Return the configurations for windows of ``n_classes`` classes, image windows or not."""
    heads = (_heads(),) if n_classes == 2 else ()
    front = _images() if images else _front_ends()
    listed = (_first(), _regularisation(), _optimisers(), _architectures(), front, *heads, _large())
    return [rung for part in listed for rung in part]


def _rung(step: str, configuration: str, *, start: int = 0, share: float = 1.0, mute: bool = False, **to: Any) -> Rung:
    recipe = replace(BASE, **to)
    return Rung(step=step, configuration=configuration, recipe=recipe, start=start, share=share, mute=mute)


def _first() -> list[Rung]:
    return [
        _rung("architecture", "BiLSTM, 32 units"),
        _rung("first weights", "drawn again", start=1),
        _rung("first weights", "and once more", start=2),
        _rung("architecture", "LSTM, 32 units", network="lstm"),
        _rung("units", "2 units", hidden=2),
        _rung("units", "8 units", hidden=8),
        _rung("units", "128 units", hidden=128),
    ]


def _regularisation() -> list[Rung]:
    return [
        _rung("dropout", "dropout 0.2", dropout=0.2),
        _rung("dropout", "dropout 0.5", dropout=0.5),
        _rung("dropout", "dropout 0.8", dropout=0.8),
        _rung("dropout", "dropout 0.99", dropout=0.99, share=0.5, mute=True),
        _rung("L2", "L2 0.0001", weight_decay=1e-4),
        _rung("L2", "L2 0.001", weight_decay=1e-3),
        _rung("L2", "L2 0.01", weight_decay=1e-2),
    ]


def _optimisers() -> list[Rung]:
    return [
        _rung("optimiser", "Adam at 0.001", learning_rate=1e-3),
        _rung("optimiser", "Adam at 0.0003", learning_rate=3e-4),
        _rung("optimiser", "Adam at 0.000005", learning_rate=5e-6, share=0.5, mute=True),
        _rung("optimiser", "SGD, momentum 0.9", optimiser="sgd", learning_rate=0.1),
    ]


def _architectures() -> list[Rung]:
    return [
        _rung("layers", "2 layers", layers=2),
        _rung("layers", "3 layers", layers=3),
        _rung("architecture", "attention pooling", network="attention"),
        _rung("architecture", "CNN-LSTM", network="cnn_lstm"),
        _rung("architecture", "GRU, 32 units", network="gru"),
    ]


def _front_ends() -> list[Rung]:
    return [_rung("front end", "spectrogram", network="spectrogram"), *_windows()]


def _images() -> list[Rung]:
    return [_rung("architecture", "ConvLSTM", network="convlstm"), *_windows()]


def _windows() -> list[Rung]:
    return [_rung(WINDOW, "half of the window", length=0.5), _rung(WINDOW, "a quarter of it", length=0.25)]


def _heads() -> list[Rung]:
    return [
        _rung("head", "one sigmoid", head="sigmoid"),
        _rung("head", "softmax of one unit", head="one_unit", share=0.25, mute=True),
    ]


def _large() -> list[Rung]:
    slow: dict[str, Any] = {"learning_rate": 1e-3, "network": "lstm"}
    return [
        _rung("units", "LSTM, 300 units", hidden=300, share=0.5, **slow),
        _rung("units", "LSTM, 800 units", hidden=800, share=0.4, **slow),
    ]
