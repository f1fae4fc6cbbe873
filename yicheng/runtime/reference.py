"""Writes ``docs/reference`` from the declarations, the settings and the commands, always the same for the same code."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management import get_commands, load_command_class
from django.utils.translation import override

from yicheng.core.kernel.application import Part
from yicheng.core.kernel.slots import Slot
from yicheng.runtime.declarations import Declared, all_parts, declared, field_names, slots, words

PACKAGE = Path(__file__).resolve().parents[1]
_HEAD = "<!-- Made by `yicheng docs`: change the code, not this file. -->\n\n"


@dataclass(frozen=True)
class Variable:
    """An environment variable: what stands for it when it is not set, what it does, who reads it."""

    default: str
    about: str
    file: str


def pages() -> dict[str, str]:
    """File name → text of every page of the reference."""
    with override("en"):
        found = {
            "README.md": _contents(),
            "slots.md": _slots(),
            "environment.md": _environment(),
            "commands.md": _commands(),
        }
        found |= {f"{part.label}.md": text for part in all_parts() if (text := _part(part))}
    return {name: _HEAD + text for name, text in found.items()}


def write(folder: Path) -> list[str]:
    """Bring the folder up to date; answers the names of files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    stale = [path.name for path in folder.glob("*.md") if path.name not in wanted]
    for name in stale:
        (folder / name).unlink()
    changed = [name for name in wanted if _current(folder / name) != wanted[name]]
    for name in changed:
        (folder / name).write_text(wanted[name], encoding="utf-8")
    return sorted(stale + changed)


def _current(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _contents() -> str:
    rows = [
        (f"[{part.label}]({part.label}.md)" if _has_page(part) else part.label, part.name, _about(part))
        for part in all_parts()
    ]
    return (
        "# Reference\n\n[Slots](slots.md): what a part may declare, and where. [Environment](environment.md):"
        " what differs between machines. [Commands](commands.md): what `yicheng` does.\n\n"
        + _table(("part", "folder", "what it is"), rows)
    )


def _slots() -> str:
    text = "# Slots\n\nA part fills a slot by a file and an attribute of these names.\n"
    for slot in slots():
        text += f"\n## {slot.name}\n\n`{slot.module}.py: {slot.attribute}`, each a `{slot.kind.__name__}`"
        text += f" (from `{slot.kind.__module__}`).\n\n{_docstring(slot.kind)}\n\n"
        rows = [(f"`{field.name}`", f"`{_type(field.type)}`") for field in fields(slot.kind)]
        text += _table(("field", "type"), rows)
    return text


def _part(part: Part) -> str:
    """A part's own page, "" when it declares nothing."""
    sections = [(slot, [item for item in declared(slot) if item.owner == part.label]) for slot in slots()]
    filled = [(slot, items) for slot, items in sections if items]
    if not filled:
        return ""
    text = f"# {part.label}\n\n{_about(part)} (`{part.name}`)\n"
    for slot, items in filled:
        text += f"\n## {slot.name}\n\n{_declarations(slot, items)}"
    return text


def _has_page(part: Part) -> bool:
    return any(slot.owner(item.key) == part.label for slot in slots() for item in slot)


def _declarations(slot: Slot[Any], items: list[Declared]) -> str:
    names = [name for name in field_names(slot) if any(item.details[name] for item in items)]
    rows = [(f"`{item.key}`", item.title, *(item.details[name] for name in names)) for item in items]
    return _table(("key", "title", *names), rows)


def _environment() -> str:
    rows = [(f"`{name}`", item.default, item.about, item.file) for name, item in sorted(variables().items())]
    return "# Environment\n\n" + _table(("variable", "default", "what it does", "read in"), rows)


def variables() -> dict[str, Variable]:
    """Every environment variable that the source reads."""
    found: dict[str, Variable] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "environ" in source and not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts):
            for name, variable in _variables_of(source, path.relative_to(PACKAGE.parent).as_posix()):
                if name not in found or not found[name].about:
                    found[name] = variable
    return found


def _variables_of(source: str, file: str) -> Iterator[tuple[str, Variable]]:
    """Reads of ``environ`` by ``get`` or by index; explained by a ``#:`` comment above, or in a docstring."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=where, attr="get"), args=[ast.Constant(value=str(name)), *rest]
            ):
                default = ast.unparse(rest[0]).strip("'\"") if rest else ""
            case ast.Subscript(value=where, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                default = ""
            case _:
                continue
        if ast.unparse(where) in ("environ", "os.environ") and re.match("YICHENG_|DATABASE_", name):
            lines = source.splitlines()
            above = _comment(lines, node.lineno) or _comment(
                lines, node.lineno - 1
            )  # the statement may begin above
            about = above or _mention(tree, name)
            yield name, Variable(default, about, file)


def _comment(source: list[str], line: int) -> str:
    found: list[str] = []
    for text in reversed(source[: line - 1]):
        if not text.strip().startswith("#:"):
            break
        found.insert(0, text.strip().removeprefix("#:").strip())
    return " ".join(found)


def _mention(tree: ast.Module, name: str) -> str:
    """The sentence about the variable in the file's docstrings."""
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    texts = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]
    sentences = (
        " ".join(part.split())
        for text in texts
        for part in re.split(r"(?<=[.;:])\s|\n\s*\n|\n(?=[-*] )", text)
    )
    return next((sentence.replace("``", "`") for sentence in sentences if f"``{name}``" in sentence), "")


def _commands() -> str:
    ours = {name: app for name, app in get_commands().items() if app.startswith("yicheng.")}
    text = "# Commands\n\nDjango's own commands are there too: `yicheng help`.\n"
    for name, app in sorted(ours.items()):
        command = load_command_class(app, name)
        parser = command.create_parser("yicheng", name)
        rows = [
            (f"`{' '.join(action.option_strings) or action.dest}`", words(action.default), words(action.help))
            for action in parser._actions  # noqa: SLF001 (argparse has no other list of its arguments)
            if not _is_djangos(action.dest)
        ]
        text += f"\n## yicheng {name}\n\n{command.help}\n\n{_table(('argument', 'default', 'what'), rows) if rows else ''}"
    return text


def _is_djangos(name: str) -> bool:
    return name in {
        "help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color", "force_color", "skip_checks"
    }  # fmt: skip


def _about(part: Part) -> str:
    return words(getattr(part, "summary", "")) or words(import_module(part.name).__doc__)


def _docstring(kind: type) -> str:
    return inspect.getdoc(kind) or ""


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    text = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    text += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(text) + "\n"
