from openpyxl import Workbook

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
book = Workbook()
book.active.title = "department"
book.active.append(["id", "budget", "paid"])
book.active.append(["A", 100, 84.99])
book.active["C2"].number_format = "0"
book.save("year.xlsx")
facts = program.read_facts("year.xlsx", period=2023)
raise perfrules.Refused(facts.notices)
