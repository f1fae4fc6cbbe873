"""``make app name=parks``: a new application of the usual shape, which passes every test from its first minute.

The files stand in ``scaffold/`` as they will be, with ``@name@``, ``@Class@``, ``@title@``
and ``@chinese@`` in place of the application's own words.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path

SCAFFOLD = Path(__file__).parent / "scaffold"
_LIST = re.compile(r"(APPLICATIONS = \[\n)((?:    .*\n)*)(\])")


class Unusable(Exception):
    """The application cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class NewApplication:
    """What it is called: folder and label, in English, in Chinese."""

    name: str
    title: str
    chinese: str

    def words(self) -> dict[str, str]:
        return {
            "@name@": self.name,
            "@Class@": "".join(word.capitalize() for word in self.name.split("_")),
            "@title@": self.title,
            "@chinese@": self.chinese,
        }


def make(application: NewApplication, *, package: Path) -> list[Path]:
    """Write the folder and the line in ``config/installed.py``; answers the files made."""
    folder = package / "apps" / application.name
    _check(application, folder)
    words = application.words()
    made = []
    for source in sorted(SCAFFOLD.rglob("*.txt")):
        target = folder / _filled(source.relative_to(SCAFFOLD).as_posix().removesuffix(".txt"), words)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(source.read_text(encoding="utf-8"), words), encoding="utf-8")
        made.append(target)
    _install(application.name, package / "config" / "installed.py")
    return made


def _check(application: NewApplication, folder: Path) -> None:
    if not re.fullmatch(r"[a-z][a-z_]{2,15}", application.name) or keyword.iskeyword(application.name):
        raise Unusable("a name has three to sixteen lower-case letters, such as parks: make app name=parks")
    if folder.exists():
        raise Unusable(f"{folder} is there already: choose another name")
    if '"' in application.title or '"' in application.chinese:
        raise Unusable("a title holds no quotation mark")


def _install(name: str, installed: Path) -> None:
    text = installed.read_text(encoding="utf-8")
    if not _LIST.search(text):
        raise Unusable(f"{installed} has no list APPLICATIONS")
    line = f'    "yicheng.apps.{name}",\n'
    installed.write_text(
        _LIST.sub(lambda found: found[1] + found[2] + line + found[3], text), encoding="utf-8"
    )


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text
