"""What the papers are made of, and the parts that several of them share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from chukan_layout.model.erasure import ErasureRecord
from chukan_layout.model.finding import Rule
from chukan_layout.model.fit import Rounding
from chukan_layout.model.layout import LayoutFile, LayoutSet
from chukan_layout.model.manifest import Manifest
from chukan_layout.model.mapping import FileMapping, Mapping
from chukan_layout.model.project import Person, Project
from chukan_layout.model.report import FileReport, Fit, Report
from chukan_layout.report import words
from chukan_layout.report.document.model import (
    Approval,
    Block,
    Cell,
    Column,
    Contents,
    Document,
    Facts,
    Heading,
    Para,
    Table,
)

#: More chapters than these are listed in front.
FEW = 3
#: An empty box, to be filled in by hand.
BOX = "（　　　　　　　　）"
ORIGINS = {"official": "公式", "successor": "後継", "law": "法令", "draft": "下書き"}
DECIDES, OFFICE, DIVISION = "意思決定機関", "事務局", "業務所管課"
TERMS = (
    ("中間標準レイアウト", "移行データの項目・桁・コードを定めた、業者に依存しない共通の形式。"),
    ("移行ファイル", "レイアウトが業務ごとに定める、移行データの一つの表。"),
    ("件数照合", "入力 = 出力 + 除外 + 統合 + 削除。どの記録も黙って失われない。"),
    ("除外", "変換できず、受け取ったままのバイトで rejects に残した記録。"),
    ("ハッシュ合計", "出力した記録ごとの 64 ビットのハッシュの合計。順序によらず、一件でも違えば変わる。"),
    ("適合率", "移行元の項目が対応するレイアウトの項目数 ÷ レイアウトの全項目数。百分率の小数第2位以下を切り捨てる。"),
    ("指摘", "規則に合わない値や記録。値は伏せて示す。"),
    ("下書き", "公開された仕様書で確かめていない推定の項目。仕様準拠の根拠にはならない。"),
    ("根拠", "項目や検査の出所。公式: 公開された仕様書、後継: 標準準拠システムの仕様（数字は業務ID）、法令: その条文、下書き: 推定。"),
    ("データ型", "X 半角、N 全角、9 整数、9V 小数のある数、S9 符号のある整数、DATE 日付、YEAR 年、TIME 時刻。"),
    ("◎ ○ △", "◎ 決裁・承認する、○ 作成・実施する、△ 支援する。"),
)


@dataclass(frozen=True)
class Folder:
    """One run and what is known beside it; ``left`` are the 外字 without a target: code, file, item, count."""

    report: Report
    manifest: Manifest | None
    layouts: LayoutSet
    project: Project
    mapping: Mapping | None = None
    rules: Sequence[Rule] = ()
    left: Sequence[tuple[str, str, str, int]] = ()
    erasure: ErasureRecord | None = None
    #: Number of a file among the files of its name; made once.
    _layouts: dict[tuple[int, str], LayoutFile] = field(default_factory=dict)

    def layout(self, area: int, file: str) -> LayoutFile | None:
        if not self._layouts:
            self._layouts.update({(a.no, f.id): f for a in self.layouts.areas for f in a.files})
        return self._layouts.get((area, file))

    def mapped(self, f: FileReport) -> FileMapping | None:
        found = self.mapping.files if self.mapping else ()
        return next((m for m in found if (m.area, m.file) == (f.area, f.file)), None)

    @property
    def files(self) -> list[FileReport]:
        """In the order of the layouts, in which readers look for them; the report has them as they were read."""
        order = {(a.no, f.id): n for n, (a, f) in enumerate((a, f) for a in self.layouts.areas for f in a.files)}
        return sorted(self.report.files, key=lambda f: (f.area, order.get((f.area, f.file), 0), f.source.path))

    @property
    def areas(self) -> list[tuple[int, str]]:
        return sorted({(f.area, f.area_name) for f in self.report.files})


def box(text: str | int | date | None) -> str:
    """What is known, else an empty box."""
    if text is None or text == "":
        return BOX
    return f"{text:%Y年%-m月%-d日}" if isinstance(text, date) else f"{text:,}" if isinstance(text, int) else text


def origin(source: str) -> str:
    """``successor:001`` as 後継 001: where an item or a check is from, without words of ours."""
    kind, _, where = source.partition(":")
    return f"{ORIGINS.get(kind, kind)} {where}".strip()


def percent(fit: Fit) -> str:
    """``97.8 %``, cut off and never rounded up."""
    return f"{Rounding().percent(fit.items_matched, fit.items_total)} %"


def moment(said: str) -> str:
    """A time of the manifest as people write it: ``2026年4月1日 9:05（UTC）``."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    zone = at.tzname() or ""
    return f"{at:%Y年%-m月%-d日 %-H:%M}" + (f"（{zone}）" if zone else "")


