"""The forms on the portal, desk by desk. The last of each desk is for those who do not know which to choose."""

from typing import Any

from firstline.catalog.forms import specs_of
from firstline.catalog.models import Desk, RequestType, Service

Question = dict[str, Any]


def _ask(key: str, en: str, zh: str, kind: str = "text", *choices: tuple[str, str, str], **more: Any) -> Question:
    given = [{"value": value, "label_en": label_en, "label_zh": label_zh} for value, label_en, label_zh in choices]
    return {"key": key, "label_en": en, "label_zh": zh, "kind": kind, **({"choices": given} if given else {}), **more}


WHERE = _ask("place", "Room or seat", "会议室或工位", help_en="For example A-1203.", help_zh="例如 A-1203。")
ASSET = _ask(
    "asset", "Asset number", "资产编号", help_en="On the sticker below the device.", help_zh="见设备底部标签。"
)
REASON = _ask("reason", "What you need it for", "用途说明", "textarea", required=True)
SINCE = _ask("since", "Since when", "从何时开始", "date")
# Whether one can still work is asked by every form already.
OFTEN = _ask(
    "often", "How often it happens", "出现频率", "radio",
    ("always", "Every time", "每次"), ("sometimes", "Now and then", "时有时无"), ("once", "Only once", "仅一次"),
)  # fmt: skip
SYSTEM = _ask(
    "system", "Which system", "哪个系统", "select",
    ("erp", "ERP", "ERP"), ("oa", "OA", "OA"), ("crm", "CRM", "CRM"), ("mes", "MES", "MES"), ("bi", "Reports (BI)", "报表（BI）"),
    ("other", "Another one", "其他"), required=True,
)  # fmt: skip
OTHER = _ask("other_system", "What it is called", "系统名称", show_if={"system": "other"}, required=True)
AMOUNT = _ask("amount", "Amount", "金额", "number")
PARTNER = _ask("partner", "Other party", "对方单位", required=True)
UNTIL = _ask("needed_by", "Needed by", "期望完成日期", "date")

