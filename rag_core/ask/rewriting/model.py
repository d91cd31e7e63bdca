"""Follow-up questions made whole by a chat model, held to what was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag_core.ask.language.figures import figures
from rag_core.ask.language.topic import names
from rag_core.ask.rewriting.keep import grounded, keeps
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.rewrite import Proposal, propose
from rag_core.protocols import ChatModel, Message
from rag_core.text import is_cjk

_TOKENS = 80
_EXCHANGES = 3
_ENDS = "?？。. "
_ANSWER_CHARACTERS = 200
_CHINESE = (
    "把最后的问题改写成不依赖上文也能看懂的完整问题：代词换成它所指的名称，补上省略的主语；问题本来就完整的，原样输出。"
    "不要回答，不要解释，只输出一行改写后的问题。\n"
    "例：\n问：北岭大桥有多长？\n答：420米。\n最后的问题：它是哪年通车的？\n北岭大桥是哪年通车的？"
)
_ENGLISH = (
    "Rewrite the last question so that it can be understood without the conversation: put names in the place of "
    "pronouns and fill in what is left out. If it is complete already, repeat it unchanged. Do not answer, do not "
    "explain. Output one line, the rewritten question only.\n"
    "Example:\nQ: How long is the Harwick bridge?\nA: 420 metres.\nLast question: When was it opened?\n"
    "When was the Harwick bridge opened?"
)
_LABELS = (
    "最后的问题：",
    "改写后的问题：",
    "Last question:",
    "Rewritten question:",
    "Rewritten:",
    "Q:",
    "问：",
)


def rewrite_with_model(
    question: str, history: Sequence[Exchange], chat: ChatModel, cancelled: Callable[[], bool]
) -> Proposal:
    """Let the chat model make the question whole. What loses a name, number or negation, brings in one that
    nobody said, or runs long, is rejected in favour of the rules'. Raises ModelUnavailable as the model does."""
    ruled = propose(question, history)
    if not history or (ruled.searched == question and names(question)):
        return ruled
    said = list(history)[-_EXCHANGES:]
    text = "".join(chat.stream(_messages(question, said), _TOKENS, cancelled)).strip()
    line = _bare(text.splitlines()[0]) if text else ""
    if line and line != question and _holds(question, line, said):
        return Proposal(line, ruled.certain)
    return ruled


def _holds(question: str, line: str, said: Sequence[Exchange]) -> bool:
    before = [part for past in said for part in (past.question, past.answer)]
    asked = figures("\n".join([question, *(past.question for past in said)]))
    return (
        # A figure that only an answer gave makes an answer of the rewrite.
        all(any(figure.agrees(other) for other in asked) for figure in figures(line))
        and line.rstrip(_ENDS) != question.rstrip(_ENDS)
        and keeps(question, line)
        and grounded(line, question, *before)
        and len(line) <= 3 * len(question) + 60
        and is_cjk(line) == is_cjk(question)
    )


def _messages(question: str, said: Sequence[Exchange]) -> tuple[Message, Message]:
    chinese = is_cjk(question)
    asks, answers, last = ("问：", "答：", "最后的问题：") if chinese else ("Q: ", "A: ", "Last question: ")
    told = "\n".join(f"{asks}{past.question}\n{answers}{past.answer[:_ANSWER_CHARACTERS]}" for past in said)
    return Message("system", _CHINESE if chinese else _ENGLISH), Message(
        "user", f"{told}\n\n{last}{question}"
    )


def _bare(line: str) -> str:
    for label in _LABELS:
        line = line.strip().removeprefix(label)
    return line.strip(" 　\"“”'")
