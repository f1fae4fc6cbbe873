"""The 35 categories of movable relics of the first national census (国务院第一次全国可移动文物普查, 2012)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

#: as printed on the registration card, with the meaning in the reader's language
CATEGORIES = (
    ("玉石器、宝石", _("Jade, stone and gems")),
    ("陶器", _("Pottery")),
    ("瓷器", _("Porcelain")),
    ("铜器", _("Bronze and copper")),
    ("金银器", _("Gold and silver ware")),
    ("铁器、其他金属器", _("Iron and other metals")),
    ("漆器", _("Lacquer ware")),
    ("雕塑、造像", _("Sculpture and statues")),
    ("石器、石刻、砖瓦", _("Stone tools, carvings, bricks and tiles")),
    ("书法、绘画", _("Calligraphy and painting")),
    ("文具", _("Writing tools")),
    ("甲骨", _("Oracle bones")),
    ("玺印符牌", _("Seals and tallies")),
    ("钱币", _("Coins")),
    ("牙骨角器", _("Ivory, bone and horn")),
    ("竹木雕", _("Bamboo and wood carving")),
    ("家具", _("Furniture")),
    ("珐琅器", _("Enamel")),
    ("织绣", _("Textile and embroidery")),
    ("古籍图书", _("Old books")),
    ("碑帖拓本", _("Rubbings")),
    ("武器", _("Weapons")),
    ("邮品", _("Stamps")),
    ("文件、宣传品", _("Papers and leaflets")),
    ("档案文书", _("Archives")),
    ("名人遗物", _("Belongings of known people")),
    ("玻璃器", _("Glass")),
    ("乐器、法器", _("Music and ritual instruments")),
    ("皮革", _("Leather objects")),
    ("音像制品", _("Sound and picture carriers")),
    ("票据", _("Bills and tickets")),
    ("交通、运输工具", _("Vehicles")),
    ("度量衡器", _("Measures and weights")),
    ("标本、化石", _("Specimens and fossils")),
    ("其他", _("Others")),
)
