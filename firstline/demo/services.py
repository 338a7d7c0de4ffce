"""What the desks do: for IT the category table of seed 004, row by row and column by column, and what it leaves out."""

from firstline.catalog import config_cache
from firstline.catalog.models import Category, Desk, Service, Team

ALL = ["portal", "chat", "phone", "email"]
"""The table's 服务渠道: 智能自助服务台、飞书、电话、邮件."""

# desk, key, names
CATEGORIES = [
    ("IT", "desktop", "Desktop support", "桌面IT运维管理"),
    ("IT", "meetings", "Meeting support", "会议支持"),
    ("IT", "business", "Business systems", "业务系统"),
    ("IT", "infrastructure", "Network and accounts", "网络与账号"),
    ("HR", "people", "People services", "人事服务"),
    ("FAC", "office", "Office services", "行政服务"),
    ("LAW", "legal", "Legal services", "法务服务"),
    ("FIN", "finance", "Finance services", "财务服务"),
]

SYSTEMS = ("OS installation and repair", "操作系统安装与故障处理")
SOFTWARE = ("Software set-up and repair", "软件安装调试与故障处理")
HARDWARE = ("Computer hardware", "电脑硬件问题")
MEETINGS = ("Meeting support", "会议支持")
RIGHTS = ("Access rights", "权限问题")
ADVICE = ("How to use it", "使用咨询")
NETWORK = ("Network faults", "网络故障")
NEEDS = ("Service request", "服务申请")
BY_MEETING = "根据会议时间"

