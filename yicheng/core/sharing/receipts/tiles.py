"""The tree in the database: hashes in tiles of 256, eight levels of the tree apart (C2SP ``tlog-tiles``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from yicheng.core.sharing.models import Tile
from yicheng.core.sharing.receipts import merkle

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32


def append(hashes: Sequence[bytes], *, size: int) -> None:
    """Put leaf hashes behind the first ``size``. The caller holds the log's lock."""
    edge = _edge(size)
    changed: dict[tuple[int, int], bytes] = {}
    level, new = 0, list(hashes)
    while new:
        at = size >> HEIGHT * level
        row, new = split_tile(edge.get(level, b"")) + new, []
        for start in range(0, len(row), WIDTH):
            part = row[start : start + WIDTH]
            changed[level, (at + start) >> HEIGHT] = b"".join(part)
            if len(part) == WIDTH:
                new.append(merkle.root_of(part))
        level += 1
    _write(changed)


def root(size: int) -> bytes:
    """The root over the first ``size`` leaves."""
    return merkle.span(nodes(), 0, size)


def nodes() -> merkle.Nodes:
    """The subtrees of the tree; a tile is read once."""
    kept: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        above, below = divmod(level, HEIGHT)
        first = index << below
        key = (above, first >> HEIGHT)
        if key not in kept:
            kept[key] = tile(*key)
        start = (first & (WIDTH - 1)) * HASH
        wanted = kept[key][start : start + (HASH << below)]
        if len(wanted) != HASH << below:
            raise LookupError(f"the tree has no node {index} at level {level}")
        return merkle.root_of(split_tile(wanted))

    return node


def tile(level: int, index: int) -> bytes:
    """The hashes of a tile; nothing where the tree does not reach."""
    found = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    return bytes(found or b"")


def split_tile(raw: bytes) -> list[bytes]:
    """The hashes that stand side by side."""
    return [raw[at : at + HASH] for at in range(0, len(raw), HASH)]


def _edge(size: int) -> Mapping[int, bytes]:
    """The tiles at the right edge that are not full, by level."""
    wanted = {}
    level, width = 0, size
    while width:
        if width % WIDTH:
            wanted[level] = width >> HEIGHT
        level, width = level + 1, width >> HEIGHT
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.level, t.hashes FROM sharing_tile t JOIN unnest(%s::smallint[], %s::bigint[]) AS w (level, index)"
            " ON t.level = w.level AND t.index = w.index",
            [list(wanted), list(wanted.values())],
        )
        found = {level: bytes(raw) for level, raw in cursor.fetchall()}
    for level, index in wanted.items():
        expected = (size >> HEIGHT * level) % WIDTH * HASH
        if len(found.get(level, b"")) != expected:
            raise LookupError(f"the tree is damaged: tile {index} of level {level}")
    return found


def _write(changed: Mapping[tuple[int, int], bytes]) -> None:
    keys: Iterable[tuple[int, int]] = changed.keys()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sharing_tile (level, index, hashes)"
            " SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])"
            " ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes",
            [[level for level, _ in keys], [index for _, index in keys], list(changed.values())],
        )
