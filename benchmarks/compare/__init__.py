"""splitaudit beside the tools that people use otherwise, on the same arrays: ``python -m benchmarks compare``."""
