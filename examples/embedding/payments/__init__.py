"""A payment service that asks perfrules before it releases money."""
