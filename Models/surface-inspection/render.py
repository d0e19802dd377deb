#!/usr/bin/env python3
"""Renders machined metal parts, sound or with one defect, for training and for showing.

A part is drawn in scene units (the frame is two units high) from signed distances, so the same part can be
rendered at any size. Metal is shaded by looking up a soft-box light with the surface tilt: bevels, countersinks
and dents all come from one height field. Light is linear until the last step.

    python render.py --sheet samples.png      # the contact sheet
    python render.py --images DIRECTORY       # the sample images of the image classification example
"""

import argparse
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

LABELS = ["ok", "scratch", "dent", "stain", "missing hole"]

# The model's input is RGB / 255, less this mean, over this deviation (those of ImageNet).
MEAN, STD = np.float32([.485, .456, .406]), np.float32([.229, .224, .225])

# Linear RGB reflectance: steel, aluminium, brass, copper, two anodised tones.
METALS = np.array([[.62, .64, .67], [.80, .81, .82], [.74, .58, .30], [.74, .45, .32], [.25, .27, .31], [.25, .38, .55]])
# Belt, rubber mat, bench, work table.
BACKGROUNDS = np.array([[.03, .10, .075], [.03, .032, .035], [.05, .085, .15], [.30, .29, .27], [.21, .135, .08], [.11, .12, .13]])
# Rust, oil, burnt coolant, heat tint: what the stain multiplies the metal with.
STAINS = np.array([[.60, .26, .08], [.20, .17, .12], [.45, .36, .14], [.30, .30, .75]])


def smoothstep(low, high, x):
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise(rng, u, v, size=64):
    """Smooth value noise in 0...1 with one lattice cell per unit of u and v."""
    table = rng.random((size, size), dtype=np.float32)
    iu, iv = np.floor(u), np.floor(v)
    fu, fv = u - iu, v - iv
    fu, fv = fu * fu * (3 - 2 * fu), fv * fv * (3 - 2 * fv)
    a, b = iu.astype(np.int32) % size * size, iv.astype(np.int32) % size
    a1, b1 = (a + size) % (size * size), (b + 1) % size
    table = table.ravel()
    near, far = table[a + b], table[a + b1]
    near += (table[a1 + b] - near) * fu
    far += (table[a1 + b1] - far) * fu
    return near + (far - near) * fv


@dataclass
class Part:
    """The outline and the drilled holes of one part, in its own coordinates."""
    half: tuple      # half width and half height; the radius twice for a flange
    corner: float
    is_round: bool
    holes: list      # (u, v, radius) of every hole that was drilled
    plan: list       # the same before a hole was left out

    def outline(self, u, v):
        if self.is_round:
            return np.hypot(u, v) - self.half[0]
        a, b = np.abs(u) - self.half[0] + self.corner, np.abs(v) - self.half[1] + self.corner
        return np.hypot(np.maximum(a, 0), np.maximum(b, 0)) + np.minimum(np.maximum(a, b), 0) - self.corner

    def nearest_hole(self, u, v, holes=None):
        """Signed distance to the nearest hole, negative inside it."""
        distance = np.full_like(u, 9)
        for x, y, radius in self.holes if holes is None else holes:
            np.minimum(distance, np.hypot(u - x, v - y) - radius, out=distance)
        return distance

    def is_metal(self, u, v, margin):
        u, v = np.atleast_1d(np.float32(u)), np.atleast_1d(np.float32(v))
        return (self.outline(u, v) < -margin) & (self.nearest_hole(u, v, self.plan) > margin)

    def spot(self, rng, margin):
        """A random place with metal all around it."""
        while True:
            u, v = (rng.uniform(-h, h) for h in self.half)
            if self.is_metal(u, v, margin)[0]:
                return u, v


def make_part(rng, label):
    kind = rng.integers(3)
    radius = rng.uniform(.058, .075)
    if kind == 0:    # square plate with four holes
        half, corner, bore = (.66, .54), .09, []
        plan = [(x, y, radius) for x in (-.50, .50) for y in (-.38, .38)]
    elif kind == 1:  # long plate with six holes
        half, corner, bore = (.82, .46), .06, []
        plan = [(x, y, radius) for x in (-.66, 0, .66) for y in (-.31, .31)]
    else:            # flange with a bore and six holes around it
        half, corner, bore = (.70, .70), 0, [(0, 0, .22)]
        plan = [(.47 * float(np.cos(a)), .47 * float(np.sin(a)), radius) for a in np.arange(6) * np.pi / 3]
    drilled = list(plan)
    if label == "missing hole":
        drilled.pop(rng.integers(len(drilled)))
    return Part(half, corner, kind == 2, drilled + bore, plan + bore)


