"""In which charset bytes without a usable label were written: each that may be is tried, and its text is judged.

What a text looks like is told by what people write most: frequent characters count for a charset, rare ones and signs
in the middle of words against it.
"""

import re
import unicodedata
from functools import lru_cache

SAMPLE = 4_000
"""So many bytes are judged, from 40 before the first that is not ASCII."""

_HIGH = re.compile(rb"[\x80-\xff]")
_FREQUENT = frozenset(
    # Chinese, simplified and traditional
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却加电主界门利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字场平报友关放至张认接告入笑内英军候民岁往何度山觉路带万男边风解叫任金快原吃妈变通师立象数四失满战远格士音轻目条呢病始达深完今提求清王化空业思切怎非找片罗钱吗语元喜曾离飞科言干流欢约各即指合反题必该论交终林请医晚制球决传画保读运及则房早院量苦火布品近坐产答星精视五连司巴奇管类未朋且婚台夜青北队久乎越观落尽形影红爸百令周吧识步希亚术留市半热送兴造谈容极随演收首根讲整式取照办强石古华诶拿计您装似足双妻尼转诉米称丽客南领节衣站黑刻统断福城故历惊脸选包紧争另建维绝树系伤示愿持千史谁准联妇纪基买志静阿诗独复痛消社算义竟确酒需单治卡幸兰念举仅钟怕共毛句息功官待究跟穿室易游程号居考突皮哪费倒价图具刚脑永歌响商礼细专黄块脚味灵改据般破引食仍存众注笔甚某沉血备习校默务土微娘须试怀料调广蜖苏显赛查密议底列富梦错座参八除跑亮假印设线温虽掉京初养香停际致阳纸李纳验助激够严证帝饭忘趣支春集丈木研班普导顿睡展跳获艺六波察群皇段急庭创区奥器谢弟店否害草排背止组州朝封睛板角况曲馆育忙质河续哥呼若推境遇雨标姐充围案伦护冷警贝著雪索剧啊船险烟依斗值帮汉慢佛肯闻唱沙局伯族低玩资屋击速顾泪洲团圣旁堂兵七露园牛哭旅街劳型烈姑陈莫鱼异抱宝权鲁简态级票怪寻杀律胜份汽右洋范床舞秘午登楼贵吸责例追较职属渐左录丝牙党继托赶章智冲叶胡吉卖坚喝肉遗救修松临藏担戏善卫药悲敢靠伊村戴词森耳差短祖云规窗散迷油旧适乡架恩投弹铁博雷府压超负勒杂醒洗采毫嘴毕九冰既状乱景席珍童顶派素脱农疑练野按犯拍征坏骨余承置彩灯巨琴免环姆暗换技翻束增忍餐洛塞缺忆判欧层付阵玛批岛项狗休懂武革良恶恋委拥娜妙探呀营退摇弄桌熟诺宣银势奖宫忽套康供优课鸟喊降夏困刘罪亡鞋健模败伴守挥鲜财孤枪禁恐伙杰迹妹藉遍盖副坦牌江顺秋萨菜划授归浪凡预奶雄升编典袋莱含盛济蒙棋端腿招释介烧误乾坤屏幕键盘鼠录邮箱账户登陆网络服务器下载安装软件硬盘密码连接版本文档表格打印共享权限"
    "這個們來時為說國學麼還從對開無後過會發當沒樣動經長兒愛給間兩親進話與見問點幾機電車實聲氣別書業東門馬風飛語請謝讓認識應該關報頭錢難題樂總聽讀寫號碼處單線據網絡檔案帳戶印表壞螢幕協助軟體連結無法資訊"
    # Japanese
    "のにはをたがでてとしれさいるあなこもらりすまきくんうかだどけめよえおせやわそみべちつびじげごろばぶずふほ"
    "ンイルストアラリクドタマシテメーコロレッジムプサカフナオキウチィュョャパボビバグブダデポニネノハヒヘホミモヤユヨワ印刷動作確認願致画面使"
    # Korean
    "이다는에가을를은의하고지도로서기어사리나아인자한시정것만해일그대수있요보들게과라여스주면부으니적까오전제상세습합안무성장소구원신저문용마내당없던동경관회우진습네요야했였프린터비밀번호컴퓨"
    # Punctuation of all of these
    "，。、！？：；（）「」『』《》【】“”…—・～　"
)
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфіїє")
_GREEK = frozenset("αοιετνηρσπκμςλυάίέόήγώωδχθφβξζύψ")
_HEBREW = frozenset("יוהלאתרבמשנםעחדפקגכטסןזךףצץ")
_ARABIC = frozenset("اليمونرتبةعدسفهكقحجشطصخذىضزثءأإغظؤئ")
_THAI = frozenset("านรอกเงมยลวดทสตะปบคหแจพชขใไโผถ่้ี็ัิุูื์")
_WESTERN = frozenset("äöüßÄÖÜéèêàâçîïôûùëñáíóúåøæœãõ¿¡«»€–—„“”‘’…°§")
_CENTRAL = frozenset("áéíóúýčďěňřšťůžąćęłńśźżőűăâîșțşţäöüßđ")
_TURKISH = frozenset("ığşçöüİĞŞÇÖÜâ")