# category, key, names (服务名称), item (服务项), class (分类), mode (服务方式), level (服务级别), second-line team
SERVICES = [
    ("desktop", "os-install", "Operating system installation", "操作系统安装",
     "Installation of operating systems, reset for leavers", "操作系统安装与离职系统重置", SYSTEMS, "onsite", "5x8", "systems"),
    ("desktop", "os-faults", "Operating system faults", "操作系统故障处理",
     "Faults of the operating system itself", "操作系统级别故障处理", SYSTEMS, "both", "5x8", "systems"),
    ("desktop", "software-install", "Software installation and removal", "软件安装与卸载",
     "Installation and removal of application software", "应用软件安装与卸载", SOFTWARE, "both", "5x8", "systems"),
    ("desktop", "software-faults", "Software faults", "软件故障问题",
     "Faults of common software", "通用软件故障处理", SOFTWARE, "both", "5x8", "systems"),
    ("desktop", "hardware", "Hardware repair", "终端硬件报修",
     "Reports of hardware faults, followed up", "终端硬件问题报修跟进", HARDWARE, "both", "5x8", "systems"),
    ("meetings", "meeting-software", "Meeting room software", "会议室会议软件维护",
     "Meeting software kept working", "会议软件保障", MEETINGS, "onsite", BY_MEETING, "network"),
    ("meetings", "executive-meetings", "Executive meeting support", "高管会议支持",
     "Meetings tested beforehand and attended", "会议效果测试、保障", MEETINGS, "onsite", BY_MEETING, "network"),
    ("business", "usage", "Advice on business systems", "使用咨询",
     "Questions about all business systems", "各业务系统问题咨询", ADVICE, "remote", "5x8", "business"),
    ("business", "bugs", "Fault escalation", "故障升级处理",
     "Faults and bugs of business systems, escalated", "各业务系统故障、bug类上升", ("Program bugs", "程序bug"), "remote", "5x8", "business"),
    ("business", "system-requests", "Application requests", "应用系统申请",
     "Applications to use a business system", "各业务系统申请处理", RIGHTS, "remote", "5x8", "business"),
    ("business", "system-rights", "Application access rights", "应用系统权限",
     "Access rights in business systems", "各业务系统权限处理", RIGHTS, "remote", "5x8", "business"),
    ("infrastructure", "vpn-wifi", "VPN, Wi-Fi and wired network", "VPN、无线与有线网络",
     "Connections of users and offices", "用户与办公室的网络连接", NETWORK, "both", "7x24", "network"),
    ("infrastructure", "accounts", "Accounts and passwords", "账号与密码",
     "Accounts, passwords, second factors", "账号、密码与二次验证", ("Accounts", "账号问题"), "remote", "5x8", "systems"),
    ("infrastructure", "mail", "Mail and calendar", "邮箱与日历",
     "Mailboxes, groups, shared calendars", "邮箱、邮件组与共享日历", ("Mail", "邮件问题"), "remote", "5x8", "systems"),
    ("infrastructure", "servers", "Servers and storage", "服务器与存储",
     "Servers, shares and backups", "服务器、共享盘与备份", ("Servers", "服务器告警"), "remote", "7x24", "systems"),
    ("people", "leave", "Leave and working time", "假期与考勤",
     "Leave, overtime, time records", "请假、加班与考勤记录", ("Leave", "假勤"), "remote", "5x8", "hr-pay"),
    ("people", "pay", "Pay and insurance", "薪酬与社保",
     "Pay slips, social insurance, housing fund", "工资单、社保与公积金", ("Pay", "薪酬"), "remote", "5x8", "hr-pay"),
    ("people", "papers", "Certificates and records", "证明与档案",
     "Certificates of employment, changes of personal data", "在职证明与个人信息变更", NEEDS, "remote", "5x8", "hr-pay"),
    ("people", "joining", "Joining and leaving", "入职与离职",
     "First and last days", "入职与离职办理", NEEDS, "both", "5x8", "hr-pay"),
    ("office", "repairs", "Repairs", "维修", "Lights, air, water, furniture", "灯具、空调、给排水与家具", ("Repairs", "报修"),
     "onsite", "5x8", "fac-building"),
    ("office", "doors", "Cards and doors", "门禁与工牌", "Access cards, visitors", "工牌、访客", ("Doors", "门禁"),
     "onsite", "5x8", "fac-building"),
    ("office", "seats", "Seats and moves", "工位与搬迁", "Seats, moves, lockers", "工位、搬迁与储物柜", NEEDS,
     "onsite", "5x8", "fac-building"),
    ("office", "supplies", "Supplies and post", "办公用品与快递", "Supplies, post, catering", "办公用品、快递与会务餐饮", NEEDS,
     "onsite", "5x8", "fac-building"),
    ("legal", "contracts", "Contract review", "合同审核", "Contracts checked before signing", "签署前的合同审核", ("Contracts", "合同"),
     "remote", "5x8", "law-counsel"),
    ("legal", "nda", "Confidentiality agreements", "保密协议", "Agreements with partners", "与合作方的保密协议", ("Contracts", "合同"),
     "remote", "5x8", "law-counsel"),
    ("legal", "seals", "Seals and powers of attorney", "用印与授权", "Company seals", "公章、合同章与授权书", NEEDS,
     "onsite", "5x8", "law-counsel"),
    ("legal", "legal-advice", "Legal advice", "法律咨询", "Data, trademarks, labour law", "数据、商标与劳动法", ADVICE,
     "remote", "5x8", "law-counsel"),
    ("finance", "expenses", "Expenses and travel", "费用报销与差旅", "Expense claims, advances", "报销与借款", NEEDS,
     "remote", "5x8", "fin-pay"),
    ("finance", "invoices", "Invoices", "发票", "Invoices issued and received", "开票与收票", NEEDS, "remote", "5x8", "fin-pay"),
    ("finance", "payments", "Payments to suppliers", "供应商付款", "Payments and their status", "付款与付款进度", NEEDS,
     "remote", "5x8", "fin-pay"),
    ("finance", "budget", "Budget and cost centres", "预算与成本中心", "Budgets, cost centres", "预算与成本中心", ADVICE,
     "remote", "5x8", "fin-pay"),
]  # fmt: skip


def make_services(desks: dict[str, Desk]) -> None:
    """All categories and services, with the second-line team that each is offered to."""
    categories = {
        key: Category.objects.create(desk=desks[desk], key=key, name_en=en, name_zh=zh, order=order)
        for order, (desk, key, en, zh) in enumerate(CATEGORIES)
    }
    teams = {team.key: team for team in Team.objects.all()}
    Service.objects.bulk_create(
        Service(
            category=categories[category], key=key, order=order, name_en=en, name_zh=zh, item_en=item_en,
            item_zh=item_zh, class_en=kind[0], class_zh=kind[1], channels=ALL, mode=mode, level=level, team=teams[team],
        )
        for order, (category, key, en, zh, item_en, item_zh, kind, mode, level, team) in enumerate(SERVICES)
    )  # fmt: skip
    config_cache.forget()
