"""What one browser tab remembers: ids, the chosen language, what was typed and not saved. The only place that touches
the session's state and the address's query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts.text import Voice, language_of
from rag_core.messages import Language

_LANGUAGES = ("en", "zh")
_COOKIE = "wenju_language"
# Files that a hurried reader drops one by one, while the first are being taken in.
_KEPT_WIDGETS = 8


def enter_frame() -> None:
    """Notes that app.py runs in this tab."""
    st.session_state["framed"] = True


def is_framed() -> bool:
    """Whether app.py runs in this tab."""
    return "framed" in st.session_state


def voice() -> Voice:
    """The voice in this tab's language: chosen by hand, else the browser's."""
    kept = st.context.cookies.get(_COOKIE)
    chosen = st.query_params.get("lang") or st.session_state.get("language") or kept
    if chosen not in _LANGUAGES:
        return Voice(language_of(st.context.locale))
    st.session_state["language"] = chosen
    if st.query_params.get("lang") != chosen:
        st.query_params["lang"] = chosen
    return Voice(cast(Language, chosen))


def choose_language(language: str) -> None:
    """From now on this tab speaks the language, and so do new ones; the address remembers it."""
    st.session_state["language"] = st.session_state["language_by_hand"] = language
    st.query_params["lang"] = language


def language_by_hand() -> str:
    """The language that was chosen in this tab; "" where none was."""
    return str(st.session_state.get("language_by_hand", ""))


def address(name: str) -> int | None:
    """A whole number from the address's query; None where there is none."""
    raw = st.query_params.get(name, "")
    return int(raw) if raw.isdecimal() and len(raw) < 16 else None


def whole_address() -> dict[str, str]:
    """All of the address's query."""
    return st.query_params.to_dict()


def set_address(**values: int | None) -> None:
    """Puts numbers into the address's query; None takes one out."""
    for name, value in values.items():
        if value is not None:
            st.query_params[name] = str(value)
        elif name in st.query_params:
            del st.query_params[name]


def open_conversation(conversation_id: int | None) -> None:
    """Makes this the tab's conversation, also after a look at another page; None begins a new one."""
    keep("conversation", conversation_id)
    if address("conversation") != conversation_id:
        set_address(conversation=conversation_id)


def follow_address(name: str) -> int | None:
    """The id that the address names, else the one this tab keeps under the name: another page's way here does not name
    it. None where the address named it on this very page and does so no more: the browser went back."""
    named, kept = address(name), recall(name)
    went_back = named is None and kept is not None and recall(f"{name}_named") == kept
    keep(f"{name}_named", named)
    return named if named is not None or went_back else kept


def leave_address(name: str) -> None:
    """Notes that another page is shown than the one that follows the address's id."""
    keep(f"{name}_named", None)


def moves(place: str) -> int:
    """How often this tab has moved to another place, the one it is at now included."""
    before, count = cast("tuple[str, int]", st.session_state.get("place", (place, 0)))
    count += before != place
    st.session_state["place"] = (place, count)
    return count


def recall(name: str) -> int | None:
    """An id this tab keeps under the name."""
    return cast("int | None", st.session_state.get(f"id_{name}"))


def keep(name: str, value: int | None) -> None:
    """Keeps an id under the name; None forgets it."""
    if value is None:
        st.session_state.pop(f"id_{name}", None)
    else:
        st.session_state[f"id_{name}"] = value


def show_in(key: str, value: object) -> None:
    """Puts the value into the widget of that key, which is drawn after this."""
    st.session_state[key] = value


def keep_from(key: str, name: str) -> None:
    """Keeps under the name the id that was chosen in the widget of that key."""
    keep(name, cast("int | None", st.session_state.get(key)))


def fresh_key(name: str) -> str:
    """The key of a widget that starts empty after each `renew`."""
    return f"{name}-{st.session_state.get(f'fresh_{name}', 0)}"


def renew(name: str) -> None:
    """Empties the widget drawn under `fresh_key(name)`."""
    st.session_state[f"fresh_{name}"] = st.session_state.get(f"fresh_{name}", 0) + 1


def keys_so_far(name: str) -> tuple[str, ...]:
    """The key of `fresh_key`, last, and all before it, those of long ago as "": what is on its way to a widget when
    it is renewed still arrives, if the widget is drawn in its old place."""
    count = st.session_state.get(f"fresh_{name}", 0)
    return tuple(f"{name}-{one}" if count - one < _KEPT_WIDGETS else "" for one in range(count + 1))


def take_files(name: str, files: Sequence[UploadedFile]) -> tuple[UploadedFile, ...]:
    """Those of the uploaded files that were not taken before under that name."""
    taken = cast("set[str]", st.session_state.setdefault(f"taken_{name}", set()))
    fresh = tuple(one for one in files if one.file_id not in taken)
    taken.update(one.file_id for one in fresh)
    return fresh


def let_go(files: Sequence[UploadedFile]) -> None:
    """Gives back the memory of uploads that are stored: the server would keep them as long as the tab is open."""
    context = get_script_run_ctx()
    manager = context.uploaded_file_mgr if context else None
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        for one in files:
            manager.remove_file(context.session_id, one.file_id)


def leave_notes(notes: tuple[tuple[str, str], ...], place: str) -> None:
    """Leaves sentences at the place for the runs to come, each with its kind or what it belongs to."""
    st.session_state[place] = notes


def notes(place: str) -> tuple[tuple[str, str], ...]:
    """The sentences left there last."""
    return cast("tuple[tuple[str, str], ...]", st.session_state.get(place, ()))


def keep_draft(place: str, draft: object) -> None:
    """Keeps what was typed at the place and is not saved, also while it is not shown; None forgets it."""
    st.session_state[f"draft_{place}"] = draft


def draft(place: str) -> object:
    """What was typed there and is not saved; None where there is nothing."""
    return st.session_state.get(f"draft_{place}")


def told(key: str, name: str) -> object:
    """What the component of that key has just told under the name."""
    return getattr(st.session_state.get(key), name, None)
