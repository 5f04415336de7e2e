"""Generated pages about the fit: shipped mappings against 住民基本台帳, and how a rate is read."""

from __future__ import annotations

from chukan_layout import __version__
from chukan_layout.fit.measure import measure
from chukan_layout.model.fit import FitReport, Rounding, Subject
from chukan_layout.report.document.markdown import render
from chukan_layout.report.fit_document import fit_document
from chukan_layout.spec.load import load_layouts, load_mapping, vendors

#: The shipped mappings shown as examples, those of them that are there.
EXAMPLES = ("vendorA", "vendorB", "lgdpm2013")
VERSION, AREA = "2.7", 1
#: The example of the source documents: 47 items of 選挙人名簿情報ファイル, reported as 97 %.
ITEMS, REPORTED = 47, 97


def fit_examples() -> dict[str, str]:
    """File name below docs/examples to its text."""
    layouts = load_layouts(VERSION, [AREA])
    known = [name for name in EXAMPLES if name in vendors()]
    made = {}
    for name in known:
        mapping = load_mapping(name)
        subject = Subject(label=name, kind="mapping", mapping=name, title=mapping.title, files=measure(layouts, mapping, areas=[AREA]))
        report = FitReport(tool_version=__version__, layout_version=layouts.version, subjects=(subject,))
        made[f"fit-{name}.md"] = render(fit_document(report))
    return made


def rate_page(mark: str) -> str:
    """docs/fit-rate.md: definitions, and the example of 47 items computed by the same code."""
    rules = [(rule, places) for rule in ("truncate", "half-up") for places in (0, 1)]
    rows = []
    for matched in (45, 46):
        cells = [f"{Rounding(rule=r, places=p).percent(matched, ITEMS)} %" for r, p in rules]
        rows.append(f"| {matched}/{ITEMS} | " + " | ".join(cells) + " |")
    half_up = [k for k in range(ITEMS + 1) if Rounding(rule="half-up", places=0).percent(k, ITEMS) == str(REPORTED)]
    truncated = [k for k in range(ITEMS + 1) if Rounding(rule="truncate", places=0).percent(k, ITEMS) == str(REPORTED)]
    assert not half_up and truncated == [46], "the text below says so"
    examples = "\n".join(f"- [{name}](examples/{name})" for name in fit_examples())
    return f"""# 適合率の読み方 (how to read a fit rate)

{mark}

`chukan fit` は率だけを示しません。分子、分母、端数処理をいつも並べ、合わない項目をすべて、区分・処置・対応の主体つきで挙げます。
A rate never stands alone: numerator, denominator and the rounding rule stand beside it, and every item that does not fit is listed.

## 何を何で割るか (what is divided by what)

| 側 | 分子 | 分母 |
|---|---|---|
| レイアウト側 (layout) | 移行元の項目が設定されるレイアウトの項目 | レイアウトの全項目 |
| 移行元側 (source) | レイアウトに渡る移行元の項目 | 移行元ファイルの全項目 |
| 移行先側 (destination) | レイアウトから設定される移行先の項目 | 移行先ファイルの全項目 |
| 値 (values) | 指摘のない値 | 記録数 × 対応のある項目数 |

`chukan fit --mapping vendorA --profile 調査.json` は、変換の前に、`chukan profile --format json` の結果と照らします。すべて空欄の、または
データに見つからない移行元の項目は対応に数えず、最長の値から桁あふれを、見つかったコードからコード不一致を、件数つきで挙げます。
From a profile, before anything is converted: always empty columns are no source; lengths and codes seen say what will not fit.

固定値だけを設定する項目は、移行元がないので対応に数えません（要精度検証に挙げます）。
レイアウト側の値は `report.json` の `fit` と同じです。
人口区分別の90%という目安はパッケージの**機能**の適用率の話で、ここでいう項目の適合率とは別のものです。

## 47項目の例 (the example of 47 items)

公開された事例に、{ITEMS}項目の選挙人名簿情報ファイルの適合率が{REPORTED}%とあります。何項目が合ったかは書かれていません。

| 対応あり | 切り捨て 整数 | 切り捨て 小数1位 | 四捨五入 整数 | 四捨五入 小数1位 |
|---:|---:|---:|---:|---:|
{chr(10).join(rows)}

{ITEMS}項目で、ちょうど{REPORTED}%になる項目数はありません。四捨五入で{REPORTED}%になる項目数もありません。
整数に切り捨てたときだけ、46/47 が{REPORTED}%になります。だから率だけの報告は再現できません。
No number of {ITEMS} items is exactly {REPORTED} %, and none rounds to it; only 46/47 truncated to a whole percent does.

## 合わない項目の区分 (classes)

| 区分 | いつ | 初めの処置 |
|---|---|---|
| 不足項目 | 移行元にあり、レイアウトにない | 個別移行か破棄（マッピングの `rest`） |
| 設定不能の必須項目 | レイアウトで必須、移行元から設定できない | 新規 |
| 要精度検証 | 固定値、または計算で求まる項目 | 新規 |
| 桁あふれ、コード不一致、外字、値の不備 | 構造か検査の指摘から | 個別移行 |
| 移行元にない項目 | 任意項目で、移行元にない | 新規 |

処置（個別移行・破棄・予備領域・新規）、差異区分（標準・標準追加・県版・個別・対象外）、主体、理由は `--decisions` の TOML で決め直せます。

```toml
[population]
"131016" = 65000

[[item]]
item = "備考"
file = "住民情報"
side = "source"
disposition = "予備領域"
gap = "県版"
owner = "移行先"
reason = "協議会で決定"
```

## 例 (examples)

{examples}
"""
