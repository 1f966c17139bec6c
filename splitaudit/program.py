"""What every command shares: how it ends, and how it speaks."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from typing import Any

import click

from splitaudit.errors import ConfigError, SplitAuditError

FAULT, INTERRUPTED = 2, 130
MOST_SAID = 2000  # characters of a sentence: names in a file may be as long as they like


class Program(click.Group):
    """A group of commands that ends with one sentence instead of a traceback."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command and exit with its code; 2 for wrong usage or unreadable input, 130 when interrupted."""
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of a damaged zarr store, the second chunk onwards
        alone = options.get("standalone_mode", True)
        options["standalone_mode"] = False
        if not alone:
            return super().main(*args, **options)
        _heed_termination()
        try:
            code = super().main(*args, **options)
        except click.ClickException as error:
            code = fault(_sentence(error))
        except SplitAuditError as error:
            code = fault(str(error))
        except MemoryError:
            code = fault("there is not enough memory for this input")
        except OSError as error:  # of the system, not of the input, whose readers say what is wrong
            code = fault(f"{error.filename or 'the system'}: {error.strerror or error}")
        except (click.Abort, KeyboardInterrupt):  # Ctrl-C
            fault("interrupted")
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _sentence(error: click.ClickException) -> str:
    """Say what click found wrong and where help is."""
    context = getattr(error, "ctx", None)
    hint = f" ({context.command_path} --help shows the usage)" if context is not None else ""
    return error.format_message().rstrip(".") + hint


def fault(sentence: str) -> int:
    """Say on standard error why a command cannot go on; return the exit code for that."""
    from splitaudit.render.words import short, visible

    said = short(visible(" ".join(sentence.split())), MOST_SAID)
    with contextlib.suppress(OSError):  # nobody reads it, or there is no room for it
        click.echo(f"splitaudit: {said}", err=True)
    return FAULT


def say(text: str) -> None:
    """Write to standard output; nobody reading it any more is no fault.

    Raises
    ------
    ConfigError
        If it is closed, or there is no room for it.
    """
    if sys.stdout is None:  # as after >&-
        raise ConfigError("standard output is closed, expected a terminal, a file or a pipe")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # whatever is still buffered goes nowhere, quietly
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise ConfigError(f"standard output cannot be written: {error.strerror or error}") from error


def _stop(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _heed_termination() -> None:
    """Let a process that is asked to end, as by a scheduler of jobs, report what it has, as after Ctrl-C."""
    with contextlib.suppress(ValueError):  # not the main thread
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _stop)
