"""A yearly batch that judges what another system's database holds, and writes the entries back into it."""
