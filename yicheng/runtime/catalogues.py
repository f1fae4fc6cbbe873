"""The translations: one catalogue per part and language, extracted, checked and compiled with Babel.

A part is a folder with an ``apps.py``, and ``config``; its Chinese stands in
``locale/zh_Hans/LC_MESSAGES/django.po``. Compiled files are made when they are older
than their source, by every command, and never committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from yicheng.runtime.extraction import texts

LANGUAGES = ("zh_Hans",)
PACKAGE = Path(__file__).resolve().parents[1]
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def folders(package: Path = PACKAGE) -> list[Path]:
    """The folders that have a catalogue of their own."""
    return sorted({path.parent for path in package.rglob("apps.py")} | {package / "config"})


def catalogue_path(folder: Path, language: str) -> Path:
    return folder / "locale" / language / "LC_MESSAGES" / "django.po"


def extract(folder: Path, language: str) -> int:
    """Bring a part's catalogue up to date with its source; answers how many texts lack a translation."""
    path = catalogue_path(folder, language)
    fresh = _extracted(folder, language)
    if not len(fresh):
        return 0
    known = _read(path, language)
    for message in fresh:
        old = known.get(message.id, context=message.context)
        if message.id and old is not None:
            message.string = old.string
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_head(fresh).encode())
        write_po(file, fresh, width=110, omit_header=True, sort_by_file=True, include_lineno=False)
    return sum(not is_translated(message) for message in fresh if message.id)


def faults(folder: Path, language: str) -> Iterator[str]:
    """One line per text that is missing, untranslated, left over, or has other placeholders than its source."""
    path = catalogue_path(folder, language)
    fresh, known = _extracted(folder, language), _read(path, language)
    for message in fresh:
        if not message.id:
            continue
        mine = known.get(message.id, context=message.context)
        if mine is None or not is_translated(mine):
            yield f"{path}: {_first(message)!r} has no translation"
        elif wrong := _other_placeholders(mine):
            yield f"{path}: {_first(message)!r}: placeholders differ: {', '.join(sorted(wrong))}"
    for message in known:
        if message.id and fresh.get(message.id, context=message.context) is None:
            yield f"{path}: {_first(message)!r} is no longer in the source"


def compile_stale(package: Path = PACKAGE) -> int:
    """Compile each catalogue that is newer than its compiled file; answers how many."""
    done = 0
    for source in package.glob("**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            compile_one(source, target)
            done += 1
    return done


def compile_one(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file)
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)


def is_translated(message: Message) -> bool:
    return all(_strings(message.string)) and not message.fuzzy


def _extracted(folder: Path, language: str) -> Catalog:
    catalogue = _empty(language)
    for text in texts(folder):
        catalogue.add(
            (text.text, text.plural) if text.plural else text.text,
            context=text.context,
            locations=[(text.file, 0)],
        )
    return catalogue


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _empty(language: str) -> Catalog:
    return Catalog(locale=language, charset="utf-8", fuzzy=False)


def _head(catalogue: Catalog) -> str:
    """Without dates and names, which would change by themselves."""
    fields = [
        f"Language: {catalogue.locale_identifier}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    ]
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields) + "\n"


def _first(message: Message) -> str:
    return _strings(message.id)[0]


def _strings(value: object) -> list[str]:
    """Singular and plural forms, or the only one."""
    forms = value if isinstance(value, list | tuple) else [value]
    return [str(form or "") for form in forms]


def _other_placeholders(message: Message) -> set[str]:
    wanted = _placeholders(_strings(message.id))
    found = _placeholders(_strings(message.string))
    # a plural form may leave out the number; nothing may be new
    missing = set() if isinstance(message.id, list | tuple) else wanted - found
    return missing | (found - wanted)


def _placeholders(forms: list[str]) -> set[str]:
    return {named or braced for form in forms for named, braced in _PLACEHOLDER.findall(form)}
