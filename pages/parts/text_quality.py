"""The strings of the page Quality, in English and Chinese."""

from __future__ import annotations

QUALITY: dict[str, tuple[str, str]] = {
}
