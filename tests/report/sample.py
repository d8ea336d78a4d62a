"""A small, realistic review to print: the stage folder that the runner would make.

Everything is drawn and written here, so the tests need no run, no notebook and no network.
"""

from __future__ import annotations

import json
import shutil
import string
import struct
import zlib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from analysis.report.palette import write_palette

REPORTS = Path(__file__).resolve().parents[2] / "reports"
FONTS = ("NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf")
_QUOTED = {ord(sign): f"\\{sign}" for sign in string.punctuation}

LABELS = {
    "en": ["Champions", "Loyal", "Promising", "At risk", "Lapsed"],
    "zh": ["重要价值客户", "重要保持客户", "潜力客户", "流失预警", "已流失"],
}
SEGMENTS = [
    (212, "9.0%", "¥8,214,300", "38.4%"),
    (486, "20.6%", "¥6,402,150", "29.9%"),
    (391, "16.6%", "¥3,118,420", "14.6%"),
    (655, "27.8%", "¥2,760,900", "12.9%"),
    (613, "26.0%", "-¥12,480", "-0.1%"),
]


def escape(text: str) -> str:
    """Return Markdown that shows ``text`` as it is: every punctuation mark is quoted.

    Quarto finds shortcodes even in quoted text, and stumbles over the end of one alone, so a word
    joiner, which nobody sees, stands in both.
    """
    broken = text.replace("{{<", "{{\u2060<").replace(">}}", ">\u2060}}")
    return broken.translate(_QUOTED)


