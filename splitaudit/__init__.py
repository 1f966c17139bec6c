"""Audit a train/validation split of windowed sequence data before training on it."""

__version__ = "0.1.0"