_MULTI = ("gb18030", "cp950", "cp932", "cp949", "euc_jp")
# A codec for letters of one byte, what its language writes most, and whether its words hold ASCII letters as well.
_SINGLE: dict[str, tuple[frozenset[str], bool]] = {
    "cp1252": (_WESTERN, True),
    "cp1250": (_CENTRAL, True),
    "cp1254": (_TURKISH, True),
    "cp1251": (_CYRILLIC, False),
    "koi8_r": (_CYRILLIC, False),
    "cp866": (_CYRILLIC, False),
    "cp1253": (_GREEK, False),
    "cp1255": (_HEBREW, False),
    "cp1256": (_ARABIC, False),
    "cp874": (_THAI, False),
    "mac_roman": (_WESTERN, True),
    "cp437": (_WESTERN, True),
}
# Relatives of these, which are named by labels but never guessed.
_RELATIVES = {
    **{
        "latin-1": "cp1252",
        "iso8859_15": "cp1252",
        "iso8859_2": "cp1250",
        "iso8859_16": "cp1250",
        "iso8859_5": "cp1251",
    },
    **{"koi8_u": "koi8_r", "iso8859_7": "cp1253", "iso8859_8": "cp1255", "iso8859_6": "cp1256", "iso8859_9": "cp1254"},
}
_ANY = _CYRILLIC | _GREEK | _HEBREW | _ARABIC | _THAI | _WESTERN | _CENTRAL | _TURKISH
# Between equals: what is usual where this desk stands, and in letters at all.
_PRIOR = {
    "gb18030": 0.25,
    "cp1252": 0.35,
    "cp950": 0.05,
    "cp1251": 0.1,
    "koi8_r": 0.08,
    "cp1254": -0.1,
    "mac_roman": -0.1,
}
_NEVER = -6.0
_NONE = frozenset({"Co", "Cn", "Cc"})
"""Categories of what nobody writes: for private use, without meaning, and controls."""


def guess(data: bytes) -> str:
    """The codec that these bytes look like; they are not UTF-8."""
    return _guessed(_sample(data))


def likeliness(data: bytes, codec: str) -> float:
    """How much the bytes look like a text in this charset, from -6 to about 2; ASCII alone is 0."""
    return _likeliness(_sample(data), codec)


def _sample(data: bytes) -> bytes:
    first = _HIGH.search(data)
    start = max(0, first.start() - 40) if first else 0
    return data[start : start + SAMPLE]


@lru_cache(maxsize=64)
def _guessed(sample: bytes) -> str:
    return max((*_MULTI, *_SINGLE), key=lambda codec: _likeliness(sample, codec) + _PRIOR.get(codec, 0.0))


def _likeliness(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, "replace")
    if len(sample) == SAMPLE and text.endswith("\ufffd"):  # the sample may end within a character
        text = text[:-1]
    strange = [at for at, char in enumerate(text) if char > "\x7f"]
    if not strange:
        return 0.0
    if codec == "utf-8":
        total = sum(_in_unicode(text[at]) for at in strange)
    elif (kind := _RELATIVES.get(codec, codec)) in _SINGLE:
        frequent, mixed = _SINGLE[kind]
        total = sum(_in_words(text, at, frequent, mixed) for at in strange)
    else:
        total = sum(_in_script(text, at, codec) for at in strange)
    return total / len(strange)


def _is_none(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) in _NONE


def _in_unicode(char: str) -> float:
    if _is_none(char):
        return _NEVER
    if char in _FREQUENT:
        return 2.0
    return 1.0 if char.lower() in _ANY or char > "\u2000" else 0.0


def _in_script(text: str, at: int, codec: str) -> float:
    """How usual one character of a charset of several bytes is where it stands."""
    char = text[at]
    if _is_none(char):
        return _NEVER
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    if around.isascii() and any(each.islower() for each in around):
        # Alone within a word of plain letters.
        return -2.0
    if "\uff61" <= char <= "\uff9f":
        return -0.5
    if "\u3040" <= char <= "\u30ff":
        return (2.0 if char in _FREQUENT else 1.0) if codec in ("cp932", "euc_jp") else -0.5
    if char in _FREQUENT:
        return 2.0
    if not char.isalpha():
        return 0.2 if unicodedata.east_asian_width(char) in "WF" else -1.0
    return _rank(char, codec)


@lru_cache(maxsize=20_000)
def _rank(char: str, codec: str) -> float:
    """What its place in the charset says: the first half of each table holds what is written often."""
    try:
        code = char.encode(codec)
    except UnicodeError:  # iso2022_kr lets single bytes through that it does not write
        return -1.0
    if len(code) != 2:
        return -1.5
    if codec == "cp950":
        return 0.6 if 0xA4 <= code[0] <= 0xC6 else -0.6
    if codec == "cp932":
        return 0.6 if 0x88 <= code[0] <= 0x98 else -0.6
    if codec == "cp949":
        return 0.6 if 0xB0 <= code[0] <= 0xC8 and code[1] >= 0xA1 else -1.0
    if code[1] < 0xA1 or code[0] < 0xA1:
        return -1.5
    return 0.6 if 0xB0 <= code[0] <= 0xD7 else -0.6


def _in_words(text: str, at: int, frequent: frozenset[str], mixed: bool) -> float:
    """How usual one character of a charset of single bytes is where it stands."""
    char = text[at]
    if _is_none(char):
        return _NEVER
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if not char.isalpha():
        if unicodedata.category(char) == "Mn" and not mixed:
            return 1.0 if char in frequent else 0.0
        within = before.isalpha() and after.isalpha() and char not in "’'·"
        return -1.5 if within else 0.5 if char in frequent or char in "«»“”„‘’…–—·№° \xa0" else -0.6
    usual = 1.0 if char.lower() in frequent else -0.5
    if before.islower() and char.isupper():
        return -1.5
    if char.isupper() and after.isupper():
        usual -= 0.3
    if mixed:
        # Accented letters stand among plain ones.
        return usual if _is_latin(before) or _is_latin(after) or len(text) < 3 else usual - 1.2
    if _is_latin(before) or _is_latin(after):
        return -1.5
    return usual + (0.3 if before.isalpha() or after.isalpha() else -1.5)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()