def render(rng, label, width, height):
    """One frame of `label` as uint8 RGB, height x width x 3, and the mask of the pixels its defect covers."""
    aspect, pixel = width / height, 2 / height
    part = make_part(rng, label)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x + .5) * pixel - aspect, (y + .5) * pixel - 1

    # Place the part as a feeder does: a tilt, a size and a shift that keep it in the frame.
    angle = rng.uniform(-.3, .3)
    c, s = float(np.cos(angle)), float(np.sin(angle))
    reach_x = part.half[0] if part.is_round else abs(c) * part.half[0] + abs(s) * part.half[1]
    reach_y = part.half[1] if part.is_round else abs(s) * part.half[0] + abs(c) * part.half[1]
    zoom = min(rng.uniform(1.1, 1.35), .95 * aspect / reach_x, .95 / reach_y)
    free_x, free_y = aspect - zoom * reach_x, 1 - zoom * reach_y
    cx, cy = .8 * free_x * rng.uniform(-1, 1), .8 * free_y * rng.uniform(-1, 1)
    to_part = lambda x, y: (((x - cx) * c + (y - cy) * s) / zoom, ((y - cy) * c - (x - cx) * s) / zoom)
    u, v = to_part(x, y)
    pixel /= zoom

    light = rng.uniform(0, 2 * np.pi)
    light = np.array([np.cos(light), np.sin(light)], np.float32)
    background = draw_background(rng, x, y)

    outline = part.outline(u, v)
    hole = part.nearest_hole(u, v)
    shadow_at = to_part(x + light[0] * .06, y + light[1] * .06)
    shadow = np.exp(-np.maximum(part.outline(*shadow_at), 0) / rng.uniform(.03, .08)) * rng.uniform(.5, .85)
    frame = background * (1 - shadow)[..., None]

    metal, defect = draw_metal(rng, part, label, x, y, u, v, outline, hole, light, pixel)
    coverage = np.clip(.5 - np.maximum(outline, -hole) / pixel, 0, 1)[..., None]
    # Inside a hole: the dark bench, and a lit crescent of the wall.
    wall = smoothstep(0, .03, part.nearest_hole(*to_part(x - light[0] * .018, y - light[1] * .018)) + .02)
    inside = background * .12 + (wall * rng.uniform(.05, .22))[..., None]
    frame = np.where((hole < pixel)[..., None], inside, frame)
    frame = frame * (1 - coverage) + metal * coverage
    return expose(rng, frame, x, y, aspect), defect & (coverage[..., 0] > .5)


def draw_background(rng, x, y):
    base = BACKGROUNDS[rng.integers(len(BACKGROUNDS))] * rng.uniform(.6, 1.5) * rng.uniform(.9, 1.1, 3)
    grain = .6 + .5 * noise(rng, x * 3 + 9, y * 3 + 9) + .3 * rng.random(x.shape, dtype=np.float32)
    if rng.random() < .35:  # a woven belt
        pitch = rng.uniform(40, 70)
        grain *= 1 + .15 * np.sin(x * pitch) * np.sin(y * pitch)
    elif rng.random() < .4:  # planks or belt seams
        turn = rng.uniform(0, np.pi)
        across = x * float(np.cos(turn)) + y * float(np.sin(turn))
        grain *= 1 - .45 * np.exp(-((across % .5 - .25) / .012) ** 2)
    return grain[..., None] * base.astype(np.float32)


