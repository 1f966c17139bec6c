"""Validation has another spectrum.

## What it measures
The power of every channel per frequency bin of the window (Hann-tapered periodogram, up to 40 bins), compared between
the sides in decibels; and the complex amplitude per frequency, which shows oscillations that are locked to the start
of the window on one side only.

## Why it matters
Another filter, sampling rate, sensor firmware or resampling leaves levels and ranges as they were and moves the power
to other frequencies; recurrent and convolutional networks live on exactly that.

## How it is decided
Student's t on unit means of the log power per bin, and on the unit means of the real and imaginary amplitudes, each
corrected for all bins and channels. The effect is the largest difference of power among the bins beyond chance, in
decibels (3 dB is twice the power); a locked phase is put on the same scale by the power of the mean window against
that of single windows.

## What to do
Compare sampling rate, filter settings and resampling of the named channel on both sides.

## Limits
Frequencies are in cycles per window, since the sampling rate is not known. Bins that hold less than a ten-thousandth
of the channel's mean power are floored.

## References
Welch, P. D. (1967). The use of fast Fourier transform for the estimation of power spectra. IEEE Trans. Audio
Electroacoust. 15, 70-73.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from splitaudit.data.features import bin_edges, chunks, standardised
from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Curve, Evidence, Where
from splitaudit.rule import Context, rule
from splitaudit.stats.shift import shift_test, streamed_shift_test

MIN_STEPS = 8
FLOOR = 1e-4
DECIBEL = 10 / np.log(10)


@rule(
    "SA103",
    effect="dB",
    warn=1.0,
    error=3.0,
    error_ungrouped=7.0,
    remedy="Compare sampling rate, filters and resampling of the named channels on both sides.",
    fires_on=("smoothed_val", "frequency_moved"),
)
def spectrum_shift(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare power and phase per frequency between the sides."""
    t = train.signals.shape[1]
    if t < MIN_STEPS:
        raise NotApplicable(f"windows of {t} time steps have no spectrum, {MIN_STEPS} are needed")
    log_power = train.tables.spectra
    n, c, bins = log_power.shape
    mean_power = np.exp(train.spectra.mean(axis=0)).mean(axis=1)
    floored = np.logaddexp(log_power, np.log(FLOOR * mean_power)[:, None])
    power = shift_test(floored.reshape(n, -1), ctx.scheme, ranks=False)
    phase = streamed_shift_test(_amplitudes(train, val, ctx.n_jobs), ctx.scheme)
    decibels = np.abs(power.differences.reshape(c, bins)) * DECIBEL
    locked = _locked(phase.differences, train, t // 2)
    p_power = np.minimum(1.0, 2 * power.pvalues).reshape(c, bins)
    p_phase = np.minimum(1.0, 2 * phase.pvalues).reshape(2, t // 2, c).min(axis=0).T
    pvalue = float(min(p_power.min(), p_phase.min()))
    level = max(ctx.alpha, pvalue)
    moved, shifted = decibels * (p_power <= level), locked * (p_phase <= level)
    by_power = p_phase.min() > ctx.alpha or moved.max(initial=0.0) >= shifted.max(initial=0.0)
    moved = moved if moved.any() else decibels
    chosen = moved if by_power else shifted
    channel, place = np.unravel_index(int(chosen.argmax()), chosen.shape)
    effect = float(chosen.max())
    name = signal_name(train.split, [int(channel)])
    if by_power:
        edges = bin_edges(t)
        low, high = int(edges[place]), int(edges[place + 1]) - 1
        at = f"{low} cycles per window" if low == high else f"{low} to {high} cycles per window"
        what = f"Power of {name} at {at} differs by {effect:.1f} dB"
    else:
        at = f"{place + 1} cycles per window"
        what = f"Oscillation of {name} at {at} has a fixed phase on one side only ({effect:.1f} dB)"
    strong = np.flatnonzero(chosen.max(axis=1) >= 0.5 * max(effect, 1e-12))
    beyond = "" if pvalue <= ctx.alpha else "; no bin differs beyond chance"
    return Evidence(
        effect=effect,
        summary=what + beyond,
        statistic=float(np.abs(power.statistics).max()),
        pvalue=pvalue,
        smallest_visible=float(np.median(power.visible(ctx.alpha / 45))) * DECIBEL,
        where=Where(channels=train.place(strong)),
        details={
            "p_power": float(p_power.min()),
            "p_phase": float(p_phase.min()),
            "decibels": moved.max(axis=1).tolist(),
        },
        exhibits=(_curve(train, val, int(channel), name),),
    )


def _amplitudes(train: Profile, val: Profile, n_jobs: int) -> Iterator[tuple[slice, NDArray[Any]]]:
    """Real and imaginary amplitudes per frequency and channel, block by block."""
    first = 0
    for side in (train, val):
        for rows in chunks(len(side), side.signals[0].size):
            block = standardised(side.signals, rows, *side.ruler)
            found = fft.rfft(block, axis=2, workers=n_jobs)[:, :, 1 : block.shape[2] // 2 + 1].transpose(0, 2, 1)
            flat = found.reshape(len(block), -1)
            yield slice(first + rows.start, first + rows.stop), np.concatenate([flat.real, flat.imag], axis=1)
        first += len(side)


def _locked(differences: NDArray[np.float64], train: Profile, n_bins: int) -> NDArray[np.float64]:
    """Power of the difference of the mean windows against the mean power at that frequency, in dB; (c, bins)."""
    c = train.signals.shape[2]
    real, imaginary = differences.reshape(2, n_bins, c)
    edges = bin_edges(train.signals.shape[1])
    typical = np.exp(train.spectra.mean(axis=0)) * train.signals.shape[1]
    spread = np.repeat(typical, np.diff(edges), axis=1)[:, :n_bins]
    return np.asarray(DECIBEL * np.log1p((real**2 + imaginary**2).T / spread), dtype=np.float64)


def _curve(train: Profile, val: Profile, channel: int, name: str) -> Curve:
    edges = bin_edges(train.signals.shape[1])
    middle = tuple(((edges[:-1] + edges[1:] - 1) / 2).tolist())
    lines = {
        label: (middle, tuple((side.spectra[:, channel].mean(axis=0).astype(float) * DECIBEL).tolist()))
        for label, side in (("train", train), ("val", val))
    }
    return Curve(title=f"mean log power of {name}", x_label="cycles per window", y_label="dB", lines=lines)
