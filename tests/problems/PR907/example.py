from unittest.mock import patch

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "rate": "84%"}, {"id": "B", "rate": "85%"}]}, period=2023)
with patch("perfrules.reports.tables_excel.ROWS_MAX", 2):  # as where the table is as long as a sheet
    program.run(facts).write_excel("results.xlsx")
