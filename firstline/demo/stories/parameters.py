"""What varies from one telling of a story to the next."""

from random import Random

NAMES = {
    "zh-hans": "冯涛 董洁 袁方 潘悦 蔡敏 田野 魏华 姜琳".split(),
    "en": ["Anna Kraft", "Tom Ebert", "Lea Simon", "Jan Peters", "Mia Falk", "Ben Otto", "Nora Lind", "Till Arndt"],
}
PARTNERS = {
    "zh-hans": "青禾精密 北岭电子 云桥物流 启明传感 同舟软件 湖光包装".split(),
    "en": ["Adlerhorst Optics", "Nordkai Logistics", "Blauwerk Sensors", "Quellen Software", "Ostmark Packaging"],
}
SOFTWARE = ["DraftLine CAD", "PlotDesk 4", "SignalView", "7-Zip", "Figma Desktop", "LabStat 12", "DBeaver"]
ROOMS = {
    "SH": ["A-1203", "A-1206", "A-1508", "B-0302"],
    "SZ": ["S-0501", "S-0504", "S-0702"],
    "BE": ["Spree 2.01", "Havel 3.04", "Panke 1.12"],
}
DAYS = {
    "zh-hans": "今天 昨天 周一 周三 周五".split(),
    "en": ["today", "yesterday", "on Monday", "on Wednesday", "on Friday"],
}
DEVICES = {
    "zh-hans": ["ThinkPad 笔记本", "台式机", "MacBook", "移动工作站"],
    "en": ["laptop", "desktop PC", "MacBook", "workstation"],
}
HOSTS = ["erp-app02", "file03", "db-rep1", "mes-gw1", "print-sz", "backup01", "web04"]


def parameters(rng: Random, language: str, place: str) -> dict[str, str]:
    """One value for each parameter, in the language and of the place."""
    return {
        "n": str(rng.randrange(2, 10)),
        "m": str(rng.randrange(11, 58)),
        "room": rng.choice(ROOMS[place]),
        "floor": str(rng.randrange(2, 16)),
        "asset": f"LF-{rng.randrange(10200, 19800)}",
        "colleague": rng.choice(NAMES[language]),
        "account": f"{rng.choice('abcdehjklm')}{rng.randrange(100, 999)}",
        "partner": rng.choice(PARTNERS[language]),
        "software": rng.choice(SOFTWARE),
        "amount": f"{rng.randrange(6, 960) * 50:,}",
        "day": rng.choice(DAYS[language]),
        "device": rng.choice(DEVICES[language]),
        "time": f"{rng.randrange(8, 18):02}:{rng.randrange(60):02}",
        "host": rng.choice(HOSTS),
        "order": f"45000{rng.randrange(10000, 99999)}",
    }
