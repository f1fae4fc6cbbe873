"""What a drawn photo shows: one function for each kind of trouble, before and after it was solved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import ImageDraw

from yicheng.apps.urban.demo.canvas import KERB, Canvas, shade

Scene = Callable[[Canvas], None]


def pothole(c: Canvas) -> None:
    x = c.chance.randint(230, 400)
    if c.solved:
        c.blob(x, 402, 96, 26, (74, 76, 80), rough=0.1)
        return
    for _ in range(7):
        start = (x + c.chance.randint(-60, 60), 400 + c.chance.randint(-14, 14))
        c.line(
            [start, (start[0] + c.chance.randint(-70, 70), start[1] + c.chance.randint(-26, 26))],
            (62, 62, 66),
        )
    c.blob(x, 402, 88, 24, (70, 66, 62))
    c.blob(x + 4, 406, 62, 15, (48, 45, 43))
    for _ in range(14):
        px, py = x + c.chance.randint(-105, 105), 402 + c.chance.randint(-26, 30)
        c.oval(px, py, px + 7, py + 5, (130, 126, 120))


def manhole(c: Canvas) -> None:
    x = c.chance.randint(240, 400)
    c.oval(x - 74, 376, x + 74, 424, (128, 124, 118))
    if c.solved:
        c.oval(x - 64, 379, x + 64, 419, (84, 82, 84))
        for ring in (18, 36, 52):
            c.ring(x - ring, 399 - ring * 0.31, x + ring, 399 + ring * 0.31, (112, 110, 110), width=2)
        return
    c.oval(x - 64, 379, x + 64, 419, (22, 22, 24))
    c.shape([(x - 66, 396), (x - 20, 380), (x + 22, 396), (x - 26, 421)], (92, 90, 92))
    c.line([(x - 20, 381), (x + 2, 394), (x - 26, 420)], (140, 138, 136))


def garbage(c: Canvas) -> None:
    x = c.chance.randint(180, 330)
    for number, colour in enumerate(((60, 110, 76), (60, 88, 130))):
        left = x + 130 + number * 62
        c.box(left, 246, left + 50, 318, colour, radius=4)
        c.box(left - 3, 238, left + 53, 250, shade(colour, 0.8), radius=4)
    if c.solved:
        return
    c.shadow(x - 60, 296, x + 130, 334)
    for _ in range(16):
        bx, by = x + c.chance.randint(-50, 96), 300 - c.chance.randint(0, 34)
        colour = c.chance.choice(
            ((38, 40, 46), (206, 206, 200), (150, 116, 84), (186, 62, 52), (76, 116, 164))
        )
        c.blob(bx, by, c.chance.randint(13, 25), c.chance.randint(11, 19), colour)


def rubble(c: Canvas) -> None:
    x = c.chance.randint(240, 400)
    if c.solved:
        c.blob(x, 306, 120, 12, (180, 174, 162), rough=0.08)
        return
    c.shadow(x - 140, 296, x + 140, 336)
    c.shape([(x - 130, 318), (x - 70, 276), (x - 10, 248), (x + 50, 268), (x + 128, 318)], (150, 136, 118))
    for _ in range(46):
        share = c.chance.uniform(-1, 1)
        px, py = x + 116 * share, 316 - c.chance.uniform(0, 62) * (1 - abs(share))
        size = c.chance.randint(6, 14)
        c.box(
            px,
            py,
            px + size * 1.6,
            py + size,
            c.chance.choice(((172, 92, 72), (190, 184, 172), (120, 112, 102))),
        )


def lamp(c: Canvas) -> None:
    x = c.chance.randint(220, 420)
    c.image = c.image.point([round(v * 0.38) for v in range(256)] * 3)
    c.draw = ImageDraw.Draw(c.image)
    if c.solved:
        c.shape([(x + 62, 92), (x - 70, 402), (x + 210, 402)], (116, 106, 76))
        c.oval(x - 70, 380, x + 210, 424, (128, 116, 82))
    c.line([(x, 330), (x, 70), (x + 16, 56), (x + 66, 66)], (150, 152, 156), width=6)
    c.shape(
        [(x + 42, 58), (x + 92, 70), (x + 88, 84), (x + 40, 74)],
        (255, 238, 178) if c.solved else (74, 76, 82),
    )


def small_ads(c: Canvas) -> None:
    c.box(60, 96, 580, KERB, shade((196, 188, 174), c.chance.uniform(0.94, 1.05)))
    for row, y in enumerate(range(96, KERB, 26)):
        c.line([(60, y), (580, y)], (178, 170, 156), width=1)
        for x in range(60 + (row % 2) * 32, 580, 64):
            c.line([(x, y), (x, min(y + 26, KERB))], (178, 170, 156), width=1)
    if c.solved:
        for _ in range(6):
            c.blob(
                c.chance.randint(140, 500), c.chance.randint(140, 290), 34, 20, (206, 199, 186), rough=0.12
            )
        return
    for _ in range(13):
        x, y = c.chance.randint(90, 500), c.chance.randint(112, 280)
        paper = c.chance.choice(((244, 242, 234), (250, 226, 120), (236, 150, 140), (176, 214, 236)))
        c.box(x, y, x + 46, y + 34, paper)
        for line in range(4):
            c.box(x + 5, y + 6 + line * 7, x + 40 - 6 * (line % 2), y + 9 + line * 7, shade(paper, 0.5))


def bikes(c: Canvas) -> None:
    colours = ((240, 190, 40), (72, 150, 220), (92, 190, 130))
    if c.solved:
        for number in range(9):
            _bike(c, 70 + number * 56, 316, c.chance.choice(colours))
        return
    for _ in range(15):
        _bike(c, c.chance.randint(50, 540), c.chance.randint(296, 344), c.chance.choice(colours))


def _bike(c: Canvas, x: float, y: float, colour: tuple[int, int, int]) -> None:
    for wheel in (x, x + 38):
        c.ring(wheel, y - 26, wheel + 26, y, (48, 48, 52), width=2.5)
    c.line(
        [(x + 13, y - 13), (x + 26, y - 34), (x + 46, y - 32), (x + 30, y - 13), (x + 13, y - 13)],
        colour,
        width=3.5,
    )
    c.line([(x + 46, y - 32), (x + 51, y - 13)], colour, width=3.5)
    c.line([(x + 46, y - 32), (x + 44, y - 43), (x + 54, y - 45)], (60, 60, 64), width=3)
    c.box(x + 18, y - 40, x + 32, y - 36, (40, 40, 44), radius=2)


def cars(c: Canvas) -> None:
    c.box(0, 408, 640, 412, (222, 186, 70))
    if c.solved:
        return
    for x in (c.chance.randint(20, 60), c.chance.randint(330, 370)):
        _car(
            c,
            x,
            368,
            c.chance.choice(((178, 48, 46), (236, 236, 238), (56, 78, 116), (52, 54, 58), (188, 190, 194))),
        )


def _car(c: Canvas, x: float, y: float, colour: tuple[int, int, int]) -> None:
    c.shadow(x, y + 20, x + 240, y + 60)
    c.shape([(x + 46, y - 28), (x + 78, y - 70), (x + 168, y - 70), (x + 206, y - 28)], shade(colour, 0.9))
    c.shape([(x + 60, y - 30), (x + 84, y - 62), (x + 120, y - 62), (x + 120, y - 30)], (150, 176, 190))
    c.shape([(x + 126, y - 30), (x + 126, y - 62), (x + 162, y - 62), (x + 190, y - 30)], (150, 176, 190))
    c.box(x, y - 30, x + 240, y + 26, colour, radius=16)
    for wheel in (x + 34, x + 162):
        c.oval(wheel, y, wheel + 48, y + 48, (32, 32, 36))
        c.oval(wheel + 13, y + 13, wheel + 35, y + 35, (170, 172, 176))
    c.box(x + 224, y - 14, x + 238, y - 2, (250, 236, 180), radius=3)


def stall(c: Canvas) -> None:
    if c.solved:
        return
    x = c.chance.randint(120, 260)
    c.shadow(x - 10, 300, x + 270, 342)
    cloth = c.chance.choice(((184, 58, 52), (52, 108, 150), (58, 128, 84)))
    for pole in (x + 6, x + 248):
        c.line([(pole, 160), (pole, 322)], (110, 104, 98), width=4)
    for number in range(8):
        left = x - 12 + number * 35
        colour = cloth if number % 2 else (240, 236, 228)
        c.shape([(left, 160), (left + 35, 160), (left + 40, 192), (left - 5, 192)], colour)
    c.box(x, 262, x + 254, 316, (150, 112, 76), radius=3)
    for _ in range(26):
        fx = x + c.chance.randint(6, 236)
        c.oval(
            fx,
            246 + c.chance.randint(0, 6),
            fx + 15,
            266,
            c.chance.choice(((214, 84, 48), (226, 178, 62), (110, 152, 70))),
        )


def flood(c: Canvas) -> None:
    if c.solved:
        c.blob(320, 420, 200, 18, (88, 91, 96), rough=0.15)
        return
    c.shape([(0, 356), (640, 344), (640, 480), (0, 480)], (112, 126, 134))
    for _ in range(26):
        x, y = c.chance.randint(0, 600), c.chance.randint(360, 470)
        c.line([(x, y), (x + c.chance.randint(24, 80), y)], (160, 176, 184), width=2)
    c.shape([(430, 372), (470, 300), (510, 372)], (230, 112, 46))
    c.shape([(448, 340), (492, 340), (499, 354), (441, 354)], (244, 240, 232))


def dust(c: Canvas) -> None:
    c.box(40, 190, 600, KERB - 6, (88, 132, 160))
    for x in range(40, 600, 70):
        c.line([(x, 190), (x, KERB - 6)], (70, 110, 136), width=3)
    c.line([(430, 190), (430, 24), (560, 44), (330, 44)], (222, 164, 40), width=5)
    if c.solved:
        c.shape([(90, 190), (210, 138), (330, 190)], (92, 124, 84))
        return
    c.shape([(80, 190), (210, 120), (340, 190)], (170, 142, 104))
    for _ in range(18):
        haze = shade((206, 188, 158), c.chance.uniform(0.95, 1.06))
        c.blob(
            c.chance.randint(70, 430),
            c.chance.randint(84, 180),
            c.chance.randint(22, 44),
            c.chance.randint(12, 22),
            haze,
        )


def branch(c: Canvas) -> None:
    c.box(300, 60, 324, KERB - 20, (108, 88, 68))
    for _ in range(12):
        dx, dy, r = c.chance.randint(-90, 90), c.chance.randint(-46, 30), c.chance.randint(26, 44)
        c.oval(
            312 + dx - r,
            80 + dy - r,
            312 + dx + r,
            80 + dy + r,
            shade((96, 134, 82), c.chance.uniform(0.85, 1.15)),
        )
    if c.solved:
        c.oval(318, 176, 338, 196, (206, 178, 138))
        return
    c.line([(328, 190), (420, 300), (540, 372)], (108, 88, 68), width=12)
    for _ in range(16):
        x = c.chance.randint(400, 570)
        y = 280 + (x - 400) * 0.5 + c.chance.randint(-26, 26)
        c.blob(x, y, 24, 17, shade((110, 140, 78), c.chance.uniform(0.8, 1.1)))


def wires(c: Canvas) -> None:
    for x in (110, 530):
        c.line([(x, 30), (x, KERB)], (120, 112, 104), width=9)
        c.line([(x - 34, 52), (x + 34, 52)], (120, 112, 104), width=5)
    for number in range(4):
        low = 66 + number * 5 if c.solved else 90 + number * 62
        drop = (330 + c.chance.randint(-20, 20), low + 20)
        c.line(
            [
                (92 + number * 12, 52),
                (220, (52 + drop[1]) / 2 + 14),
                drop,
                (430, (52 + drop[1]) / 2 + 14),
                (512 + number * 12, 52),
            ],
            (44, 44, 48),
            width=2.5,
        )


def fence(c: Canvas) -> None:
    for number in range(9):
        x = 20 + number * 70
        tilt = 0 if c.solved or number not in (4, 5) else c.chance.choice((34, 46))
        c.shape(
            [(x + tilt, 286 + tilt), (x + 64 + tilt, 286 + tilt * 0.6), (x + 64, 346), (x, 346)],
            (236, 236, 232),
        )
        for bar in range(6):
            bx = x + 6 + bar * 10
            c.line([(bx + tilt * 0.8, 294 + tilt * 0.8), (bx, 342)], (146, 152, 158), width=3)
        c.line([(x, 350), (x + tilt * 0.4, 280 + tilt)], (52, 96, 150), width=6)


def sign(c: Canvas) -> None:
    x, lean = c.chance.randint(260, 380), 0
    if not c.solved:
        lean = c.chance.choice((-74, 78))
    c.line([(x, KERB - 6), (x + lean, 110)], (150, 154, 158), width=7)
    top = x + lean
    c.shape(
        [
            (top - 62, 76 + lean * 0.3),
            (top + 62, 76 - lean * 0.3),
            (top + 62, 146 - lean * 0.3),
            (top - 62, 146 + lean * 0.3),
        ],
        (34, 92, 158),
    )
    c.line([(top - 44, 100 + lean * 0.2), (top + 44, 100 - lean * 0.2)], (240, 242, 244), width=7)
    c.line([(top - 44, 122 + lean * 0.2), (top + 16, 122 - lean * 0.1)], (240, 242, 244), width=5)


def furniture(c: Canvas) -> None:
    if c.solved:
        return
    x = c.chance.randint(170, 280)
    c.shadow(x - 10, 296, x + 270, 340)
    cover = c.chance.choice(((132, 84, 66), (96, 104, 122), (146, 128, 84)))
    c.box(x, 220, x + 210, 286, cover, radius=12)
    c.box(x - 14, 262, x + 224, 316, shade(cover, 0.85), radius=12)
    c.blob(x + 90, 250, 22, 12, (216, 206, 184))
    c.shape([(x + 236, 200), (x + 300, 208), (x + 292, 322), (x + 230, 314)], (176, 142, 100))


def barbecue(c: Canvas) -> None:
    if c.solved:
        return
    x = c.chance.randint(180, 320)
    for _ in range(14):
        y = c.chance.randint(96, 240)
        c.blob(
            x + 70 + c.chance.randint(-60, 60),
            y,
            34,
            18,
            shade((188, 190, 194), c.chance.uniform(0.94, 1.06)),
        )
    c.box(x, 258, x + 160, 280, (64, 62, 62))
    c.box(x + 4, 252, x + 156, 259, (216, 92, 40))
    for leg in (x + 10, x + 148):
        c.line([(leg, 280), (leg, 326)], (64, 62, 62), width=5)
    for stool in (x - 70, x + 190):
        c.box(stool, 292, stool + 40, 300, (196, 58, 50), radius=2)
        c.line([(stool + 6, 300), (stool + 2, 326)], (196, 58, 50), width=4)
        c.line([(stool + 34, 300), (stool + 38, 326)], (196, 58, 50), width=4)


def pipe(c: Canvas) -> None:
    x = c.chance.randint(260, 380)
    if c.solved:
        c.blob(x, 398, 70, 20, (78, 80, 84), rough=0.08)
        return
    c.blob(x, 416, 220, 38, (128, 146, 156), rough=0.12)
    for _ in range(40):
        dx = c.chance.uniform(-1, 1)
        top = 400 - (1 - dx * dx) * c.chance.uniform(120, 240)
        c.line([(x, 402), (x + dx * 60, top), (x + dx * 130, 410)], (206, 222, 230), width=2)


SCENES: Mapping[str, Scene] = {
    "pothole": pothole,
    "manhole": manhole,
    "garbage": garbage,
    "rubble": rubble,
    "lamp": lamp,
    "small_ads": small_ads,
    "bikes": bikes,
    "cars": cars,
    "stall": stall,
    "flood": flood,
    "dust": dust,
    "branch": branch,
    "wires": wires,
    "fence": fence,
    "sign": sign,
    "furniture": furniture,
    "barbecue": barbecue,
    "pipe": pipe,
}
