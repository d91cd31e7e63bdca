"""The error tree. A UserError says what happened and what to do; everything else is a bug.

Sentences live in `messages.py`, in Chinese and English, keyed by the problem's code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong, in a form that can be stored and said in any language.

    `code` is a key of messages.SENTENCES; `detail` fills its one {detail} gap (a size, a page, a name).
    """

    code: str
    detail: str = ""


class WenjuError(Exception):
    """The root of every error this project raises on purpose."""


class UserError(WenjuError):
    """An error whose sentence is shown to the user as it is."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.problem = Problem(code, detail)


class InputError(UserError):
    """The file, question or folder that was given can't be used."""


class PasswordNeeded(InputError):
    """The file is encrypted, and no or a wrong password was given."""


class ModelUnavailable(UserError):
    """A model is neither here nor to be had from any source."""


class ParserFailure(UserError):
    """Reading a page failed, took too long or too much memory; the page is to blame, not the user."""


class NotFound(UserError):
    """The library, document or conversation does not exist (any more)."""
