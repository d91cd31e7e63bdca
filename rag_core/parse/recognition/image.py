"""Pictures as documents: a page a frame of a TIFF, else one page, turned as the camera says. Pixels are decoded
only after the header was found harmless. The only file that imports PIL."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from rag_core.errors import InputError
from rag_core.parse.digital.page_look import PageLook
from rag_core.parse.formats.package import PACKAGE_DAMAGE, picture_names
from rag_core.parse.results import MediaType
from rag_core.parse.tables.blocks import SeenPage
from rag_core.protocols import ImageArray

MAX_PIXELS = 100_000_000
MAX_FRAMES = 10_000
DEFAULT_DPI = 150.0
SHOWN_PIXELS = 40_000_000
SCAN_MAX_PIXELS = 25_000_000
_FORMATS: dict[MediaType, list[str]] = {
    "image/png": ["PNG"],
    "image/jpeg": ["JPEG"],
    "image/tiff": ["TIFF"],
    "image/bmp": ["BMP"],
    "image/gif": ["GIF"],
    "image/webp": ["WEBP"],
}
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset(_TURNS[number] for number in (5, 6, 7, 8))
_DAMAGE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error)


class ImageFile:
    """An open image. Raises InputError: file_damaged, file_missing, file_no_pages, page_too_large."""

    encrypted = False

    def __init__(self, path: Path, media: MediaType) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._image: Any = Image.open(path, formats=_FORMATS[media])
                # Only a TIFF's frames are pages; to count those of a moving picture takes long.
                frames = int(getattr(self._image, "n_frames", 1)) if media == "image/tiff" else 1
        except Image.DecompressionBombError as error:
            raise InputError("page_too_large", "> 100 megapixels") from error
        except FileNotFoundError as error:
            raise InputError("file_missing") from error
        except UnidentifiedImageError as error:
            raise InputError("file_damaged") from error
        except _DAMAGE as error:
            raise InputError("file_damaged") from error
        self.page_count = min(frames, MAX_FRAMES)
        if self.page_count < 1:
            raise InputError("file_no_pages")
        self.size(1)

    def page_hash(self, number: int) -> str:
        """Unknown: "". Frames of an image file are known by the file's own bytes."""
        return ""

    def close(self) -> None:
        self._image.close()

    def size(self, number: int) -> tuple[float, float]:
        """Width and height in points as displayed."""
        width, height = self._pixel_size(number)
        dpi = self._dpi()
        return width * 72 / dpi, height * 72 / dpi

    def look(self, number: int) -> PageLook:
        """A picture has no text layer: it must be recognised."""
        self._pixel_size(number)
        return PageLook((), True)

    def layout(self, number: int, turn: int) -> SeenPage:
        """A picture has no text for the model to see."""
        return SeenPage()

    def picture(self, number: int, dpi: float) -> ImageArray:
        """The frame as displayed, at most at this resolution: height × width × 3, BGR. Raises InputError:
        page_too_large, page_failed."""
        width, height = self._pixel_size(number)
        return self._decode(number, min(dpi / self._dpi(), (SHOWN_PIXELS / (width * height)) ** 0.5, 1.0))

    def scan(self, number: int) -> ImageArray:
        """The frame for recognition: every pixel, except of very large ones."""
        width, height = self._pixel_size(number)
        return self._decode(number, min((SCAN_MAX_PIXELS / (width * height)) ** 0.5, 1.0))

    def _decode(self, number: int, zoom: float) -> ImageArray:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                colours = _as_rgb(self._image)
        except (Image.DecompressionBombError, MemoryError) as error:
            raise InputError("page_too_large", "> 100 megapixels") from error
        except _DAMAGE as error:
            raise InputError("page_failed") from error
        turn = self._turn()
        if turn is not None:
            colours = colours.transpose(turn)
        if zoom < 1:
            size = (max(round(colours.width * zoom), 1), max(round(colours.height * zoom), 1))
            colours = colours.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return np.ascontiguousarray(np.asarray(colours, np.uint8)[:, :, ::-1])

    def _pixel_size(self, number: int) -> tuple[int, int]:
        """Width and height as displayed, from the header alone."""
        try:
            self._show(number)
            width, height = self._image.size
        except _DAMAGE as error:
            raise InputError("page_failed") from error
        if width < 1 or height < 1:
            raise InputError("file_damaged")
        if width * height > MAX_PIXELS:
            raise InputError("page_too_large", f"{width} × {height} px")
        return (height, width) if self._turn() in _SIDEWAYS else (width, height)

    def _show(self, number: int) -> None:
        if self._image.tell() != number - 1:
            self._image.seek(number - 1)

    def _turn(self) -> Image.Transpose | None:
        """How the frame is to be turned to be seen upright."""
        try:
            # PIL would decode a whole PNG to look for an orientation behind the pixels.
            exif = Image.Exif() if self._image.format == "PNG" else self._image.getexif()
            if self._image.format == "PNG":
                exif.load(self._image.info.get("exif"))
            return _TURNS.get(int(exif.get(_ORIENTATION, 1)))
        except _DAMAGE:
            return None

    def _dpi(self) -> float:
        """The resolution the file states where it is believable."""
        try:
            stated = float(self._image.info.get("dpi", (0, 0))[0])
        except (TypeError, ValueError, IndexError, ZeroDivisionError):
            return DEFAULT_DPI
        return stated if 72 < stated <= 1200 else DEFAULT_DPI


class PictureBook(ImageFile):
    """An archive of pictures, open: a page a picture, in the order of their names. The archive was found safe
    to unpack before. Raises InputError: file_damaged, file_missing."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
            self._names = picture_names(self._archive)
        except FileNotFoundError as error:
            raise InputError("file_missing") from error
        except PACKAGE_DAMAGE as error:
            raise InputError("file_damaged") from error
        self._image, self._shown = Image.new("1", (1, 1)), 0
        self.page_count = min(len(self._names), MAX_FRAMES)

    def close(self) -> None:
        super().close()
        self._archive.close()

    def _show(self, number: int) -> None:
        if number == self._shown:
            return
        self._image.close()
        self._shown = 0
        try:
            data = self._archive.read(self._names[number - 1])
            formats = [one for some in _FORMATS.values() for one in some]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._image = Image.open(io.BytesIO(data), formats=formats)
        except Image.DecompressionBombError as error:
            raise InputError("page_too_large", "> 100 megapixels") from error
        except PACKAGE_DAMAGE as error:
            raise InputError("page_failed") from error
        self._shown = number


def encode_png(pixels: ImageArray) -> bytes:
    """A BGR picture as PNG."""
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels[:, :, ::-1])).save(stream, "PNG", compress_level=3)
    return stream.getvalue()


def _as_rgb(image: Any) -> Any:
    """The image in 8-bit RGB; what is see-through becomes white, and deep grey is brought to 8 bits."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.nan_to_num(np.asarray(image, np.float64))
        scale = 65535.0 if values.max(initial=0.0) > 255 else 255.0
        return Image.fromarray((np.clip(values / scale, 0, 1) * 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(paper, clear).convert("RGB")
    return image.convert("RGB")
