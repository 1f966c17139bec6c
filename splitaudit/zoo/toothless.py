"""Cases that do not show in accuracy, so that they have no place in the explanation's zoo.

Written by ``python -m benchmarks.verify_zoo --write``, which measures every case: (base, flaw, severity).
"""

from __future__ import annotations

TOOTHLESS: frozenset[tuple[str, str, str]] = frozenset()
