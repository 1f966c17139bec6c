"""``python -m benchmarks compare ...``: splitaudit beside its peers, see :mod:`benchmarks.compare.command`."""

from __future__ import annotations

import sys

from benchmarks.compare import command

if __name__ == "__main__":
    if sys.argv[1:2] != ["compare"]:
        sys.exit("usage: python -m benchmarks compare --job calibration|power|leakage|speed [--help]")
    command.main(sys.argv[2:])
