"""From a file dropped on the page to the lines highlighted on it, in a browser, with the real models.

The documents are made here, so the place of each line on its page is known before anything reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pymupdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.builders import A4, LEADING, LEFT, SIZE, TOP, digital_pdf, picture as scanned, scan_pdf
from tests.chat_server import ChatServer
from tests.e2e.driving import DESKTOP, PHONE, App, at_rest, open_page, picture

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.slow]

HANDBOOK = (
    "These are the rules of the Northgate Cycling Club.",
    "The annual membership fee is 84 euros.",
    "Members may borrow a cargo bike for three days.",
    "The workshop opens at 18:30 on Thursdays.",
)
RULES = (
    "本规则由青石图书馆制定。",
    "每位读者最多可以借阅十二本图书。",
    "逾期归还的图书每天收取两角钱。",
    "阅览室每周一闭馆整理。",
)
FILES = {"handbook.pdf": digital_pdf([HANDBOOK]), "借阅规则.pdf": scan_pdf([scanned(RULES)])}
READ_MS, ANSWER_MS, SHOW_MS = 180_000, 60_000, 40_000
# What a highlight may differ from the ink it stands for.
COVERED, TIGHT = 0.6, 0.5


@dataclass(frozen=True)
class Area:
    """A rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def size(self) -> float:
        return max(self.x1 - self.x0, 0) * max(self.y1 - self.y0, 0)

    def shared(self, other: Area) -> float:
        low, high = max(self.x0, other.x0), min(self.x1, other.x1)
        return Area(low, max(self.y0, other.y0), high, min(self.y1, other.y1)).size


def known_place(lines: tuple[str, ...], index: int) -> Area:
    """Where the line stands, in fractions of its page, by how the builder draws it."""
    font = "helv" if lines[index].isascii() else "china-s"
    width = pymupdf.get_text_length(lines[index], fontname=font, fontsize=SIZE)
    baseline = TOP + index * LEADING
    return Area(
        LEFT / A4[0],
        (baseline - 0.85 * SIZE) / A4[1],
        (LEFT + width) / A4[0],
        (baseline + 0.15 * SIZE) / A4[1],
    )


def shown_places(page: Page) -> list[Area]:
    """Where the highlights stand on the page image, in fractions of it, as the browser lays them out."""
    page.locator(".wenju-highlight").first.wait_for(timeout=SHOW_MS)
    page.wait_for_function("document.querySelector('.wenju-page img').naturalWidth > 0")
    frame = box_of(page.locator(".wenju-page img"))
    wide, high = frame.x1 - frame.x0, frame.y1 - frame.y0
    boxes = [box_of(one) for one in page.locator(".wenju-highlight").all()]
    return [
        Area(
            (b.x0 - frame.x0) / wide,
            (b.y0 - frame.y0) / high,
            (b.x1 - frame.x0) / wide,
            (b.y1 - frame.y0) / high,
        )
        for b in boxes
    ]


def box_of(element: Locator) -> Area:
    box = element.bounding_box()
    assert box is not None
    return Area(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])


def ask(page: Page, question: str) -> Locator:
    """Asks and waits for the checked answer."""
    before = page.locator(".wenju-foot").count()
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(question)
    field.press("Enter")
    expect(page.locator(".wenju-foot")).to_have_count(before + 1, timeout=ANSWER_MS)
    at_rest(page)
    return page.locator(".wenju-answer").last


