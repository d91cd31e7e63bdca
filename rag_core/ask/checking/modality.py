"""Whether a claim takes for fact what its source only plans, says of others or makes depend, or for a duty what it
leaves free."""

from __future__ import annotations

import re

from rag_core.ask.checking.exceptions import turned_exception
from rag_core.ask.language.words import keys, words

_MUST = re.compile(
    r"\b(?:must|shall|ha(?:s|ve) to|required|obliged|needs? to)\b|必须|应当|须|务必|(?<![适相对响反供])应(?![用付收该届])"
)
_MAY = re.compile(
    r"\b(?:may|can|could|might|allowed|permitted|optional(?:ly)?)\b|可以|有权|可(?=[以延采在向有])|允许|自愿"
)
_NOT = re.compile(r"\b(?:not|no|never|nobody|cannot)\b|不|未|没|禁")
_WILL = re.compile(r"\bwill\b|将(?!近)|会(?=[上下增减提降])")
_PERHAPS = re.compile(r"\b(?:may|could|might|perhaps|possibly)\b|可能|有望|力争|或将")
_HEDGED = re.compile(
    r"\b(?:plans?|planned|planning|intends?|intended|propos(?:es|ed|ing|al)|consider(?:s|ing|ed)|expects?|expected|alleg(?:es|ed|edly)|claims|claimed"
    r"|suggest(?:s|ed)|demands?|demanded|estimated|applied for|whether|investigat(?:es|ing|ion)|draft|should have)\b"
    r"|(?<![虚模草])拟(?![合人态物])|(?<!的)(?:计划|预计|打算|建议|主张)(?![书案中])|正在研究|请求|辩称|诉称|据称|媒体称|尚在|尚需|待(?=审|批|议)"
)
_HEDGE_OWN = re.compile(
    rf"{_HEDGED.pattern}|\b(?:will|would|may|might|could|should|to be|aims?|due|accus\w*|sa(?:y|id|ys)|according|put at|scheduled|looking into|den(?:y|ies|ied)|yet|no|not"
    r"|wants?|hopes?|asked|about|around|forecast\w*|targets?|next)\b|将|要|称|说|表示|认为|(?:未|没有?)(?:就|对|作|做|决|定|确|批|通过|开|落|最终)|还|尚|可能|提议|提出|约|有望|目标"
)
# What ought to have been done was not.
_UNREAL = re.compile(r"\b(?:should|could|would|ought to) have\b|本[应该可](?!人)|原本(?:应|该|可以)")
# What is said to be done is no plan, whatever was asked.
_DONE = re.compile(r"已|\b(?:has|have|had|was|were)\b")
_CONDITION = re.compile(
    r"\b(?:if|unless|provided that|provided|as long as|in case|in the event (?:of|that)|subject to)\b(?! (?:any|necessary|applicable|possible|needed|you have (?:any )?questions))"
    r"|(?:^|(?<=[，,；;。\n]))若(?!干)|如果|如(?=[遇有不未需因发逾经出])(?!有疑|有问题|需帮|何|下)|除非|倘"
)
_CONDITION_OWN = re.compile(
    rf"{_CONDITION.pattern}|\b(?:when|once|depend\w*|conditional|without|until|except|otherwise|after|before|where)\b|时|后|的话|除|否则|前提|未|不"
)
_SENTENCE = re.compile(r"(?<=[。；;!?！？\n])|(?<=\.)\s")
_END = re.compile(r"[，,；;。\n]|\.(?:\s|$)")
# Less of a condition than this in the claim and its question, and it is left out.
_CONDITION_KEPT = 0.34


def overstated(said: str, held: str, beside: str, asked: str) -> str:
    """The word of the source (`held`) that makes less of what is said as a fact or a duty: `beside` it or, where it depends
    on something, in its sentence; "" for none. What the question itself plans or supposes need not be said again. All in
    the form in which texts are compared."""
    free = _MAY.search(beside)
    if free and _MUST.search(said) and not (_MAY.search(said) or _MUST.search(beside) or _NOT.search(beside)):
        return free.group()
    perhaps = _PERHAPS.search(beside)
    if perhaps and _WILL.search(said) and not _WILL.search(beside) and not _PERHAPS.search(said):
        return perhaps.group()
    unreal = _UNREAL.search(beside)
    if (
        unreal
        and _DONE.search(said)
        and not (_UNREAL.search(said) or _NOT.search(said) or _DONE.search(_UNREAL.sub("", beside)))
    ):
        return unreal.group()
    hedged = _HEDGED.search(beside)
    if hedged and not _HEDGE_OWN.search(said) and (_DONE.search(said) or not _HEDGED.search(asked)):
        return hedged.group()
    return turned_exception(said, held) or _dropped_condition(said, asked, held, beside)


def _dropped_condition(said: str, asked: str, held: str, beside: str) -> str:
    if _CONDITION_OWN.search(said):
        return ""
    known = keys(f"{said}\n{asked}")
    for sentence in _SENTENCE.split(held):
        match = _CONDITION.search(sentence)
        if not match or not any(part.strip() in sentence for part in beside.split("\n") if part.strip()):
            continue
        depends = _END.split(sentence[match.start() :], maxsplit=1)[0]
        wanted = [
            word.key for word in words(depends) if word.weight >= 0.5 and word.key not in keys(match.group())
        ]
        kept = sum(key in known for key in wanted)
        if wanted and kept < _CONDITION_KEPT * len(wanted):
            return depends.strip()
    return ""
