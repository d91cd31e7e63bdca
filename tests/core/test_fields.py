"""Lines of a list of facts are read together with those above them."""

from __future__ import annotations

import pytest

from rag_core.ask.evidence.fields import is_line
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

PARTIES = "甲方：云岭纸业\n\n地址：宁溪市东路12号\n\n电话：0551-2200\n\n乙方：海棠印刷\n\n地址：宁溪市西街8号\n\n电话：0551-3300"
SELLER = "SELLER: Harwick Ltd\n\nAddress: 4 Mill Lane\n\nBUYER: Anna Reil\n\nAddress: 9 West Street"
LEASE = (
    "LEASE\n\nLandlord: Harwick Ltd\n\nAddress: 4 Mill Lane\n\nPhone: 117 555 0101\n\nTenant: Anna Reil\n\nAddress: 9 West Street"
    "\n\nPhone: 117 555 0202\n\nThe monthly rent is 1,450 pounds.\nThe tenant has the following duties:\n1. to pay,\n2. to clean."
)
SIGNED = "HARWICK MILLS\n\nBy: /s/ Mira Kovac\n\nName: Mira Kovac\n\nTitle: Company Secretary\n\nDated: 1 July 2022"
FORM = "KESTREL PLC\n\n83 Tower Road North\n\nWarmley, Bristol\n\n(Address of principal offices) (Zip Code)\n\n+44 117 9753"


@pytest.mark.parametrize(
    ("text", "question", "lines"),
    [
        (PARTIES, "乙方的地址在哪里？", ["乙方：海棠印刷", "地址：宁溪市西街8号"]),
        (PARTIES, "甲方的地址在哪里？", ["甲方：云岭纸业", "地址：宁溪市东路12号"]),
        (PARTIES, "乙方的电话是什么？", ["乙方：海棠印刷", "电话：0551-3300"]),
        (SELLER, "What is the buyer's address?", ["BUYER: Anna Reil", "Address: 9 West Street"]),
        (SELLER, "What is Harwick Ltd's address?", ["SELLER: Harwick Ltd", "Address: 4 Mill Lane"]),
        (SELLER, "What is the address of the seller?", ["SELLER: Harwick Ltd", "Address: 4 Mill Lane"]),
        (LEASE, "What is the tenant's address?", ["Tenant: Anna Reil", "Address: 9 West Street"]),
        (LEASE, "What is Harwick Ltd's phone number?", ["Landlord: Harwick Ltd", "Phone: 117 555 0101"]),
        (PARTIES, "海棠印刷的电话是多少？", ["乙方：海棠印刷", "电话：0551-3300"]),
        (SIGNED, "Who is the company secretary?", ["Name: Mira Kovac", "Title: Company Secretary"]),
        (
            FORM,
            "Where are the principal offices?",
            ["83 Tower Road North", "Warmley, Bristol", "(Address of principal offices) (Zip Code)"],
        ),
    ],
)
def test_a_line_is_quoted_with_what_it_leans_on(text: str, question: str, lines: list[str]) -> None:
    quoted = quote(World(*passages(text)).gathered(question))
    assert [line for line in quoted.text.split("\n") if line != "KESTREL PLC"] == lines


def test_a_line_that_says_it_all_is_quoted_alone() -> None:
    text = "Kestrel pump\n\nColour: moss green\n\nWeight of the pump: 38 kg\n\nWarranty: two years"
    assert (
        quote(World(*passages(text)).gathered("What is the weight of the pump?")).text
        == "Weight of the pump: 38 kg"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地址：宁溪市西街8号", True),
        ("The house is open all day.", False),
        ("| a | b |", False),
        ("• An entry", False),
        ("x" * 61, False),
    ],
)
def test_what_a_line_of_a_list_is(text: str, expected: bool) -> None:
    assert is_line(text) is expected
