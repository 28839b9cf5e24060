import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
program.decide("department", {}, years={1.5: {}, "1": {}, True: {}, 10**6: {}, -1: [5]})
