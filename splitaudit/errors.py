"""The exceptions that splitaudit raises.

Every message is one sentence: what was wrong, where, and what was expected. Names in it come from data, so what would
steer a terminal or break the line is shown as an escape.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from splitaudit.wording import visible


class SplitAuditError(Exception):
    """Base class of every error that splitaudit raises on purpose."""


class _SentenceError(SplitAuditError, ValueError):
    """An error whose message is one line of text, whatever it quotes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(visible(sentence))


class DataError(_SentenceError):
    """The input cannot be read as a split."""


class ConfigError(_SentenceError):
    """An option, a rule code or a setting is not known or not valid."""


class MissingExtraError(SplitAuditError, ImportError):
    """An optional package is needed and not installed."""


class FindingsError(SplitAuditError):
    """Raised by ``Report.raise_for_findings``: lists what is wrong."""


class NotApplicable(SplitAuditError):
    """Raised by a rule that cannot measure anything on this split; the message is the reason."""


def require(module: str, *, extra: str) -> ModuleType:
    """Import an optional package, or say which extra installs it.

    Parameters
    ----------
    module : str
        The module to import, such as ``"torch"``.
    extra : str
        The extra of splitaudit that brings it.

    Raises
    ------
    MissingExtraError
        If the module cannot be imported.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(f"{module} is not installed: pip install 'splitaudit[{extra}]' brings it") from error
