#!/usr/bin/env python3
"""Write small odd pictures and what Pillow 13 makes of them.

    make_image_cases.py [OUT_DIR]          default: ../data/images as seen from this script

Every picture is drawn here from fixed numbers (licence: that of this repository). cases.json beside them lists
  {"file", "width", "height", "sha256"}    of ImageOps.exif_transpose(Image.open(f)).convert("RGB"), or
  {"file", "error"}                        where Pillow refuses; the exception's name, for the reader.
Pictures that Pillow cannot write are put together byte by byte.
"""
import hashlib
import io
import itertools
import json
import random
import struct
import sys
import warnings
import zlib
from pathlib import Path

import PIL
from PIL import Image, ImageOps

assert PIL.__version__.split(".")[0] == "13", PIL.__version__
warnings.simplefilter("ignore")


def scene(width, height, bands=3, seed=1):
    """Bytes of a picture with edges, slopes and noise; rows top to bottom, bands side by side."""
    rng = random.Random(seed * 1000003 + width * 1009 + height * 13 + bands)
    out = bytearray()
    for y in range(height):
        for x in range(width):
            for band in range(bands):
                value = (x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x * 7 + y * 3) % 256,
                         255 if (x // 5 + y // 7) % 2 else (x * y) % 256)[band % 4]
                if (x + 2 * y + band) % 11 == 0:
                    value = rng.randrange(256)
                out.append(value)
    return bytes(out)


def picture(mode, width, height, seed=1):
    bands = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    return Image.frombytes(mode, (width, height), scene(width, height, bands, seed))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif_with(orientation, endian="<"):
    head = b"II*\0" if endian == "<" else b"MM\0*"
    return b"Exif\0\0" + head + struct.pack(endian + "IH", 8, 1) + struct.pack(
        endian + "HHIHH", 274, 3, 1, orientation, 0) + struct.pack(endian + "I", 0)


XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="%d"/>'
       b"</rdf:RDF></x:xmpmeta>")


# ---------------------------------------------------------------- PNG by hand

