"""Chinese follow-ups by rule: pronouns, questions without a subject, fragments (那第二大股东呢)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.bare import bare as bare_asking
from rag_core.ask.language.topic import ASKING_ZH, names
from rag_core.ask.language.words import keys, question_words
from rag_core.ask.rewriting.fill_zh import QUALITY, asked_again, fill_zh
from rag_core.ask.rewriting.like import ORDINAL, holds_period
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.person import person, person_named
from rag_core.ask.rewriting.subject import subject
from rag_core.ask.rewriting.subject_zh import LIKE_THIS, entity, of_kind
from rag_core.simplified import simplify
from rag_core.text import normalise

_POLITE = re.compile(
    r"^(?:请问|那么|那(?!个|些|里|种|位|家|款|年|时|本|部|座|次|边|儿)|还有|然后|另外|好的?|嗯|哦|所以|而且|对了|而(?!且))[，,\s]*"
)
_NOUNS = (
    "人|书|片|院|校|公司|企业|机构|国|市|省|县|村|镇|区|城市|国家|学校|学院|组织|电影|作品|产品|政策|制度|地区|地方|事件|比赛|活动|"
    "项目|工程|系统|平台|方法|模型|论文|报告|文件|合同|协议|法律|条例|办法|规定|标准|专业|课程|银行|基金|品牌|药|病|桥|河|山|岛|"
    "作者|导演|队|部门|委员会|职位|岗位|设备|机器|仪器|车|船|展览|博物馆|图书馆|里|儿"
)
_PRONOUN = re.compile(
    r"(?P<person>(?<!其)他(?!人|国|乡|日|山|们|俩)|她(?![们俩]))|(?P<thing>他[们俩]|她[们俩]|它们|它|其(?![他它中实余次后间]))"
    rf"|(?P<point>[这那此该](?:个|种|家|款|位|部|本|座|项|次|份|些|条|所|门|场)?(?P<noun>{_NOUNS})?)(?!么|样|边|天|时候|年|是|就|也|都)"
    rf"|(?P<that>[这那](?:个)?)(?=是|就|也|都)"
)
_BARE = re.compile(r"^(?P<rest>[^，,。？?]{1,18}?)(?:又|会)?(?:怎么样|怎样|如何)?呢[？?。]?$")
_SHORT = re.compile(r"^(?P<rest>[^，,。？?]{1,14})[？?]?$")
_ASKING = re.compile(f"{ASKING_ZH}|吗|么|是|有|能|可以|会|要|介绍|说明|简述|列出")
_LONGEST_BARE = 18
_LONGEST_LEANING = 24
_SPEAKERS = re.compile("^(?:你|您|我|咱|大家)")
# What names a kind of thing without saying which.
_GENERAL = re.compile("^(?:学院|学校|公司|大学|医院|银行|集团|合同|协议|项目|专业|课程|中心|系统|平台)")
# Nothing in it can be searched for.
_BARE_ASKING = re.compile("^(?:为什么|为何|为啥|什么原因)(?=(?:呢|啊|呀)?[？?]?$)")
# The reference range of the blood count: a thing, and what it has.
_OWN = re.compile(
    rf"^(?P<owner>[^，,。？?的]{{2,8}})的(?P<thing>[^，,。？?的]{{2,8}}?)(?=[？?]|$|{ASKING_ZH}|是|有|为)"
)
# Only what a thing is like: 正常吗.
_QUALIFIED = re.compile(rf"^{LIKE_THIS}[吗嘛么][？?]?$")
# What a question without a subject may begin with when it begins with its verb or adverb.
_PREDICATE = re.compile(
    "^(?:有|是|在|由|被|为|怎|如何|何|什么|哪|多(?=[少久大高长远重快])|几|能|可|会|要|应|需|提|设|开|做|进|与|和|跟|从|对|主要|一共|共|目前|现在|最|都|还|也|又|"
    "不|没|未|无|请|到|给|让|把|向|用|谁|去|前|今|明|昨|属于|位于|获|得|放(?!假)|加(?![班工])|付(?!款)|交(?![通易期])|成立|包括|包含|规定|叫|什|啥|\\d)"
)


def propose_zh(question: str, history: Sequence[Exchange]) -> tuple[str, bool]:
    """The question made whole and whether it can't stand alone; the question itself where nothing is to add."""
    bare = _POLITE.sub("", question.strip())
    if asking := _BARE_ASKING.match(bare):
        return asked_again(asking.group(), history), True
    rest = _fragment(bare, bare != question.strip(), history[-1].question)
    if rest:
        return fill_zh(rest, history), True
    pronoun = _PRONOUN.search(bare)
    if pronoun and pronoun.start() <= 6 and not names(bare[: pronoun.start()]):
        named = _named(pronoun, history)
        who = named or subject(history)
        if who and _plain(who) not in _plain(bare):
            link = _link(bare, pronoun)
            sure = bool(named) or not pronoun["person"]
            return f"{bare[: pronoun.start()]}{who}{link}{bare[pronoun.end() :]}", sure
        return question, False
    if (wordless := bare_asking(question)) and wordless.wordless:
        joined, _ = _with_subject(bare, bare, history)
        return (joined if joined != bare else asked_again(wordless.asking, history)), True
    return _with_subject(question, bare, history)


