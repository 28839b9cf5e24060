import perfrules
from perfrules.reports import tables_excel

tables_excel.ROWS_MAX = 2  # as where the table is as long as that of a sheet
program = perfrules.load("policy.yaml", as_of="2024-01-31")
facts = program.facts({"department": [{"id": "A", "rate": "84%"}, {"id": "B", "rate": "85%"}]}, period=2023)
program.run(facts).write_excel("results.xlsx")
