"""The trees of the demonstration banks."""

from dataclasses import dataclass

HEAD, TIER_1, SUB = "head_office", "tier_1", "sub_branch"


@dataclass(frozen=True)
class BranchPlan:
    """A node of the tree with the number of managers who sit there."""

    branch: str
    parent: str | None
    kind: str
    name: str
    name_zh: str
    managers: int


_NORTH = (
    ("B00", HEAD, "Head Office", "总行", 1),
    ("B01", TIER_1, "City Branch", "城区分行", 2),
    ("B0101", SUB, "East Gate Sub-branch", "东门支行", 4),
    ("B0102", SUB, "University Sub-branch", "大学城支行", 3),
    ("B0103", SUB, "Lakeside Sub-branch", "东湖支行", 3),
    ("B0104", SUB, "Drum Tower Sub-branch", "鼓楼支行", 2),
    ("B0105", SUB, "People's Road Sub-branch", "人民路支行", 2),
    ("B0106", SUB, "South Gate Sub-branch", "南门支行", 2),
    ("B0107", SUB, "Station Sub-branch", "火车站支行", 2),
    ("B02", TIER_1, "Riverfront Branch", "滨江分行", 2),
    ("B0201", SUB, "Harbour Road Sub-branch", "临港路支行", 2),
    ("B0202", SUB, "Bund Sub-branch", "外滩支行", 2),
    ("B0203", SUB, "Old Town Sub-branch", "老城支行", 3),
    ("B0204", SUB, "Financial Street Sub-branch", "金融街支行", 2),
    ("B0205", SUB, "Willow Bank Sub-branch", "柳岸支行", 2),
    ("B0206", SUB, "Ferry Sub-branch", "渡口支行", 2),
    ("B03", TIER_1, "Development Zone Branch", "开发区分行", 2),
    ("B0301", SUB, "Science Park Sub-branch", "科技园支行", 2),
    ("B0302", SUB, "Logistics Park Sub-branch", "物流园支行", 2),
    ("B0303", SUB, "Industrial Park Sub-branch", "工业园支行", 2),
    ("B0304", SUB, "New Town Sub-branch", "新城支行", 2),
    ("B0305", SUB, "Airport Sub-branch", "空港支行", 2),
    ("B0306", SUB, "Software Valley Sub-branch", "软件谷支行", 2),
    ("B04", TIER_1, "County Branch", "县域分行", 2),
    ("B0401", SUB, "Cloud Brook Sub-branch", "云溪支行", 2),
    ("B0402", SUB, "Long Ridge Sub-branch", "长岭支行", 2),
    ("B0403", SUB, "Dragon Spring Sub-branch", "龙泉支行", 2),
    ("B0404", SUB, "Egret Sub-branch", "白鹭支行", 2),
    ("B0405", SUB, "Tea Hill Sub-branch", "茶山支行", 2),
    ("B0406", SUB, "Stone Bridge Sub-branch", "石桥支行", 2),
)
_HARBOUR = (
    ("H0", HEAD, "Head Office", "总行", 1),
    ("H1", SUB, "Fishing Port Sub-branch", "渔港支行", 4),
    ("H2", SUB, "Market Street Sub-branch", "集市街支行", 4),
    ("H3", SUB, "Salt Field Sub-branch", "盐田支行", 3),
)


def _parent(branch: str, kind: str, head: str) -> str | None:
    if kind == HEAD:
        return None
    return branch[:3] if len(branch) == 5 else head


def _tree(rows: tuple[tuple[str, str, str, str, int], ...]) -> tuple[BranchPlan, ...]:
    head = rows[0][0]
    return tuple(BranchPlan(code, _parent(code, kind, head), kind, *words) for code, kind, *words in rows)  # type: ignore[arg-type]


NORTH_BRANCHES = _tree(_NORTH)
HARBOUR_BRANCHES = _tree(_HARBOUR)
