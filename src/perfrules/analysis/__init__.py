"""What can be said of policies before any facts are known: gaps, overlaps, contradictions, what nothing reads."""
