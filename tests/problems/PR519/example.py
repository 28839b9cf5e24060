from perfrules import suite

suite.collect("policy.yaml")
