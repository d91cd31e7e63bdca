"""What a truth in LaTeX and Markdown looks like on paper, and what of a text a reader can see.

The truths of public sets write "$ \\frac{1}{2} $" where the page shows a 1 over a 2, and hold characters
without ink. Scores against the written truth say how far a text is from the annotator's file; scores
against the printed one say what was misread.
"""

from __future__ import annotations

import html
import re
import unicodedata

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
_TABS = re.compile(r"^(\s*[\\/]t\b)+", re.MULTILINE)
_TAGS = re.compile(r"<[^>]*>")
_ENVIRONMENTS = re.compile(r"\\(?:begin|end)\s*\{[^{}]*\}(?:\s*\{[lcr|]*\})?")
_COMMANDS = re.compile(r"\\([A-Za-z]+)\*?|\\(.)")
_MARKUP = str.maketrans("", "", "{}^_&$~")
_DASHES = str.maketrans(
    dict.fromkeys("‐‑‒–—―−－﹣", "-") | dict.fromkeys("‘’‚＇", "'") | dict.fromkeys("“”„＂", '"')
)
# Commands that print a sign. Any other prints nothing but what it is applied to.
_SIGNS = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho "
        "sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega",
        "αβγδεεζηθθικλμνξπρστυφφχψωΓΔΘΛΞΠΣΦΨΩ",
        strict=False,
    )
) | {
    "partial": "∂", "nabla": "∇", "infty": "∞", "in": "∈", "notin": "∉", "ni": "∋", "forall": "∀", "exists": "∃",
    "int": "∫", "iint": "∬", "oint": "∮", "sum": "∑", "prod": "∏", "sqrt": "√", "pm": "±", "mp": "∓", "cup": "∪",
    "times": "×", "div": "÷", "cdot": "·", "cdots": "...", "ldots": "...", "dots": "...", "circ": "○", "cap": "∩",
    "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "neq": "≠", "ne": "≠",
    "approx": "≈", "equiv": "≡", "sim": "~", "simeq": "≃", "cong": "≅", "subset": "⊂", "subseteq": "⊆",
    "supset": "⊃", "emptyset": "∅", "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒",
    "prime": "′", "degree": "°", "perp": "⊥", "parallel": "∥", "angle": "∠", "ll": "≪", "gg": "≫", "lt": "<",
    "gt": ">", "max": "max", "min": "min", "sup": "sup", "inf": "inf", "lim": "lim", "log": "log", "ln": "ln",
    "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "det": "det", "dim": "dim", "ker": "ker", "square": "□",
}  # fmt: skip


def plain(text: str) -> str:
    """The text as all scores compare it: NFKC, lower case, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def printed(text: str) -> str:
    """The text as it is seen, ready to compare: formulas as the signs they print, one kind of dash and
    quotation mark, nothing without ink."""
    shown = _FORMULA.sub(lambda found: printed_formula(found[1] or found[2]), _TABS.sub("", text))
    visible = "".join(one for one in shown if unicodedata.category(one) != "Cf")
    return plain(visible).translate(_DASHES)


def printed_formula(latex: str) -> str:
    """The signs that a LaTeX formula prints."""
    bare = _ENVIRONMENTS.sub(" ", latex)
    return _COMMANDS.sub(_sign, bare).translate(_MARKUP)


def _sign(command: re.Match[str]) -> str:
    name, mark = command[1], command[2]
    if name is None:
        return mark if mark in "%#{}$&_|" else " "
    return _SIGNS.get(name, " ")


def markup_text(markup: str) -> str:
    """The text of a table in HTML."""
    return html.unescape(_TAGS.sub(" ", markup))
