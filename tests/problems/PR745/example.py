import os

import perfrules

os.environ["JAVA_HOME"] = "/opt/java-8"  # a folder that is gone
program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "rate": "84%"}]}, period=2023)
program.run(facts, engine="sql", connect="spark://local")
