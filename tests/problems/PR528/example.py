from perfrules import suite

suite.collect("facts.yaml")
