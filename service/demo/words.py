"""Chinese names for invented people, companies and branches. Any likeness is chance."""

from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙"
)
GIVEN_ONE = "伟敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂辉鹏华红波琳宁斌燕峰颖雪萍健云宏凯琪欣雯哲昊睿婷璐"
GIVEN_TWO = (
    "建国志强晓明文博海燕秀英玉兰春梅立新国栋思远佳怡子涵雨桐浩然欣怡俊杰梦洁雅琴振华永康德胜惠民嘉诚若曦天宇淑芬"
)
PLACES = ("江北", "滨江", "云溪", "长岭", "青浦", "汇川", "东湖", "龙泉", "白鹭", "松江", "临港", "盛泽")
BRANDS = "华瑞恒通博远金诚鼎盛天一新宇瑞丰宏达嘉禾远航中泰万和信达同创启明安泰德润百川永兴"
TRADES = (
    *("机械制造", "电子科技", "纺织", "食品", "物流", "建材", "医药", "化工", "农业发展"),
    *("商贸", "能源", "环保科技", "汽车零部件", "信息技术", "包装", "水产"),
)
FUNDS = ("证券", "财务", "信托", "基金管理")


def person_name(chance: Random) -> str:
    """A surname and one or two characters."""
    if chance.randrange(3):
        return chance.choice(SURNAMES) + _pair(GIVEN_TWO, chance)
    return chance.choice(SURNAMES) + chance.choice(GIVEN_ONE)


def company_name(chance: Random) -> str:
    """Place, brand, trade and legal form."""
    form = "股份有限公司" if chance.randrange(8) == 0 else "有限公司"
    return chance.choice(PLACES) + _pair(BRANDS, chance) + chance.choice(TRADES) + form


def institution_name(chance: Random) -> str:
    """A financial institution that keeps money with the bank."""
    return chance.choice(PLACES) + _pair(BRANDS, chance) + chance.choice(FUNDS) + "有限公司"


def _pair(characters: str, chance: Random) -> str:
    """One of the two-character words the text is made of."""
    start = 2 * chance.randrange(len(characters) // 2)
    return characters[start : start + 2]
