"""The language: what an expression says, what it means, and the plan that engines execute."""
