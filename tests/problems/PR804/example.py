import perfrules


class Riverside:
    PERFRULES_API = 2

    @perfrules.hookimpl
    def perfrules_actions(self):
        return []


perfrules.load("policy.yaml", as_of="2024-01-31", plugins=[Riverside()])
