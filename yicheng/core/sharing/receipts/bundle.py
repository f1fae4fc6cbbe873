"""A bundle: what proves receipts without the platform, in one ZIP file.

``bundle.json``      the format and the log's public keys
``checkpoint``       the signed state of the log that everything is proven against
``receipts.txt``     a line for each receipt: position in the log, number within its grant, the receipt
``rest``             the hashes of the other parts of the tree, 32 bytes each, left to right
``lodged/N``         an earlier checkpoint of N entries that was lodged elsewhere
``lodged/N.proof``   why that one is the beginning of this one

A bundle of all receipts has an empty ``rest``. There is no word in it that nothing proves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import msgspec

FORMAT = "yicheng-receipts/1"
_LONGEST_LINE = 65_536
_LARGEST_NOTE = 16_384
_MOST_LODGED = 1_000


class BundleBroken(Exception):
    """The bundle proves nothing; the message says which part of it is wrong."""


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    keys: list[str]


@dataclass(frozen=True, slots=True)
class Lodged:
    """An earlier checkpoint with its proof."""

    size: int
    note: str
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle as it lies open; ``lines`` can be read once."""

    keys: Sequence[str]
    checkpoint: str
    lines: Iterator[bytes]
    rest: Sequence[bytes]
    lodged: Sequence[Lodged]


def write(
    target: Path | IO[bytes],
    *,
    keys: Sequence[str],
    checkpoint: str,
    entries: Iterable[tuple[int, bytes]],
    rest: Iterable[bytes],
    lodged: Sequence[Lodged] = (),
) -> int:
    """Write a bundle from (position, entry) in order of position; answers how many receipts are in it."""
    count = 0
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("bundle.json", msgspec.json.encode(_Head(FORMAT, list(keys))))
        archive.writestr("checkpoint", checkpoint)
        with archive.open("receipts.txt", "w", force_zip64=True) as lines:
            for position, entry in entries:
                lines.write(b"%d %s\n" % (position, entry))
                count += 1
        archive.writestr("rest", b"".join(rest))
        for one in lodged:
            archive.writestr(f"lodged/{one.size}", one.note)
            archive.writestr(f"lodged/{one.size}.proof", b"".join(one.proof))
    return count


@contextmanager
def opened(source: Path | IO[bytes]) -> Iterator[Opened]:
    """A bundle to read. Raises ``BundleBroken`` on what is none."""
    try:
        with ZipFile(source) as archive, archive.open("receipts.txt") as lines:
            head = msgspec.json.decode(_small(archive, "bundle.json"), type=_Head)
            if head.format != FORMAT:
                raise BundleBroken(f"the format “{head.format}” is not known to this version")
            yield Opened(
                keys=head.keys,
                checkpoint=_text(archive, "checkpoint"),
                lines=_lines(lines),
                rest=_hashes(archive.read("rest"), "rest"),
                lodged=list(_lodged(archive)),
            )
    except (BadZipFile, KeyError, EOFError, OSError, NotImplementedError) as error:
        raise BundleBroken(f"this is no bundle of receipts, or a damaged one: {error}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BundleBroken(f"the bundle cannot be read: {error}") from None


def _lines(lines: IO[bytes]) -> Iterator[bytes]:
    while line := lines.readline(_LONGEST_LINE):
        if not line.endswith(b"\n"):
            raise BundleBroken("a receipt is cut off, or longer than any can be")
        yield line[:-1]


def _lodged(archive: ZipFile) -> Iterator[Lodged]:
    names = [
        name for name in archive.namelist() if name.startswith("lodged/") and not name.endswith(".proof")
    ]
    for name in names[:_MOST_LODGED]:
        size = name.removeprefix("lodged/")
        if not (size.isascii() and size.isdecimal()):
            raise BundleBroken(f"“{name}” is no size of a log")
        proof = _hashes(_small(archive, f"{name}.proof"), f"{name}.proof")
        yield Lodged(int(size), _text(archive, name), tuple(proof))


def _small(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        found = member.read(_LARGEST_NOTE + 1)
    if len(found) > _LARGEST_NOTE:
        raise BundleBroken(f"“{name}” is larger than it can be")
    return found


def _text(archive: ZipFile, name: str) -> str:
    return _small(archive, name).decode()


def _hashes(raw: bytes, name: str) -> list[bytes]:
    if len(raw) % 32:
        raise BundleBroken(f"“{name}” is cut off")
    return [raw[at : at + 32] for at in range(0, len(raw), 32)]
