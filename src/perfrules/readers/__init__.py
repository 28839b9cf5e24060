"""Readers: facts from files."""
