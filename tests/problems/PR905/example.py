import sys

from perfrules import authoring

sys.modules["xlsxwriter"] = None  # as where the extra is not installed
authoring.write_template("policy.yaml", "facts.xlsx")
