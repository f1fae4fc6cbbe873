"""Who keeps and uses seals, who writes, signs and sends documents, who issues licences."""

from yicheng.core.people.declare import Right

RIGHTS: tuple[Right, ...] = ()
