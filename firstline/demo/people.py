"""Everybody at Lanternfield: sixty people, none of them real."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from firstline.demo.company import DOMAIN, PLACES, department
from firstline.kit import clock
from firstline.people.models import Person

PASSWORD = "lanternfield"  # noqa: S105 -- a demo's password is no secret

# address, name, city, department, manager's address, flags (vip, admin, en: speaks English where others do not)
PEOPLE = """
lu.heng          陆恒              SH  board      -               vip
gu.yan           顾妍              SH  board      lu.heng         vip
henrik.falk      Henrik Falk       BE  board      lu.heng         vip
qi.lan           祁岚              SH  it         gu.yan
dana             Dana Weiss        BE  it         gu.yan
ada              Ada Okoye         BE  it         dana      admin
bo               文博              SH  it         qi.lan
sun.xiao         孙晓              SH  it         qi.lan
he.jing          何静              SZ  it         qi.lan
tan.yue          谭越              SH  it         qi.lan
jonas.keller     Jonas Keller      BE  it         dana
lena.brandt      Lena Brandt       BE  it         dana
yu.han           于涵              SH  it         qi.lan
peng.fei         彭斐              SZ  it         qi.lan
nadia.haas       Nadia Haas        BE  it         dana
chen             陈锐              SH  it         qi.lan
tobias.lang      Tobias Lang       BE  it         dana
gao.yuan         高原              SH  it         qi.lan
marta.vogel      Marta Vogel       BE  it         dana
zhou.min         周敏              SH  it         qi.lan
han.xue          韩雪              SZ  it         qi.lan
felix.adler      Felix Adler       BE  it         dana
xu.jianming      许建明            SH  it         qi.lan
ingrid.sommer    Ingrid Sommer     BE  it         dana
shen.yun         沈芸              SH  hr         gu.yan
bai.lu           白鹭              SH  hr         shen.yun
shi.lei          石磊              SZ  hr         shen.yun
clara.neumann    Clara Neumann     BE  hr         shen.yun
luo.qiang        罗强              SH  fac        gu.yan
ding.ning        丁宁              SH  fac        luo.qiang
deng.jun         邓钧              SZ  fac        luo.qiang
uwe.fiedler      Uwe Fiedler       BE  fac        luo.qiang
su.jin           苏瑾              SH  law        gu.yan
fang.zheng       方峥              SH  law        su.jin
katrin.blum      Katrin Blum       BE  law        su.jin
zheng.kai        郑凯              SH  fin        gu.yan          vip
qian.yu          钱渝              SH  fin        zheng.kai
yu.huan          余欢              SZ  fin        zheng.kai
petra.lorenz     Petra Lorenz      BE  fin        zheng.kai
he.lan           贺岚              SH  audit      lu.heng
mei              林梅              SH  marketing  tang.wei
tang.wei         唐薇              SH  marketing  gu.yan
jiang.tao        蒋涛              SH  sales      gu.yan
ma.li            马莉              SH  sales      jiang.tao
cao.yang         曹阳              SZ  sales      jiang.tao
fan.xin          范欣              SZ  sales      jiang.tao
liang.jie        梁杰              SH  rd         gu.yan
wei.na           魏娜              SH  rd         liang.jie
pan.hao          潘浩              SZ  rd         liang.jie
ye.qing          叶青              SZ  rd         liang.jie
rao.peng         饶鹏              SZ  plant      gu.yan
xie.fang         谢芳              SZ  plant      rao.peng
cheng.long       程龙飞            SZ  plant      rao.peng
ren.jia          任嘉              SH  supply     gu.yan
kong.ling        孔玲              SH  service    gu.yan
omar.haddad      Omar Haddad       BE  sales      henrik.falk
sofie.lindner    Sofie Lindner     BE  sales      omar.haddad
paul.berger      Paul Berger       BE  marketing  henrik.falk
amira.nasser     Amira Nasser      BE  rd         henrik.falk
lukas.winter     Lukas Winter      BE  rd         amira.nasser
greta.holm       Greta Holm        BE  rd         amira.nasser
emil.sander      Emil Sander       BE  supply     henrik.falk
julia.roth       Julia Roth        BE  service    henrik.falk
niklas.brandt    Niklas Brandt     BE  service    julia.roth
maria.costa      Maria Costa       SH  rd         liang.jie       en
daniel.price     Daniel Price      SZ  plant      rao.peng        en
"""

MONITOR = "monitoring"
"""The person who stands for the monitoring system."""


def make_people() -> dict[str, Person]:
    """Everybody, by the part of the address before the @, and the monitoring bot."""
    secret = make_password(PASSWORD)
    rows = [line.split() for line in PEOPLE.strip().splitlines()]
    made = {row[0]: _person(row, place, secret) for place, row in enumerate(rows, start=10)}
    made[MONITOR] = Person(kind=Person.Kind.BOT, name="Monitoring")
    made[MONITOR].set_unusable_password()
    Person.objects.bulk_create(made.values())
    for row in rows:
        address, manager = row[0], _columns(row)[3]
        made[address].manager = made.get(manager)
    Person.objects.bulk_update(made.values(), ["manager"])
    return made


def _person(row: list[str], number: int, secret: str) -> Person:
    name, place, key, _manager, flags = _columns(row)
    where = PLACES[place]
    return Person(
        name=name,
        account=Person.Account.ADMINISTRATOR,
        email=f"{row[0]}@{DOMAIN}",
        phone=f"{where.phone}{number}",
        language="en" if "en" in flags else where.language,
        zone=where.zone,
        country=where.country,
        city=where.city,
        department=department(key, place),
        vip="vip" in flags,
        admin="admin" in flags,
        password=secret,
        created_at=clock.now() - timedelta(days=400),
    )


def _columns(row: list[str]) -> tuple[str, str, str, str, list[str]]:
    """Name, place, department, manager and flags; a name in Latin letters has two words."""
    at = next(index for index, word in enumerate(row) if word in PLACES)
    return " ".join(row[1:at]), row[at], row[at + 1], row[at + 2], row[at + 3 :]