def draw_metal(rng, part, label, x, y, u, v, outline, hole, light, pixel):
    """The lit top face in linear RGB, the defect included, and the mask of the defect."""
    bevel, sink = rng.uniform(.02, .045), rng.uniform(.012, .03)
    height = -.8 * bevel * (1 - smoothstep(0, bevel, -outline)) - .8 * sink * (1 - smoothstep(0, sink, hole))
    defect = np.zeros(u.shape, bool)
    if label == "dent":
        depth = dent(rng, part, u, v)
        defect = depth > .3 * depth.max()
        height -= depth
    if label == "missing hole":
        defect = part.nearest_hole(u, v, [h for h in part.plan if h not in part.holes]) < 0

    # Brushing: along u on plates, around the axis on turned flanges.
    if part.is_round:
        along, across = np.arctan2(v, u) * 2, np.hypot(u, v)
    else:
        along, across = u * rng.uniform(1, 3), v
    fine = noise(rng, along, across * rng.uniform(70, 110), 256) + .6 * noise(rng, along * 3, across * 190, 512)
    brushed = (fine / 1.6 - .5) * rng.uniform(.10, .38)
    waviness = (noise(rng, u * 2 + 7, v * 2 + 7) - .5) * rng.uniform(.05, .16)

    slope_y, slope_x = np.gradient(height, pixel)
    tilt = -(slope_x * light[0] + slope_y * light[1])
    sweep = (x * light[0] + y * light[1]) * rng.uniform(.05, .2)
    reflected = .5 + .42 * tilt + sweep + waviness + .35 * brushed
    if part.is_round:  # the two bright fans of a turned face
        reflected += .16 * np.cos(2 * (np.arctan2(v, u) - rng.uniform(0, np.pi)))
    knots = [.10, rng.uniform(.22, .36), rng.uniform(.42, .56), rng.uniform(.64, .84), 1.15]
    value = np.interp(reflected, [-.1, .25, .5, .75, 1.1], knots).astype(np.float32)
    value *= 1 + .5 * brushed

    base = METALS[rng.integers(len(METALS))] * rng.uniform(.88, 1.12) + rng.uniform(-.03, .03, 3)
    metal = value[..., None] * base.astype(np.float32)
    metal += (np.maximum(reflected - .85, 0) * .5)[..., None]  # highlights lose the tint
    if rng.random() < .4:
        metal *= 1 - mark(rng, part, u, v)[..., None]
    if label == "scratch":
        for _ in range(rng.integers(1, 3)):
            groove = scratch(rng, part, u, v, pixel)
            defect |= np.abs(groove - 1) > .15
            metal *= groove[..., None]
    if label == "stain":
        cover, tint = stain(rng, part, u, v)
        defect = cover > .25
        metal *= 1 - cover[..., None] * (1 - tint)
    return np.maximum(metal, 0), defect


def dent(rng, part, u, v):
    """The depth of a smooth oval dent."""
    du, dv = part.spot(rng, .08)
    radius, squash, turn = rng.uniform(.08, .15), rng.uniform(.7, 1), rng.uniform(0, np.pi)
    c, s = float(np.cos(turn)), float(np.sin(turn))
    a = (u - du) * c + (v - dv) * s
    b = ((v - dv) * c - (u - du) * s) / squash
    return radius * rng.uniform(.7, 1.3) * np.exp(-((a * a + b * b) / radius ** 2) ** rng.uniform(1, 1.6))


def scratch(rng, part, u, v, pixel):
    """What a shallow curved groove multiplies the metal with: a bright or dark core, a counter-shaded lip."""
    while True:
        (su, sv), turn, length = part.spot(rng, .05), rng.uniform(0, np.pi), rng.uniform(.2, .5)
        t = np.linspace(-1, 1, 11) * length
        if part.is_metal(su + t * np.cos(turn), sv + t * np.sin(turn), .01).mean() > .7:
            break
    bend, wave = rng.uniform(-.5, .5), rng.uniform(-.02, .02)
    c, s = float(np.cos(turn)), float(np.sin(turn))
    a = (u - su) * c + (v - sv) * s
    b = (v - sv) * c - (u - su) * s
    t = a / length
    distance = b - bend * a * a - wave * np.sin(t * 4)
    distance /= np.sqrt(1 + (2 * bend * a) ** 2)
    half_width = rng.uniform(.006, .012) * (1 - .6 * t * t)
    strength = rng.uniform(.6, 1.2) * (1 - smoothstep(.8, 1, np.abs(t))) * (.65 + .5 * noise(rng, a * 25, a * 0))
    core = np.clip((half_width - np.abs(distance)) / pixel + .5, 0, 1)
    lip = np.clip((half_width - np.abs(distance - 2 * half_width)) / pixel + .5, 0, 1)
    if rng.random() < .35:
        strength = -np.minimum(strength * .65, .75)
    return np.maximum(1 + strength * core - .35 * strength * lip, .1)


def stain(rng, part, u, v):
    """How much of the metal is covered, and the colour that the cover multiplies it with."""
    tint, strength = STAINS[rng.integers(len(STAINS))], rng.uniform(.6, .95)
    centre = part.spot(rng, .05)
    blobs = [(centre, rng.uniform(.12, .25))]
    for _ in range(rng.integers(0, 5)):  # splashes around it
        away, turn = rng.uniform(.2, .4), rng.uniform(0, 2 * np.pi)
        blobs.append(((centre[0] + away * np.cos(turn), centre[1] + away * np.sin(turn)), rng.uniform(.015, .05)))
    ragged = noise(rng, u * 7 + 5, v * 7 + 5) * .7 + noise(rng, u * 18, v * 18) * .3 - .5
    depth = np.full_like(u, -9)
    for (bu, bv), radius in blobs:
        depth = np.maximum(depth, 1 - np.hypot(u - bu, v - bv) / radius + ragged * .9)
    cover = smoothstep(0, .14, depth) * (.75 + .4 * noise(rng, u * 10, v * 10))
    rim = np.exp(-((depth - .1) / .08) ** 2) * .3  # dried edges are darker
    return np.clip((cover + rim) * strength, 0, .95), tint.astype(np.float32)