# desk, key, icon, service, names, help, search words, questions
REQUEST_TYPES = [
    ("IT", "it-computer", "laptop", "hardware", "Computer or phone has a fault", "电脑或手机故障",
     "Slow, broken, does not start.", "卡顿、损坏、无法开机。", "laptop screen battery keyboard mouse printer scanner blue screen 电脑 蓝屏 死机 键盘 鼠标 屏幕 电池 打印机 扫描仪",
     [ASSET, OFTEN, SINCE]),
    ("IT", "it-software", "package", "software-install", "Install software", "软件安装",
     "Standard software comes the same day.", "标准软件当天安装。", "install application license program 安装 软件 授权 许可",
     [_ask("software", "Which software", "软件名称", required=True), REASON]),
    ("IT", "it-network", "wifi", "vpn-wifi", "Network, Wi-Fi or VPN", "网络、无线或 VPN",
     "No connection, or a slow one.", "连不上或速度慢。", "internet vpn wlan cable 断网 网速 连不上 无线",
     [WHERE, OFTEN]),
    ("IT", "it-password", "key-round", "accounts", "Password or sign-in", "密码与登录",
     "Locked out, second factor lost.", "账号锁定、验证器丢失。", "password locked mfa account 密码 锁定 登录 验证码 账号",
     [_ask("account", "Account name", "账号", required=True)]),
    ("IT", "it-mail", "mail", "mail", "Mail and calendar", "邮箱与日历",
     "Mailboxes, groups, invitations.", "邮箱、邮件组、日程邀请。", "outlook mailbox distribution list 邮件 邮箱 日历 邮件组", []),
    ("IT", "it-meeting", "video", "meeting-software", "Support for a meeting", "会议支持",
     "Rooms, screens, video calls.", "会议室、投屏、视频会议。", "meeting room projector video conference 会议 投屏 视频 麦克风",
     [_ask("room", "Room", "会议室", required=True), _ask("day", "Day", "日期", "date", required=True),
      _ask("guests", "Guests from outside", "有外部来宾", "checkbox")]),
    ("IT", "it-access", "lock-keyhole", "system-rights", "Access to a business system", "业务系统权限",
     "ERP, OA, CRM, MES, reports.", "ERP、OA、CRM、MES、报表。", "rights role permission erp crm 权限 角色 开通 系统",
     [SYSTEM, OTHER, REASON]),
    ("IT", "it-system", "bug", "bugs", "Business system has a fault", "业务系统故障",
     "Errors, wrong figures, hanging approvals.", "报错、数据不对、流程卡住。", "error bug erp oa stuck 报错 流程 卡住 数据",
     [SYSTEM, OTHER, OFTEN, _ask("error", "Error message", "报错内容", "textarea")]),
    ("IT", "it-else", "life-buoy", None, "Something else for IT", "其他 IT 问题",
     "Not sure which to choose? Write here.", "不确定选哪个？写在这里即可。", "help other 帮助 其他", []),
    ("HR", "hr-leave", "calendar-days", "leave", "Leave and working time", "假期与考勤",
     "Balances, corrections, overtime.", "余额、补卡、加班。", "holiday vacation sick overtime 年假 请假 考勤 补卡 加班", [SINCE]),
    ("HR", "hr-pay", "banknote", "pay", "Pay and insurance", "薪酬与社保",
     "Pay slips, insurance, housing fund.", "工资单、社保、公积金。", "salary payslip pension 工资 社保 公积金 个税", []),
    ("HR", "hr-papers", "file-badge", "papers", "Certificate or change of data", "证明与信息变更",
     "Certificates of employment and income.", "在职、收入证明。", "certificate visa address 证明 签证 地址 变更",
     [_ask("paper", "Which paper", "证明类型", "select", ("employment", "Employment", "在职证明"), ("income", "Income", "收入证明"),
           ("other", "Another one", "其他"), required=True), UNTIL]),
    ("HR", "hr-joining", "user-plus", "joining", "Somebody joins or leaves", "入职与离职",
     "First day, last day, internship.", "入职、离职、实习。", "onboarding new hire leaving 入职 离职 实习 转正",
     [_ask("name", "Name", "姓名", required=True), _ask("day", "Day", "日期", "date", required=True)]),
    ("HR", "hr-else", "life-buoy", None, "Something else for HR", "其他人事问题",
     "Confidential, if you like.", "可要求保密。", "people other 人事 其他", []),
    ("FAC", "fac-repair", "wrench", "repairs", "Something needs repair", "报修",
     "Lights, air, water, furniture.", "灯具、空调、水电、家具。", "broken light air conditioning leak 空调 漏水 灯 坏了 维修",
     [{**WHERE, "required": True}]),
    ("FAC", "fac-card", "id-card", "doors", "Card, door or visitor", "门禁、工牌与访客",
     "New cards, doors, visitors.", "补办工牌、门禁、访客登记。", "badge access visitor parking 工牌 门禁 访客 停车", [UNTIL]),
    ("FAC", "fac-seat", "armchair", "seats", "Seat or move", "工位与搬迁",
     "Seats, chairs, moves of teams.", "工位、座椅、团队搬迁。", "desk chair move locker 工位 椅子 搬家 柜子", [WHERE, UNTIL]),
    ("FAC", "fac-supplies", "box", "supplies", "Supplies, post, catering", "办公用品、快递与餐饮",
     "What an office needs.", "办公所需。", "paper pens courier lunch 用品 快递 茶歇 餐", [UNTIL]),
    ("FAC", "fac-else", "life-buoy", None, "Something else for facilities", "其他行政问题",
     "We find the right people.", "由我们转给合适的人。", "other 其他", []),
    ("LAW", "law-contract", "file-pen", "contracts", "Review a contract", "合同审核",
     "Before anything is signed.", "签署之前提交。", "agreement supplier sign 合同 审核 签署",
     [PARTNER, AMOUNT, UNTIL]),
    ("LAW", "law-nda", "shield", "nda", "Confidentiality agreement", "保密协议",
     "From our template in a day.", "按模板一个工作日出具。", "nda confidential 保密 协议", [PARTNER]),
    ("LAW", "law-seal", "stamp", "seals", "Seal or power of attorney", "用印与授权",
     "Which paper, how many copies.", "注明文件与份数。", "stamp seal authorisation 盖章 公章 授权",
     [_ask("copies", "Copies", "份数", "number", required=True), UNTIL]),
    ("LAW", "law-else", "life-buoy", None, "Another legal question", "其他法律问题",
     "Ask early; it saves work.", "早问，少走弯路。", "privacy trademark law 商标 隐私 法律 其他", []),
    ("FIN", "fin-expense", "receipt", "expenses", "Expenses and travel", "报销与差旅",
     "Claims, advances, corporate card.", "报销、借款、商务卡。", "expense travel claim reimbursement 报销 差旅 借款", [AMOUNT]),
    ("FIN", "fin-invoice", "file-text", "invoices", "Invoice", "发票",
     "Issue, correct or find one.", "开票、换票、查票。", "invoice vat 发票 开票 税号 红冲", [PARTNER, AMOUNT]),
    ("FIN", "fin-payment", "landmark", "payments", "Payment to a supplier", "供应商付款",
     "Status, bank data, urgent payments.", "进度、账户变更、加急付款。", "payment supplier bank 付款 供应商 银行 进度",
     [PARTNER, AMOUNT, UNTIL]),
    ("FIN", "fin-else", "life-buoy", None, "Another question about money", "其他财务问题",
     "Budgets, cost centres, anything else.", "预算、成本中心及其他。", "budget cost centre 预算 成本中心 其他", []),
]  # fmt: skip


def make_request_types(desks: dict[str, Desk]) -> None:
    """All forms; each is read once as the portal reads it, so that a mistake shows here."""
    services = {service.key: service for service in Service.objects.all()}
    RequestType.objects.bulk_create(
        RequestType(
            desk=desks[desk], key=key, order=order, icon=icon, service=services[service] if service else None, name_en=en,
            name_zh=zh, help_en=help_en, help_zh=help_zh, words=words, fields=_checked(questions), anything=service is None,
        )
        for order, (desk, key, icon, service, en, zh, help_en, help_zh, words, questions) in enumerate(REQUEST_TYPES)
    )  # fmt: skip


def _checked(questions: list[Question]) -> list[Question]:
    specs_of(questions)
    return questions