def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, bpp, filters):
    out, above = bytearray(), None
    for row, kind in zip(rows, filters):
        above = above or bytes(len(row))
        out.append(kind)
        for i, value in enumerate(row):
            left = row[i - bpp] if i >= bpp else 0
            corner = above[i - bpp] if i >= bpp else 0
            guess = (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))[kind]
            out.append((value - guess) & 255)
        above = row
    return bytes(out)


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(width, height, depth, colour, interlaced=False, before=b"", after=b"", split=0, cut=None, seed=1, end=True,
        animation=b""):
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    bits = depth * channels
    samples = scene(width, height, channels * (2 if depth == 16 else 1), seed)
    per_pixel = channels * (2 if depth == 16 else 1)
    rng = random.Random(seed)

    def pack(xs, y):
        if depth >= 8:
            return b"".join(samples[(y * width + x) * per_pixel:(y * width + x + 1) * per_pixel] for x in xs)
        value = 0
        for x in xs:
            value = value << depth | samples[y * width + x] >> (8 - depth)
        pad = -len(xs) * depth % 8
        return (value << pad).to_bytes((len(xs) * depth + pad) // 8, "big")

    raw = b""
    for x0, y0, dx, dy in (ADAM7 if interlaced else [(0, 0, 1, 1)]):
        xs, ys = range(x0, width, dx), range(y0, height, dy)
        if xs:
            rows = [pack(xs, y) for y in ys]
            raw += filtered(rows, max(1, bits // 8), [rng.randrange(5) for _ in rows])
    data = zlib.compress(raw, 9)
    if cut is not None:
        data = data[:int(len(data) * cut)]
    step = split or len(data) or 1
    idat = b"".join(chunk(b"IDAT", data[i:i + step]) for i in range(0, len(data), step))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + animation + before + idat + after + (chunk(b"IEND") if end else b"")


def palette(n, seed=5):
    return chunk(b"PLTE", bytes(random.Random(seed).randrange(256) for _ in range(3 * n)))


def png_cases():
    for colour, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            plte = palette(1 << depth) if colour == 3 else b""
            yield f"png_c{colour}_d{depth}.png", png(23, 17, depth, colour, before=plte)
            if colour in (0, 3, 6) or depth == 16:
                yield f"png_c{colour}_d{depth}_interlaced.png", png(19, 21, depth, colour, True, before=plte)
    yield "png_1x1_interlaced.png", png(1, 1, 8, 2, True)
    yield "png_1xN.png", png(1, 64, 8, 2)
    yield "png_Nx1_bits.png", png(61, 1, 1, 0)
    yield "png_short_palette.png", png(23, 17, 4, 3, before=palette(5))
    yield "png_no_palette.png", png(23, 17, 4, 3)
    yield "png_palette_alpha.png", png(23, 17, 8, 3, before=palette(256) + chunk(b"tRNS", bytes(range(0, 200, 2))))
    yield "png_palette_key.png", png(23, 17, 4, 3, before=palette(16) + chunk(b"tRNS", b"\xff\xff\0\xff"))
    yield "png_grey_key.png", png(23, 17, 8, 0, before=chunk(b"tRNS", b"\0\x20"))
    yield "png_grey16_key.png", png(23, 17, 16, 0, before=chunk(b"tRNS", b"\1\x20"))
    yield "png_rgb_key.png", png(23, 17, 8, 2, before=chunk(b"tRNS", b"\0\1\0\2\0\3"))
    yield "png_split_idat.png", png(23, 17, 8, 6, split=7)
    yield "png_gamma.png", png(23, 17, 8, 2, before=chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"sRGB", b"\0"))
    yield "png_bad_icc.png", png(23, 17, 8, 2, before=chunk(b"iCCP", b"odd\0\0" + zlib.compress(b"no profile")))
    yield "png_exif6.png", png(23, 17, 8, 2, before=chunk(b"eXIf", exif_with(6)[6:]))
    yield "png_exif7_after.png", png(23, 17, 8, 6, after=chunk(b"eXIf", exif_with(7, ">")[6:]))
    yield "png_xmp8.png", png(23, 17, 8, 2, before=chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP % 8))
    yield "png_xmp5_packed.png", png(23, 17, 8, 0, before=chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP % 5)))
    profile = exif_with(3)
    yield "png_raw_profile3.png", png(23, 17, 8, 2, before=chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(
        b"\nexif\n%8d\n" % len(profile) + profile.hex().encode() + b"\n")))
    frame = struct.pack(">IIIIIHHBB", 0, 23, 17, 0, 0, 1, 10, 0, 0)
    yield "png_apng.png", png(23, 17, 8, 2, animation=chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", frame),
                              after=chunk(b"fcTL", struct.pack(">IIIIIHHBB", 1, 23, 17, 0, 0, 1, 10, 0, 0)) + chunk(
                                  b"fdAT", struct.pack(">I", 2) + zlib.compress(bytes(17 * (23 * 3 + 1)))))
    yield "png_no_end.png", png(23, 17, 8, 2, end=False)
    yield "png_cut_half.png", png(23, 17, 8, 2, cut=0.5, end=False)
    yield "png_cut_chunk.png", png(23, 17, 8, 6)[:-150]
    yield "png_text_bomb.png", png(23, 17, 8, 2, before=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(3 << 20), 9)))
    yield "png_icc_bomb.png", png(23, 17, 8, 2, before=chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(3 << 20), 9)))
    broken = bytearray(png(23, 17, 8, 2))
    broken[20] ^= 1
    yield "png_bad_checksum.png", bytes(broken)


# ---------------------------------------------------------------- JPEG

