"""Which other tools are run, under which Python and with which pins.

Each set of pins was installed and asked its questions. torch is pinned to the digit: what a looser range would fetch is
gigabytes larger and computes nothing else.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """A tool that is set beside splitaudit.

    Attributes
    ----------
    name : str
        Its distribution's name.
    python : str
        Major and minor version of the Python that it runs under.
    requirements : tuple of str
        What is installed, pinned with ``==``; the tool itself first.
    adapter : str
        Module of ``benchmarks.peers.adapters`` that calls it.
    """

    name: str
    python: str
    requirements: tuple[str, ...]
    adapter: str

    @property
    def distribution(self) -> str:
        """The tool itself, among its requirements."""
        return self.requirements[0].partition("==")[0].partition("[")[0]


_ALL = (
    Peer("scipy", "3.12", ("scipy==1.18.1", "numpy==2.5.5"), "scipy"),
    Peer("lightgbm", "3.12", ("lightgbm==4.7.0", "scikit-learn==1.9.1", "numpy==2.5.5"), "lightgbm"),
    Peer(
        "alibi-detect",
        "3.11",
        ("alibi-detect==0.13.0", "torch==2.13.0", "numpy==1.26.4", "scikit-learn==1.9.1", "setuptools==84.2.1"),
        "alibi_detect",
    ),
    # Its last release is older than numpy 2, pandas 3 and scikit-learn 1.7.
    Peer(
        "deepchecks",
        "3.10",
        ("deepchecks==0.19.1", "numpy==1.26.4", "pandas==2.3.3", "scikit-learn==1.6.1", "setuptools==65.5.0"),
        "deepchecks",
    ),
    Peer("evidently", "3.12", ("evidently==0.7.23", "pandas==2.3.3", "numpy==2.5.5"), "evidently"),
    Peer("eurybia", "3.12", ("eurybia==1.4.2", "catboost==1.2.10", "pandas==3.1.1", "numpy==2.5.5"), "eurybia"),
    Peer("cleanlab", "3.12", ("cleanlab[datalab]==2.9.0", "pandas==3.1.1", "numpy==2.5.5"), "cleanlab"),
    Peer("frouros", "3.12", ("frouros==0.9.0", "numpy==2.1.3"), "frouros"),
    # It imports statsmodels without asking for it.
    Peer(
        "nannyml",
        "3.12",
        ("nannyml==0.13.1", "statsmodels==0.15.0", "lightgbm==4.5.0", "pandas==3.1.1", "numpy==2.5.5"),
        "nannyml",
    ),
    Peer("driftdep", "3.12", ("driftdep==0.1.0", "scipy==1.18.1", "numpy==2.5.5"), "driftdep"),
    # It imports tqdm and numpy without asking for them.
    Peer(
        "torchdrift",
        "3.11",
        ("torchdrift==0.1.0.post1", "torch==2.13.0", "tqdm==4.70.1", "numpy==2.4.6"),
        "torchdrift",
    ),
)

PEERS: dict[str, Peer] = {peer.name: peer for peer in _ALL}
OURS = Peer("splitaudit", "", (), "splitaudit")  # as it is installed here, without an environment of its own


def tools_of(peer: Peer) -> dict[str, tuple[str, ...]]:
    """The jobs of each tool that a peer's adapter offers; nothing of the peer is imported."""
    adapter = importlib.import_module(f"benchmarks.peers.adapters.{peer.adapter}")
    return {tool: tuple(jobs) for tool, jobs in adapter.TOOLS.items()}


def kinds_of(peer: Peer) -> dict[str, str]:
    """What kind of work each tool of a peer's adapter does, so that like is timed beside like."""
    adapter = importlib.import_module(f"benchmarks.peers.adapters.{peer.adapter}")
    return dict(adapter.KINDS)
