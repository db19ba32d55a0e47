#!/usr/bin/env python3
"""Draw the pictures and the clip of tests/data/oracle: no photograph, no one else's work.

    make_pictures.py FOLDER

Needs numpy, Pillow and, for the clip, the command ffmpeg with libx264. Encoders of other versions write other bytes:
the files are committed, and the goldens belong to the committed ones.
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def clouds(seed, width, height, octaves=6):
    """Smooth noise in [0, 1], rough at every scale as photographs are: float32 [height, width]."""
    numbers = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for k in range(octaves):
        cells = numbers.random((2 + 2**k, 2 + 2**k), np.float32)
        layer = Image.fromarray(cells, "F").resize((width, height), Image.Resampling.BICUBIC)
        total += np.asarray(layer) / 1.7**k
    total -= total.min()
    return total / total.max()


def scenery(width, height, seed):
    """Sky, hills and a lake with grain: [height, width, 3] uint8."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky = np.array([70, 120, 200]) * (1 - y) + np.array([240, 200, 150]) * y
    picture = sky + 60 * (clouds(seed, width, height)[..., None] - 0.5)
    for k, colour in enumerate(([60, 80, 95], [45, 95, 60], [90, 75, 40])):
        ridge = height * (0.42 + 0.16 * k + 0.2 * (clouds(seed + 1 + k, width, 1, 5)[0] - 0.5))
        ground = np.arange(height)[:, None] > ridge[None]
        rough = np.array(colour) * (0.6 + 0.8 * clouds(seed + 10 + k, width, height, 8)[..., None])
        picture = np.where(ground[..., None], rough, picture)
    grain = np.random.default_rng(seed).normal(0, 5, picture.shape)
    return (picture + grain).clip(0, 255).astype(np.uint8)


def chart():
    """Bars with labels and a legend, a palette PNG."""
    picture = Image.new("RGB", (604, 402), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(15)
    draw.text((150, 10), "Boxes packed per day, by shift", fill="black", font=ImageFont.load_default(20))
    colours, values = ("#2b6cb0", "#dd6b20"), ((31, 24), (44, 39), (27, 35), (52, 47), (38, 21))
    for k in range(0, 61, 10):
        y = 350 - 5 * k
        draw.line((60, y, 580, y), fill="#cccccc")
        draw.text((34, y - 9), str(k), fill="black", font=font)
    for i, pair in enumerate(values):
        for j, value in enumerate(pair):
            x = 80 + 102 * i + 38 * j
            draw.rectangle((x, 350 - 5 * value, x + 34, 350), fill=colours[j])
        draw.text((92 + 102 * i, 358), ("Mon", "Tue", "Wed", "Thu", "Fri")[i], fill="black", font=font)
    for j, name in enumerate(("early", "late")):
        draw.rectangle((430 + 70 * j, 50, 442 + 70 * j, 62), fill=colours[j])
        draw.text((448 + 70 * j, 47), name, fill="black", font=font)
    return picture.quantize(32)


def page():
    """A tall page of print in grey."""
    picture = Image.new("L", (409, 1187), 250)
    draw = ImageDraw.Draw(picture)
    draw.text((24, 20), "Notes on the tide mill", fill=10, font=ImageFont.load_default(26))
    words = ("the water rises behind a low wall and waits until the sea has fallen then the gate opens and the wheel "
             "turns for five hours grain comes by barge flour leaves by cart in winter ice stops both").split()
    order = np.random.default_rng(5).integers(0, len(words), 400)
    line, y = "", 70
    for i in order:
        if len(line) + len(words[i]) > 50:
            draw.text((24, y), line, fill=30, font=ImageFont.load_default(14))
            line, y = "", y + 20 + 14 * (y % 7 == 0)
        line += words[i] + " "
        if y > 1140:
            break
    return picture


def badge():
    """Small, with an alpha channel whose clear part holds colour: dropped, not blended."""
    pixels = np.zeros((40, 57, 4), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, 57)
    pixels[..., 1] = np.linspace(255, 30, 40)[:, None]
    pixels[..., 2] = 90
    inside = (np.arange(40)[:, None] - 20) ** 2 * 2 + (np.arange(57)[None] - 28) ** 2 < 700
    pixels[..., 3] = np.where(inside, 255, np.linspace(0, 120, 57)[None])
    return Image.fromarray(pixels, "RGBA")


def clip(path):
    """45 frames at 10 a second: a disc crosses the scenery, a counter counts, the light fades."""
    width, height, frames = 176, 112, 45
    ground = scenery(width, height, 40).astype(np.float32)
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", "10",
               "-i", "-", "-c:v", "libx264", "-crf", "30", "-pix_fmt", "yuv420p", "-g", "15", "-bf", "2", "-threads", "1",
               "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for k in range(frames):
            picture = Image.fromarray((ground * (1 - 0.5 * k / frames)).astype(np.uint8))
            draw = ImageDraw.Draw(picture)
            x, y = 4 * k - 10, 40 + 25 * np.sin(k / 5)
            draw.ellipse((x, y, x + 26, y + 26), fill=(230, 60 + 4 * k, 40))
            draw.text((6, 4), str(k), fill="white", font=ImageFont.load_default(22))
            encoder.stdin.write(picture.tobytes())
        encoder.stdin.close()
        if encoder.wait():
            sys.exit("ffmpeg failed")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chart().save(folder / "chart.png", optimize=True)
    page().save(folder / "page.jpg", quality=36)
    badge().save(folder / "badge.png", optimize=True)
    Image.fromarray(scenery(501, 333, 1)).save(folder / "lake.jpg", quality=72)
    Image.fromarray(scenery(640, 448, 2)).resize((320, 224)).save(folder / "hills.webp", quality=70)
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    Image.fromarray(scenery(262, 175, 3)).save(folder / "turned.jpg", quality=80, exif=turned, subsampling=2)
    print_ready = Image.fromarray(scenery(150, 110, 4)).convert("CMYK")
    print_ready.save(folder / "print.jpg", quality=75)
    clip(folder / "clip.mp4")
    for path in sorted(folder.iterdir()):
        print(f"{path.name:12} {path.stat().st_size:7} bytes")


if __name__ == "__main__":
    main()
