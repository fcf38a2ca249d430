#!/usr/bin/env python3
"""Draws script/demo-photo.jpg: a street with a missing manhole cover.

Run once, with Pillow from pip; the picture is committed, so nobody needs to:

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pillow
    /tmp/venv/bin/python script/make-demo-photo.py
"""
import io
import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, TiffImagePlugin

SIZE = (640, 480)
HORIZON = 170
OUTPUT = Path(__file__).with_name("demo-photo.jpg")


def draw_sky_and_houses(draw):
    for y in range(HORIZON):
        shade = y / HORIZON
        draw.line([(0, y), (SIZE[0], y)], fill=(int(150 + 60 * shade), int(185 + 35 * shade), 225))
    walls = [(0, 40, 118, (196, 180, 160)), (118, 70, 96, (172, 150, 138)),
             (452, 62, 84, (178, 168, 150)), (536, 28, 104, (204, 190, 168))]
    for left, top, width, colour in walls:
        draw.rectangle([left, top, left + width, HORIZON + 14], fill=colour)
        for x in range(left + 10, left + width - 16, 26):
            for y in range(top + 12, HORIZON - 22, 28):
                draw.rectangle([x, y, x + 13, y + 17], fill=(92, 112, 132))


def draw_street(draw):
    draw.rectangle([0, HORIZON, SIZE[0], SIZE[1]], fill=(150, 147, 140))
    draw.polygon([(262, HORIZON), (378, HORIZON), (720, 480), (-80, 480)], fill=(88, 88, 90))
    for side in (((258, HORIZON), (-104, 480)), ((382, HORIZON), (744, 480))):
        draw.line(side, fill=(186, 184, 176), width=7)
    for step in range(6):
        near, far = 0.06 + step * 0.17, 0.06 + step * 0.17 + 0.07 + step * 0.012
        y0, y1 = HORIZON + 310 * near, HORIZON + 310 * far
        w0, w1 = 2 + 7 * near, 2 + 7 * far
        draw.polygon([(320 - w0, y0), (320 + w0, y0), (320 + w1, y1), (320 - w1, y1)],
                     fill=(222, 220, 205))


def draw_open_manhole(draw):
    centre, across, deep = (410, 372), 82, 34
    for grow, colour in ((9, (120, 117, 112)), (4, (70, 68, 66)), (0, (16, 15, 17))):
        draw.ellipse([centre[0] - across - grow, centre[1] - deep - grow,
                      centre[0] + across + grow, centre[1] + deep + grow], fill=colour)
    draw.chord([centre[0] - across + 6, centre[1] - deep + 4, centre[0] + across - 6,
                centre[1] + deep + 22], 190, 350, fill=(44, 41, 40))
    for rung in range(3):
        y = centre[1] - 12 + rung * 13
        draw.line([(centre[0] - 14, y), (centre[0] + 14, y)], fill=(92, 74, 58), width=3)
    for angle in range(0, 360, 40):
        x = centre[0] + (across + 26) * math.cos(math.radians(angle))
        y = centre[1] + (deep + 12) * math.sin(math.radians(angle))
        draw.polygon([(x, y), (x + 6, y - 2), (x + 9, y + 3), (x + 2, y + 5)], fill=(112, 108, 102))


def add_grain(image):
    grain = random.Random(20261120)
    pixels = image.load()
    for _ in range(26000):
        x, y = grain.randrange(SIZE[0]), grain.randrange(HORIZON, SIZE[1])
        change = grain.randint(-12, 12)
        pixels[x, y] = tuple(max(0, min(255, part + change)) for part in pixels[x, y])
    return image.filter(ImageFilter.GaussianBlur(0.6))


def thirds(degrees):
    """Degrees, minutes and seconds to 1/100 as EXIF rationals."""
    hundredths = round(degrees * 360000)
    rational = TiffImagePlugin.IFDRational
    return (rational(hundredths // 360000, 1), rational(hundredths // 6000 % 60, 1),
            rational(hundredths % 6000, 100))


def exif(thumbnail):
    tags = Image.Exif()
    tags[0x0112] = 1
    tags[0x010E] = "Gridwalk demo"
    tags[0x8769] = {0x9000: b"0232", 0x9003: "2026:11:20 09:20:00", 0x9011: "+08:00",
                    0xA002: SIZE[0], 0xA003: SIZE[1]}
    tags[0x8825] = {0: b"\x02\x03\x00\x00", 1: "N", 2: thirds(22.5410), 3: "E",
                    4: thirds(114.0515), 7: (1.0, 20.0, 0.0), 9: "A", 18: "WGS-84",
                    29: "2026:11:20", 31: TiffImagePlugin.IFDRational(52, 10)}
    block = tags.tobytes()
    return append_thumbnail(block, thumbnail)


def append_thumbnail(block, thumbnail):
    """Hangs IFD1 with a JPEG thumbnail behind the block Pillow wrote."""
    tiff = bytearray(block[6:])
    order = "little" if tiff[:2] == b"II" else "big"
    first = int.from_bytes(tiff[4:8], order)
    count = int.from_bytes(tiff[first:first + 2], order)
    link = first + 2 + 12 * count
    if len(tiff) % 2:
        tiff += b"\0"
    second = len(tiff)
    tiff[link:link + 4] = second.to_bytes(4, order)
    data = second + 2 + 3 * 12 + 4
    tiff += (3).to_bytes(2, order)
    for tag, kind, value in ((0x0103, 3, 6), (0x0201, 4, data), (0x0202, 4, len(thumbnail))):
        tiff += tag.to_bytes(2, order) + kind.to_bytes(2, order) + (1).to_bytes(4, order)
        tiff += value.to_bytes(2, order) + b"\0\0" if kind == 3 else value.to_bytes(4, order)
    return block[:6] + bytes(tiff) + bytes(4) + thumbnail


def main():
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    draw_sky_and_houses(draw)
    draw_street(draw)
    draw_open_manhole(draw)
    image = add_grain(image)
    small = io.BytesIO()
    image.resize((160, 120)).save(small, "JPEG", quality=60)
    image.save(OUTPUT, "JPEG", quality=78, exif=exif(small.getvalue()))


if __name__ == "__main__":
    main()
