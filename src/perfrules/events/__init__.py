"""Events: facts that come one after the other, and the statuses, letters and deadlines that follow from them."""
