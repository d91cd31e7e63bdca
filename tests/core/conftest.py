"""What the tests of the parse stage share, and those of bundles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings
from tests.core.bundled import desk

__all__ = ["desk"]


@pytest.fixture
def reader(settings: Settings) -> Iterator[IsolatedReader]:
    """Reads files in a process of its own."""
    opened = IsolatedReader(settings)
    yield opened
    opened.close()
