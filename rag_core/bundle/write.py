"""A bundle as a file: one page of HTML with everything in it, or a zip of the same parts."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from html import escape

from rag_core.bundle.collect import Collected
from rag_core.bundle.markdown import conversation_text
from rag_core.bundle.page import render
from rag_core.bundle.record import MANIFEST, PAGE, RECORD, TEXT, Manifest, Record, encode_manifest, seal
from rag_core.messages import Language

RECORD_OPENS = b'<script type="application/json" id="wenju-record">'
MANIFEST_OPENS = b'<script type="application/json" id="wenju-manifest">'
CLOSES = b"</script>"
ENDS = b"\n</body></html>\n"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ZIP_IMAGES = "'self' file:"
_ATTRIBUTES = 0o644 << 16


def as_html(collected: Collected, language: Language) -> bytes:
    """The bundle as one page. The manifest comes last: what stands before it is its part index.html."""
    parts = collected.parts()
    page = html_page(collected.record, collected.pictures, language) + RECORD_OPENS + parts[RECORD] + CLOSES
    return page + MANIFEST_OPENS + encode_manifest(seal({**parts, PAGE: page})) + CLOSES + ENDS


def html_page(record: Record, pictures: Mapping[str, bytes], language: Language) -> bytes:
    """What a reader sees of a bundle of one page, its pictures inside. Raises KeyError for a picture that is not given."""
    encoded = {name: base64.b64encode(content).decode() for name, content in pictures.items()}

    def source(name: str) -> str:
        return f'data-part="{name}" src="data:image/png;base64,{encoded[name]}"'

    return render(record, language, source).encode("utf-8", "replace")


def as_zip(collected: Collected, language: Language) -> bytes:
    """The bundle as a zip: the page, the Markdown, the record, the pictures and the manifest."""
    parts = {
        **collected.parts(),
        PAGE: zip_page(collected.record, language),
        TEXT: markdown(collected.record, language),
    }
    return pack(parts, seal(parts))


def zip_page(record: Record, language: Language) -> bytes:
    """The page of a zip: its pictures lie beside it."""
    page = render(record, language, lambda name: f'src="{escape(name)}"', _ZIP_IMAGES)
    return page.encode("utf-8", "replace") + ENDS


def markdown(record: Record, language: Language) -> bytes:
    """The conversation as Markdown."""
    return conversation_text(record, language).encode("utf-8", "replace")


def pack(parts: Mapping[str, bytes], manifest: Manifest) -> bytes:
    """The zip of these parts, the manifest first: the same bytes for the same parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as opened:
        for name, content in [(MANIFEST, encode_manifest(manifest)), *sorted(parts.items())]:
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system, entry.external_attr = 3, _ATTRIBUTES
            opened.writestr(entry, content)
    return written.getvalue()