def mark(rng, part, u, v):
    """A laser-marked square code: present on sound parts too, so that not every dark patch is a defect."""
    cells, size = 10, rng.uniform(.010, .014)
    while True:
        mu, mv = part.spot(rng, .11)
        corners = np.array([(0, 0), (0, 1), (1, 0), (1, 1)]) * cells * size
        if part.is_metal(mu + corners[:, 0], mv + corners[:, 1], .03).all():
            break
    code = rng.random((cells, cells)) < .5
    code[0], code[:, 0] = True, True
    a, b = np.floor((u - mu) / size).astype(int), np.floor((v - mv) / size).astype(int)
    inside = (a >= 0) & (a < cells) & (b >= 0) & (b < cells)
    return np.where(inside, code[np.clip(a, 0, cells - 1), np.clip(b, 0, cells - 1)], False) * rng.uniform(.35, .6)


def expose(rng, frame, x, y, aspect):
    """The camera: fall-off, white balance, exposure, focus, sensor noise, gamma."""
    turn = rng.uniform(0, 2 * np.pi)
    lamp = 1 + rng.uniform(0, .28) / aspect * (x * float(np.cos(turn)) + y * float(np.sin(turn)))
    lamp *= 1 - rng.uniform(.05, .3) * (x * x + y * y) / (1 + aspect * aspect)
    frame = frame * lamp[..., None] * (rng.uniform(.8, 1.4) * rng.uniform(.94, 1.06, 3).astype(np.float32))
    frame = 255 * np.clip(frame, 0, 1) ** (1 / 2.2)
    image = Image.fromarray(frame.astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(.2, .9) * frame.shape[0] / 320))
    grain = rng.standard_normal(frame.shape, dtype=np.float32) * rng.uniform(.8, 4.5)
    return np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)


# Frame sizes cameras and files come in; the model sees all of them stretched to a square.
SIZES = [(320, 240), (320, 240), (320, 240), (384, 216)]


def example(seed, index, size, cells):
    """A frame of a usual shape, stretched to a square as the example application does, and where its defect is."""
    rng = np.random.default_rng([seed, index])
    image, defect = render(rng, LABELS[index % len(LABELS)], *SIZES[rng.integers(len(SIZES))])
    image = Image.fromarray(image).resize((size, size), Image.LANCZOS)
    covered = Image.fromarray(defect.astype(np.uint8) * 255).resize((cells, cells), Image.BOX)
    return np.asarray(image), np.asarray(covered) > 5


def dataset(seed, count, size, cells=28):
    """`count` examples, the classes in turn: uint8 images, class numbers, and for every image the cells of a
    cells x cells grid that its defect touches. The same for the same seed."""
    with get_context("fork").Pool() as pool:
        images, touched = zip(*pool.map(partial(example, seed, size=size, cells=cells), range(count), chunksize=20))
    return np.stack(images), np.arange(count) % len(LABELS), np.stack(touched)


def contact_sheet(path, columns=7, width=192, height=144, gap=6, margin=132):
    rng = np.random.default_rng(2024)
    sheet = Image.new("RGB", (margin + columns * (width + gap) + gap, len(LABELS) * (height + gap) + gap), (24, 26, 29))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=19)
    for row, label in enumerate(LABELS):
        top = gap + row * (height + gap)
        draw.text((margin - 12, top + height // 2), label, (225, 228, 232), font, anchor="rm")
        for column in range(columns):
            frame = Image.fromarray(render(rng, label, 2 * width, 2 * height)[0]).resize((width, height), Image.LANCZOS)
            sheet.paste(frame, (margin + gap + column * (width + gap), top))
    sheet.save(path, optimize=True)


def sample_images(folder):
    """Two frames of every class as JPEG, one PNG, and one raw RGB24 frame of 224x224."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(13)
    for label in LABELS:
        for number in (1, 2):
            name = f"{label.replace(' ', '-')}-{number}.jpg"
            Image.fromarray(render(rng, label, 640, 480)[0]).save(folder / name, quality=90)
    Image.fromarray(render(rng, "scratch", 320, 240)[0]).save(folder / "scratch-3.png", optimize=True)
    dent = Image.fromarray(render(rng, "dent", 640, 480)[0]).resize((224, 224), Image.LANCZOS)
    (folder / "dent-3.raw").write_bytes(dent.tobytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheet", metavar="PNG")
    parser.add_argument("--images", metavar="DIRECTORY")
    options = parser.parse_args()
    if options.sheet:
        contact_sheet(options.sheet)
    if options.images:
        sample_images(options.images)
    if not (options.sheet or options.images):
        parser.print_help()
