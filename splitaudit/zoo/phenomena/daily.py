"""Voices and homes: vowels of one microphone, and what a household does as its meters see it."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from splitaudit.zoo.phenomena.common import Floats, Labels, ar_noise, phase_of, recorded
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import World


def voices(rng: np.random.Generator) -> World:
    """Five vowels: a train of pulses through two resonances, which move with the size of the speaker's head."""
    size = draw_size(rng, (80, 112))
    formants = np.array([[0.55, 0.85], [0.40, 1.45], [0.22, 1.75], [0.42, 0.65], [0.25, 0.50]])  # radians per sample

    def speak(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        n_speakers = subject.max() + 1
        pitch = (0.035 * np.exp(0.15 * rng.normal(size=n_speakers)))[subject][:, None]
        head = np.exp(0.03 * rng.normal(size=n_speakers))[subject]
        pulse = np.diff(np.floor(phase_of(np.broadcast_to(pitch, label.shape), 0.001, rng)), axis=1, prepend=0)
        breath = pulse.clip(0, 1) + 0.05 * rng.normal(size=label.shape)
        out = np.zeros(label.shape)
        for vowel, resonances in enumerate(formants):
            for r in range(len(label)):
                sound = breath[r]
                for angle in resonances * head[r]:
                    sound = lfilter([1 - 0.94], [1.0, -2 * 0.94 * np.cos(angle), 0.94**2], sound)
                out[r] = np.where(label[r] == vowel, 60 * sound, out[r])
        heard: Floats = (out + 0.15 * ar_noise((*label.shape, 1), 0.6, rng)[..., 0])[..., None]
        return heard

    return recorded("voices", rng, size, speak, ("microphone",), ("a", "e", "i", "o", "u"), np.zeros(1))


def homes(rng: np.random.Generator) -> World:
    """Meters of power, water and warmth; four doings switch appliances on and off in their own rhythm."""
    size = draw_size(rng, (60, 72))
    power, water = np.array([0.3, 2.0, 1.2, 1.0]), np.array([0.02, 0.15, 0.35, 0.04])
    period, duty = np.array([0.02, 0.12, 0.05, 0.03]), np.array([0.2, 0.5, 0.6, 0.85])

    def live(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        habit = np.exp(0.12 * rng.normal(size=(subject.max() + 1, 2)))[subject]
        on = phase_of(period[label] * habit[:, :1], 0.004, rng) % 1 < duty[label]
        load = 0.25 + power[label] * habit[:, 1:] * on + 0.08 * rng.gamma(2.0, 1.0, size=label.shape)
        tap = rng.random(label.shape) < water[label]
        flow = lfilter([1.0], [1.0, -0.6], tap * rng.gamma(3.0, 0.5, size=label.shape), axis=1)
        warmth = lfilter([0.05], [1.0, -0.95], load, axis=1) + 0.15 * ar_noise((*label.shape, 1), 0.97, rng)[..., 0]
        lived: Floats = np.stack([load, flow, warmth], axis=2)
        return lived

    channels, classes = ("power", "water", "warmth"), ("idle", "cooking", "washing", "heating")
    return recorded("homes", rng, size, live, channels, classes, np.array([0.0, 0.0, 20.0]))
