"""``python -m splitaudit``."""

from splitaudit.cli import main

main(prog_name="splitaudit")
