"""Files of many formats, made from their parts: no writer of the format is needed to test its reader."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

XML = '<?xml version="1.0" encoding="UTF-8"?>'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"

# A red dot in PNG.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"


def packed(parts: Mapping[str, str | bytes], stored: Sequence[str] = ()) -> bytes:
    """A ZIP of the parts, the `stored` ones not compressed; the same bytes for the same parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()


def docx(paragraphs: Sequence[str], body: str = "", relations: str = "", **more: str | bytes) -> bytes:
    """A Word document; `body` is further XML, `relations` are the document's own."""
    words = "".join(f"<w:p><w:r><w:t>{escape(one)}</w:t></w:r></w:p>" for one in paragraphs)
    names = " ".join(
        (
            'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
            f'xmlns:r="{_OFFICE}"',
            'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
            'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
            'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
        )
    )
    return packed(
        {
            "[Content_Types].xml": _content_types(
                "word/document.xml", f"{_KIND}.wordprocessingml.document.main+xml"
            ),
            "_rels/.rels": _root("word/document.xml"),
            "word/document.xml": f"{XML}<w:document {names}><w:body>{words}{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f'{XML}<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
            **more,
        }
    )


def linked_picture(address: str) -> tuple[str, str]:
    """A picture in a Word document that lies elsewhere, as `body` and `relations`."""
    relation = (
        f'<Relationship Id="rId9" Type="{_OFFICE}/image" Target="{escape(address)}" TargetMode="External"/>'
    )
    body = (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="3000000" cy="3000000"/><wp:docPr id="1" name="p"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        '<pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        '<a:blip r:link="rId9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="3000000" cy="3000000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    return body, relation


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[str]]],
    formats: Sequence[str] = (),
    merged: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """A workbook; a cell that begins with "=" is a formula. `formats` are those of the columns' numbers, `merged` what
    is merged in a sheet: A1:C1."""
    parts: dict[str, str | bytes] = {}
    entries, relations, types = "", "", ""
    for number, (title, rows) in enumerate(sheets.items(), 1):
        entries += f'<sheet name="{escape(title)}" sheetId="{number}" r:id="rId{number}"/>'
        place = f"worksheets/sheet{number}.xml"
        relations += f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="{place}"/>'
        types += f'<Override PartName="/xl/{place}" ContentType="{_KIND}.spreadsheetml.worksheet+xml"/>'
        lines = "".join(
            f"<row>{''.join(_excel_cell(cell, style if formats else 0) for style, cell in enumerate(row))}</row>"
            for row in rows
        )
        joined = "".join(f'<mergeCell ref="{cells}"/>' for cells in (merged or {}).get(title, ()))
        joined = f"<mergeCells>{joined}</mergeCells>" if joined else ""
        parts[f"xl/{place}"] = (
            f'{XML}<worksheet xmlns="{_SHEETS}"><sheetData>{lines}</sheetData>{joined}</worksheet>'
        )
    if formats:
        relations += f'<Relationship Id="rIdS" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        types += f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.spreadsheetml.styles+xml"/>'
        parts["xl/styles.xml"] = _excel_styles(formats)
    return packed(
        {
            "[Content_Types].xml": _content_types(
                "xl/workbook.xml", f"{_KIND}.spreadsheetml.sheet.main+xml", types
            ),
            "_rels/.rels": _root("xl/workbook.xml"),
            "xl/workbook.xml": f'{XML}<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
            **parts,
        }
    )


_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _excel_cell(value: str, style: int = 0) -> str:
    if value.startswith("="):
        return f'<c s="{style}"><f>{escape(value[1:])}</f></c>'
    if value.removeprefix("-").replace(".", "", 1).isdigit():
        return f'<c s="{style}"><v>{value}</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _excel_styles(formats: Sequence[str]) -> str:
    numbers = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{escape(one, {chr(34): "&quot;"})}"/>'
        for at, one in enumerate(formats)
    )
    cells = "".join(
        f'<xf numFmtId="{164 + at}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for at in range(len(formats))
    )
    return (
        f'{XML}<styleSheet xmlns="{_SHEETS}"><numFmts count="{len(formats)}">{numbers}</numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{cells}</cellXfs></styleSheet>'
    )


def _content_types(part: str, kind: str, more: str = "") -> str:
    return (
        f'{XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        f'package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{kind}"/>{more}</Types>'
    )


def _root(part: str) -> str:
    return (
        f'{XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        f'Target="{part}"/></Relationships>'
    )


def odf(kind: str, body: str, **more: str | bytes) -> bytes:
    """An OpenDocument file of the kind text, spreadsheet or presentation."""
    names = " ".join(
        f'xmlns:{short}="{_ODF}:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("svg", "svg-compatible"),
            ("presentation", "presentation"),
        )
    )
    media = f"application/vnd.oasis.opendocument.{kind}"
    manifest = (
        f'{XML}<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    content = (
        f'{XML}<office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    parts = {"mimetype": media, "content.xml": content, "META-INF/manifest.xml": manifest, **more}
    return packed(parts, stored=("mimetype",))


def epub(chapters: Sequence[str], **more: str | bytes) -> bytes:
    """An e-book of chapters in XHTML."""
    numbers = range(len(chapters))
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in numbers
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in numbers)
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            f'{XML}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
        ),
        "book.opf": (
            f'{XML}<package version="2.0" xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
            f"<spine>{spine}</spine></package>"
        ),
    }
    for number, chapter in enumerate(chapters):
        parts[f"c{number}.xhtml"] = (
            f'{XML}<html xmlns="http://www.w3.org/1999/xhtml"><body>{chapter}</body></html>'
        )
    return packed({**parts, **more}, stored=("mimetype",))


def xps(words: str, font: bytes) -> bytes:
    """A page of one line in XPS, set in the font."""
    name = "http://schemas.microsoft.com/xps/2005/06"
    return packed(
        {
            "[Content_Types].xml": (
                f'{XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
                'package.relationships+xml"/><Default Extension="fdseq" ContentType="application/vnd.ms-package.xps-'
                'fixeddocumentsequence+xml"/><Default Extension="fdoc" ContentType="application/vnd.ms-package.xps-'
                'fixeddocument+xml"/><Default Extension="fpage" ContentType="application/vnd.ms-package.xps-fixedpage'
                '+xml"/><Default Extension="ttf" ContentType="application/vnd.ms-opentype"/></Types>'
            ),
            "_rels/.rels": (
                f'{XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="r" Type="{name}/fixedrepresentation" '
                'Target="/s.fdseq"/></Relationships>'
            ),
            "s.fdseq": f'{XML}<FixedDocumentSequence xmlns="{name}"><DocumentReference Source="/d.fdoc"/></FixedDocumentSequence>',
            "d.fdoc": f'{XML}<FixedDocument xmlns="{name}"><PageContent Source="/p.fpage"/></FixedDocument>',
            "p.fpage": (
                f'{XML}<FixedPage xmlns="{name}" Width="600" Height="800" xml:lang="en">'
                f'<Glyphs Fill="#ff000000" FontUri="/f.ttf" FontRenderingEmSize="20" OriginX="50" OriginY="100" '
                f'UnicodeString="{escape(words)}"/></FixedPage>'
            ),
            "f.ttf": font,
        }
    )
