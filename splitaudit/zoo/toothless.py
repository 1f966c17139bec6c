"""Cases that do not show in accuracy, so that they have no place in the explanation's zoo.

``python -m benchmarks.verify_zoo --write`` measures every case and writes here those whose effect on accuracy is below
three points: the learner gets past what was planted on that base.
"""

from __future__ import annotations

MEASURED: dict[str, list[str]] = {}
