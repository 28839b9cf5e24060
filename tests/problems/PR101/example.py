import perfrules

perfrules.loads("# a very long comment\n" * 100_000, as_of="2024-01-31")
