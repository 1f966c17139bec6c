"""One file per peer: ``TOOLS``, what to import before the clock starts, and which distributions to name."""
