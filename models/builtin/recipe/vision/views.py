"""Random views drawn on the device, in batches.

All pictures are [N,3,224,224] in 0..1. A view is a crop, turned, coloured, scarred
and degraded; now and then a drawn texture stands in its place or two views are mixed,
since a teacher can be asked about any picture, not only about natural ones.
"""

import concurrent.futures
import math
import pathlib

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch.nn import functional as F

SIZE = 224
TEXTURE_SHARE, MIX_SHARE, PASTE_SHARE = 0.12, 0.3, 0.15
SCARRED, SCARRED_TEXTURE = 0.25, 0.6
BLURRED, COMPRESSED = 0.15, 0.2
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
CANVASES = 4096  # drawn scars kept ready
LUMA = torch.tensor([[16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
                     [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92], [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99]])


def read(path):
    with Image.open(path) as photo:
        photo = photo.convert("RGB")
        return np.asarray(photo.resize((SIZE, SIZE), Image.BILINEAR)), photo.width / photo.height


def scar(seed):
    """Alpha of thin scratches, cracks and spots: uint8 [224,224]."""
    rng = np.random.default_rng([31, seed])
    image = Image.new("L", (SIZE, SIZE))
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 5))):
        strength = int(rng.integers(120, 256))
        x, y = rng.uniform(0, SIZE, 2)
        if rng.random() < 0.3:
            r = rng.uniform(2, 14)
            draw.ellipse((x - r, y - r * rng.uniform(0.4, 1), x + r, y + r), fill=strength)
            continue
        heading, points = rng.uniform(0, 2 * math.pi), [(x, y)]
        for _ in range(int(rng.integers(2, 12))):
            heading += rng.normal(0, 0.5)
            step = rng.uniform(5, 22)
            x, y = x + step * math.cos(heading), y + step * math.sin(heading)
            points.append((x, y))
        draw.line(points, fill=strength, width=int(rng.integers(1, 4)))
    return np.asarray(image)


