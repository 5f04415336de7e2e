//! The JSON of operations: the pydantic models of `chukan_layout/model/mapping.py`, field for field.

use super::{Op, Side};
use crate::chars::{CharKinds, CharOp, Wave};
use crate::dates::{
    DateOp, DatePart, DatePartOp, DateResult, EraCodes, FormatDateOp, Nines, Shape, Unknown, WrittenShape,
    Zeros,
};
use crate::tables::TableRef;
use serde::Deserialize;

/// One operation as written; unknown operations and unknown keys are errors.
#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
pub enum RawOp {
    Trim {
        #[serde(default)]
        side: Side,
    },
    ToFull {
        #[serde(default)]
        what: CharKinds,
    },
    ToHalf {
        #[serde(default)]
        what: CharKinds,
    },
    KanaFull {},
    KanaHalf {},
    KanaLarge {},
    LongVowel {},
    Dash {
        #[serde(default = "full_width_hyphen")]
        to: char,
    },
    WaveDash {
        #[serde(default)]
        to: Wave,
    },
    Upper {},
    Gaiji {
        table: TableRef,
    },
    Shrink {
        to: Box<str>,
        stop: Box<str>,
        none: Box<str>,
    },
    Scan {},
    Map {
        table: TableRef,
        default: Option<Box<str>>,
    },
    Lookup {
        table: TableRef,
        #[serde(default = "bar")]
        separator: Box<str>,
        default: Option<Box<str>>,
    },
    Pad {
        width: u16,
        #[serde(default = "zero")]
        char: char,
    },
    Strip {
        #[serde(default = "zero")]
        char: char,
    },
    Remove {
        chars: Box<str>,
    },
    Insert {
        text: Box<str>,
        at: usize,
    },
    Number {
        #[serde(default)]
        scale: u8,
    },
    Concat {
        #[serde(default)]
        separator: Box<str>,
    },
    Split {
        separator: Box<str>,
        index: usize,
        #[serde(default)]
        rest: bool,
    },
    Substr {
        start: usize,
        length: usize,
    },
    SubstrBytes {
        start: usize,
        length: usize,
    },
    Const {
        value: Box<str>,
    },
    Default {
        value: Box<str>,
    },
    Coalesce {
        source: usize,
    },
    When {
        #[serde(rename = "in")]
        among: Box<[Box<str>]>,
        then: Box<str>,
        otherwise: Option<Box<str>>,
    },
    NullIf {
        #[serde(rename = "in")]
        among: Box<[Box<str>]>,
    },
    Date {
        shapes: Vec<Shape>,
        #[serde(default)]
        part: DateResult,
        #[serde(default)]
        zeros: Zeros,
        #[serde(default)]
        nines: Nines,
        #[serde(default)]
        unknown: Unknown,
        #[serde(default = "pivot")]
        pivot: u8,
        #[serde(default)]
        eras: EraCodes,
    },
    FormatDate {
        shape: WrittenShape,
        #[serde(default)]
        eras: EraCodes,
        #[serde(default)]
        null: Box<str>,
    },
    DatePart {
        part: DatePart,
        #[serde(default)]
        width: u8,
        #[serde(default)]
        eras: EraCodes,
    },
}

fn full_width_hyphen() -> char {
    '－'
}

fn bar() -> Box<str> {
    "|".into()
}

fn zero() -> char {
    '0'
}

fn pivot() -> u8 {
    30
}

impl TryFrom<RawOp> for Op {
    type Error = &'static str;

    fn try_from(raw: RawOp) -> Result<Self, Self::Error> {
        Ok(match raw {
            RawOp::Trim { side } => Self::Trim(side),
            RawOp::ToFull { what } => Self::Char(CharOp::ToFull(what)),
            RawOp::ToHalf { what } => Self::Char(CharOp::ToHalf(what)),
            RawOp::KanaFull {} => Self::Char(CharOp::KanaFull),
            RawOp::KanaHalf {} => Self::Char(CharOp::KanaHalf),
            RawOp::KanaLarge {} => Self::Char(CharOp::KanaLarge),
            RawOp::LongVowel {} => Self::LongVowel,
            RawOp::Dash { to } => Self::Char(CharOp::Dash(to)),
            RawOp::WaveDash { to } => Self::Char(CharOp::WaveDash(to)),
            RawOp::Upper {} => Self::Char(CharOp::Upper),
            RawOp::Gaiji { table } => Self::Gaiji(table),
            // The run makes the table (`Shrink.table` of the mapping model).
            RawOp::Shrink { to, stop, none } => Self::Gaiji(format!("縮退:{to}:{stop}:{none}").into()),
            // Every unit of its table becomes itself: seen, noted in the ledger, unchanged.
            RawOp::Scan {} => Self::Gaiji("棚卸し".to_string().into()),
            RawOp::Map { table, default } => Self::Map { table, default },
            RawOp::Lookup { table, separator, default } => Self::Lookup { table, separator, default },
            RawOp::Pad { width, char } => Self::Pad { width, fill: char },
            RawOp::Strip { char } => Self::Strip(char),
            RawOp::Remove { chars } => Self::Char(CharOp::Remove(chars)),
            RawOp::Insert { text, at } => Self::Insert { text, at },
            RawOp::Number { scale } if scale > 9 => return Err("scale of number is greater than 9"),
            RawOp::Number { scale } => Self::Number(scale),
            RawOp::Concat { separator } => Self::Concat(separator),
            RawOp::Split { separator, .. } if separator.is_empty() => {
                return Err("separator of split is empty")
            }
            RawOp::Split { separator, index, rest } => Self::Split { separator, index, rest },
            RawOp::Substr { start, length } => Self::Substr { start, length },
            RawOp::SubstrBytes { start, length } => Self::SubstrBytes { start, length },
            RawOp::Const { value } => Self::Const(value),
            RawOp::Default { value } => Self::Default(value),
            RawOp::Coalesce { source } => Self::Coalesce(source),
            RawOp::When { among, then, otherwise } => Self::When { among, then, otherwise },
            RawOp::NullIf { among } => Self::NullIf(among),
            RawOp::Date { shapes, part, zeros, nines, unknown, pivot, eras } => {
                let pivot = u32::from(pivot);
                Self::Date(DateOp { shapes, part, zeros, nines, unknown, pivot, eras })
            }
            RawOp::FormatDate { shape, eras, null } => Self::FormatDate(FormatDateOp { shape, eras, null }),
            RawOp::DatePart { part, width, eras } => Self::DatePart(DatePartOp { part, width, eras }),
        })
    }
}
