"""Words that an answer puts for others of its source, as people do who retell what they read."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from rag_core.ask.language.words import words
from rag_core.simplified import simplify

# A group a line. None of them tells things of one kind apart (a buyer from a seller, to rise from to fall).
_ENGLISH = """
    rise rose risen increase increased grow grew grown growth climb climbed went gone goes up jump jumped raise raised
    fall fell fallen decrease decreased decline declined drop dropped reduce reduced slip slipped lower lowered cut went gone goes down
    say says said state stated tell told announce announced report reported declare declared note noted explain explained
    start starts started starting begin begins began begun commence commences commenced launch launched
    end ends ended ending finish finished conclude concluded expire expires expired terminate terminated until
    must need needed needs require required requires requirement necessary obliged shall has have to should compulsory mandatory
    may can allow allowed permit permitted able possible eligible
    get gets got receive received obtain obtained given give awarded granted entitled
    pay paid pays cost costs charge charged price priced fee spend spent amount amounts
    hold holds held have has own owns owned belong belongs
    contain contains include includes included including cover covers covered consist comprise comprises
    large larger largest big bigger biggest great greater greatest major
    small smaller smallest little minor
    below under beneath less lower fewer
    above over exceed exceeded exceeds exceeding surpass surpassed pass passed top topped more beyond
    nearly almost close
    about around roughly approximately some circa estimated put
    most maximum limit limited exceed
    least minimum
    use used uses using operate operated operates run runs work works
    make makes made produce produced produces manufacture manufactured build built construct constructed
    show shows showed shown find finds found discover discovered reveal revealed
    choose chose chosen select selected accept accepted pick picked approve approved agree agreed carried adopted
    reject rejected turn turned down refuse refused decline declined
    leave left resign resigned quit depart departed step stepped down
    appoint appointed name named become became becomes take took over succeed succeeded
    year years yearly annual annually per
    day days daily per
    week weeks weekly per
    month months monthly per
    quarter quarters quarterly per
    hour hours hourly per
    car cars vehicle vehicles
    employee employees staff worker workers personnel workforce
    company firm group business corporation enterprise
    shop shops store stores shopkeeper shopkeepers retailer
    last lasts lasted run runs ran term duration long period
    weigh weighs weighed weight
    handle handles handled process processes processed deal deals
    rest remainder remaining other others
    whole entire complete full
    part parts section portion
    inside interior within
    outside exterior
    mean average
    usually normally generally typically commonly mostly
    quick quickly fast rapid rapidly
    disappear disappears disappeared go goes away vanish
    forbid forbidden prohibit prohibited banned
    enrol enrolled enroll recruit recruited join joined
    keep keeps kept store stored storage maintain
    look after responsible care
    take takes took bring brings brought move moved
    decide decided decides set settle settled determine determined resolve resolved
    buy buys bought purchase purchased acquire acquired
    sell sells sold sale sales
    send sends sent deliver delivered delivers supply supplies supplied provide provided provides
    help helps helped assist assisted support supported
    plan planned plans schedule scheduled intend intended due expected
    change changes changed alter alteration alterations altered amend amended modify modified
    begin because due owing result caused
    offer offered quotation quote bid
    home house residence
    doctor physician
    consent permission approval
    written writing
    both either
    damage damaged harm harmed
"""
_CHINESE = """
    如果 若 如 倘若 假如
    最多 至多 不超过 不得超过 最高 上限 不高于
    至少 不少于 不低于 最少 最低 不得少于 不得低于
    最迟 最晚 之前 以前
    期间 期内
    开始 起 自 从 算起
    结束 届满 期满 期满后 到期 过后 终止
    必须 应当 应 须 需 需要 要 务必
    可以 可 能 能够 有权 允许
    不得 不能 不可 不许 禁止 不准 不可以
    一起 共同 联合
    剩下 剩余 余下 其余 其他 其它
    去世 逝世 病逝 早逝 辞世 过世 病故
    使用 用 采用 用掉 利用
    退还 返还 退回 拿回 退
    支付 缴纳 付款 付清 发放 交纳 先付 发工资
    购买 采购 购置 买入
    出售 销售 卖出
    价格 单价 价款 售价
    费用 花费 支出 耗资 开支
    下滑 下降 降低 减少 降至 下跌 降到
    上涨 增长 增加 提高 提升 上升 增多 涨价
    节省 节约 少于
    员工 职工 雇员 人员
    公司 企业 单位 集团
    建成 竣工 完工 落成
    批准 同意 准许 审批
    晚到 迟到 逾期 延迟
    每天 每日 日均 一天
    每年 年度 全年 一年
    每月 月度 一个月
    期限 时间 时长 有效期
    导致 造成 引起 使得 由于 因为 所致
    跟随 师从 跟着
    当上 成为 担任 出任
    首次 第一次
    包含 包括 含 涵盖 在内
    申请 提出 提交 递交
    服务 维修 保养
    现金 钱款
    垫付 先行
    收到 接到 送达
    获得 得到 取得
    举行 召开 举办
    位于 坐落 地处
    创办 创立 成立 创建 设立
    不变 维持 保持
    里面 其中 当中
    没有 未 无
    还要 尚需 仍需
    一半 50% 五成
"""


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split()) for line in text.strip().splitlines())


_HAN = _groups(_CHINESE)


@functools.cache
def _latin() -> dict[str, frozenset[str]]:
    """Of each word's key the keys that may stand for it; words that say little by themselves are left out."""
    found: dict[str, frozenset[str]] = {}
    for group in _groups(_ENGLISH):
        alike = frozenset(word.key for word in words(" ".join(group)) if word.weight > 0.5)
        for key in alike:
            found[key] = found.get(key, frozenset()) | alike
    return found


def also_said(held: Iterable[str]) -> frozenset[str]:
    """The keys of words that may stand for those that are held."""
    known = _latin()
    return frozenset[str]().union(*(known[key] for key in held if key in known))


def in_other_words(text: str) -> str:
    """The Chinese words that may stand for those of the text, parted by blanks."""
    plain = simplify(text)
    return " ".join(other for group in _HAN if any(one in plain for one in group) for other in group)
