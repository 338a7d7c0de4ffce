"""What distinguishes one copy from the next: people's names and words; some are rare enough to look for."""

from random import Random

RARE = {
    "en": "zeppelin marmalade accordion flamingo sarsaparilla".split(),
    "zh-hans": "琥珀 麒麟 鹧鸪 珊瑚 枇杷".split(),
}
"""Each occurs in about a hundred tickets, however many there are; the Chinese ones in the middle of a sentence."""
RARE_TICKETS = 100

_SYLLABLES = "ka lo mi ter van su po re ni dal gor ve bu si tan mel ra ho qui fen".split()
_HAN = (
    "主板屏幕键盘鼠标电源网卡硬盘显示接口线缆散热风扇内存驱动程序终端模块"
    "阀门轴承机架柜台图纸标签单据合同账期凭证税率额度仓位工位门禁车位餐卡"
)
_FAMILY = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"
_FIRST = "Anna Ben Clara David Eva Finn Greta Hugo Ida Jonas Karla Leo Mara Nils Olga Paul Ronja Sven Tilda Uwe".split()
_LAST = (
    "Adler Becker Dietz Ebert Fuchs Graf Hahn Jung Keller Lang Maier Noll Otto Pohl Roth Seidel Thoma Ulrich".split()
)


def common(language: str, count: int) -> list[str]:
    """So many ordinary words of a language."""
    if language == "en":
        pairs = ((a, b, c) for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES)
        return ["".join(parts) for parts, _place in zip(pairs, range(count), strict=False)]
    return [a + b for a in _HAN for b in _HAN if a != b][:count]


def names(language: str, count: int) -> list[str]:
    """So many people's names."""
    rng = Random(7)
    if language == "en":
        return [f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" for _place in range(count)]
    return [rng.choice(_FAMILY) + rng.choice(_GIVEN) + rng.choice(_GIVEN) for _place in range(count)]
