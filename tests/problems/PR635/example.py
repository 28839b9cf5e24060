from openpyxl import Workbook

import perfrules

program = perfrules.load("policy.yaml", as_of="2024-01-31")
book = Workbook()
book.active.title = "department"
book.active.append(["id", "budget", "paid"])
book.active.append(["A", 100, 84])
book.active.append(["合计", 100, 84])
book.save("year.xlsx")
program.read_facts("year.xlsx", period=2023)
