"""Makes the files of this folder: python make.py (needs numpy, pillow and pillow-heif).

All show source.png, encoded in different ways; upright, each must decode to that picture.
"""
import numpy as np
from PIL import Image, PngImagePlugin

try:
    import pillow_heif
except ImportError:
    pillow_heif = None

W, H = 168, 136
y, x = np.mgrid[0:H, 0:W].astype(float)
a = np.stack([60 + x, 200 - y, 90 + 60 * np.sin(x / 9) * np.cos(y / 13)], -1)
a[(x - 110) ** 2 + (y - 60) ** 2 < 900] = (200, 60, 40)
a[10:50, 10:40] = (235, 235, 225)
a[90:120, 20:90] += 40 * np.sin(x[90:120, 20:90, None] / 2)
src = Image.fromarray(a.clip(0, 255).astype("uint8"))
src.save("source.png", optimize=True)

for name, sub in (("444", 0), ("422", 1), ("420", 2)):
    src.save(f"{name}.jpg", quality=90, subsampling=sub)
src.save("420-optimized.jpg", quality=90, subsampling=2, optimize=True)
src.save("420-restart.jpg", quality=90, subsampling=2, restart_marker_blocks=3)
src.save("420-progressive.jpg", quality=90, subsampling=2, progressive=True)
src.save("444-keep-rgb.jpg", quality=90, keep_rgb=True)
src.convert("L").save("grey.jpg", quality=90)
src.convert("CMYK").save("cmyk.jpg", quality=90)

# Stored so that the EXIF orientation o makes it upright again.
undo = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270}
for o in range(1, 9):
    stored = src.transpose(undo[o]) if o in undo else src
    exif = Image.Exif()
    exif[0x0112] = o
    stored.save(f"orientation-{o}.jpg", quality=85, exif=exif)
    if o == 6:
        stored.save("orientation-6.png", exif=exif, optimize=True)
        stored.save("orientation-6.webp", quality=90, exif=exif)

src.save("lossy.webp", quality=90)
src.save("lossless.webp", lossless=True)
src.save("animated.webp", save_all=True, append_images=[src.transpose(Image.Transpose.ROTATE_180)], quality=30)
src.quantize(64).save("palette.png", optimize=True)
src.quantize(128).save("palette.gif")
rgba = src.convert("RGBA")
alpha = Image.new("L", (W, H), 255)
alpha.paste(0, (10, 10, 40, 50))
rgba.putalpha(alpha)
rgba.save("alpha.png", optimize=True)
rgba.save("alpha.webp", quality=90)
Image.fromarray((np.asarray(src.convert("L")).astype("uint16") * 257)).save("grey16.png")

if pillow_heif:
    pillow_heif.from_pillow(src.resize((2 * W, 2 * H))).save("plain.heic", quality=80)
    turned = src.resize((2 * W, 2 * H)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    pillow_heif.from_pillow(turned).save("turned.heic", quality=80, exif=exif.tobytes())
