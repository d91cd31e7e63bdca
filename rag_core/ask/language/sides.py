"""The two sides of contracts, loans and court cases, as they are called throughout."""

from __future__ import annotations

SIDES = (
    ("甲方", "乙方"), ("原告", "被告"), ("买方", "卖方"), ("出租人", "承租人"), ("出租方", "承租方"), ("房东", "租客"), ("招标人", "中标人"), ("招标人", "投标人"),
    ("发包人", "承包人"), ("发包方", "承包方"), ("供方", "需方"), ("委托人", "受托人"), ("委托方", "受托方"), ("借款人", "贷款人"), ("投保人", "保险人"),
    ("用人单位", "劳动者"), ("转让方", "受让方"), ("上诉人", "被上诉人"), ("申请人", "被申请人"), ("债权人", "债务人"), ("公司", "员工"),
    ("landlord", "tenant"), ("lessor", "lessee"), ("buyer", "seller"), ("purchaser", "seller"), ("purchaser", "supplier"), ("customer", "supplier"), ("client", "contractor"),
    ("employer", "employee"), ("plaintiff", "defendant"), ("claimant", "respondent"), ("borrower", "lender"), ("licensor", "licensee"), ("insurer", "insured"),
    ("creditor", "debtor"), ("franchisor", "franchisee"), ("owner", "contractor"), ("appellant", "respondent"),
)  # fmt: skip
PARTIES = frozenset(name for pair in SIDES for name in pair)