def close_viewer(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.fixture(scope="module")
def library(app: App, browser: Browser) -> Iterator[App]:
    """The app with both documents read, uploaded through the page."""
    context, page = open_page(browser, f"{app.url}/library", "zh")
    page.locator("[data-testid=stFileUploader] input").set_input_files(
        [
            {"name": name, "mimeType": "application/pdf", "buffer": content}
            for name, content in [
                *FILES.items(),
                ("空.pdf", b""),
                ("乱码.pdf", b"%PDF-1.7\nnot a pdf at all"),
            ]
        ]
    )
    expect(page.get_by_text("“空.pdf”：文件为空")).to_be_visible(timeout=SHOW_MS)
    expect(page.get_by_text("已添加 3 个文件")).to_be_visible()
    picture(page, "library-reading")
    expect(page.locator(".wenju-good", has_text="就绪")).to_have_count(2, timeout=READ_MS)
    expect(page.locator(".wenju-bad", has_text="无法读取")).to_have_count(1, timeout=READ_MS)
    picture(page, "library-ready")
    context.close()
    yield app


@pytest.mark.parametrize(("width", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
@pytest.mark.parametrize(
    ("language", "question", "said", "filename", "lines"),
    [
        ("en", "How much is the annual membership fee?", "84 euros", "handbook.pdf", HANDBOOK),
        ("zh", "每位读者最多可以借阅几本图书？", "十二本", "借阅规则.pdf", RULES),
    ],
)
def test_a_citation_leads_to_the_very_line(
    library: App,
    browser: Browser,
    language: str,
    question: str,
    said: str,
    filename: str,
    lines: tuple[str, ...],
    width: str,
    size: tuple[int, int],
) -> None:
    context, page = open_page(browser, library.url, language, size)
    answer = ask(page, question)
    expect(answer).to_contain_text(said)
    picture(page, f"answer-{language}-{width}")
    chip = answer.locator("button.wenju-cite").first
    assert filename in (chip.get_attribute("aria-label") or "")
    chip.focus()
    chip.press("Enter")
    places = shown_places(page)
    viewer = page.get_by_role("dialog")
    expect(viewer).to_contain_text(filename)
    expect(viewer.locator(".wenju-quoted")).to_contain_text(said)
    wanted = known_place(lines, 1)
    assert sum(place.shared(wanted) for place in places) >= COVERED * wanted.size
    line = max(places, key=wanted.shared)
    assert line.shared(wanted) >= TIGHT * line.size
    # The dialog moves in; once it stands, no page reaches beyond the window.
    page.wait_for_function(
        "wide => [...document.querySelectorAll('.wenju-page')].every(one => one.getBoundingClientRect().right <= wide)",
        arg=size[0],
    )
    page.wait_for_timeout(400)
    picture(page, f"viewer-{language}-{width}")
    viewer.get_by_role("link").click()
    page.wait_for_url(re.compile(r"/document\?.*start=\d+"))
    again = shown_places(page)
    assert max(place.shared(wanted) for place in again) >= COVERED * wanted.size
    expect(page.locator(".wenju-pagetext mark", has_text=said)).to_have_count(1)
    picture(page, f"document-{language}-{width}")
    context.close()


def test_the_arrows_lead_from_citation_to_citation(library: App, browser: Browser) -> None:
    context, page = open_page(browser, library.url)
    answer = ask(page, "How much is the annual membership fee? When does the workshop open?")
    chips = answer.locator("button.wenju-cite")
    expect(chips).to_have_count(2)
    chips.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowRight", 1), ("ArrowLeft", 0), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        expect(chips.nth(place)).to_be_focused()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog")
    for key, count in (("ArrowRight", "2 / 2"), ("ArrowLeft", "1 / 2")):
        expect(viewer.get_by_text(re.compile("[12] / 2"))).to_be_visible(timeout=SHOW_MS)
        at_rest(page)
        page.keyboard.press(key)
        expect(viewer.get_by_text(count)).to_be_visible(timeout=SHOW_MS)
    context.close()


def test_a_question_without_an_answer_is_refused_with_what_came_closest(
    library: App, browser: Browser
) -> None:
    context, page = open_page(browser, library.url)
    answer = ask(page, "Which vaccine was licensed by the ministry of health in Peru?")
    expect(answer.locator(".wenju-refusal")).to_contain_text("Not found in your documents")
    answer.locator("button.wenju-source").first.click()
    assert shown_places(page)
    picture(page, "refusal")
    context.close()


def test_a_conversation_outlives_a_reload_and_a_restart(library: App, browser: Browser) -> None:
    context, page = open_page(browser, library.url)
    ask(page, "When does the workshop open?")
    page.wait_for_url(re.compile(r"conversation=\d+"))
    first = page.locator(".wenju-answer").inner_text()
    page.reload()
    expect(page.locator(".wenju-answer")).to_have_text(re.compile("18:30"), timeout=SHOW_MS)
    tail = page.url.removeprefix(library.url)
    library.stop()
    library.start()
    page.goto(library.url + tail)
    page.locator(".wenju-foot").wait_for(timeout=SHOW_MS)
    assert page.locator(".wenju-answer").inner_text() == first
    expect(page.get_by_text("When does the workshop open?").first).to_be_visible()
    context.close()


def test_a_deleted_document_is_no_longer_answered_from_until_it_is_brought_back(
    library: App, browser: Browser
) -> None:
    context, page = open_page(browser, f"{library.url}/library", "zh")
    page.get_by_role("button", name="删除“借阅规则.pdf”").click()
    expect(page.get_by_text("已删除“借阅规则.pdf”。")).to_be_visible(timeout=SHOW_MS)
    other, asking = open_page(browser, library.url, "zh")
    answer = ask(asking, "逾期归还的图书每天收多少钱？")
    expect(answer).not_to_contain_text("借阅规则.pdf")
    expect(answer).not_to_contain_text("两角钱")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".wenju-good", has_text="就绪")).to_have_count(2, timeout=SHOW_MS)
    asking.get_by_role("button", name="新对话").click()
    expect(asking.locator(".wenju-foot")).to_have_count(0, timeout=SHOW_MS)
    expect(ask(asking, "逾期归还的图书每天收多少钱？")).to_contain_text("两角钱")
    other.close()
    context.close()


