"""The data sets of the demonstration: whose they are, their fields and how their invented values are made.

A line of ``columns`` is ``title|kind|maker|marks``; marks: k names the row, r required, s3 sensitivity 3.
``body`` is how the department's code ends; a city without it lends another department.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPANY_RULE = "《企业信息公示暂行条例》"
GENERAL_RULE = "《政务信息资源共享管理暂行办法》第九条"
PERSON_RULE = "《个人信息保护法》第十三条、第三十五条"


@dataclass(frozen=True, slots=True)
class Plan:
    """One data set. ``rows`` at scale 1; ``due``: days from today that the campaign wants it by, None: not owed."""

    key: str
    body: str
    title: str
    category: str
    rows: int
    columns: tuple[str, ...]
    share: str = "unconditional"
    basis: str = ""
    cycle: str = "monthly"
    due: int | None = None
    delivered: int | None = None
    asked_by: str = "approval"


PLANS = (
    Plan(
        "market.companies", "market", "企业登记信息", "base.legal_entities", 4000,
        ("统一社会信用代码|credit_code|code|k", "企业名称|text|company|r", "登记状态|text|of:存续/存续/存续/在业/吊销/注销",
         "住所|text|seat", "行业门类|text|industry", "成立日期|date|day:2001:2025"),
        due=-40, delivered=-45,
    ),
    Plan(
        "market.food_licences", "market", "食品经营许可信息", "theme.food_and_drugs", 1500,
        ("许可证编号|text|seq:JY|k", "经营者名称|text|company|r", "统一社会信用代码|credit_code|code", "经营场所|text|address",
         "主体业态|text|of:食品销售经营者/餐饮服务经营者/单位食堂", "有效期至|date|day:2026:2030"),
        due=-20, delivered=-12,
    ),
    Plan(
        "market.lifts", "market", "电梯使用登记信息", "theme.work_safety", 2200,
        ("设备代码|text|seq:DT|k", "使用单位|text|company|r", "安装地点|text|address", "品种|text|of:曳引驱动乘客电梯/自动扶梯/杂物电梯",
         "下次检验日期|date|day:2026:2027"),
        due=20,
    ),
    Plan(
        "police.persons", "police", "人口基本信息（虚构样例）", "base.population", 300,
        ("公民身份号码|identity|identity|k s4", "姓名|text|person|r s3", "出生日期|date|born|s3", "住址|text|address|s3"),
        share="conditional", basis=PERSON_RULE, cycle="daily", due=-30, delivered=-31, asked_by="civil-affairs",
    ),
    Plan(
        "police.companies", "police", "单位印章备案信息", "theme.credit", 600,
        ("统一社会信用代码|credit_code|code|k", "单位名称|text|company|r", "单位地址|text|seat:older", "备案日期|date|day:2015:2025"),
        share="conditional", basis=GENERAL_RULE, due=-25, delivered=-24,
    ),
    Plan(
        "police.hotels", "police", "旅馆业特种行业许可", "theme.emergencies", 420,
        ("许可证号|text|seq:TX|k", "旅馆名称|text|hotel|r", "地址|text|address", "客房数（个）|integer|int:8:320", "经度|longitude|lon", "纬度|latitude|lat"),
        due=-10,
    ),
    Plan(
        "medical.hospitals", "health", "医疗机构名录", "theme.health", 380,
        ("登记号|text|seq:PDY|k", "机构名称|text|hospital|r", "机构级别|text|of:三级甲等/二级甲等/一级/未定级",
         "床位数（张）|integer|int:0:1800", "地址|text|address", "经度|longitude|lon", "纬度|latitude|lat"),
        due=-35, delivered=-36,
    ),
    Plan(
        "medical.insured", "health", "居民参保登记（虚构样例）", "theme.social_security", 300,
        ("公民身份号码|identity|identity|k s4", "姓名|text|person|r s3", "参保状态|text|of:正常参保/正常参保/暂停参保|s3"),
        share="conditional", basis=PERSON_RULE, due=-5, delivered=-6, asked_by="civil-affairs",
    ),
    Plan(
        "medical.vaccination_sites", "health", "预防接种单位", "theme.health", 210,
        ("编号|text|seq:JZ|k", "单位名称|text|clinic|r", "地址|text|address", "电话|phone|phone"), due=15,
    ),
    Plan(
        "civil.elder_homes", "civil-affairs", "养老机构备案信息", "theme.communities", 160,
        ("备案编号|text|seq:YL|k", "机构名称|text|elder|r", "床位数（张）|integer|int:20:600", "入住人数（人）|integer|int:5:400",
         "地址|text|address", "经度|longitude|lon", "纬度|latitude|lat"),
        due=-28, delivered=-20,
    ),
    Plan(
        "civil.social_organisations", "civil-affairs", "社会组织登记信息", "base.legal_entities", 350,
        ("统一社会信用代码|credit_code|code:51|k", "名称|text|society|r", "类型|text|of:社会团体/民办非企业单位/基金会", "登记日期|date|day:1998:2025"),
        due=-15, delivered=-16,
    ),
    Plan(
        "construction.permits", "construction", "建筑工程施工许可", "theme.construction", 500,
        ("许可证编号|text|seq:SG|k", "工程名称|text|project|r", "建设单位|text|company", "合同价格（万元）|number|num:80:90000",
         "建筑面积（平方米）|number|num:500:180000", "发证日期|date|day:2019:2026"),
        due=-18, delivered=-19,
    ),
    Plan(
        "housing.presales", "housing", "商品房预售许可", "theme.construction", 260,
        ("许可证号|text|seq:YS|k", "项目名称|text|project|r", "开发企业|text|company", "预售面积（平方米）|number|num:2000:90000",
         "批准日期|date|day:2018:2026"),
        due=-8,
    ),
    Plan(
        "environment.stations", "environment", "环境空气监测站点", "theme.environment", 42,
        ("站点编码|text|seq:HB|k", "站点名称|text|station|r", "类别|text|of:国控/省控/市控/乡镇站", "经度|longitude|lon", "纬度|latitude|lat"),
        due=-45, delivered=-47, cycle="yearly",
    ),
    Plan(
        "environment.polluters", "environment", "排污许可信息", "theme.environment", 480,
        ("许可证编号|text|seq:PW|k", "单位名称|text|company|r", "统一社会信用代码|credit_code|code", "管理类别|text|of:重点管理/简化管理",
         "有效期至|date|day:2026:2031"),
        due=-22, delivered=-23,
    ),
    Plan(
        "transport.stops", "transport", "公交站点", "theme.construction", 900,
        ("站点编码|text|seq:GJ|k", "站名|text|stop|r", "经度|longitude|lon|r", "纬度|latitude|lat|r", "线路数（条）|integer|int:1:14"),
        due=-33, delivered=-34,
    ),
    Plan(
        "transport.taxis", "transport", "出租汽车经营许可", "theme.public_services", 700,
        ("道路运输证号|text|seq:YZ|k", "经营者|text|company|r", "车辆类型|text|of:纯电动/天然气/燃油", "发证日期|date|day:2019:2026"), due=10,
    ),
    Plan(
        "planning.places", "planning", "地名地址库", "base.geography", 800,
        ("地点编码|text|seq:DM|k", "名称|text|place|r", "类别|text|of:道路/居住区/学校/公园/桥梁", "经度|longitude|lon|r", "纬度|latitude|lat|r",
         "面积（平方米）|number|num:300:260000"),
        due=-38, delivered=-39, cycle="quarterly",
    ),
    Plan(
        "planning.parcels", "planning", "建设用地批准信息", "theme.construction", 320,
        ("批准文号|text|seq:YD|k", "用地单位|text|company|r", "用途|text|of:住宅/商业/工业/公共管理", "面积（公顷）|number|num:0.2:40", "批准日期|date|day:2015:2026"),
        share="conditional", basis=GENERAL_RULE, due=-3,
    ),
    Plan(
        "approval.licences", "approval", "电子证照目录数据", "base.licences", 1600,
        ("证照编号|text|seq:ZZ|k", "证照名称|text|of:食品经营许可证/营业执照/排污许可证/建筑工程施工许可证/卫生许可证|r", "持证主体代码|credit_code|code",
         "持证主体|text|company", "证照状态|text|of:有效/有效/有效/已注销", "签发日期|date|day:2018:2026", "有效期至|date|day:2026:2031"),
        due=-26, delivered=-27, cycle="daily", asked_by="market",
    ),
    Plan(
        "commerce.figures", "commerce", "经济运行月度指标", "theme.prices", 120,
        ("指标时期|text|figure|k", "指标名称|text|indicator|r", "时期|text|month|r", "数值|number|num:20:5200|r", "计量单位|text|of:亿元"),
        due=-14, delivered=-13,
    ),
    Plan(
        "commerce.markets", "commerce", "农贸市场名录", "theme.food_and_drugs", 190,
        ("编号|text|seq:NM|k", "市场名称|text|market|r", "地址|text|address", "摊位数（个）|integer|int:20:900"), due=25,
    ),
    Plan(
        "emergency.shelters", "emergency", "应急避难场所", "theme.emergencies", 130,
        ("编号|text|seq:BN|k", "名称|text|park|r", "可容纳人数（人）|integer|int:200:30000", "经度|longitude|lon|r", "纬度|latitude|lat|r"),
        due=-29, delivered=-30,
    ),
    Plan(
        "emergency.stores", "emergency", "应急物资储备库", "theme.emergencies", 46,
        ("编号|text|seq:WZ|k", "名称|text|depot|r", "面积（平方米）|number|num:120:6000", "联系电话|phone|phone|s3"),
        share="conditional", basis=GENERAL_RULE, due=-6,
    ),
    Plan(
        "culture.venues", "culture", "公共文化设施", "theme.public_services", 240,
        ("编号|text|seq:WH|k", "名称|text|venue|r", "类别|text|of:图书馆/文化馆/综合文化站/农家书屋", "地址|text|address", "经度|longitude|lon", "纬度|latitude|lat"),
        due=-21, delivered=-10,
    ),
    Plan(
        "green.parks", "parks", "公园绿地名录", "theme.environment", 210,
        ("编号|text|seq:GY|k", "名称|text|park|r", "面积（公顷）|number|num:0.3:120", "建成日期|date|day:1958:2025", "经度|longitude|lon", "纬度|latitude|lat"),
        due=-16, delivered=-17,
    ),
)  # fmt: skip

#: base database, field, data set, its column's title, authoritative?
AUTHORITIES = (
    ("legal_entities", "name", "market.companies", "企业名称", True),
    ("legal_entities", "status", "market.companies", "登记状态", True),
    ("legal_entities", "address", "market.companies", "住所", True),
    ("legal_entities", "industry", "market.companies", "行业门类", True),
    ("legal_entities", "registered_on", "market.companies", "成立日期", True),
    ("legal_entities", "address", "police.companies", "单位地址", False),
    ("population", "name", "police.persons", "姓名", True),
    ("population", "birth_date", "police.persons", "出生日期", True),
    ("population", "address", "police.persons", "住址", True),
    ("population", "insurance", "medical.insured", "参保状态", True),
    ("geography", "name", "planning.places", "名称", True),
    ("geography", "kind", "planning.places", "类别", True),
    ("geography", "lon", "planning.places", "经度", True),
    ("geography", "lat", "planning.places", "纬度", True),
    ("geography", "area_m2", "planning.places", "面积", True),
    ("licences", "title", "approval.licences", "证照名称", True),
    ("licences", "holder_code", "approval.licences", "持证主体代码", True),
    ("licences", "holder_name", "approval.licences", "持证主体", True),
    ("licences", "status", "approval.licences", "证照状态", True),
    ("licences", "issued_on", "approval.licences", "签发日期", True),
    ("licences", "expires_on", "approval.licences", "有效期至", True),
    ("economy", "indicator", "commerce.figures", "指标名称", True),
    ("economy", "period", "commerce.figures", "时期", True),
    ("economy", "value", "commerce.figures", "数值", True),
    ("economy", "unit", "commerce.figures", "计量单位", True),
)
