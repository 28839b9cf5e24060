import perfrules
from perfrules.plugins import Check, Found, Words, hookimpl


def cites(policy):
    for rule in policy.rules:
        if "〔" not in rule.because:
            words = Words(f"`{rule.name}` cites no document", f"`{rule.name}` 没有引用文件")
            yield Found(words, Words("name the document", "请写明文件"), rule.span)


class Riverside:
    @staticmethod
    @hookimpl
    def perfrules_checks():
        return [Check("citation", cites)]


raise perfrules.Refused(perfrules.check("policy.yaml", plugins=[Riverside]))
