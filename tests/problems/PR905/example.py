import sys

import perfrules

sys.modules["xlsxwriter"] = None  # as where the extra is not installed
perfrules.write_template("policy.yaml", "facts.xlsx")
