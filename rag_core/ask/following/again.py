"""Follow-ups that ask for no more than what the last answers quote: are you sure, where is that written, which is cheaper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.asked import Work
from rag_core.ask.following.beside import Beside, quoted_again
from rag_core.ask.language.bare import MONEY
from rag_core.ask.rewriting.past import exchanges, last_told
from rag_core.ask.rewriting.two import two_named
from rag_core.simplified import simplify
from rag_core.types import Turn

_OF_ANSWER = re.compile(
    r"\W*(?:(?:ok(?:ay)?|but|and|so|really|hm+)\W+)*(?:are you (?:really |quite |absolutely )?(?:sure|certain)(?: (?:about|of) (?:that|this|it))?|really|is (?:that|this|it) (?:really )?(?:right|correct|true)"
    r"|where (?:is|does|did|was|do you see|can i (?:see|find|read)) (?:that|this|it)(?: (?:written|stated|say(?: that| so)?|said|come from|in the (?:document|text|file)s?))?"
    r"|where does it say (?:that|this|so)|(?:what|which) page(?: (?:is|was) (?:that|this|it)(?: on)?)?|on (?:what|which) page(?: (?:is|was) (?:that|this|it))?"
    r"|(?:please )?show me(?: (?:the|that|this))? (?:page|source|passage|original|text|place|that|it)|(?:what(?:['’]s| is) the |your )?source|how do you know(?: (?:that|this))?|says who)\W*",
    re.IGNORECASE,
)
# A place of its own is asked for by where is it.
_PLACE = re.compile(r"\W*where (?:is|was) (?:that|this|it)\W*", re.IGNORECASE)
_OF_ANSWER_ZH = re.compile(
    r"[\W]*(?:你|您)?(?:真的|确定|肯定|确认|是真的|没(?:搞|弄)?错吧|对|真|保证)(?:吗|么|嘛|啊)|[\W]*(?:你|您)?(?:能|可以)?确定(?:一下)?(?:吗|么)?\W*"
    r"|\W*(?:这|那|这个|这句话?|原文|出处|依据|来源|根据)?(?:是|写|说)?(?:在|于)?(?:原文|文件|文档|资料)?(?:的|里)?(?:哪里?|哪儿|什么地方|第?几页|哪一?[页条段句])(?:写的?|说的?|看到的|有写|提到的?)?(?:的|呢|啊)?\W*"
    r"|\W*(?:给我看看?|看一?下|显示|展示|打开)(?:一下)?(?:原文|出处|来源|依据|那一?页|这一?页|页面)\W*|\W*(?:有)?(?:什么)?(?:原文|出处|依据|来源|根据)(?:是什么|呢|在哪里?|吗)?\W*"
)
_PLACE_ZH = re.compile(r"\W*(?:这个?|那个?|它)?是?在?(?:哪里?|哪儿|什么地方)(?:呢|啊)?\W*")
_LESS = "cheaper|cheapest|dearer|more expensive|most expensive|less expensive|better value"
_COMPARES = re.compile(
    rf"\W*(?:(?:and|so|ok|then|but)\W+)*(?:which|what)(?: one)?(?: of (?:(?:the|these|those) two|them|these|both))? (?:is|are|was|costs|takes|lasts|has|comes|would be)(?: the)? "
    rf"(?:(?P<price>{_LESS})|longer|longest|shorter|bigger|smaller|higher|lower|faster|slower|earlier|later|larger|more|less|sooner)\W*",
    re.IGNORECASE,
)
_COMPARES_ZH = re.compile(
    r"\W*(?:那么?)?(?:它们|这|那)?(?:[两二](?:个|款|种|者|家|项))?(?:里面?|之?中|之间)?\W?(?:哪一?(?:个|款|种|家|项|条|份|者)|谁)(?:的)?(?:更|比较|最|要|会)*"
    r"(?:(?P<price>便宜|贵|划算|省钱)|高|低|多|少|长|短|大|小|快|慢|早|晚|近|远)(?:一?些|一?点)?(?:呢|啊|呀)?\W*"
)


def again(work: Work) -> Beside | None:
    """What the last answer quotes, where the question asks about that answer; what the last two quote, where it compares the
    two things that they tell the same of. None for any other question."""
    question = simplify(work.asked.question)
    turns = [turn for turn in work.asked.turns if not turn.answer.courtesy]
    last = last_told(turns)
    if last is None:
        return None
    if _asks_about_answer(question):
        return quoted_again(work, last.answer.searched or last.question, [last])
    compared = _COMPARES.fullmatch(question) or _COMPARES_ZH.fullmatch(question)
    if compared is None or last_told(turns[:-1]) is None or two_named(exchanges(turns)) is None:
        return None
    return quoted_again(work, question, turns[-2:]) if _fits(compared, turns[-2:]) else None


def _asks_about_answer(question: str) -> bool:
    if _PLACE.fullmatch(question) or _PLACE_ZH.fullmatch(question):
        return False
    return bool(_OF_ANSWER.fullmatch(question) or _OF_ANSWER_ZH.fullmatch(question))


def _fits(compared: re.Match[str], turns: Sequence[Turn]) -> bool:
    """Whether each of the answers tells what is compared: a price, where one is asked for."""
    return not compared["price"] or all(MONEY.search(turn.answer.text) for turn in turns)
