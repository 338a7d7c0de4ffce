"""Five desks: their lines, teams and seats, the closing fields, and the addresses they are written to."""

from firstline.catalog import config_cache, senders
from firstline.catalog.models import ClosureCode, Desk, Inbox, Membership, Sender, Team, Tier
from firstline.config import config
from firstline.demo.hours import make_calendars
from firstline.people.models import Person, Skill

# key, icon, names
DESKS = [
    ("IT", "monitor", "IT service desk", "IT 服务台"),
    ("HR", "users", "Human resources", "人事服务台"),
    ("FAC", "building-2", "Facilities", "行政服务台"),
    ("LAW", "scale", "Legal", "法务服务台"),
    ("FIN", "wallet", "Finance", "财务服务台"),
]

LINES = {
    "L1": (1, "First line", "一线"),
    "L1.5": (2, "First line plus", "一线专家"),
    "L2": (3, "Second line", "二线"),
    "L3": (4, "Third line", "三线"),
}

# desk, line, key, names, who sits there. The first team of L1 is where requests wait; its order matters.
TEAMS = [
    ("IT", "L1", "first", "Service desk", "一线支持", "bo sun.xiao he.jing tan.yue jonas.keller lena.brandt"),
    ("IT", "L1.5", "first-plus", "Service desk experts", "一线专家组", "yu.han peng.fei nadia.haas"),
    ("IT", "L2", "network", "Network", "网络组", "chen tobias.lang"),
    ("IT", "L2", "systems", "Systems", "系统组", "gao.yuan marta.vogel"),
    ("IT", "L2", "business", "Business systems", "业务系统组", "zhou.min han.xue felix.adler"),
    ("IT", "L3", "architects", "Architects and vendors", "架构与厂商组", "xu.jianming ingrid.sommer"),
    ("HR", "L1", "hr-first", "HR service", "人事服务组", "bai.lu shi.lei clara.neumann"),
    ("HR", "L2", "hr-pay", "Pay and benefits", "薪酬福利组", "shen.yun clara.neumann"),
    ("FAC", "L1", "fac-first", "Front office", "行政前台", "ding.ning deng.jun uwe.fiedler"),
    ("FAC", "L2", "fac-building", "Building services", "物业工程组", "luo.qiang uwe.fiedler"),
    ("LAW", "L1", "law-first", "Legal service", "法务服务组", "fang.zheng katrin.blum"),
    ("LAW", "L2", "law-counsel", "Counsel", "法律顾问组", "su.jin katrin.blum"),
    ("FIN", "L1", "fin-first", "Finance service", "财务服务组", "qian.yu yu.huan petra.lorenz"),
    ("FIN", "L2", "fin-pay", "Payments and tax", "付款与税务组", "zheng.kai petra.lorenz"),
]

# desk, person, role
LEADERS = [
    ("IT", "dana", "manager"),
    ("IT", "qi.lan", "manager"),
    ("IT", "he.lan", "auditor"),
    ("HR", "shen.yun", "manager"),
    ("FAC", "luo.qiang", "manager"),
    ("LAW", "su.jin", "manager"),
    ("FIN", "zheng.kai", "manager"),
    ("FIN", "he.lan", "auditor"),
]

# key, names, who has it
SKILLS = [
    ("windows", "Windows", "Windows 桌面", "bo sun.xiao jonas.keller gao.yuan"),
    ("macos", "macOS", "macOS", "tan.yue lena.brandt"),
    ("meeting-rooms", "Meeting rooms", "会议室", "he.jing lena.brandt peng.fei"),
    ("network", "Networks", "网络", "chen tobias.lang yu.han"),
    ("linux", "Linux servers", "Linux 服务器", "gao.yuan marta.vogel"),
    ("erp", "ERP", "ERP 系统", "zhou.min felix.adler"),
    ("oa", "OA and approvals", "OA 与审批", "han.xue zhou.min"),
    ("english", "English", "英语", "bo he.jing chen zhou.min clara.neumann bai.lu"),
    ("german", "German", "德语", "jonas.keller lena.brandt nadia.haas uwe.fiedler petra.lorenz katrin.blum"),
]

