"""The one place where whatever a foreign decoder raises becomes a sentence.

h5py, zarr, pyarrow and pandas promise nothing about which exceptions damaged bytes cause (besides OSError and
ValueError: KeyError, IndexError, TypeError, AssertionError, RecursionError, exceptions of codecs that are no subclass
of anything). Only calls of these libraries are made inside; what this package makes of their results is not, so that
its own mistakes stay visible.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from splitaudit.errors import DataError, SplitAuditError


@contextmanager
def decoding(refusal: str) -> Iterator[None]:
    """Turn what a decoder raises into a DataError with the sentence ``refusal``; its remarks are not shown.

    Raises
    ------
    DataError
        If anything goes wrong inside.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SplitAuditError:
        raise
    except MemoryError as error:
        raise DataError(f"{refusal}: it asks for more memory than there is") from error
    except Exception as error:
        raise DataError(refusal) from error