def jpeg_cases():
    for mode, options in itertools.product(("L", "RGB"), ({}, {"progressive": True})):
        yield f"jpeg_{mode}{'_progressive' if options else ''}.jpg", saved(picture(mode, 45, 37), "JPEG", quality=80, **options)
    for name, sub in (("444", 0), ("422", 1), ("420", 2)):
        yield f"jpeg_{name}.jpg", saved(picture("RGB", 45, 37, 2), "JPEG", quality=60, subsampling=sub)
    yield "jpeg_rgb_kept.jpg", saved(picture("RGB", 45, 37), "JPEG", quality=90, keep_rgb=True)
    yield "jpeg_440.jpg", jpeg_440()
    yield "jpeg_1x1.jpg", saved(picture("RGB", 1, 1), "JPEG")
    yield "jpeg_1xN.jpg", saved(picture("RGB", 1, 64), "JPEG")
    yield "jpeg_restart.jpg", saved(picture("RGB", 64, 48), "JPEG", restart_marker_blocks=2)
    yield "jpeg_cmyk.jpg", saved(picture("CMYK", 45, 37), "JPEG", quality=85)
    ycck = bytearray(saved(picture("CMYK", 45, 37, 3), "JPEG", quality=85))
    at = ycck.find(b"Adobe")
    ycck[at + 11] = 2  # the same four components, said to be YCCK
    yield "jpeg_ycck.jpg", bytes(ycck)
    for orientation in range(1, 9):
        yield f"jpeg_exif{orientation}.jpg", saved(picture("RGB", 29, 18), "JPEG", quality=70,
                                                   exif=exif_with(orientation, "<>"[orientation % 2]))
    yield "jpeg_exif9.jpg", saved(picture("RGB", 29, 18), "JPEG", exif=exif_with(9))
    yield "jpeg_xmp6.jpg", saved(picture("L", 29, 18), "JPEG", xmp=XMP % 6)
    whole = saved(picture("RGB", 45, 37, 4), "JPEG", quality=80)
    yield "jpeg_junk.jpg", whole[:20] + b"\0\0junk" + b"\xff\xff\xff" + whole[21:]
    yield "jpeg_trailing.jpg", whole + b"PK\3\4 and more"
    yield "jpeg_no_end.jpg", whole[:-2]
    yield "jpeg_cut_half.jpg", whole[:len(whole) // 2 + 150]
    yield "jpeg_cut_header.jpg", whole[:100]
    progressive = saved(picture("RGB", 45, 37, 4), "JPEG", quality=80, progressive=True)
    yield "jpeg_cut_progressive.jpg", progressive[:-200]
    yield "jpeg_named_png.png", whole
    mpo = io.BytesIO()
    picture("RGB", 29, 18).save(mpo, "MPO", save_all=True, append_images=[picture("RGB", 29, 18, 9)])
    yield "jpeg_mpo.jpg", mpo.getvalue()


def jpeg_440():
    """Chroma halved in height alone: a 4:2:2 file turned on its side would have it; here the sampling is said to."""
    data = bytearray(saved(picture("RGB", 48, 48, 6), "JPEG", quality=75, subsampling=1))
    at = data.find(b"\xff\xc0")
    data[at + 11] = 0x12
    return bytes(data)


# ---------------------------------------------------------------- WebP

def webp_cases():
    yield "webp_lossy.webp", saved(picture("RGB", 45, 37), "WEBP", quality=70)
    yield "webp_lossless.webp", saved(picture("RGB", 45, 37), "WEBP", lossless=True)
    yield "webp_lossy_alpha.webp", saved(picture("RGBA", 45, 37), "WEBP", quality=70)
    yield "webp_lossless_alpha.webp", saved(picture("RGBA", 45, 37), "WEBP", lossless=True, exact=True)
    yield "webp_exif6.webp", saved(picture("RGB", 29, 18), "WEBP", exif=exif_with(6))
    yield "webp_xmp3.webp", saved(picture("RGB", 29, 18), "WEBP", xmp=XMP % 3)
    yield "webp_animated.webp", saved(picture("RGBA", 29, 18), "WEBP", save_all=True, lossless=True,
                                      append_images=[picture("RGBA", 29, 18, 7)])
    yield "webp_1x1.webp", saved(picture("RGB", 1, 1), "WEBP")
    whole = saved(picture("RGB", 45, 37), "WEBP", quality=70)
    yield "webp_cut.webp", whole[:-60]
    yield "webp_cut_header.webp", whole[:22]


# ---------------------------------------------------------------- BMP

def bmp(width, height, bits, rows, header=40, compression=0, masks=b"", colours=b"", n_colours=0, top_down=False,
        offset=None):
    size = {12: struct.pack("<IHHHH", 12, width, height, 1, bits)}.get(header)
    if size is None:
        size = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits, compression,
                           len(rows), 2835, 2835, n_colours, 0)
        if header > 40:
            size += masks + bytes(header - 40 - len(masks))
            masks = b""
    at = 14 + len(size) + len(masks) + len(colours)
    return b"BM" + struct.pack("<IHHI", at + len(rows), 0, 0, at if offset is None else offset) + size + masks + colours + rows