class Views:
    """Holds all photos on the device and draws views of them."""

    def __init__(self, folder, device, workers, canvases=CANVASES, limit=None):
        paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix in SUFFIXES)[:limit]
        if not paths:
            raise SystemExit(f"no photo ({' '.join(SUFFIXES)}) under {folder}")
        with concurrent.futures.ProcessPoolExecutor(workers) as pool:
            photos = list(pool.map(read, paths, chunksize=64))
            scars = list(pool.map(scar, range(canvases), chunksize=64))
        self.device = device
        self.photos = torch.from_numpy(np.stack([p for p, _ in photos])).permute(0, 3, 1, 2).contiguous().to(device)
        self.aspect = torch.tensor([a for _, a in photos], device=device)
        self.scars = torch.from_numpy(np.stack(scars)).to(device)
        self.order = torch.empty(0, dtype=torch.long, device=device)
        self.cosines = cosines().to(device)

    def uniform(self, n, low, high):
        return torch.rand(n, device=self.device) * (high - low) + low

    def some(self, n, share):
        return torch.rand(n, device=self.device) < share

    def next_photos(self, n):
        """Passes over all photos in random order, one pass after the other."""
        while len(self.order) < n:
            self.order = torch.cat([self.order, torch.randperm(len(self.photos), device=self.device)])
        rows, self.order = self.order[:n], self.order[n:]
        return rows

    @torch.no_grad()
    def draw(self, n):
        """n views."""
        textures = int(round(n * TEXTURE_SHARE))
        x = torch.cat([self.scarred(self.colour(self.crop(self.next_photos(n - textures))), SCARRED),
                       self.scarred(self.textures(textures), SCARRED_TEXTURE)])
        return self.mix(self.degrade(x)[torch.randperm(n, device=self.device)]).clamp_(0, 1)

    def crop(self, rows):
        """Random resized crop; one view in five keeps the whole photo, squashed. Flips, quarter turns, small rotations."""
        n = len(rows)
        area, ratio = self.uniform(n, 0.2, 1.0), torch.exp(self.uniform(n, math.log(0.7), math.log(1 / 0.7)))
        whole = self.some(n, 0.2)
        width = torch.where(whole, 1.0, (area * ratio / self.aspect[rows]).sqrt().clamp(0.07, 1))
        height = torch.where(whole, 1.0, (area / ratio * self.aspect[rows]).sqrt().clamp(0.07, 1))
        cx, cy = self.uniform(n, -1, 1) * (1 - width), self.uniform(n, -1, 1) * (1 - height)
        angle = torch.where(self.some(n, 0.2), self.uniform(n, -20, 20), 0.0)
        angle = angle + torch.where(self.some(n, 0.1), 90.0 * torch.randint(1, 4, (n,), device=self.device), 0.0)
        angle = angle * (math.pi / 180)
        flip = torch.where(self.some(n, 0.5), -1.0, 1.0)
        cos, sin = angle.cos(), angle.sin()
        theta = torch.stack([torch.stack([width * cos * flip, -width * sin, cx], 1), torch.stack([height * sin * flip, height * cos, cy], 1)], 1)
        grid = F.affine_grid(theta, (n, 3, SIZE, SIZE), align_corners=False)
        return F.grid_sample(self.photos[rows].float() / 255, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    def colour(self, x):
        """Grey (surface cameras are grey), brightness, contrast, saturation."""
        n = len(x)
        factor = [torch.where(self.some(n, 0.5), self.uniform(n, 0.6, 1.4), 1.0).view(n, 1, 1, 1) for _ in range(3)]
        x = x * factor[0]
        mean = x.mean((1, 2, 3), keepdim=True)
        x = mean + (x - mean) * factor[1]
        grey = (x * torch.tensor([0.299, 0.587, 0.114], device=self.device).view(1, 3, 1, 1)).sum(1, keepdim=True)
        keep = torch.where(self.some(n, 0.15).view(n, 1, 1, 1), 0.0, factor[2])
        return (grey + (x - grey) * keep).clamp(0, 1)

    def scarred(self, x, share):
        n = len(x)
        alpha = self.scars[torch.randint(len(self.scars), (n,), device=self.device)].unsqueeze(1).float() / 255
        alpha = alpha * self.some(n, share).view(n, 1, 1, 1)
        tone = (self.uniform(n, 0, 1).view(n, 1, 1, 1) + 0.1 * (torch.rand(n, 3, 1, 1, device=self.device) * 2 - 1)).clamp(0, 1)
        return x + (tone - x) * alpha

    def textures(self, n):
        """Drawn surfaces: filtered noise with grain, brush lines or patches."""
        fy = torch.fft.fftfreq(SIZE, device=self.device).view(1, SIZE, 1)
        fx = torch.fft.rfftfreq(SIZE, device=self.device).view(1, 1, -1)
        turn = self.uniform(n, 0, math.pi).view(n, 1, 1)
        u, v = fx * turn.cos() + fy * turn.sin(), fy * turn.cos() - fx * turn.sin()
        stretch, slope = torch.exp(self.uniform(n, -2.2, 2.2)).view(n, 1, 1), self.uniform(n, 0.4, 2.4).view(n, 1, 1)
        radius = ((v * stretch) ** 2 + (u / stretch) ** 2).sqrt() + 1 / SIZE
        field = torch.fft.irfft2(torch.fft.rfft2(torch.randn(n, SIZE, SIZE, device=self.device)) / radius**slope, s=(SIZE, SIZE))
        field = (field - field.mean((1, 2), keepdim=True)) / (field.std((1, 2), keepdim=True) + 1e-9)
        sharp = (field * self.uniform(n, 2, 8).view(n, 1, 1)).tanh()
        field = torch.where(self.some(n, 0.25).view(n, 1, 1), sharp, field).unsqueeze(1)
        base, contrast = self.uniform(n, 40, 215).view(n, 1, 1, 1), self.uniform(n, 5, 45).view(n, 1, 1, 1)
        tint = (torch.rand(n, 3, 1, 1, device=self.device) * 2 - 1) * 50 * self.some(n, 0.5).view(n, 1, 1, 1)
        grain = torch.randn(n, 1, SIZE, SIZE, device=self.device) * self.uniform(n, 0, 6).view(n, 1, 1, 1)
        return ((base + tint + contrast * field + grain) / 255).clamp(0, 1)

    def degrade(self, x):
        """Blur, then JPEG artefacts, each on a part of the batch (already in random order where it matters)."""
        for share, change in ((BLURRED, self.blur), (COMPRESSED, self.compress)):
            rows = torch.randperm(len(x), device=self.device)[: max(1, int(len(x) * share))]  # one number a step: the GPU's kernels are chosen by shape
            x = x.index_copy(0, rows, change(x[rows]))
        return x

    def blur(self, x):
        sigma = float(self.uniform(1, 0.5, 2.0))
        at = torch.arange(-5, 6, device=self.device, dtype=torch.float32)
        kernel = torch.exp(-(at**2) / (2 * sigma**2))
        kernel = (kernel / kernel.sum()).expand(3, 1, 11)
        x = F.conv2d(F.pad(x, (5, 5, 0, 0), mode="reflect"), kernel.unsqueeze(2), groups=3)
        return F.conv2d(F.pad(x, (0, 0, 5, 5), mode="reflect"), kernel.unsqueeze(3), groups=3)

    def compress(self, x):
        """Quantises the 8x8 cosine transform as JPEG does, without the loss of colour resolution."""
        n = len(x)
        quality = float(self.uniform(1, 30, 85))
        scale = 50 / quality if quality < 50 else 2 - quality / 50
        table = (LUMA.to(self.device).float() * scale).clamp(min=1)
        blocks = (x * 255 - 128).view(n, 3, SIZE // 8, 8, SIZE // 8, 8).permute(0, 1, 2, 4, 3, 5)
        waves = self.cosines @ blocks @ self.cosines.t()
        blocks = self.cosines.t() @ ((waves / table).round() * table) @ self.cosines
        return ((blocks.permute(0, 1, 2, 4, 3, 5).reshape(n, 3, SIZE, SIZE) + 128) / 255).clamp(0, 1)

    def mix(self, x):
        """Blends some views with others and pastes boxes of others into some."""
        n = len(x)
        other = x[torch.randperm(n, device=self.device)]
        share = torch.where(self.some(n, MIX_SHARE), self.uniform(n, 0.3, 0.9), 1.0).view(n, 1, 1, 1)
        blended = x * share + other * (1 - share)
        side, cx, cy = self.uniform(n, 0.15, 0.45), self.uniform(n, 0, 1), self.uniform(n, 0, 1)
        at = (torch.arange(SIZE, device=self.device) + 0.5) / SIZE
        inside = ((at.view(1, 1, -1) - cx.view(n, 1, 1)).abs() < side.view(n, 1, 1)) & ((at.view(1, -1, 1) - cy.view(n, 1, 1)).abs() < side.view(n, 1, 1))
        inside = (inside & self.some(n, PASTE_SHARE).view(n, 1, 1)).unsqueeze(1)
        return torch.where(inside, other, blended)


def cosines():
    """The orthonormal 8-point cosine transform."""
    k, i = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
    c = torch.cos((2 * i + 1) * k * math.pi / 16) * 0.5
    c[0] /= math.sqrt(2)
    return c