def columns(*names: tuple[str, int]) -> list[Column]:
    return [Column(name, width) for name, width in names]


def table(names: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]], title: str = "", empty: str = "なし", total: bool = False) -> Table:
    return Table(columns(*names), rows, title, empty, total)


def head(folder: Folder) -> Facts:
    """The head that every paper has."""
    p, r = folder.project, folder.report
    asked = {"latest": "最新", r.layout.version: ""}.get(r.layout.requested, r.layout.requested)
    version = r.layout.version + (f"（指定: {asked}）" if asked else "")
    return Facts([
        ("団体", box(p.municipality or r.municipality)), ("現行システム", box(p.system_from)), ("次期システム", box(p.system_to)),
        ("移行元の事業者", box(p.vendor_from)), ("移行先の事業者", box(p.vendor_to)), ("レイアウトの版", version),
        ("マッピング", r.mapping or "―"), ("対象業務", "、".join(f"{no:02d} {name}" for no, name in folder.areas) or "―"),
        ("データの基準日", box(p.snapshot) if p.snapshot else box(r.as_of)),
    ])  # fmt: skip


def approvals(folder: Folder, marks: tuple[str, str, str]) -> list[Block]:
    """Boxes to be signed; 業務所管課 has one for each 業務 (requirement RPT-06)."""
    decides, office, division = marks
    boxes: list[tuple[str, str, str]] = []
    if decides != "–":
        boxes.append((DECIDES, decides, _who(folder.project.person, DECIDES)))
    if office != "–":
        boxes.append((OFFICE, office, _who(folder.project.person, OFFICE)))
    if division != "–":
        boxes += [(f"{DIVISION}（{name}）", division, _who(folder.project.person, DIVISION, name)) for _, name in folder.areas]
    return [Heading("承認"), Approval("承認と作成", boxes)]


def _who(people: Sequence[Person], role: str, area: str = "") -> str:
    fitting = [p for p in people if p.role == role and p.area in ("", area)]
    best = max(fitting, key=lambda p: p.area == area, default=None)
    return " ".join(part for part in (best.post, best.name) if part) if best else ""


def paper(folder: Folder, name: str, blocks: Sequence[Block], marks: tuple[str, str, str] | None = None) -> Document:
    """A whole paper: head, what it says, terms, and the boxes to be signed."""
    end: list[Block] = [Heading("用語"), table((("用語", 20), ("意味", 90)), TERMS)]
    drafts = sum(f.sources.get("draft", 0) for f in folder.report.files)
    if drafts:
        end.append(Para(f"{words.DRAFT[0]}この移行の対象には下書きの項目が {drafts:,} ある。", "warn"))
    signed = approvals(folder, marks) if marks else []
    chapters = sum(isinstance(b, Heading) and b.level == 2 for b in (*blocks, *signed, *end))
    contents = [Contents("目次")] if chapters > FEW else []
    where = folder.project.municipality or folder.project.title
    return Document(
        name, name, [head(folder), *contents, *blocks, *signed, *end], where, f"chukan {folder.report.tool_version}", "ja", landscape=True
    )
