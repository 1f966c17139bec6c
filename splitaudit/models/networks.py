"""Networks over windows: a front end, a recurrent body, pooling over time and a linear head.

torch is an extra and loads here when a network is built. Many time steps are costly one by one, so neighbouring steps
are stacked until few are left: the body sees every sample, several at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from splitaudit.errors import NotApplicable, require
from splitaudit.models.recipe import Recipe

FILTERS = 32
MAP = 8  # channels of the maps of image networks
CERTAIN = 1e-7  # how sure the softmax of one unit is kept from being, as the loss would be infinite


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What goes in and comes out: windows (n_timesteps, n_channels), classes, (height, width, channels) of images."""

    n_timesteps: int
    n_channels: int
    n_classes: int
    image: tuple[int, int, int] | None = None


class Network:
    """A network of a :class:`Recipe`, with its weights drawn from torch's generator.

    Calling it with windows (n, t, c) gives log probabilities (n, n_classes).

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    NotApplicable
        If the recipe is for other windows: a ConvLSTM needs images, a single sigmoid two classes.
    """

    def __init__(self, recipe: Recipe, shape: Shape) -> None:
        if recipe.network == "convlstm" and shape.image is None:
            raise NotApplicable("a ConvLSTM needs image windows (n, t, height, width, channels)")
        if recipe.head == "sigmoid" and shape.n_classes != 2:
            raise NotApplicable(f"a single sigmoid tells two classes apart, not {shape.n_classes}")
        self.torch: Any = require("torch", extra="torch")
        self.recipe, self.shape = recipe, shape
        self.stacked = ceil(shape.n_timesteps / recipe.max_steps)  # steps that are taken as one
        nn = self.torch.nn
        self.parts = nn.ModuleDict()
        width = self._build_front(nn)
        if recipe.network != "convlstm":
            width = self._build_body(nn, width)
        self.parts["dropout"] = nn.Dropout(recipe.dropout)
        self.parts["head"] = nn.Linear(width, shape.n_classes if recipe.head == "softmax" else 1)

    def _build_front(self, nn: Any) -> int:
        """Add the front end; return how many values per step it gives."""
        kind, shape = self.recipe.network, self.shape
        if kind == "convlstm":
            assert shape.image is not None
            self.parts["cell"] = nn.Conv2d(shape.image[2] + MAP, 4 * MAP, 3, padding=1)
            return MAP
        if kind == "cnn_lstm":
            return self._build_convolutions(nn)
        if kind == "spectrogram":
            width = shape.n_channels * (_frame(shape.n_timesteps) // 2 + 2)
            self.parts["front"] = nn.LayerNorm(width)
            return width
        return shape.n_channels * self.stacked

    def _build_convolutions(self, nn: Any) -> int:
        """Two convolutions over time, or over the pixels of every frame."""
        if self.shape.image is None:
            self.parts["front"] = nn.Sequential(
                *(nn.Conv1d(self.shape.n_channels, FILTERS, 5, padding=2), nn.ReLU()),
                *(nn.Conv1d(FILTERS, FILTERS, 5, padding=2), nn.ReLU()),
            )
            return FILTERS * self.stacked
        self.parts["front"] = nn.Sequential(
            *(nn.Conv2d(self.shape.image[2], MAP, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(_grid(self.shape, 8))),
            *(nn.Conv2d(MAP, MAP, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(_grid(self.shape, 4))),
        )
        height, width = _grid(self.shape, 4)
        return MAP * height * width * self.stacked

    def _build_body(self, nn: Any, width: int) -> int:
        """Add recurrent layers; return how many values the pooled states have."""
        recipe = self.recipe
        layer = nn.GRU if recipe.network == "gru" else nn.LSTM
        both_ways = recipe.network not in ("lstm", "gru")
        between = recipe.dropout if recipe.layers > 1 else 0.0
        self.parts["body"] = layer(
            width, recipe.hidden, recipe.layers, batch_first=True, bidirectional=both_ways, dropout=between
        )
        states = recipe.hidden * (1 + both_ways)
        if recipe.network == "attention":
            self.parts["attention"] = nn.Sequential(nn.Linear(states, 32), nn.Tanh(), nn.Linear(32, 1, bias=False))
        return states

    def __call__(self, X: Any) -> Any:
        """Return log probabilities of windows, shape (n, n_classes)."""
        if self.recipe.network == "convlstm":
            pooled = self._convlstm(X)
        else:
            states, _ = self.parts["body"](self._front(X))
            pooled = self._pool(states)
        return self._log_probabilities(self.parts["head"](self.parts["dropout"](pooled)))

    def _front(self, X: Any) -> Any:
        """What the body sees of every step, shape (n, steps, width)."""
        kind = self.recipe.network
        if kind == "spectrogram":
            return self.parts["front"](self._log_power(X))
        if kind == "cnn_lstm" and self.shape.image is None:
            X = self.parts["front"](X.transpose(1, 2)).transpose(1, 2)
        elif kind == "cnn_lstm":
            n, t, _ = X.shape
            X = self.parts["front"](self._frames(X).flatten(0, 1)).reshape(n, t, -1)
        return self._stack(X)

    def _stack(self, X: Any) -> Any:
        """Put neighbouring steps side by side; the end is filled up with zeros, the mean of train."""
        n, t, c = X.shape
        k = self.stacked
        X = self.torch.nn.functional.pad(X, (0, 0, 0, -t % k))
        return X.reshape(n, (t + k - 1) // k, k * c)

    def _frames(self, X: Any) -> Any:
        """Flattened image windows as (n, t, channels, height, width)."""
        assert self.shape.image is not None
        return X.reshape(X.shape[0], X.shape[1], *self.shape.image).permute(0, 1, 4, 2, 3)

    def _log_power(self, X: Any) -> Any:
        """Log power and mean of half-overlapping frames, shape (n, frames, n_channels * (bins + 1)).

        Without the mean nobody could tell a level from its mirror image.
        """
        size = _frame(X.shape[1])
        frames = X.unfold(1, size, max(1, size // 2))  # (n, frames, c, size)
        taper = self.torch.hann_window(size, periodic=False, device=X.device) if size > 2 else 1.0
        power = self.torch.fft.rfft(frames * taper).abs() ** 2
        return self.torch.cat([self.torch.log(power + 1e-3), frames.mean(dim=3, keepdim=True)], dim=3).flatten(2)

    def _pool(self, states: Any) -> Any:
        """One vector per window: the mean of its states, or their mean by learned weights."""
        if "attention" not in self.parts:
            return states.mean(dim=1)
        weights = self.torch.softmax(self.parts["attention"](states), dim=1)
        return (weights * states).sum(dim=1)

    def _convlstm(self, X: Any) -> Any:
        """Run a convolutional LSTM over the frames; return the mean over pixels and steps."""
        torch, frames = self.torch, self._frames(X)
        n, t, _, height, width = frames.shape
        state = memory = frames.new_zeros(n, MAP, height, width)
        total = 0.0
        for step in range(t):
            gates = self.parts["cell"](torch.cat([frames[:, step], state], dim=1))
            enter, keep, leave, new = gates.chunk(4, dim=1)
            memory = torch.sigmoid(keep + 1) * memory + torch.sigmoid(enter) * torch.tanh(new)
            state = torch.sigmoid(leave) * torch.tanh(memory)
            total = total + state.mean(dim=(2, 3))
        return total / t

    def _log_probabilities(self, scores: Any) -> Any:
        functional = self.torch.nn.functional
        if self.recipe.head == "softmax":
            return functional.log_softmax(scores, dim=1)
        if self.recipe.head == "sigmoid":
            return functional.logsigmoid(self.torch.cat([-scores, scores], dim=1))
        sure = self.torch.softmax(scores, dim=1)  # 1, whatever the score
        rest = sure.new_full((len(sure), self.shape.n_classes), CERTAIN)
        said = functional.pad(sure, (1, self.shape.n_classes - 2)) * (1 - CERTAIN * self.shape.n_classes)
        return self.torch.log(said + rest)


def _frame(n_timesteps: int) -> int:
    """Steps per frame of a spectrogram: about a quarter of the window."""
    return min(n_timesteps, max(8, n_timesteps // 4))


def _grid(shape: Shape, most: int) -> tuple[int, int]:
    assert shape.image is not None
    return min(most, shape.image[0]), min(most, shape.image[1])
