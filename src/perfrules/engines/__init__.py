"""Engines: each executes a plan, and nothing else."""
