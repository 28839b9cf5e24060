import perfrules


class Town:
    @staticmethod
    @perfrules.hookimpl
    def perfrules_functions():
        return [perfrules.Macro("again", ("x",), "again(x) + 1")]


perfrules.load("policy.yaml", as_of="2024-01-31", plugins=[Town])
