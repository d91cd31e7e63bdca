"""Office files, opened by LibreOffice: without a network, without macros, without a look at any other file."""

from __future__ import annotations

import functools
import os
import re
import resource
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from rag_core.errors import InputError, ParserFailure
from rag_core.parse.formats.changes import copy_as_changed
from rag_core.parse.results import MediaType

PROGRAMS = ("soffice.bin", "soffice", "libreoffice")
FOLDERS = ("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program")
PACKAGES = "libreoffice-writer libreoffice-calc libreoffice-impress"
MOST_OUTPUT_BYTES = 2**29
_PROBE_SECONDS = 20
# It asks to be started once more after it has made its profile.
_RESTART = (79, 81)
_ENDINGS: dict[str, str] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/msword": "doc",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.ms-excel": "xls",
    "application/rtf": "rtf",
}
WORKBOOK: MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS = frozenset(media for media, ending in _ENDINGS.items() if ending in ("xlsx", "ods", "xls"))
# Comma, double quote, UTF-8, numbers and all other cells as shown, and every sheet in a file of its own.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    # Each program numbers "never" in its own way.
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "1"),
    ("Common/Save/Document", "WarnAlienFormat", "false"),
    ("Common/Misc", "FirstRun", "false"),
)


def program() -> str:
    """Where LibreOffice is; empty when it is not installed."""
    places = os.pathsep.join((os.environ.get("PATH", os.defpath), *FOLDERS))
    inner = (shutil.which(PROGRAMS[0], path=os.pathsep.join(FOLDERS)),)
    return next(
        (found for found in (*inner, *(shutil.which(name, path=places) for name in PROGRAMS[1:])) if found),
        "",
    )


def to_pdf(path: Path, media: MediaType, folder: Path, seconds: float) -> Path:
    """The document as PDF, in the folder. Raises InputError office_missing, ParserFailure."""
    made = _run(path, media, folder, ("pdf", seconds))
    if len(made) != 1:
        raise ParserFailure("convert_failed")
    return made[0]


def to_csv(path: Path, media: MediaType, folder: Path, seconds: float) -> Iterator[tuple[str, bytes]]:
    """The sheets, each with its title. Errors as to_pdf."""
    for made in _run(path, media, folder, (_CSV, seconds)):
        yield re.sub(r"^document-", "", made.stem), made.read_bytes()


def _run(path: Path, media: MediaType, folder: Path, task: tuple[str, float]) -> Sequence[Path]:
    """What LibreOffice makes of the file, in the order made."""
    office = program()
    if not office:
        raise InputError("office_missing", PACKAGES)
    kind, seconds = task
    profile, made = folder / "profile", folder / "made"
    made.mkdir()
    _write_profile(profile)
    source = folder / f"document.{_ENDINGS[media]}"
    copy_as_changed(path, media, source)
    command = [
        *_no_network(),
        office,
        f"-env:UserInstallation={profile.as_uri()}",
        f"-env:UNO_SHARED_PACKAGES_CACHE={(folder / 'packages').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard"),
        *("--convert-to", kind, "--outdir", str(made), str(source)),
    ]
    if _call(command, folder, seconds) in _RESTART:
        _call(command, folder, seconds)
    return sorted(made.iterdir(), key=lambda one: (one.stat().st_mtime_ns, one.name))


def _call(command: Sequence[str], folder: Path, seconds: float) -> int:
    """LibreOffice's exit status. It stays in the process group of this child, whose parent ends them all."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # What is started inherits the limit; pre-exec functions are not safe beside threads.
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT_BYTES, before[1]))
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise ParserFailure("convert_failed") from error
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        for one in (*psutil.Process(process.pid).children(recursive=True), process):
            one.kill()
        process.wait()
        raise ParserFailure("convert_time", f"{seconds:g}") from error


def _environment(folder: Path) -> dict[str, str]:
    """No proxy, no display, no home but the folder."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
        "SAL_DISABLE_OPENCL": "1",
    }


@functools.lru_cache
def _no_network() -> tuple[str, ...]:
    """What starts a program without a network, where the system lets us."""
    for prefix in (("unshare", "--net"), ("unshare", "--map-current-user", "--net")):
        try:
            done = subprocess.run(
                [*prefix, "true"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PROBE_SECONDS,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        if done.returncode == 0:
            return prefix
    return ()


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{place}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for place, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True, exist_ok=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