def test_only_stopping_ends_the_model_and_keeps_the_turn(library: App, browser: Browser) -> None:
    with ChatServer("silent") as server:
        app = App(library.home, library.models, {"WENJU_CHAT_URL": server.url})
        app.start()
        try:
            context, page = open_page(browser, app.url)
            field = page.get_by_test_id("stChatInputTextArea")
            field.fill("How much is the annual membership fee?")
            field.press("Enter")
            expect(page.locator(".wenju-stage")).to_contain_text("writing", timeout=ANSWER_MS)
            picture(page, "writing")
            for _ in range(100):
                page.wait_for_timeout(0 if server.requests else 200)
            assert server.requests
            # A look at another page and another language stop nothing.
            page.get_by_role("link", name="Library").click()
            expect(page.get_by_role("heading", name="Your documents")).to_be_visible(timeout=SHOW_MS)
            page.get_by_role("link", name="Ask").click()
            expect(page.locator(".wenju-stage")).to_contain_text("writing", timeout=SHOW_MS)
            page.get_by_role("button", name="中文").click()
            expect(page.locator(".wenju-stage")).to_contain_text("正在撰写", timeout=SHOW_MS)
            page.get_by_role("button", name="English").click()
            expect(page.locator(".wenju-stage")).to_contain_text("writing", timeout=SHOW_MS)
            page.wait_for_timeout(2000)
            assert not server.closed.is_set()
            page.get_by_role("button", name="Stop", exact=True).click()
            expect(page.locator(".wenju-answer")).to_contain_text("Stopped before the end", timeout=SHOW_MS)
            assert server.closed.wait(10)
            expect(page.locator(".wenju-stage")).to_have_count(0)
            page.reload()
            expect(page.locator(".wenju-answer")).to_contain_text("Stopped before the end", timeout=SHOW_MS)
            field.fill("How much is the annual membership fee for students?")
            field.press("Enter")
            expect(page.locator(".wenju-stage")).to_be_visible(timeout=ANSWER_MS)
            # What stood below the answer before it does not show through.
            left_over = page.locator('[data-testid="stMain"] [data-stale="true"] >> visible=true')
            expect(left_over).to_have_count(0, timeout=SHOW_MS)
            assert page.locator(".wenju-stage").is_visible()
            page.get_by_role("button", name="Stop", exact=True).click()
            expect(page.locator(".wenju-answer").last).to_contain_text(
                "Stopped before the end", timeout=SHOW_MS
            )
            expect(page.locator(".wenju-question")).to_have_count(2)
            context.close()
        finally:
            app.stop()
