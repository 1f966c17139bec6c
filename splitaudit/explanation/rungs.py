"""The rungs of the ladder: what people suggest against a plateau, as configurations, the cheap and most asked first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from splitaudit.models.recipe import Recipe

# small and few enough that some thirty of them can be run; each rung changes one thing of it
BASE = Recipe(hidden=32, epochs=16, batch_size=32)
WINDOW = "window length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One configuration: which suggestion it belongs to, what it is called, what is trained.

    ``another_seed`` draws the first weights anew. ``mute`` marks those that cannot learn whatever the data.
    """

    step: str
    configuration: str
    recipe: Recipe
    another_seed: int = 0
    mute: bool = False

    @property
    def name(self) -> str:
        """What progress calls it."""
        return self.configuration


def rungs(n_classes: int, *, images: bool = False) -> list[Rung]:
    """Return the configurations for windows of ``n_classes`` classes, image windows or not."""
    listed = [
        _rung("architecture", "BiLSTM, 32 units"),
        _rung("architecture", "LSTM", network="lstm"),
        Rung(step="first weights", configuration="seed 2", recipe=BASE, another_seed=1),
        Rung(step="first weights", configuration="seed 3", recipe=BASE, another_seed=2),
        _rung("units", "2 units", hidden=2),
        _rung("units", "8 units", hidden=8),
        _rung("units", "128 units", hidden=128),
        _rung("dropout", "dropout 0.2", dropout=0.2),
        _rung("dropout", "dropout 0.5", dropout=0.5),
        _rung("dropout", "dropout 0.8", dropout=0.8),
        Rung(
            step="dropout", configuration="dropout 0.99", recipe=replace(BASE, dropout=0.99), mute=True
        ),
        _rung("L2", "L2 0.0001", weight_decay=1e-4),
        _rung("L2", "L2 0.01", weight_decay=1e-2),
        _rung("optimiser", "Adam at 0.001", learning_rate=1e-3),
        _rung("optimiser", "Adam at 0.0003", learning_rate=3e-4),
        Rung(
            step="optimiser", configuration="Adam at 0.000005", recipe=replace(BASE, learning_rate=5e-6), mute=True
        ),
        _rung("optimiser", "SGD, momentum 0.9", optimiser="sgd", learning_rate=0.1),
        _rung("layers", "2 layers", layers=2),
        _rung("layers", "3 layers", layers=3),
        _rung("architecture", "GRU", network="gru"),
        _rung("architecture", "attention pooling", network="attention"),
        _rung("architecture", "CNN-LSTM", network="cnn_lstm"),
        _rung("front end", "spectrogram", network="spectrogram"),
        _rung(WINDOW, "half of the window", length=0.5),
        _rung(WINDOW, "a quarter of it", length=0.25),
    ]
    if n_classes == 2:
        listed += [
            _rung("head", "one sigmoid", head="sigmoid"),
            Rung(
                step="head", configuration="softmax of one unit", recipe=replace(BASE, head="one_unit"), mute=True
            ),
        ]
    if images:
        listed = [rung for rung in listed if rung.recipe.network != "spectrogram"]  # of pixels nobody asked for one
        listed.append(_rung("architecture", "ConvLSTM", network="convlstm"))
    return [*listed, _rung("units", "300 units", hidden=300), _rung("units", "800 units", hidden=800)]


def _rung(step: str, configuration: str, **changes: object) -> Rung:
    return Rung(step=step, configuration=configuration, recipe=replace(BASE, **changes))  # type: ignore[arg-type]
