"""Quakes and traffic: events that pass the stations of a network, and packets that a network carries."""

from __future__ import annotations

import numpy as np

from splitaudit.zoo.phenomena.common import Floats, Labels, ar_noise, recorded
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import Recording, World

STATIONS = np.array([[0.0, 0.0], [9.0, 2.0], [3.0, 10.0], [-8.0, 5.0]])  # kilometres
RATE = 8.0  # samples per second
# vertical, north and east of a wave; its speed in km/s, its coda in s, the middle of its band in radians per sample
WAVES = {
    "P": (np.array([1.0, 0.4, 0.4]), 6.0, 0.9, 1.9),
    "S": (np.array([0.4, 1.0, 1.0]), 3.5, 1.6, 1.4),
    "R": (np.array([1.0, 0.7, 0.7]), 2.6, 2.2, 0.5),
}
# how strong P, S and surface waves are, how many seconds each takes to rise, and how much lower their band is
EVENTS = {
    "quake": ((0.6, 1.3, 0.1), 0.1, 1.0),
    "blast": ((1.3, 0.4, 0.5), 0.1, 1.0),
    "tremor": ((0.4, 0.9, 0.2), 2.0, 0.7),
    "collapse": ((0.3, 0.3, 1.2), 0.4, 0.9),
}


def quakes(rng: np.random.Generator) -> World:
    """Four kinds of seismic events, common and rare, one per window, at four stations of three components each.

    How strong the waves are against each other, and how fast they rise, tells; distances set when they arrive, and
    sizes are as unequal as those of quakes, so that strength alone tells nothing.
    """
    size = draw_size(rng, (96, 128))
    n, T = size.windows_per_subject, size.n_timesteps
    recordings = []
    for deployment in range(size.n_subjects):
        places = STATIONS + 0.4 * rng.normal(size=STATIONS.shape)
        gain = np.exp(0.06 * rng.normal(size=12))
        level = 0.05 * rng.normal(size=12) + np.tile([40.0, -15.0, 8.0], 4)
        kinds = np.repeat(np.arange(4), np.diff(np.round(n * np.array([0.0, 0.4, 0.7, 0.87, 1.0]))).astype(int))
        for kind in rng.permutation(kinds):
            ground = _event(int(kind), places, T, rng) + ar_noise((1, T, 12), 0.5, rng)[0]
            label = np.full(T, kind, dtype=np.int64)
            recordings.append(Recording((ground * gain + level).astype(np.float32), label, deployment))
    channels = tuple(f"{station}_{component}" for station in "ABCD" for component in "ZNE")
    return World("quakes", tuple(recordings), channels, tuple(EVENTS), T)


def _event(kind: int, places: Floats, T: int, rng: np.random.Generator) -> Floats:
    """What one event does to the ground at all stations, (T, 12)."""
    strengths, rise, lower = list(EVENTS.values())[kind]
    direction, far = rng.uniform(0, 2 * np.pi), rng.uniform(8, 22)
    distance = np.hypot(*(places - far * np.array([np.cos(direction), np.sin(direction)])).T).clip(3)
    size = 3.5 * np.exp(min(rng.exponential(0.6), 3.0))
    origin = rng.uniform(0.5, 2.0) - distance.min() / 6.0  # seconds; whoever cut the windows picked the first arrival
    ground = np.zeros((T, 4, 3))
    for (pattern, speed, coda, band), strength in zip(WAVES.values(), strengths, strict=True):
        since = np.arange(T)[:, None] / RATE - origin - distance / speed
        after = since.clip(0) / (coda * np.exp(0.2 * rng.normal()))
        envelope = (1 - np.exp(-since.clip(0) / rise)) * np.exp(-after) * (12.0 / distance) ** 1.2
        phase = 2 * np.pi * rng.random((1, 4, 3)) + np.cumsum(lower * band + 0.4 * rng.normal(size=(T, 4, 3)), axis=0)
        own = strength * np.exp(0.4 * rng.normal())
        ground += size * own * envelope[:, :, None] * pattern * np.sin(phase)
    return ground.reshape(T, 12)


# how probable a turn to the other direction is for down and for up, then full packets up and down, bytes of the others
DOINGS = {
    "chat": (0.50, 0.50, 0.10, 0.10, 160.0),
    "call": (0.85, 0.85, 0.02, 0.02, 200.0),
    "browsing": (0.15, 0.50, 0.05, 0.60, 300.0),
    "video": (0.07, 0.60, 0.02, 0.85, 220.0),
    "backup": (0.50, 0.12, 0.80, 0.05, 120.0),
    "sync": (0.20, 0.20, 0.50, 0.50, 250.0),
    "scan": (0.50, 0.10, 0.03, 0.05, 90.0),
}
FULL, LEAST = 1500.0, 40.0  # bytes


def traffic(rng: np.random.Generator) -> World:
    """Seven doings of a computer, by the sizes of its packets in order; those it receives count negative.

    Whole numbers, many of them at either limit. Who sends after whom, how long for and how much tells; packets of a
    background that comes and goes are mixed in.
    """
    size = draw_size(rng, (64, 100))
    down_up, up_down, up_full, down_full, usual = np.array(list(DOINGS.values())).T

    def send(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        habit = 0.15 * rng.normal(size=(subject.max() + 1, 3))[subject]
        other = rng.random(label.shape) < 0.18 * np.exp(0.6 * ar_noise((*label.shape, 1), 0.98, rng)[..., 0])
        turn = rng.random(label.shape)
        up = np.empty(label.shape, dtype=bool)
        now = turn[:, 0] < 0.5
        for t in range(label.shape[1]):
            leave = np.where(now, up_down[label[:, t]], down_up[label[:, t]]) * np.exp(habit[:, 0])
            now = now ^ (turn[:, t] < leave)
            up[:, t] = now
        up = np.where(other, rng.random(label.shape) < 0.4, up)
        full = np.where(up, up_full[label], down_full[label]) * np.exp(-np.abs(habit[:, 1:2]))
        full = np.where(other, 0.3, full)
        small = np.where(other, 150.0, usual[label] * np.exp(habit[:, 2:])) * np.exp(0.6 * rng.normal(size=up.shape))
        packet = np.where(rng.random(up.shape) < full, FULL, np.round(small).clip(LEAST, FULL))
        sent: Floats = np.where(up, packet, -packet)[..., None]
        return sent

    shares = (1.0,) * len(DOINGS)
    return recorded(
        "traffic", rng, size, send, ("packet",), tuple(DOINGS), np.zeros(1), whole_numbers=True, shares=shares
    )
