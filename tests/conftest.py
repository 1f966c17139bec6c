"""What tests of all parts share."""

import zlib

import numpy as np
import pytest


@pytest.fixture
def rng(request) -> np.random.Generator:
    """A random stream of the test's own, whatever ran before it."""
    return np.random.default_rng(zlib.crc32(request.node.name.encode()))
