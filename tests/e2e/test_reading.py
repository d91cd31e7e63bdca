"""Reading put right in a browser, with the real models: corrections, the page ledger, older versions of a file,
and small things that went wrong once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.builders import digital_pdf, encrypted_pdf, picture as scanned, scan_pdf
from tests.e2e.driving import DESKTOP, PHONE, App, open_page, picture

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.slow]

PROTOCOL = (
    "Handover protocol of the flat in Linden Street",
    "The deposit amounts to 1350 euros.",
    "The cellar key carries the number 27.",
    "租客每月五日之前支付租金。",
)
WRONG, RIGHT = "The cellar key carries the number 27.", "The cellar key carries the number 72-B."
READ_MS, ANSWER_MS, SHOW_MS = 240_000, 90_000, 60_000


def upload(page: Page, app: App, name: str, content: bytes) -> Locator:
    """Adds the file; its card in the library."""
    page.goto(f"{app.url}/library")
    page.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": content}, timeout=SHOW_MS
    )
    card = page.locator('[class*="st-key-document-"]').filter(has_text=name).first
    card.wait_for(timeout=SHOW_MS)
    return card


def ask(page: Page, question: str) -> Locator:
    """The answer to the question."""
    before = page.locator(".wenju-foot").count()
    page.locator('[data-testid="stChatInput"] textarea').fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".wenju-foot")).to_have_count(before + 1, timeout=ANSWER_MS)
    return page.locator(".wenju-answer").last


def test_a_fresh_server_is_opened_on_any_page(app: App, browser: Browser) -> None:
    """Before app.py has run in it: then the page's own file draws the frame. The first test here, so that it has not."""
    context, page = open_page(browser, f"{app.url}/library")
    page.locator('input[type="file"]').wait_for(state="attached", timeout=SHOW_MS)
    expect(page.locator('link[rel~="icon"]')).to_have_attribute("href", re.compile("^data:"))
    context.close()


@pytest.fixture(scope="module")
def scan(app: App, browser: Browser) -> str:
    """The address of a scan that has been read: a page of text and an empty one."""
    context, page = open_page(browser, app.url)
    card = upload(page, app, "protocol.pdf", scan_pdf([scanned(PROTOCOL), scanned([])]))
    expect(card).to_contain_text("Ready", timeout=READ_MS)
    expect(card).to_contain_text("1 page holds no text: 2")
    address = card.get_by_role("link", name="Open").get_attribute("href") or ""
    context.close()
    return address if address.startswith("http") else f"{app.url}/{address.lstrip('/')}"


def correct_view(page: Page) -> None:
    page.get_by_role("radio", name=re.compile("Correct|更正")).or_(
        page.get_by_role("button", name=re.compile("^(Correct|更正)$"))
    ).first.click()
    page.locator(".wenju-line").first.wait_for(timeout=SHOW_MS)


def test_a_line_put_right_is_what_the_answer_says(app: App, browser: Browser, scan: str) -> None:
    context, page = open_page(browser, scan)
    page.locator(".wenju-page img").wait_for(timeout=SHOW_MS)
    correct_view(page)
    lines = page.locator(".wenju-line textarea")
    expect(lines).to_have_count(len(PROTOCOL))
    # A click on the picture leads to the line.
    page.locator(".wenju-spot").nth(2).click()
    expect(lines.nth(2)).to_be_focused()
    assert lines.nth(2).input_value() == WRONG
    lines.nth(2).fill("something else")
    page.keyboard.press("Escape")
    expect(lines.nth(2)).to_have_value(WRONG)
    lines.nth(2).fill(RIGHT)
    picture(page, "correcting")
    page.keyboard.press("Enter")
    row = page.locator(".wenju-line").nth(2)
    expect(row).to_have_class(re.compile("wenju-corrected"), timeout=SHOW_MS)
    expect(row).to_contain_text(f"Was: {WRONG}")
    page.goto(app.url)
    answer = ask(page, "Which number does the cellar key carry?")
    expect(answer).to_contain_text("72-B")
    answer.locator("button.wenju-cite").first.click()
    expect(page.locator(".wenju-highlight").first).to_be_visible(timeout=SHOW_MS)
    context.close()


