"""The street that every drawn photo shows: sky, houses, pavement, road; scenes put their matter on it."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 480
FINE = 2  # drawn twice as large and scaled down, for smooth edges
HORIZON = 215
KERB = 330

Point = tuple[float, float]
Colour = tuple[int, int, int]

SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((168, 203, 230), (231, 240, 244)),
    ((190, 205, 214), (233, 234, 230)),
    ((222, 196, 165), (246, 232, 210)),
    ((140, 175, 214), (214, 229, 240)),
)
WALLS: tuple[Colour, ...] = (
    (196, 176, 156),
    (176, 186, 190),
    (205, 196, 178),
    (186, 160, 146),
    (170, 178, 166),
    (210, 204, 196),
)
LEAVES: tuple[Colour, ...] = ((94, 130, 82), (112, 144, 88), (82, 116, 84))


class Canvas:
    """A drawing in the coordinates of the finished photo (640 × 480); ``solved``: after the work."""

    def __init__(self, chance: random.Random, *, solved: bool) -> None:
        self.chance, self.solved = chance, solved
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE))
        self.draw = ImageDraw.Draw(self.image)

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, *, radius: float = 0) -> None:
        self.draw.rounded_rectangle([v * FINE for v in (x0, y0, x1, y1)], radius * FINE, fill=fill)

    def oval(self, x0: float, y0: float, x1: float, y1: float, fill: Colour) -> None:
        self.draw.ellipse([v * FINE for v in (x0, y0, x1, y1)], fill=fill)

    def ring(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, *, width: float = 3) -> None:
        self.draw.ellipse([v * FINE for v in (x0, y0, x1, y1)], outline=fill, width=round(width * FINE))

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        self.draw.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, *, width: float = 2) -> None:
        self.draw.line(
            [(x * FINE, y * FINE) for x, y in points], fill=fill, width=round(width * FINE), joint="curve"
        )

    def blob(self, x: float, y: float, rx: float, ry: float, fill: Colour, *, rough: float = 0.25) -> None:
        """An uneven patch: a puddle, a hole, a heap."""
        steps = 22
        points = []
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            reach = 1 + self.chance.uniform(-rough, rough)
            points.append((x + rx * reach * math.cos(angle), y + ry * reach * math.sin(angle)))
        self.shape(points, fill)

    def shadow(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A soft shadow on the ground."""
        layer = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(layer).ellipse([v * FINE for v in (x0, y0, x1, y1)], fill=90)
        layer = layer.filter(ImageFilter.BoxBlur(8))
        self.image.paste(Image.new("RGB", self.image.size, (30, 30, 34)), mask=layer)
        self.draw = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """The photo at its own size, with the light unevenness a camera leaves."""
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)


def street(chance: random.Random, *, solved: bool) -> Canvas:
    """An empty street of no particular place."""
    canvas = Canvas(chance, solved=solved)
    _sky(canvas)
    _houses(canvas)
    _trees(canvas)
    canvas.box(0, HORIZON, WIDTH, KERB, shade((188, 184, 176), chance.uniform(0.94, 1.04)))
    for x in range(-200, WIDTH + 200, 64):
        canvas.line([(WIDTH / 2 + (x - WIDTH / 2) * 0.72, HORIZON), (x, KERB)], (172, 168, 160), width=1)
    for y in (HORIZON + 24, HORIZON + 56):
        canvas.line([(0, y), (WIDTH, y)], (172, 168, 160), width=1)
    canvas.box(0, KERB, WIDTH, KERB + 9, (214, 211, 204))
    canvas.box(0, KERB + 9, WIDTH, HEIGHT, shade((98, 100, 104), chance.uniform(0.92, 1.06)))
    for x in range(chance.randint(-60, 0), WIDTH, 190):
        canvas.shape([(x, 430), (x + 96, 430), (x + 88, 440), (x - 10, 440)], (222, 220, 208))
    return canvas


def shade(colour: Colour, factor: float) -> Colour:
    """The colour, darker or lighter."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def _sky(canvas: Canvas) -> None:
    top, bottom = canvas.chance.choice(SKIES)
    for y in range(0, HORIZON, 3):
        share = y / HORIZON
        colour = tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        canvas.box(0, y, WIDTH, y + 3, (colour[0], colour[1], colour[2]))


def _houses(canvas: Canvas) -> None:
    chance, x = canvas.chance, -20
    while x < WIDTH:
        width, height = chance.randint(90, 170), chance.randint(90, 190)
        wall = shade(chance.choice(WALLS), chance.uniform(0.9, 1.08))
        canvas.box(x, HORIZON - height, x + width, HORIZON, wall)
        glass = shade(wall, chance.choice((0.62, 0.7, 1.16)))
        for row in range(HORIZON - height + 14, HORIZON - 46, 26):
            for column in range(x + 12, x + width - 16, 24):
                canvas.box(column, row, column + 12, row + 15, glass)
        _shop(canvas, x, x + width, wall)
        x += width + chance.choice((0, 0, 8))


def _shop(canvas: Canvas, left: int, right: int, wall: Colour) -> None:
    sign = canvas.chance.choice(((166, 60, 48), (46, 92, 132), (54, 116, 88), (196, 148, 58), (96, 82, 110)))
    canvas.box(left + 4, HORIZON - 38, right - 4, HORIZON - 25, sign)
    canvas.box(left + 8, HORIZON - 24, right - 8, HORIZON, shade(wall, 0.55))


def _trees(canvas: Canvas) -> None:
    chance = canvas.chance
    for x in range(chance.randint(30, 90), WIDTH, 175):
        green = chance.choice(LEAVES)
        canvas.box(x - 4, HORIZON - 60, x + 4, HORIZON + 26, (104, 86, 70))
        for _ in range(7):
            dx, dy, r = chance.randint(-32, 32), chance.randint(-38, 16), chance.randint(18, 30)
            canvas.oval(
                x + dx - r,
                HORIZON - 84 + dy - r,
                x + dx + r,
                HORIZON - 84 + dy + r,
                shade(green, chance.uniform(0.85, 1.15)),
            )
