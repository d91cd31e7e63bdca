"""What a bundle says beside what it records, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from rag_core.messages import Language
from rag_core.types import Answer

WORDS: dict[str, tuple[str, str]] = {
    "made": ("Answers with their evidence, exported from Wenju on {date}", "答案及其依据，由文据于 {date} 导出"),
    "verify": ("Check this file with: python -m rag_core verify FILE", "用以下命令核验本文件：python -m rag_core verify 文件"),
    "searched": ("Searched for: {text}", "实际检索：{text}"),
    "looked_in": ("Looked only in: {files}", "仅在以下文件中查找：{files}"),
    "refused": ("Not found in the documents", "文档中未找到答案"),
    "stopped": ("Stopped before the end.", "已停止，回答未完成。"),
    "anyway": ("Answered although the documents may not hold the answer.", "文档中可能没有答案，仍予以回答。"),
    "closest": ("What came closest", "最接近的段落"),
    "short_holds": ("Speaks of {words}", "提到了{words}"),
    "short_lacks": ("says nothing of {words}", "没有提到{words}"),
    "short_date": ("gives no date", "没有日期"),
    "short_number": ("gives no number", "没有数字"),
    "short_person": ("names no person", "没有人名"),
    "short_place": ("names no place", "没有地点"),
    "short_reason": ("gives no reason", "没有原因"),
    "supported": ("supported", "有依据"),
    "partly": ("partly supported", "部分有据"),
    "unsupported": ("no support found", "未找到依据"),
    "sources": ("Sources", "出处"),
    "page": ("p. {page}", "第 {page} 页"),
    "no_picture": ("The page could not be drawn when this was exported.", "导出时无法绘制该页。"),
    "by": ("{model} · {date}", "{model} · {date}"),
    "quote_model": ("Quoted from the documents", "直接引自文档"),
    "index": ("index generation {id} ({embedder}, {kind})", "索引第 {id} 代（{embedder}，{kind}）"),
    "documents": ("Documents", "文档"),
    "gone": ("deleted before the export", "导出前已删除"),
    "hash_file": ("File, SHA-256", "文件 SHA-256"),
    "hash_readable": ("Read from, SHA-256", "读取所用文件 SHA-256"),
    "hash_page": ("Page {page}: shows {shown}, text SHA-256 {text}", "第 {page} 页：页面 {shown}，文本 SHA-256 {text}"),
}  # fmt: skip


def say(key: str, language: Language, **gaps: object) -> str:
    """The words with their gaps filled."""
    english, chinese = WORDS[key]
    return (chinese if language == "zh" else english).format(**gaps)


def shortfall_of(answer: Answer, number: int, language: Language) -> str:
    """Why that piece of a refused answer's evidence was not enough, in a sentence; "" where nothing telling is known."""
    said: list[str] = []
    for short in answer.shortfalls:
        if short.number == number:
            told = (("short_holds", short.holds), ("short_lacks", short.lacks))
            said += [say(key, language, words=_listed(words, language)) for key, words in told if words]
            said += [say(f"short_{short.kind}", language)] if short.kind else []
    if not said:
        return ""
    joined, end = ("，", "。") if language == "zh" else (", ", ".")
    text = joined.join(said)
    return text[0].upper() + text[1:] + end


def _listed(words: Sequence[str], language: Language) -> str:
    return (
        "、".join(f"“{word}”" for word in words)
        if language == "zh"
        else ", ".join(f"“{word}”" for word in words)
    )
