"""Measurements that anybody can repeat; ``python -m benchmarks.bench_NAME --help`` explains each."""
