"""Random views of photos, and drawn textures, for distilling the built-in encoder.

A view is one 224 px RGB picture. The teacher sees it as it is, the student sees
the same picture reduced, so both look at the same crop with the same colours.
"""

import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

TEACHER_SIZE = 224
STUDENT_SIZE = 160


def crop(image, rng):
    """Random resized crop; one view in five keeps the whole photo, squashed."""
    w, h = image.size
    if rng.random() < 0.2:
        box = (0, 0, w, h)
    else:
        area = w * h * rng.uniform(0.2, 1.0)
        ratio = math.exp(rng.uniform(math.log(0.7), math.log(1 / 0.7)))
        cw = min(w, max(16.0, math.sqrt(area * ratio)))
        ch = min(h, max(16.0, math.sqrt(area / ratio)))
        x, y = rng.uniform(0, w - cw), rng.uniform(0, h - ch)
        box = (x, y, x + cw, y + ch)
    return image.resize((TEACHER_SIZE, TEACHER_SIZE), Image.BILINEAR, box=box)


def turn(image, rng):
    """Flips, and now and then a quarter turn or a small rotation."""
    if rng.random() < 0.5:
        image = image.transpose(Image.FLIP_LEFT_RIGHT)
    if rng.random() < 0.1:
        image = image.transpose(rng.choice([Image.ROTATE_90, Image.ROTATE_180, Image.ROTATE_270]))
    if rng.random() < 0.2:
        fill = tuple(int(v) for v in rng.integers(0, 256, 3))
        image = image.rotate(rng.uniform(-20, 20), Image.BILINEAR, fillcolor=fill)
    return image


def colour(image, rng):
    """Grey (surface cameras are grey), brightness, contrast, saturation."""
    if rng.random() < 0.15:
        image = image.convert("L").convert("RGB")
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        if rng.random() < 0.5:
            image = enhance(image).enhance(rng.uniform(0.6, 1.4))
    return image


def scars(image, rng):
    """Thin scratches, cracks and spots, so that features react to small damage."""
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 5))):
        shade = int(rng.integers(0, 256))
        tone = tuple(int(np.clip(shade + rng.integers(-25, 26), 0, 255)) for _ in range(3))
        x, y = rng.uniform(0, TEACHER_SIZE, 2)
        if rng.random() < 0.3:
            r = rng.uniform(2, 14)
            draw.ellipse((x - r, y - r * rng.uniform(0.4, 1), x + r, y + r), fill=tone)
            continue
        heading, points = rng.uniform(0, 2 * math.pi), [(x, y)]
        for _ in range(int(rng.integers(2, 12))):
            heading += rng.normal(0, 0.5)
            step = rng.uniform(5, 22)
            x, y = x + step * math.cos(heading), y + step * math.sin(heading)
            points.append((x, y))
        draw.line(points, fill=tone, width=int(rng.integers(1, 4)))
    return image


def degrade(image, rng):
    """Blur or JPEG artefacts."""
    if rng.random() < 0.15:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 2.0)))
    if rng.random() < 0.2:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=int(rng.integers(30, 85)))
        image = Image.open(buffer).convert("RGB")
    return image


def photo_view(image, rng):
    """One random view of a photo."""
    image = colour(turn(crop(image, rng), rng), rng)
    if rng.random() < 0.25:
        image = scars(image, rng)
    return degrade(image, rng)


def texture_view(rng):
    """A drawn surface: filtered noise with grain, brush lines or patches."""
    n = TEACHER_SIZE
    fy, fx = np.fft.fftfreq(n)[:, None], np.fft.rfftfreq(n)[None, :]
    stretch, slope = math.exp(rng.uniform(-2.2, 2.2)), rng.uniform(0.4, 2.4)
    radius = np.sqrt((fy * stretch) ** 2 + (fx / stretch) ** 2) + 1 / n
    spectrum = np.fft.rfft2(rng.standard_normal((n, n), dtype=np.float32)) / radius**slope
    field = np.fft.irfft2(spectrum, s=(n, n))
    field = (field - field.mean()) / (field.std() + 1e-9)
    if rng.random() < 0.25:  # patches with sharp borders
        field = np.tanh(field * rng.uniform(2, 8))
    base, contrast = rng.uniform(40, 215), rng.uniform(5, 45)
    tint = rng.uniform(-1, 1, 3) * (0 if rng.random() < 0.5 else 50)
    picture = base + tint + contrast * field[..., None]
    picture += rng.normal(0, rng.uniform(0, 6), (n, n, 1))
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    if rng.random() < 0.3:
        image = image.rotate(rng.uniform(0, 90), Image.BILINEAR).resize((n, n), Image.BILINEAR, box=(34, 34, n - 34, n - 34))
    if rng.random() < 0.6:
        image = scars(image, rng)
    return degrade(image, rng)


def student_pixels(image):
    """The student's copy of a view: uint8 [160, 160, 3]."""
    return np.asarray(image.resize((STUDENT_SIZE, STUDENT_SIZE), Image.BILINEAR))
