//! Operations: what a mapping does to the value of one item.
//!
//! What each operation means is defined by `chukan_layout/plan/reference.py`; tests/property proves that this
//! is the same.  A value is text or None (blank); the empty text never is a value.

mod raw;
mod text;

use crate::chars::{is_blank, CharOp};
use crate::charset::Charset;
use crate::dates::{self, DateOp, DatePartOp, FormatDateOp};
use crate::numbers;
use crate::tables::{TableRef, Tables};
use crate::value::Kind;
use serde::Deserialize;
use std::borrow::Cow;

/// One operation; read from the JSON of the pydantic models of `chukan_layout/model/mapping.py`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "raw::RawOp")]
pub enum Op {
    /// Blanks go from one or both ends.
    Trim(Side),
    /// to_full, to_half, kana_full, kana_half, kana_large, dash, wave_dash, upper, remove
    Char(CharOp),
    /// A dash behind kana becomes the long-vowel mark.
    LongVowel,
    /// User-defined characters by a table; what isn't in it stays.
    Gaiji(TableRef),
    /// Code conversion.
    Map {
        /// The table of codes.
        table: TableRef,
        /// What an unknown value becomes; without it COD.
        default: Option<Box<str>>,
    },
    /// Code conversion of all sources, joined.
    Lookup {
        /// The table of codes.
        table: TableRef,
        /// Stands between the sources.
        separator: Box<str>,
        /// What an unknown value becomes; without it COD.
        default: Option<Box<str>>,
    },
    /// A character is put in front until the value has `width` characters.
    Pad {
        /// Characters wanted.
        width: u16,
        /// What is put in front.
        fill: char,
    },
    /// Leading characters of one kind go; one stays when nothing else would.
    Strip(char),
    /// Text is put before a position when the value is longer than that.
    Insert {
        /// What is put in.
        text: Box<str>,
        /// Characters before it.
        at: usize,
    },
    /// A canonical number with this many fraction digits.
    Number(u8),
    /// All sources that are not blank, joined.
    Concat(Box<str>),
    /// One part of the value.
    Split {
        /// Stands between the parts; never empty.
        separator: Box<str>,
        /// Which part, from 0.
        index: usize,
        /// All from that part on.
        rest: bool,
    },
    /// Characters from a position on.
    Substr {
        /// Characters left out.
        start: usize,
        /// Characters taken at most.
        length: usize,
    },
    /// Bytes of the source's encoding from a position on; half a character goes.
    SubstrBytes {
        /// Bytes left out.
        start: usize,
        /// Bytes taken at most.
        length: usize,
    },
    /// Always this value.
    Const(Box<str>),
    /// This value when blank so far.
    Default(Box<str>),
    /// The source at this place when blank so far.
    Coalesce(usize),
    /// One value for some values, perhaps another for all others.
    When {
        /// The values.
        among: Box<[Box<str>]>,
        /// What they become.
        then: Box<str>,
        /// What others become; without it they stay.
        otherwise: Option<Box<str>>,
    },
    /// Blank for some values.
    NullIf(Box<[Box<str>]>),
    /// A date in ISO form.
    Date(DateOp),
    /// An ISO date in another shape.
    FormatDate(FormatDateOp),
    /// One part of an ISO date.
    DatePart(DatePartOp),
}

/// The side that `trim` looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Both ends.
    #[default]
    Both,
    /// The beginning.
    Left,
    /// The end.
    Right,
}

/// A value on its way: borrowed from the sources, the operations or the tables as long as that is possible.
pub type Value<'a> = Option<Cow<'a, str>>;

/// An operation that gave no value.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure<'a> {
    /// Kind of the finding.
    pub kind: Kind,
    /// The value before that operation.
    pub value: Value<'a>,
}

/// All operations in order, beginning with the first source.
///
/// `charset` is that of the source file (for `substr_bytes`).  A table that [`Op::resolve`] didn't find is empty.
pub fn run<'a>(
    ops: &'a [Op],
    sources: &[Option<&'a str>],
    tables: &'a Tables,
    charset: Charset,
) -> Result<Value<'a>, Failure<'a>> {
    let mut value = sources.first().copied().flatten().and_then(borrowed);
    for op in ops {
        let context = Context { sources, tables, charset };
        value = context.run_op(op, value)?;
    }
    Ok(value)
}

/// [`run`] with an owned result: the value, or the kind of the finding and the value so far.
pub fn run_ops(
    ops: &[Op],
    sources: &[Option<&str>],
    tables: &Tables,
    charset: Charset,
) -> Result<Option<String>, (Kind, Option<String>)> {
    match run(ops, sources, tables, charset) {
        Ok(value) => Ok(value.map(Cow::into_owned)),
        Err(failure) => Err((failure.kind, failure.value.map(Cow::into_owned))),
    }
}

impl Op {
    /// Finds the table of this operation; an error that names a table there is none of.
    pub fn resolve(&mut self, tables: &Tables) -> Result<(), String> {
        match self {
            Self::Gaiji(table) | Self::Map { table, .. } | Self::Lookup { table, .. } => {
                tables.resolve(table)
            }
            _ => Ok(()),
        }
    }
}

fn borrowed(text: &str) -> Value<'_> {
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