def _fragment(bare: str, led: bool, last: str) -> str:
    """What a fragment names, "" where the question is none, or asks of a person what `last` did not ask. `led`: it began
    with 那 or the like."""
    found = _BARE.match(bare) if len(bare) <= _LONGEST_BARE else None
    if found is None and led:
        short = _SHORT.match(bare)
        found = short if short and not _ASKING.search(bare) else None
    if found is None:
        return ""
    rest = found["rest"]
    if _ASKING.search(rest):
        return ""
    whose, named = _PRONOUN.match(rest), _PRONOUN.sub("", rest).removeprefix("的")
    if whose and whose["person"] and named and named not in last:
        return ""
    # What is left out behind 的 stands in the last question: P200的呢.
    return (rest if not whose or named == "" else named).removesuffix("的")


def _named(pronoun: re.Match[str], history: Sequence[Exchange]) -> str:
    """Whom or what was named that the pronoun can mean; "" for nobody and nothing."""
    noun = pronoun["noun"]
    if pronoun["person"] or noun in ("人", "作者", "导演", "位"):
        return person(history)
    return of_kind(noun, history) if noun and noun not in ("里", "儿") else ""


def _link(bare: str, pronoun: re.Match[str]) -> str:
    """其 stands for "its": a 的 reads well before a noun and does no harm before a verb."""
    rest = bare[pronoun.end() :]
    return "的" if pronoun["thing"] == "其" and rest and not rest.startswith("的") else ""


def _with_subject(question: str, bare: str, history: Sequence[Exchange]) -> tuple[str, bool]:
    """A short question without a name of its own may lean on the subject of the conversation."""
    about = subject(history)
    content = {word.key for word in question_words(bare) if word.weight >= 0.6}
    if not about or not content or len(bare) > _LONGEST_LEANING or _stands(bare, about):
        return question, False
    general = _GENERAL.match(bare)
    if general:
        named = of_kind(general.group(), history) or (about if about.endswith(general.group()[-1]) else "")
        return f"{named}{bare[general.end() :]}" if named else question, False
    if keys(about) & content:
        return question, False
    joined = _PREDICATE.match(bare) or _QUALIFIED.match(bare)
    return f"{about}{'' if joined else '的'}{bare}", False


def _stands(bare: str, about: str) -> bool:
    """Whether the question names its own subject (a person, the range of a figure), or speaks to somebody."""
    return bool(
        _plain(about) in _plain(bare)
        or names(bare)
        or entity(bare)
        or person_named(bare)
        or _owned(bare)
        or _SPEAKERS.match(bare)
    )


def _owned(bare: str) -> bool:
    own = _OWN.match(bare)
    if own is None or not QUALITY.search(own["thing"]):
        return False
    return not holds_period(own["owner"]) and not ORDINAL.search(own["owner"])


def _plain(text: str) -> str:
    return simplify(normalise(text))
