"""Synthetic statements for benchmarks."""
