import perfrules

text = "policy: execution\nnote: [" + "x, " * 100_000 + "x]\n"
perfrules.loads(text, as_of="2024-01-31")