def bmp_rows(width, height, bits, seed=1):
    stride = (width * bits + 31) // 32 * 4
    return scene(stride, height, 1, seed)


def bmp_cases():
    for mode in ("L", "RGB"):
        yield f"bmp_{mode}.bmp", saved(picture(mode, 23, 17), "BMP")
    yield "bmp_rgba.bmp", saved(picture("RGBA", 23, 17), "BMP")
    yield "bmp_1bit.bmp", saved(picture("L", 23, 17).convert("1"), "BMP")
    colours = bytes(random.Random(4).randrange(256) for _ in range(1024))
    for bits in (1, 4, 8):
        n = 1 << bits
        yield f"bmp_palette{bits}.bmp", bmp(23, 17, bits, bmp_rows(23, 17, bits), colours=colours[:4 * n])
    yield "bmp_short_palette.bmp", bmp(23, 17, 8, bmp_rows(23, 17, 8), colours=colours[:40], n_colours=10)
    yield "bmp_os2.bmp", bmp(23, 17, 8, bmp_rows(23, 17, 8), header=12, colours=colours[:768])
    yield "bmp_os2_24.bmp", bmp(23, 17, 24, bmp_rows(23, 17, 24), header=12)
    yield "bmp_16_555.bmp", bmp(23, 17, 16, bmp_rows(23, 17, 16))
    yield "bmp_16_565.bmp", bmp(23, 17, 16, bmp_rows(23, 17, 16), compression=3,
                                masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    yield "bmp_32.bmp", bmp(23, 17, 32, bmp_rows(23, 17, 32))
    yield "bmp_top_down.bmp", bmp(23, 17, 24, bmp_rows(23, 17, 24), top_down=True)
    for i, m in enumerate(((0xFF0000, 0xFF00, 0xFF, 0xFF000000), (0xFF000000, 0xFF0000, 0xFF00, 0),
                           (0xFF000000, 0xFF00, 0xFF, 0), (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
                           (0xFF000000, 0xFF00, 0xFF, 0xFF0000), (0xFF000000, 0xFF0000, 0xFF00, 0xFF))):
        yield f"bmp_v4_masks{i}.bmp", bmp(9, 7, 32, bmp_rows(9, 7, 32), header=108, compression=3, masks=struct.pack("<IIII", *m))
    yield "bmp_bad_masks.bmp", bmp(9, 7, 32, bmp_rows(9, 7, 32), compression=3, masks=struct.pack("<III", 3, 12, 48))
    runs = b"".join(bytes([7, 3, 0, 5, 1, 2, 3, 4, 5, 0, 11, y + 20, 0, 0]) for y in range(16)) + b"\x17\x09\0\1"
    yield "bmp_rle8.bmp", bmp(23, 17, 8, runs, compression=1, colours=colours)
    jump = b"\x05\x07\0\2\x03\1\x09\x02\0\0" + b"".join(bytes([23, y, 0, 0]) for y in range(16)) + b"\0\1"
    yield "bmp_rle8_jump.bmp", bmp(23, 17, 8, jump, compression=1, colours=colours)
    four = b"".join(bytes([9, 0x3A, 0, 6, 0x12, 0x34, 0x56, 0, 8, y, 0, 0]) for y in range(17)) + b"\0\1"
    yield "bmp_rle4.bmp", bmp(23, 17, 4, four, compression=2, colours=colours[:64])
    yield "bmp_rle8_short.bmp", bmp(23, 17, 8, runs[:60], compression=1, colours=colours)
    yield "bmp_1x1.bmp", bmp(1, 1, 24, b"\1\2\3\0")
    yield "bmp_no_offset.bmp", bmp(23, 17, 24, bmp_rows(23, 17, 24), offset=0)
    yield "bmp_cut.bmp", bmp(23, 17, 24, bmp_rows(23, 17, 24)[:-500])
    yield "bmp_jpeg_inside.bmp", bmp(23, 17, 24, bytes(200), compression=4)


# ---------------------------------------------------------------- TIFF

def tiff(width, height, bits, photometric, endian="<", samples=None, extra=(), planar=1, tile=None, rows=None,
         compression=1, fill=1, sample_format=None, colours=None, orientation=None, more=(), big=False, seed=1,
         data=None, pages=1):
    """A TIFF by hand: strips of `rows` rows or tiles, uncompressed or deflated."""
    bits = tuple(bits) if isinstance(bits, (tuple, list)) else (bits,)
    samples = samples or len(bits)
    planes = samples if planar == 2 else 1
    per_pixel = bits[0] * samples // planes
    block_w, block_h = tile or (width, rows or height)
    blocks = []
    for plane in range(planes):
        for y in range(0, height, block_h):
            for x in range(0, width, block_w):
                lines = block_h if tile else min(block_h, height - y)
                block = scene((block_w * per_pixel + 7) // 8, lines, 1, seed + plane * 31 + x + 7 * y)
                blocks.append(data(block_w * lines) if data else block)
    stored = [zlib.compress(b) if compression == 8 else b for b in blocks]
    if fill == 2 and compression == 8:
        stored = [bytes(int(f"{byte:08b}"[::-1], 2) for byte in b) for b in stored]
    offsets, body, start = [], b"", 16
    for block in stored:
        offsets.append(start + len(body))
        body += block + bytes(len(block) % 2)
    word = "Q" if big else "I"
    tags = [(256, "I", [width]), (257, "I", [height]), (258, "H", list(bits)), (259, "H", [compression]),
            (262, "H", [photometric]), (266, "H", [fill]), (277, "H", [samples]), (284, "H", [planar])]
    if tile:
        tags += [(322, "I", [block_w]), (323, "I", [block_h]), (324, word, offsets), (325, "I", [len(b) for b in stored])]
    else:
        tags += [(273, word, offsets), (278, "I", [block_h]), (279, "I", [len(b) for b in stored])]
    if extra:
        tags.append((338, "H", list(extra)))
    if sample_format:
        tags.append((339, "H", [sample_format] * samples))
    if colours:
        tags.append((320, "H", colours))
    if orientation:
        tags.append((274, "H", [orientation]))
    tags = sorted(tags + list(more))
    types = {"H": 3, "I": 4, "Q": 16, "B": 1}
    directory, outside = b"", b""
    entry, value = (20, 8) if big else (12, 4)
    at = start + len(body)
    tail = at + (8 if big else 2) + entry * len(tags) + value
    for tag, kind, values in tags:
        packed = struct.pack(f"{endian}{len(values)}{kind}", *values)
        if len(packed) > value:
            field = struct.pack(endian + word, tail + len(outside))
            outside += packed + bytes(len(packed) % 2)
        else:
            field = packed.ljust(value, b"\0")
        directory += struct.pack(endian + "HH" + word, tag, types[kind], len(values)) + field
    count = struct.pack(endian + ("Q" if big else "H"), len(tags))
    following = struct.pack(endian + word, at if pages > 1 else 0)
    mark = b"II" if endian == "<" else b"MM"
    head = mark + (struct.pack(endian + "HHHQ", 43, 8, 0, at) if big else struct.pack(endian + "HI", 42, at) + bytes(8))
    return head + body + count + directory + following + outside


def tiff_cases():
    colours = [random.Random(6).randrange(65536) for _ in range(768)]
    for endian, mark in (("<", "ii"), (">", "mm")):
        yield f"tiff_rgb_{mark}.tif", tiff(23, 17, (8, 8, 8), 2, endian, rows=5)
        yield f"tiff_rgb16_{mark}.tif", tiff(23, 17, (16, 16, 16), 2, endian, rows=5)
        yield f"tiff_rgb16_deflate_{mark}.tif", tiff(23, 17, (16, 16, 16), 2, endian, rows=5, compression=8)
        yield f"tiff_grey16_{mark}.tif", tiff(23, 17, 16, 1, endian, rows=4)
        yield f"tiff_grey16_deflate_{mark}.tif", tiff(23, 17, 16, 1, endian, rows=4, compression=8)
        yield f"tiff_grey16s_{mark}.tif", tiff(23, 17, 16, 1, endian, sample_format=2)
        yield f"tiff_float_{mark}.tif", tiff(23, 17, 32, 1, endian, sample_format=3, data=lambda n: struct.pack(
            f"{endian}{n}f", *(((i * 37) % 3000) / 10 - 20 for i in range(n))))
        yield f"tiff_int32_{mark}.tif", tiff(23, 17, 32, 1, endian, sample_format=2, data=lambda n: struct.pack(
            f"{endian}{n}i", *((i * 37) % 400 - 50 for i in range(n))))
        yield f"tiff_cmyk16_{mark}.tif", tiff(23, 17, (16,) * 4, 5, endian)
    for bits in (1, 2, 4, 8):
        yield f"tiff_grey{bits}.tif", tiff(23, 17, bits, 1, rows=6)
        yield f"tiff_inverted{bits}.tif", tiff(23, 17, bits, 0, rows=6, compression=8)
        n = 1 << bits
        yield f"tiff_palette{bits}.tif", tiff(23, 17, bits, 3, colours=colours[:n * 3], compression=8 if bits == 4 else 1)
    yield "tiff_grey12.tif", tiff(23, 17, 12, 1)
    yield "tiff_inverted16.tif", tiff(23, 17, 16, 0)
    yield "tiff_uint32.tif", tiff(23, 17, 32, 1, data=lambda n: struct.pack(f"<{n}I", *((i * 53) % 600 for i in range(n))))
    yield "tiff_fill2.tif", tiff(23, 17, 1, 1, fill=2)
    yield "tiff_fill2_deflate.tif", tiff(23, 17, 1, 0, fill=2, compression=8)
    yield "tiff_fill2_rgb.tif", tiff(23, 17, (8, 8, 8), 2, fill=2)
    yield "tiff_grey_alpha.tif", tiff(23, 17, (8, 8), 1, extra=(2,))
    yield "tiff_grey_extra.tif", tiff(23, 17, (8, 8), 1, extra=(0,))
    yield "tiff_grey_premultiplied.tif", tiff(23, 17, (8, 8), 1, extra=(1,))
    yield "tiff_palette_alpha.tif", tiff(23, 17, (8, 8), 3, extra=(2,), colours=colours)
    for extra, name in (((), "missing"), ((0,), "x"), ((1,), "premultiplied"), ((2,), "alpha"), ((999,), "odd")):
        yield f"tiff_rgba_{name}.tif", tiff(23, 17, (8,) * 4, 2, extra=extra, rows=7)
    yield "tiff_rgba_premultiplied_deflate.tif", tiff(23, 17, (8,) * 4, 2, extra=(1,), compression=8)
    yield "tiff_rgba16_premultiplied.tif", tiff(23, 17, (16,) * 4, 2, extra=(1,), compression=8)
    yield "tiff_rgbaxx.tif", tiff(23, 17, (8,) * 6, 2, extra=(2, 0, 0))
    yield "tiff_rgbxx.tif", tiff(23, 17, (8,) * 5, 2, extra=(0, 0), compression=8)
    yield "tiff_cmyk.tif", tiff(23, 17, (8,) * 4, 5, rows=4)
    yield "tiff_cmyk_lzw.tif", saved(picture("CMYK", 23, 17), "TIFF", compression="tiff_lzw")
    yield "tiff_planar.tif", tiff(23, 17, (8, 8, 8), 2, planar=2, rows=6)
    yield "tiff_planar_deflate.tif", tiff(23, 17, (8, 8, 8), 2, planar=2, rows=6, compression=8)
    yield "tiff_planar16_deflate.tif", tiff(23, 17, (16, 16, 16), 2, planar=2, rows=6, compression=8)
    yield "tiff_planar_cmyk.tif", tiff(23, 17, (8,) * 4, 5, planar=2, compression=8)
    yield "tiff_planar_rgba.tif", tiff(23, 17, (8,) * 4, 2, planar=2, extra=(2,), compression=8)
    yield "tiff_planar_premultiplied.tif", tiff(23, 17, (8,) * 4, 2, planar=2, extra=(1,), compression=8)
    yield "tiff_tiles.tif", tiff(45, 37, (8, 8, 8), 2, tile=(16, 16))
    yield "tiff_tiles_deflate.tif", tiff(45, 37, (8, 8, 8), 2, tile=(32, 16), compression=8)
    yield "tiff_tiles_grey16.tif", tiff(45, 37, 16, 1, ">", tile=(16, 32), compression=8)
    yield "tiff_tiles_bits.tif", tiff(45, 37, 1, 1, tile=(16, 16), compression=8)
    yield "tiff_big.tif", tiff(23, 17, (8, 8, 8), 2, big=True)
    yield "tiff_big_mm.tif", tiff(23, 17, 8, 1, ">", big=True, compression=8)
    for name in ("tiff_lzw", "packbits", "tiff_adobe_deflate", "jpeg"):
        yield f"tiff_{name.replace('tiff_', '')}.tif", saved(picture("RGB", 45, 37), "TIFF", compression=name)
    yield "tiff_lzw_predictor.tif", saved(picture("RGB", 45, 37), "TIFF", compression="tiff_lzw", tiffinfo={317: 2})
    yield "tiff_jpeg_grey.tif", saved(picture("L", 45, 37), "TIFF", compression="jpeg")
    for name in ("group3", "group4"):
        yield f"tiff_{name}.tif", saved(picture("L", 45, 37).convert("1"), "TIFF", compression=name)
    yield "tiff_ycbcr_jpeg.tif", saved(picture("RGB", 48, 32).convert("YCbCr"), "TIFF", compression="jpeg")
    yield "tiff_ycbcr_lzw.tif", saved(picture("RGB", 45, 37).convert("YCbCr"), "TIFF", compression="tiff_lzw")
    yield "tiff_pages.tif", saved(picture("RGB", 23, 17), "TIFF", save_all=True, append_images=[picture("L", 9, 9)])
    for orientation in (2, 5, 6, 8):
        yield f"tiff_turned{orientation}.tif", tiff(23, 17, (8, 8, 8), 2, orientation=orientation,
                                                    compression=8 if orientation > 5 else 1)
    packet = XMP % 3
    yield "tiff_xmp3.tif", tiff(23, 17, 8, 1, more=[(700, "B", list(packet))])
    yield "tiff_1x1.tif", tiff(1, 1, (8, 8, 8), 2)
    yield "tiff_cut_directory.tif", tiff(23, 17, (8, 8, 8), 2)[:-90]
    whole = bytearray(tiff(23, 17, (8, 8, 8), 2))
    at = whole.find(struct.pack("<HHII", 273, 4, 1, 16))
    whole[at + 8:at + 12] = struct.pack("<I", 800)
    yield "tiff_cut_pixels.tif", bytes(whole)
    yield "tiff_64bit.tif", tiff(23, 17, 64, 1, sample_format=3)
    yield "tiff_lab.tif", tiff(23, 17, (8, 8, 8), 8)


def other_cases():
    yield "gif.gif", saved(picture("L", 9, 9), "GIF")
    yield "text.png", b"This is a text, whatever its name says.\n"
    yield "empty.png", b""
    yield "html_in_jpeg.html", saved(picture("RGB", 9, 9), "JPEG", comment=b"<html><script>alert(1)</script></html>")
    yield "png_no_pixels.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 5, 8, 2, 0, 0, 0)) + chunk(b"IDAT") + chunk(b"IEND")


def answer(data):
    try:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    except Exception as error:  # whatever Pillow refuses with
        return {"error": type(error).__name__}
    return {"width": image.width, "height": image.height, "sha256": hashlib.sha256(image.tobytes()).hexdigest()}


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "data" / "images"
    out.mkdir(parents=True, exist_ok=True)
    cases = []
    for name, data in itertools.chain(png_cases(), jpeg_cases(), webp_cases(), bmp_cases(), tiff_cases(), other_cases()):
        (out / name).write_bytes(data)
        cases.append({"file": name, **answer(data)})
    lines = ",\n".join(json.dumps(case) for case in cases)
    (out / "cases.json").write_text("[\n" + lines + "\n]\n")
    print(f"{len(cases)} pictures, {sum('error' in c for c in cases)} refused, "
          f"{sum(f.stat().st_size for f in out.iterdir())} bytes")


if __name__ == "__main__":
    main()
