import perfrules

perfrules.Problem.explain("PR999")