@dataclass
class Sample:
    """What a stage is made of; a test changes the part that it is about."""

    language: str = "en"
    document: str | None = None
    review: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def write(self, stage: Path) -> str:
        """Write the stage folder and return the name of its document."""
        for folder in ("fonts", "figures", "tables"):
            (stage / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(REPORTS / "_quarto.yml", stage)
        shutil.copytree(REPORTS / "theme", stage / "theme", dirs_exist_ok=True)
        for font in FONTS:
            source = files("pylopdf_fonts_zh_cn") / font
            (stage / "fonts" / font).symlink_to(str(source))
        labels = LABELS[self.language]
        (stage / "figures/segments.svg").write_text(bar_chart(labels), encoding="utf-8")
        (stage / "figures/segments.png").write_bytes(png())
        tables = {"segments": segment_table(self.language), **self.tables}
        for name, text in tables.items():
            (stage / f"tables/{name}.md").write_text(text, encoding="utf-8")
        _write_json(stage / "_review.yml", REVIEW[self.language] | self.review)
        _write_json(stage / "_variables.yml", VARIABLES | self.variables)
        write_palette(stage)
        (stage / f"slides.{self.language}.qmd").write_text(SLIDES[self.language], encoding="utf-8")
        name = f"review.{self.language}.qmd"
        text = self.document if self.document is not None else DOCUMENT[self.language]
        (stage / name).write_text(text, encoding="utf-8")
        return name


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def segment_table(language: str) -> str:
    """Return the segments as a Markdown pipe table."""
    heads = {
        "en": "Segment | Customers | Share | Revenue | Share of revenue",
        "zh": "客户分层 | 客户数 | 占比 | 收入 | 收入占比",
    }
    lines = [f"| {heads[language]} |", "|:---|---:|---:|---:|---:|"]
    for label, (count, share, revenue, part) in zip(LABELS[language], SEGMENTS, strict=True):
        cells = [label, str(count), share, revenue, part]
        lines.append("| " + " | ".join(escape(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def bar_chart(labels: list[str]) -> str:
    """Return a bar chart of the segments as SVG."""
    bars = []
    for row, (label, (count, *_)) in enumerate(zip(labels, SEGMENTS, strict=True)):
        top = 14 + 34 * row
        bars.append(
            f'<text x="118" y="{top + 15}" text-anchor="end">{label}</text>'
            f'<rect x="128" y="{top}" width="{count * 0.6:.0f}" height="22" fill="#14586b"/>'
            f'<text x="{134 + count * 0.6:.0f}" y="{top + 15}">{count}</text>'
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="190" viewBox="0 0 600 190"'
        ' font-family="Noto Sans SC, Microsoft YaHei, sans-serif" font-size="13" fill="#10222e">'
        + "".join(bars)
        + "</svg>"
    )


def png(width: int = 24, height: int = 12) -> bytes:
    """Return a plain teal PNG."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = (b"\0" + b"\x14\x58\x6b" * width) * height
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


REVIEW: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Customer Review",
        "subtitle": "Who our customers are, what they are worth, and what we do next",
        "company": "Harbour & Vale Trading",
        "quarter": "Q3 2025",
        "as_of": "30 September 2025",
        "confidentiality": "Internal",
        "lang": "en",
        "has": {"surveys": False, "value": True},
        "run_id": "demo-20250930",
    },
    "zh": {
        "title": "季度客户盘点",
        "subtitle": "客户是谁、价值几何、下一步做什么",
        "company": "海谷贸易有限公司",
        "quarter": "2025 年第三季度",
        "as_of": "2025年9月30日",
        "confidentiality": "内部资料",
        "lang": "zh-Hans",
        "has": {"surveys": False, "value": True},
        "run_id": "demo-20250930",
    },
}

VARIABLES: dict[str, Any] = {
    "customers": {"total": "2,357", "active": "1,089", "active_share": "46\\.2%"},
    "revenue": {"quarter": "¥20\\.48m", "change": "\\+3\\.1%"},
    "retention": {"rate": "61\\.4%", "interval": "59\\.2–63\\.6%"},
    "value": {"clv_12m": "¥18\\.9m", "at_risk": "¥2\\.76m", "orders": "3\\.2"},
    "top10": {"share": "17\\.8%"},
    "overdue": {"amount": "¥1\\.12m"},
}

DOCUMENT = {
    "en": """---
lang: en
---

# At a glance {#sec-glance .unnumbered}

::: {.verdict}
Revenue grew {{< var revenue.change >}} on **fewer, better customers**; {{< var value.at_risk >}} of
next year's value is at risk.
:::

::: {.kpis}
::: {.kpi}
[Customers]{.kpi-label} [{{< var customers.total >}}]{.kpi-value} [in the review]{.kpi-note}
:::

::: {.kpi}
[Active]{.kpi-label} [{{< var customers.active >}}]{.kpi-value}
[{{< var customers.active_share >}} of all]{.kpi-note}
:::

::: {.kpi}
[Revenue]{.kpi-label} [{{< var revenue.quarter >}}]{.kpi-value} [up, evidence weak]{.kpi-note}
:::

::: {.kpi}
[Retention]{.kpi-label} [{{< var retention.rate >}}]{.kpi-value}
[95% interval {{< var retention.interval >}}]{.kpi-note}
:::

::: {.kpi}
[Expected value, 12 months]{.kpi-label} [{{< var value.clv_12m >}}]{.kpi-value}
[BG/NBD × Gamma-Gamma]{.kpi-note}
:::

::: {.kpi}
[Value at risk]{.kpi-label} [{{< var value.at_risk >}}]{.kpi-value} [655 customers]{.kpi-note}
:::

::: {.kpi}
[Share of top 10]{.kpi-label} [{{< var top10.share >}}]{.kpi-value} [of revenue]{.kpi-note}
:::

::: {.kpi}
[Overdue]{.kpi-label} [{{< var overdue.amount >}}]{.kpi-value} [of receivables]{.kpi-note}
:::
:::

The quarter closed with {{< var customers.total >}} customers on the books, of whom
{{< var customers.active >}} bought. Growth came from orders that were larger, not more frequent,
and one customer in four has been silent for longer than its own rhythm explains.
@tbl-segments lists the segments, @sec-value what they are worth.

1. **Keep** the 212 champions: a named owner each, a visit before the year ends.
2. **Win back** the customers at risk, starting with those above ¥10,000 a year.
3. **Stop** discounting to the lapsed: it earned less than it cost.

{{< pagebreak >}}

# Who our customers are {#sec-customers}

Champions and loyal customers are a third of the base and two thirds of the revenue.
@fig-segments shows how many there are of each, and @tbl-segments what they bring.

![Two in five customers are at risk or lapsed (n = 2,357)](figures/segments){#fig-segments
fig-alt="Bar chart of customers by segment: 212 champions, 486 loyal, 391 promising, 655 at risk,
613 lapsed; {{< var customers.active_share >}} are active."}

::: {#tbl-segments}
{{< include tables/segments.md >}}

Segments at the end of the quarter; revenue over twelve months
:::

::: {.finding}
Two thirds of the revenue rests on 698 customers: **protect them first**.
:::

## How we score {#sec-scores}

Each customer gets three scores, for recency, frequency and money; see *RFM* in @sec-glossary.

::: {.callout-note title="How to read a segment"}
A segment is a place on the map of recency and frequency. A customer moves when its own behaviour
changes, never because others changed.
:::

::: {.callout-tip title="Where to look first"}
The customers at risk with the highest expected value are listed in the key-account workbook.
:::

::: {.callout-important title="One definition"}
“Active” means at least one order in the quarter.
:::

::: {.callout-warning title="Read with care"}
Returns were booked late in September; revenue may fall by up to 0.4%.
:::

# What they are worth {#sec-value}

::: {.content-visible when-meta="has.value"}
Over the next twelve months the model expects {{< var value.orders >}} orders a customer and
{{< var value.clv_12m >}} in all.
:::

::: {.content-hidden when-meta="has.value"}
HIDDEN VALUE TEXT
:::

# How they feel {#sec-satisfaction}

::: {.content-visible when-meta="has.surveys"}
HIDDEN SURVEY TEXT, see @fig-hidden.
:::

::: {.content-hidden when-meta="has.surveys"}
::: {.needs}
This section needs survey answers: `customer_id`, `answered_on`, `score`.
:::
:::

# Glossary {#sec-glossary}

Customer lifetime value
:   The revenue that a customer is expected to bring over the next twelve months, discounted.

RFM
:   Recency, frequency and monetary value: how lately, how often and how much a customer buys.

::: {.footnotes-block}
Sources: order export, 30 September 2025. Amounts in CNY, value-added tax excluded.
:::
""",
    "zh": """---
lang: zh
---

# 一页概览 {#sec-glance .unnumbered}

::: {.verdict}
收入增长 {{< var revenue.change >}}，客户**少而精**；
未来一年有 {{< var value.at_risk >}} 的价值面临流失。
:::

::: {.kpis}
::: {.kpi}
[客户总数]{.kpi-label} [{{< var customers.total >}}]{.kpi-value} [纳入盘点]{.kpi-note}
:::

::: {.kpi}
[活跃客户]{.kpi-label} [{{< var customers.active >}}]{.kpi-value}
[占比 {{< var customers.active_share >}}]{.kpi-note}
:::

::: {.kpi}
[收入]{.kpi-label} [{{< var revenue.quarter >}}]{.kpi-value} [上升，证据较弱]{.kpi-note}
:::

::: {.kpi}
[留存率]{.kpi-label} [{{< var retention.rate >}}]{.kpi-value}
[95% 区间 {{< var retention.interval >}}]{.kpi-note}
:::

::: {.kpi}
[未来 12 个月价值]{.kpi-label} [{{< var value.clv_12m >}}]{.kpi-value} [模型预期]{.kpi-note}
:::

::: {.kpi}
[风险价值]{.kpi-label} [{{< var value.at_risk >}}]{.kpi-value} [655 位客户]{.kpi-note}
:::
:::

本季度共有 {{< var customers.total >}} 位客户，其中 {{< var customers.active >}} 位有购买。
增长来自更大的订单，而非更高的频率；四分之一的客户沉默的时间已超出自身的购买节奏。
各层客户见 @tbl-segments，其价值见 @sec-value。

1. **守住** 212 位重要价值客户：指定负责人，年底前逐一拜访。
2. **挽回** 流失预警客户，先从年消费一万元以上者开始。
3. **停止** 对已流失客户打折：所得不抵所费。

{{< pagebreak >}}

# 客户是谁 {#sec-customers}

重要价值与重要保持客户占客户数的三分之一，贡献三分之二的收入。
数量见 @fig-segments，贡献见 @tbl-segments。

![五分之二以上的客户处于流失预警或已流失（n = 2,357）](figures/segments){#fig-segments
fig-alt="各层客户数条形图：重要价值 212，重要保持 486，潜力 391，流失预警 655，已流失 613。"}

::: {#tbl-segments}
{{< include tables/segments.md >}}

季度末各层客户；收入为近十二个月
:::

::: {.finding}
三分之二的收入系于 698 位客户：**先守住他们**。
:::

## 如何评分 {#sec-scores}

每位客户按最近一次购买、频率与金额*三项*评分，释义见 @sec-glossary。

::: {.callout-note title="如何理解客户分层"}
分层是最近购买与购买频率地图上的一个位置。
:::

::: {.callout-tip}
预期价值最高的流失预警客户列于重点客户管理表。
:::

::: {.callout-important title="唯一定义"}
“活跃”指本季度至少有一笔订单。
:::

::: {.callout-warning}
九月的退货入账较晚，收入可能下调至多 0.4%。
:::

# 客户价值 {#sec-value}

::: {.content-visible when-meta="has.value"}
未来十二个月，模型预期每位客户下单 {{< var value.orders >}} 次，合计 {{< var value.clv_12m >}}。
:::

::: {.content-hidden when-meta="has.value"}
不应出现的价值文字
:::

# 客户感受 {#sec-satisfaction}

::: {.content-visible when-meta="has.surveys"}
不应出现的调查文字，见 @fig-hidden。
:::

::: {.content-hidden when-meta="has.surveys"}
::: {.needs}
本节需要满意度调查数据：`customer_id`、`answered_on`、`score`。
:::
:::

# 名词解释 {#sec-glossary}

客户终身价值
:   客户在未来十二个月内预期带来的收入，经折现。

RFM
:   最近购买、购买频率与消费金额。

::: {.footnotes-block}
数据来源：订单导出，2025年9月30日。金额单位为人民币，不含增值税。
:::
""",
}

SLIDES = {
    "en": """---
lang: en
---

# Revenue grew {{< var revenue.change >}}

On fewer, better customers.

::: {.kpis}
::: {.kpi}
[Customers]{.kpi-label} [{{< var customers.total >}}]{.kpi-value} [in the review]{.kpi-note}
:::

::: {.kpi}
[Revenue]{.kpi-label} [{{< var revenue.quarter >}}]{.kpi-value} [up, evidence weak]{.kpi-note}
:::
:::

::: {.notes}
Said, not shown: {{< var value.at_risk >}}.
:::

# Champions are few

:::: {.columns}
::: {.column}
![Customers by segment](figures/segments){fig-alt="Bar chart of customers by segment."}
:::

::: {.column}
- {{< var customers.active_share >}} are active.
:::
::::

::: {.content-visible when-meta="has.surveys"}
# HIDDEN SURVEY SLIDE
:::

# What each segment brings

In twelve months:

{{< include tables/segments.md >}}
""",
    "zh": """---
lang: zh
---

# 收入增长 {{< var revenue.change >}}

客户少而精。

::: {.kpis}
::: {.kpi}
[客户总数]{.kpi-label} [{{< var customers.total >}}]{.kpi-value} [纳入盘点]{.kpi-note}
:::

::: {.kpi}
[收入]{.kpi-label} [{{< var revenue.quarter >}}]{.kpi-value} [上升，证据较弱]{.kpi-note}
:::
:::

::: {.notes}
只说不显示：{{< var value.at_risk >}}。
:::

# 重要价值客户不多

:::: {.columns}
::: {.column}
![各层客户数](figures/segments){fig-alt="各层客户数条形图。"}
:::

::: {.column}
- {{< var customers.active_share >}} 为活跃客户。
:::
::::

::: {.content-visible when-meta="has.surveys"}
# 不应出现的调查幻灯片
:::

# 各层客户带来多少

近十二个月：

{{< include tables/segments.md >}}
""",
}
