"""One configuration of the reference network: what is built and how it is trained."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from splitaudit.errors import ConfigError

NETWORKS = ("lstm", "bilstm", "gru", "attention", "cnn_lstm", "spectrogram", "convlstm")
OPTIMISERS = ("adam", "sgd")
HEADS = ("softmax", "sigmoid", "one_unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One configuration; the defaults are the reference.

    Parameters
    ----------
    network : {"lstm", "bilstm", "gru", "attention", "cnn_lstm", "spectrogram", "convlstm"}
        The architecture, see :mod:`splitaudit.models.networks`; ``"convlstm"`` is for image windows alone.
    hidden : int
        Units per layer and direction.
    layers : int
        Recurrent layers.
    dropout : float
        Share of units silenced while training, between the layers and before the head.
    weight_decay : float
        The L2 penalty, added to the gradient.
    optimiser : {"adam", "sgd"}
        SGD runs with Nesterov momentum 0.9.
    learning_rate : float
        At its highest; it rises over the first steps and falls to nothing along a cosine.
    head : {"softmax", "sigmoid", "one_unit"}
        ``"sigmoid"`` is one unit for two classes; ``"one_unit"`` a softmax over one unit, which can only say one
        thing.
    length : float
        Share of the window that is kept, from its beginning.
    epochs : int
        At most.
    batch_size : int
        At most; a small train side is cut into at least 16 batches.
    max_steps : int
        Neighbouring time steps are stacked until at most so many are left.
    """

    network: str = "bilstm"
    hidden: int = 64
    layers: int = 1
    dropout: float = 0.0
    weight_decay: float = 0.0
    optimiser: str = "adam"
    learning_rate: float = 3e-3
    head: str = "softmax"
    length: float = 1.0
    epochs: int = 40
    batch_size: int = 64
    max_steps: int = 64

    def __post_init__(self) -> None:
        for name, known in (("network", NETWORKS), ("optimiser", OPTIMISERS), ("head", HEADS)):
            if getattr(self, name) not in known:
                close = difflib.get_close_matches(str(getattr(self, name)), known, n=1)
                hint = f", did you mean {close[0]!r}?" if close else ""
                raise ConfigError(f"{name} is {getattr(self, name)!r}, expected one of {', '.join(known)}{hint}")
        for name in ("hidden", "layers", "epochs", "batch_size", "max_steps"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)!r}, expected a whole number of at least 1")
        if not 0 <= self.dropout < 1 or not 0 < self.length <= 1:
            raise ConfigError(f"dropout is {self.dropout!r} and length {self.length!r}, expected shares")
        if self.learning_rate <= 0 or self.weight_decay < 0:
            raise ConfigError(
                f"learning_rate is {self.learning_rate!r}, weight_decay {self.weight_decay!r}, expected numbers above 0"
            )
