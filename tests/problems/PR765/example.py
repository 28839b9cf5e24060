import resource
from contextlib import suppress

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-12-31")
known = program.facts({"department": [{"id": "A", "rate": "90%"}]}, period=2024)
watch = perfrules.watch(program, known, period=2024, journal="events.db")
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, unlimited[1]))  # as on a full disk
with suppress(perfrules.Refused):
    watch.event("A", 2024, "department", {"rate": "84%"}, "2024-03-01", "e1")
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
watch.advance("2024-03-02")
