"""Lanternfield Instruments (灯原仪器): an invented maker of measuring instruments, in three cities of two countries."""

from dataclasses import dataclass

DOMAIN = "corp.example"


@dataclass(frozen=True)
class Place:
    city: str
    country: str
    zone: str
    language: str
    phone: str
    """What every phone number there begins with; the last two digits are a person's own."""
    calendar: str
    """Key of the calendar by which people work there."""


PLACES = {
    "SH": Place("上海", "CN", "Asia/Shanghai", "zh-hans", "+86 21 5550 14", "office"),
    "SZ": Place("深圳", "CN", "Asia/Shanghai", "zh-hans", "+86 755 5550 27", "office"),
    "BE": Place("Berlin", "DE", "Europe/Berlin", "en", "+49 30 5550 36", "berlin"),
}

# key: as it is called in China, as it is called in Berlin
DEPARTMENTS = {
    "board": ("总经办", "Management"),
    "it": ("信息技术部", "IT"),
    "hr": ("人力资源部", "People"),
    "fac": ("行政部", "Facilities"),
    "law": ("法务部", "Legal"),
    "fin": ("财务部", "Finance"),
    "audit": ("内审部", "Audit"),
    "sales": ("销售部", "Sales"),
    "marketing": ("市场部", "Marketing"),
    "rd": ("研发中心", "Engineering"),
    "plant": ("生产部", "Production"),
    "supply": ("供应链部", "Supply chain"),
    "service": ("客户服务部", "Customer service"),
}

BERLIN = [berlin for _china, berlin in DEPARTMENTS.values()]


def department(key: str, place: str) -> str:
    """A department's name as that city writes it."""
    china, berlin = DEPARTMENTS[key]
    return china if PLACES[place].country == "CN" else berlin
