"""The catalogue of checks: code, level, rule, message template and what to do, in the order of display.

``error`` findings stop a build, ``warning`` findings are what a reviewer should look at, ``info`` findings
tell a reader how far to trust a figure. Messages are Chinese, for the people who read the map. The ``REF``
checks look at the reference data; their messages are made in :mod:`app.places.reference_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.atlas.model import Finding, FindingLevel
from app.language import mark


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the catalogue; ``message`` is a template whose fields the check fills in."""

    code: str
    level: FindingLevel
    title: str
    rule: str
    message: str
    cure: str


_ERROR, _WARNING, _INFO = FindingLevel.ERROR, FindingLevel.WARNING, FindingLevel.INFO
_REFERENCE_CURE = mark("用 flask --app app geodata refresh 重新导出，或从版本库恢复。")

_ROWS = (
    Check(
        "S01",
        _WARNING,
        mark("面积不符"),
        mark("计算面积与文本所述面积相差超过10%"),
        "文本所述面积{stated:g}平方公里，计算面积{computed:.3g}平方公里，相差{off:+.0%}。",
        mark("核对边界的读法与参考道路；不得为凑数而变形。"),
    ),
    Check(
        "S02",
        _WARNING,
        mark("长度不符"),
        mark("计算长度与文本所述长度相差超过10%"),
        "文本所述长度{stated:g}公里，计算长度{computed:.3g}公里，相差{off:+.0%}。",
        mark("核对起止点的读法与参考道路；不得为凑数而变形。"),
    ),
    Check(
        "S03",
        _INFO,
        mark("面积非独立"),
        mark("宽度由文本所述面积推得，面积相符不构成独立验证"),
        "宽度由文本所述面积{stated:g}平方公里除以长度得出。",
        mark("取得规划图后以图上边界替换。"),
    ),
    Check(
        "R01",
        _ERROR,
        mark("既未落图也未登记"),
        mark("每个要素要么有几何，要么以“未落图”登记并写明原因"),
        "没有可用的几何，也没有写明未落图的原因。",
        mark("在图层文件里写明定位方法，或写 method: unlocated 与 reason。"),
    ),
    Check(
        "A01",
        _INFO,
        mark("官方几何与推算"),
        mark("官方几何替换了本图集推算的几何，两者相差多少"),
        "官方几何与原先推算的（{method}）平均相差{off:.0f}米{overlap}。",
        mark("以官方几何为准；原先的几何与依据仍可查。"),
    ),
    Check(
        "A02",
        _WARNING,
        mark("推算超出所述误差"),
        mark("本图集推算的几何与官方几何之差，超出推算时所述的误差"),
        "与官方几何平均相差{off:.0f}米，超出原先所述的{tolerance:.0f}米。",
        mark("查对推算的读法：同类要素的误差可能也估小了。"),
    ),
    Check(
        "L01",
        _WARNING,
        mark("越出本区"),
        mark("要素一半以上位于规划所属行政区之外（穿区的道路、轨道、河流除外）"),
        "只有{share:.0%}位于{district}内。",
        mark("核对是否为同名异地，或在说明中写明其跨区。"),
    ),
    Check(
        "L02",
        _WARNING,
        mark("成员在结构之外"),
        mark("要素一半以上位于其所属结构之外"),
        "文本将其置于“{parent}”内，图上只有{share:.0%}在内（相距{apart:.0f}米）。",
        mark("核对成员或结构的定位。"),
    ),
    Check(
        "L03",
        _WARNING,
        mark("几何重复"),
        mark("同一图层两个要素的几何完全相同"),
        "与“{other}”的几何完全相同。",
        mark("若为同一处请合并，否则分别定位。"),
    ),
    Check(
        "L04",
        _INFO,
        mark("误差大于要素"),
        mark("定位误差大于与要素等面积的圆的半径"),
        "定位误差约{tolerance:.0f}米，大于要素的等面积半径{radius:.0f}米。",
        mark("仅可作示意，不可量算。"),
    ),
    Check(
        "L05",
        _INFO,
        mark("落图存疑"),
        mark("定位过程给出的疑点，如道路缺口过大、配得同名多处"),
        "{doubt}",
        mark("取得权威边界或更密的参考数据后复核。"),
    ),
    Check(
        "L06",
        _WARNING,
        mark("超出参考范围"),
        mark("要素有一部分位于参考数据的范围之外"),
        "有一部分在参考数据范围（东经{west}—{east}度、北纬{south}—{north}度）之外。",
        mark("核对是否配到了外地的同名地物；线路可用 within 截到本区。"),
    ),
    Check(
        "N01",
        _WARNING,
        mark("无摘录"),
        mark("名称在文本中只作为更长名称的一部分出现，没有独立摘录"),
        "未找到单独提及“{name}”的句子。",
        mark("核对名称、别名与排除名称。"),
    ),
    Check(
        "N02",
        _WARNING,
        mark("同名多指"),
        mark("同一处文字同时链接到两个互不统属的要素（并列的简称除外）"),
        "同一处文字也链接到{others}。",
        mark("用 near / sections 条件区分同名。"),
    ),
    Check(
        "N03",
        _INFO,
        mark("编者判断"),
        mark("名称归并或位置含编者判断，文本未明言"),
        "{judgement}",
        mark("以文本或主管部门资料证实。"),
    ),
    Check(
        "N04",
        _WARNING,
        mark("同名多处"),
        mark("参考数据中同名地物不止一处，文本不足以选定，因而未落图"),
        "参考数据中与“{name}”相配的不止一处，未选其一。",
        mark("补充能区分的地名（道路、街道、相邻地物）后用 closest_to 选定。"),
    ),
    Check(
        "N05",
        _INFO,
        mark("写法不一"),
        mark(
            "同区同类的名称只差一个字，或同一楼名后缀不同，未在一处并列，落图位置也不相矛盾（道路、轨道、街镇除外）"
        ),
        "“{own}”与{others}写法相近，可能是同一处。",
        mark("查证是否同一处；是则互列为别名并标为编者判断，不是则在说明中写明。"),
    ),
    Check(
        "N06",
        _INFO,
        mark("沿革含编者判断"),
        mark("两份规划所说是否同一处、如何相接，由编者判断，文本未明言"),
        "{kind}：“{before}”{after}。{note}",
        mark("以文本或主管部门资料证实。"),
    ),
    Check(
        "T01",
        _INFO,
        mark("数值存疑"),
        mark("目标或指标的数值所在原文疑有缺字"),
        "{where}：{doubt}。",
        mark("查对原件；此处保留原文。"),
    ),
    Check(
        "T02",
        _ERROR,
        mark("数值无出处"),
        mark("目标数值未出现在其摘录中"),
        "“{raw}”未出现在“{text}”中。",
        mark("核对目标抽取。"),
    ),
    Check(
        "T03",
        _WARNING,
        mark("表文不一"),
        mark("指标表与正文对同一指标的说法不一致"),
        "{where}：表中为“{cell}”，正文为“{quote}”。{note}",
        mark("以原件或统计公报核对；两处原文均保留。"),
    ),
    Check(
        "T04",
        _INFO,
        mark("原文数字残缺"),
        mark("要素名称里、名称之后，或规划别处，有疑缺标点、单位或符号的数字"),
        "原文“{context}”中的“{raw}”：{doubt}。",
        mark("查对原件；此处保留原文，不据以落图。"),
    ),
    Check(
        "T05",
        _WARNING,
        mark("部分大于总体"),
        mark("同一句里“其中”之后的数，不应大于其前的总数"),
        "{where}中，其中的“{part}”大于“{whole}”。",
        mark("查对原件；两处原文均保留。"),
    ),
    Check(
        "T06",
        _INFO,
        mark("年度数与总数"),
        mark("编者对照的年度目标乘以年数，与规划期总数相差超过2%"),
        "“{annual}”按{years}年计为{product}，规划为“{total}”，相差{off:+.0%}。{note}",
        mark("年度数可以逐年变动，也可能口径不同：核对后来各年的计划，不得据此推算。"),
    ),
    Check(
        "T07",
        _WARNING,
        mark("增速与水平不合"),
        mark("年均增速按年数复利计算，与规划所定的水平或倍数相差超过2%"),
        "“{growth}”{years}年后为{product}，规划为“{level}”。",
        mark("查对原件：增速、基数与水平是否同一口径。"),
    ),
    Check(
        "T08",
        _WARNING,
        mark("面积单位疑误"),
        mark("对同一处所述的两个面积，恰差亩、公顷、平方公里、平方米之间的倍数"),
        "既写“{one}”，又写“{other}”，相差{ratio:g}倍。",
        mark("查对原件；两处原文均保留。"),
    ),
    Check(
        "T09",
        _INFO,
        mark("目标不及基期"),
        mark("指标表中目标值不及基期值（失业率、浓度、死亡率、事故以低为好）"),
        "{where}：基期为{base}，目标为{target}。",
        mark("或为留有余地，或为口径变动：查对原件与统计口径。"),
    ),
    Check(
        "T10",
        _INFO,
        mark("上期目标未达到"),
        mark("编者对照：后来的规划或计划报告的结果不及先前规划的目标"),
        "目标“{target}”中的“{raw}”（{year}年），后来报告“{result}”。{note}",
        mark("见“目标与结果”页两边的原句；口径以原件为准。"),
    ),
    Check(
        "P01",
        _ERROR,
        mark("摘录不符"),
        mark("摘录与规划文本该位置的文字不一致"),
        "摘录{passage}与文本不一致。",
        mark("重新生成图集。"),
    ),
    Check("REF-COUNT", _ERROR, mark("参考数据条数"), mark("提取文件的条数与其记录一致"), "", _REFERENCE_CURE),
    Check("REF-BOX", _ERROR, mark("参考数据范围"), mark("参考点都在所述范围内"), "", _REFERENCE_CURE),
    Check("REF-DUPLICATE", _ERROR, mark("参考数据重复"), mark("同名点不在几米之内重复"), "", _REFERENCE_CURE),
    Check("REF-CONTROL", _ERROR, mark("控制点"), mark("天津站在其已知的 WGS84 位置上"), "", _REFERENCE_CURE),
    Check("REF-DATUM", _ERROR, mark("坐标系"), mark("两个来源的同名建筑位置一致"), "", _REFERENCE_CURE),
    Check("REF-COAST", _ERROR, mark("海岸线"), mark("陆地有效，海岸线取自其边缘"), "", _REFERENCE_CURE),
)

CATALOGUE: Mapping[str, Check] = {check.code: check for check in _ROWS}


def finding(code: str, *, feature: str | None = None, plan: str | None = None, **values: Any) -> Finding:
    """Make a finding of a check of the catalogue; ``values`` fill in the fields of its message."""
    check = CATALOGUE[code]
    return Finding(code, check.level, check.message.format(**values), check.cure, feature, plan)