# list: key, names; the same at all desks but for modules
CAUSES = [
    ("hardware", "Hardware", "硬件"),
    ("software", "Software fault", "软件故障"),
    ("settings", "Settings", "配置"),
    ("access", "Access rights", "权限"),
    ("use", "How it is used", "使用方法"),
    ("outside", "Outside supplier", "外部供应商"),
    ("paperwork", "Papers missing", "资料不全"),
    ("unknown", "Not found", "未查明"),
]
BUSINESS = [
    ("fault", "Fault", "故障"),
    ("request", "Service request", "服务请求"),
    ("advice", "Advice", "咨询"),
    ("complaint", "Complaint", "投诉"),
]
MODULES = {
    "IT": [
        ("device", "Computer or phone", "电脑与手机"),
        ("network", "Network", "网络"),
        ("account", "Accounts", "账号"),
        ("mail", "Mail and calendar", "邮箱与日历"),
        ("meeting", "Meeting rooms", "会议室"),
        ("erp", "ERP", "ERP"),
        ("oa", "OA", "OA"),
        ("crm", "CRM", "CRM"),
    ],
    "HR": [("leave", "Leave", "假期"), ("pay", "Pay", "薪酬"), ("staff", "Staff records", "员工档案")],
    "FAC": [("building", "Building", "楼宇"), ("seat", "Seats and furniture", "工位与家具"), ("door", "Doors", "门禁")],
    "LAW": [("contract", "Contracts", "合同"), ("seal", "Seals", "用印"), ("advice", "Legal advice", "法律咨询")],
    "FIN": [("expense", "Expenses", "报销"), ("invoice", "Invoices", "发票"), ("budget", "Budget", "预算")],
}


def make_desks(people: dict[str, Person]) -> dict[str, Desk]:
    """All desks with everything that belongs to them but services, goals and texts; by key."""
    office = make_calendars()["office"]
    desks = {
        key: Desk(key=key, icon=icon, name_en=en, name_zh=zh, order=order, calendar=office)
        for order, (key, icon, en, zh) in enumerate(DESKS)
    }
    Desk.objects.bulk_create(desks.values())
    _teams(desks, people)
    for desk, name, role in LEADERS:
        Membership.objects.create(person=people[name], desk=desks[desk], role=role)
    for key, en, zh, names in SKILLS:
        Skill.objects.create(key=key, name_en=en, name_zh=zh).persons.set([people[name] for name in names.split()])
    ClosureCode.objects.bulk_create(_options(desks))
    Inbox.objects.bulk_create(
        Inbox(desk=desk, address=f"{key.lower()}@{config().mail_domain}") for key, desk in desks.items()
    )
    for key in desks:
        senders.name(f"{key.lower()}@{config().mail_domain}", how=Sender.How.BEFORE)
    config_cache.forget()
    return desks


def _teams(desks: dict[str, Desk], people: dict[str, Person]) -> None:
    lines: dict[tuple[str, str], Tier] = {}
    for desk, line, key, en, zh, names in TEAMS:
        if (desk, line) not in lines:
            rank, line_en, line_zh = LINES[line]
            lines[desk, line] = Tier.objects.create(
                desk=desks[desk], key=line, rank=rank, name_en=line_en, name_zh=line_zh
            )
        team = Team.objects.create(desk=desks[desk], line=lines[desk, line], key=key, name_en=en, name_zh=zh)
        Membership.objects.bulk_create(
            Membership(person=people[name], desk=desks[desk], team=team) for name in names.split()
        )


def _options(desks: dict[str, Desk]) -> list[ClosureCode]:
    return [
        ClosureCode(desk=desk, list=name, key=option, name_en=en, name_zh=zh, order=order)
        for key, desk in desks.items()
        for name, rows in (("cause", CAUSES), ("business", BUSINESS), ("module", MODULES[key]))
        for order, (option, en, zh) in enumerate(rows)
    ]