def test_a_correction_outlives_another_reading(app: App, browser: Browser, scan: str) -> None:
    context, page = open_page(browser, scan)
    page.get_by_role("button", name="Read as scan").first.click(timeout=SHOW_MS)
    page.get_by_role("progressbar").first.wait_for(timeout=SHOW_MS)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=READ_MS)
    correct_view(page)
    row = page.locator(".wenju-line").nth(2)
    expect(row.locator("textarea")).to_have_value(RIGHT, timeout=SHOW_MS)
    row.get_by_role("button", name="Undo").click()
    expect(row.locator("textarea")).to_have_value(WRONG, timeout=SHOW_MS)
    context.close()


def test_pages_are_ticked_in_the_ledger(app: App, browser: Browser, scan: str) -> None:
    context, page = open_page(browser, f"{scan}&lang=zh", "zh", PHONE)
    table = page.get_by_test_id("stDataFrame")
    table.wait_for(timeout=SHOW_MS)
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    box = table.bounding_box()
    assert box is not None
    # The first row, which is the page that holds no text; the table is drawn on a canvas.
    page.mouse.click(box["x"] + 16, box["y"] + 54)
    expect(page.get_by_text("已勾选第 2 页")).to_be_visible(timeout=SHOW_MS)
    picture(page, "ledger-phone")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url(re.compile("page=2"), timeout=SHOW_MS)
    context.close()


def test_a_revised_file_replaces_the_one_before(app: App, browser: Browser) -> None:
    context, page = open_page(browser, app.url)
    for fee in (84, 96):
        card = upload(
            page, app, "fees.pdf", digital_pdf([[f"The annual fee of the rowing club is {fee} euros."]])
        )
        if fee == 96:
            card.get_by_role("button", name="Replace the older version").click(timeout=SHOW_MS)
            expect(card).to_contain_text("Has replaced the version", timeout=READ_MS)
            picture(page, "replaced")
        expect(card).to_contain_text("Ready", timeout=READ_MS)
    expect(page.locator('[class*="st-key-document-"]').filter(has_text="fees.pdf")).to_have_count(1)
    page.goto(app.url)
    answer = ask(page, "What is the annual fee of the rowing club?")
    expect(answer).to_contain_text("96 euros")
    assert "84" not in answer.inner_text()
    context.close()


def test_a_password_sent_twice_opens_the_file(app: App, browser: Browser) -> None:
    context, page = open_page(browser, app.url)
    content = encrypted_pdf([["The vault code word is marzipan."]], user="open sesame")
    card = upload(page, app, "vault.pdf", content)
    card.locator('input[type="password"]').fill("open sesame", timeout=READ_MS)
    card.get_by_role("button", name="Unlock").dblclick(delay=30)
    expect(card).to_contain_text("Ready", timeout=READ_MS)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    context.close()


def test_a_conversation_opens_where_it_was_left(app: App, browser: Browser, scan: str) -> None:
    context, page = open_page(browser, app.url)
    page.locator('[data-testid="stChatInput"] textarea').wait_for(timeout=SHOW_MS)
    for question in ("How much is the deposit?", "Which street is the flat in?", "租金什么时候支付？"):
        ask(page, question)
    address = page.url
    for size in (DESKTOP, PHONE):
        again: tuple[BrowserContext, Page] = open_page(browser, address, size=size)
        last = again[1].locator(".wenju-question").last
        last.wait_for(timeout=SHOW_MS)
        again[1].wait_for_timeout(3000)
        expect(last).to_be_in_viewport()
        expect(again[1].locator(".wenju-answer .wenju-text").last).to_be_in_viewport()
        again[0].close()
    context.close()


def test_a_phones_sidebar_goes_once_it_has_led_somewhere(app: App, browser: Browser) -> None:
    context, page = open_page(browser, app.url, size=PHONE)
    for wanted in ("Library", "System", "Ask"):
        page.get_by_test_id("stExpandSidebarButton").click(timeout=SHOW_MS)
        page.get_by_test_id("stSidebarNavLink").filter(has_text=wanted).click()
        expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport(timeout=SHOW_MS)
    context.close()


def test_a_chosen_language_is_spoken_in_new_tabs(app: App, browser: Browser) -> None:
    context, page = open_page(browser, app.url)
    page.get_by_role("button", name="中文").click(timeout=SHOW_MS)
    expect(page.get_by_test_id("stSidebarNavLink").first).to_contain_text("提问", timeout=SHOW_MS)
    other = context.new_page()
    other.goto(app.url)
    expect(other.get_by_test_id("stSidebarNavLink").first).to_contain_text("提问", timeout=SHOW_MS)
    context.close()
