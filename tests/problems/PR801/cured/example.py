import perfrules


class Town:
    @staticmethod
    @perfrules.hookimpl
    def perfrules_actions():
        return [perfrules.Action("warn", "notice", perfrules.Words("warning", "通报"))]


perfrules.load("policy.yaml", as_of="2024-01-31", plugins=[Town])