fn not_empty(text: Cow<'_, str>) -> Value<'_> {
    (!text.is_empty()).then_some(text)
}

struct Context<'s, 'a> {
    sources: &'s [Option<&'a str>],
    tables: &'a Tables,
    charset: Charset,
}

impl<'a> Context<'_, 'a> {
    fn run_op(&self, op: &'a Op, value: Value<'a>) -> Result<Value<'a>, Failure<'a>> {
        match (op, value) {
            (Op::Const(text), _) | (Op::Default(text), None) => Ok(borrowed(text)),
            (Op::Default(_) | Op::Coalesce(_), value @ Some(_)) => Ok(value),
            (Op::Coalesce(source), None) => {
                Ok(self.sources.get(*source).copied().flatten().and_then(borrowed))
            }
            (Op::Concat(separator), _) => Ok(self.concat(separator)),
            (Op::Lookup { table, separator, default }, value) => match self.key(separator) {
                None => Ok(None),
                Some(key) => {
                    self.mapped(table, &key, default.as_deref()).map_err(|kind| Failure { kind, value })
                }
            },
            (Op::Date(op), value) => self.date(op, value),
            (Op::FormatDate(op), None) => Ok(borrowed(&op.null)),
            (_, None) => Ok(None),
            (Op::Map { table, default }, Some(value)) => {
                self.mapped(table, &value, default.as_deref()).map_err(|kind| failed(kind, value))
            }
            (Op::Number(scale), Some(value)) => owned(numbers::number(&value, *scale), value),
            (Op::FormatDate(op), Some(value)) => owned(dates::format_date(&value, op), value),
            (Op::DatePart(op), Some(value)) => owned(dates::date_part(&value, op), value),
            (op, Some(value)) => Ok(self.text(op, value)),
        }
    }

    /// The operations that never fail, on a value that is there.
    fn text(&self, op: &'a Op, value: Cow<'a, str>) -> Value<'a> {
        not_empty(match op {
            Op::Trim(side) => text::trim(value, *side),
            Op::Char(op) => text::map_chars(op, value),
            Op::LongVowel => text::long_vowel(value),
            Op::Gaiji(table) => match self.tables.get(table) {
                Some(table) => text::gaiji(table, value),
                None => value,
            },
            Op::Pad { width, fill } => text::pad(value, *width, *fill),
            Op::Strip(c) => text::strip(value, *c),
            Op::Insert { text, at } => text::insert(value, text, *at),
            Op::Split { separator, index, rest } => text::split(value, separator, *index, *rest),
            Op::Substr { start, length } => text::substr(value, *start, *length),
            Op::SubstrBytes { start, length } => {
                text::substr_bytes(&value, *start, *length, self.charset).into()
            }
            Op::When { among, then, otherwise } => {
                if contains(among, &value) {
                    Cow::Borrowed(&**then)
                } else {
                    otherwise.as_deref().map_or(value, Cow::Borrowed)
                }
            }
            Op::NullIf(among) if contains(among, &value) => return None,
            _ => value,
        })
    }

    fn concat(&self, separator: &str) -> Value<'a> {
        let mut written = self.sources.iter().flatten().filter(|s| !s.chars().all(is_blank));
        let first = *written.next()?;
        let Some(second) = written.next() else {
            return borrowed(first);
        };
        let mut out = String::from(first);
        for source in std::iter::once(second).chain(written) {
            out.push_str(separator);
            out.push_str(source);
        }
        Some(Cow::Owned(out))
    }

    /// All sources, trimmed and joined; None when all are blank.
    fn key(&self, separator: &str) -> Option<String> {
        let mut out = String::with_capacity(32);
        let mut blank = true;
        for (i, source) in self.sources.iter().enumerate() {
            if i > 0 {
                out.push_str(separator);
            }
            let part = source.unwrap_or("").trim_matches(is_blank);
            blank &= part.is_empty();
            out.push_str(part);
        }
        (!blank).then_some(out)
    }

    fn mapped(&self, table: &TableRef, key: &str, default: Option<&'a str>) -> Result<Value<'a>, Kind> {
        match self.tables.get(table).and_then(|t| t.get(key)).or(default) {
            Some(text) => Ok(borrowed(text)),
            None => Err(Kind::Cod),
        }
    }

    fn date(&self, op: &DateOp, value: Value<'a>) -> Result<Value<'a>, Failure<'a>> {
        match dates::date(value.as_deref(), self.sources, op) {
            Ok(day) => {
                let day = day.map(Cow::into_owned);
                Ok(day.map(Cow::Owned))
            }
            Err(kind) => Err(Failure { kind, value }),
        }
    }
}

fn failed(kind: Kind, value: Cow<'_, str>) -> Failure<'_> {
    Failure { kind, value: Some(value) }
}

fn owned<'a>(result: Result<String, Kind>, value: Cow<'a, str>) -> Result<Value<'a>, Failure<'a>> {
    match result {
        Ok(text) => Ok(not_empty(Cow::Owned(text))),
        Err(kind) => Err(failed(kind, value)),
    }
}

fn contains(among: &[Box<str>], value: &str) -> bool {
    among.iter().any(|v| **v == *value)
}
