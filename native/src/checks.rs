//! Checks of one value of one item.
//!
//! What each check means is defined by `check` of `chukan_layout/plan/reference.py`.

use crate::chars::{class_ok, is_private_use, is_selector, is_undecodable, Class};
use crate::checkdigit::{check_digit_ok, CheckDigit};
use crate::dates;
use crate::numbers::{is_digits, Decimal};
use crate::value::Kind;
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

/// データ型 of a データ項目一覧表.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum DataType {
    /// Half-width text.
    X,
    /// Full-width text.
    N,
    /// A number without sign.
    #[serde(rename = "9")]
    Unsigned,
    /// A number with sign.
    #[serde(rename = "S9")]
    Signed,
    /// A number with fraction digits.
    #[serde(rename = "9V")]
    Decimal,
    /// YYYY-MM-DD
    #[serde(rename = "DATE")]
    Date,
    /// HH:MM or HH:MM:SS
    #[serde(rename = "TIME")]
    Time,
    /// YYYY
    #[serde(rename = "YEAR")]
    Year,
}

impl DataType {
    /// Whether values are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Unsigned | Self::Signed | Self::Decimal)
    }

    /// The class of characters of an item that declares none.
    pub fn default_class(self) -> Class {
        match self {
            Self::X => Class::Half,
            Self::N => Class::Full,
            _ => Class::Any,
        }
    }
}

/// The codes of a code table.
#[derive(Debug, Default)]
pub struct Codes(HashSet<Box<str>>);

impl Codes {
    /// Codes in any order.
    pub fn new<T: AsRef<str>>(codes: impl IntoIterator<Item = T>) -> Self {
        Self(codes.into_iter().map(|code| code.as_ref().into()).collect())
    }

    /// Whether the table has the code.
    pub fn has(&self, code: &str) -> bool {
        self.0.contains(code)
    }
}

/// What is checked of an item: the part of a layout line that matters here; other keys are ignored.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawItem")]
pub struct ItemCheck {
    /// データ型
    pub data_type: DataType,
    /// 桁数
    pub digits: usize,
    /// Fraction digits of a number.
    pub scale: usize,
    /// Characters allowed.
    pub class: Class,
    /// Whether the value must have exactly that many digits.
    pub exact: bool,
    /// Which check digit it has.
    pub check_digit: Option<CheckDigit>,
    /// Least value, a number for numbers.
    pub min: Option<Box<str>>,
    /// Greatest value, a number for numbers.
    pub max: Option<Box<str>>,
    /// 必須
    pub required: bool,
    /// The code table, set by the caller: an item with codes is checked against them and nothing else.
    pub codes: Option<Arc<Codes>>,
}

#[derive(Deserialize)]
struct RawItem {
    #[serde(rename = "type")]
    data_type: DataType,
    digits: usize,
    #[serde(default)]
    scale: usize,
    charset: Option<Class>,
    #[serde(default)]
    exact: bool,
    check_digit: Option<CheckDigit>,
    min: Option<Box<str>>,
    max: Option<Box<str>>,
    #[serde(default)]
    required: bool,
}

impl TryFrom<RawItem> for ItemCheck {
    type Error = String;

    fn try_from(raw: RawItem) -> Result<Self, String> {
        let bounds = [raw.min.as_deref(), raw.max.as_deref()];
        if let Some(bound) =
            bounds.into_iter().flatten().find(|b| raw.data_type.is_number() && Decimal::parse(b).is_none())
        {
            return Err(format!("min or max of a number is no number: {bound}"));
        }
        Ok(Self {
            data_type: raw.data_type,
            digits: raw.digits,
            scale: raw.scale,
            class: raw.charset.unwrap_or(raw.data_type.default_class()),
            exact: raw.exact,
            check_digit: raw.check_digit,
            min: raw.min,
            max: raw.max,
            required: raw.required,
            codes: None,
        })
    }
}

/// What was found on one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// ENC: bytes of no character.
    pub undecodable: bool,
    /// GAI: a user-defined character is left.
    pub private_use: bool,
    /// The first of REQ, COD, TYP or DAT or CAL, CHR, DIG, CDG, RNG; what follows would repeat it.
    pub first: Option<Kind>,
}

impl Found {
    /// The kinds in the order of findings.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        let enc = self.undecodable.then_some(Kind::Enc);
        let gai = self.private_use.then_some(Kind::Gai);
        [enc, gai, self.first].into_iter().flatten()
    }

    /// Whether nothing was found.
    pub fn is_clean(self) -> bool {
        self == Self::default()
    }
}

/// All checks of one value; the empty text is blank.  `weights` are those of 住民票コード.
pub fn check(value: &str, item: &ItemCheck, weights: &[u32]) -> Found {
    if value.is_empty() {
        return Found { first: item.required.then_some(Kind::Req), ..Found::default() };
    }
    let ascii = value.is_ascii();
    Found {
        undecodable: !ascii && value.contains(is_undecodable),
        private_use: !ascii && value.contains(is_private_use),
        first: first_error(value, item, weights),
    }
}

fn first_error(value: &str, item: &ItemCheck, weights: &[u32]) -> Option<Kind> {
    if let Some(codes) = &item.codes {
        return (!codes.has(value)).then_some(Kind::Cod);
    }
    if let Some(kind) = type_error(value, item.data_type) {
        return Some(kind);
    }
    if !value.chars().all(|c| class_ok(c, item.class)) {
        return Some(Kind::Chr);
    }
    if !digits_ok(value, item) {
        return Some(Kind::Dig);
    }
    if item.check_digit.is_some_and(|kind| !check_digit_ok(kind, value.as_bytes(), weights)) {
        return Some(Kind::Cdg);
    }
    (!range_ok(value, item)).then_some(Kind::Rng)
}

fn type_error(value: &str, data_type: DataType) -> Option<Kind> {
    let ok = match data_type {
        DataType::X | DataType::N => true,
        DataType::Unsigned => is_digits(value),
        DataType::Signed => is_digits(value.strip_prefix('-').unwrap_or(value)),
        DataType::Decimal => {
            let unsigned = value.strip_prefix('-').unwrap_or(value);
            let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
            is_digits(whole) && is_digits(fraction)
        }
        DataType::Date => return date_error(value),
        DataType::Time => is_time(value.as_bytes()),
        DataType::Year => value.len() == 4 && is_digits(value),
    };
    (!ok).then_some(Kind::Typ)
}

fn date_error(value: &str) -> Option<Kind> {
    match dates::split_iso(value) {
        Err(kind) => Some(kind),
        Ok(day) if day == dates::MIN_DAY || dates::is_calendar_day(day.0, day.1, day.2) => None,
        Ok(_) => Some(Kind::Cal),
    }
}

fn is_time(value: &[u8]) -> bool {
    let sixty = |tens: u8, ones: u8| matches!(tens, b'0'..=b'5') && ones.is_ascii_digit();
    let hour = |tens: u8, ones: u8| match tens {
        b'0' | b'1' => ones.is_ascii_digit(),
        b'2' => matches!(ones, b'0'..=b'3'),
        _ => false,
    };
    match *value {
        [h, i, b':', m, n] => hour(h, i) && sixty(m, n),
        [h, i, b':', m, n, b':', s, t] => hour(h, i) && sixty(m, n) && sixty(s, t),
        _ => false,
    }
}

fn digits_ok(value: &str, item: &ItemCheck) -> bool {
    match item.data_type {
        DataType::Date | DataType::Time | DataType::Year => true,
        DataType::Unsigned | DataType::Signed | DataType::Decimal => {
            let unsigned = value.strip_prefix('-').unwrap_or(value);
            let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
            whole.len() <= item.digits && fraction.len() <= item.scale
        }
        DataType::X | DataType::N => {
            let count = count_digits(value);
            if item.exact {
                count == item.digits
            } else {
                count <= item.digits
            }
        }
    }
}

/// 桁数 of a value: characters, variation selectors not counted.
pub fn count_digits(value: &str) -> usize {
    value.chars().filter(|c| !is_selector(*c)).count()
}

fn range_ok(value: &str, item: &ItemCheck) -> bool {
    let compare = |bound: &str| -> Option<Ordering> {
        if item.data_type.is_number() {
            Some(Decimal::parse(value)?.compare(&Decimal::parse(bound)?))
        } else {
            Some(value.cmp(bound))
        }
    };
    item.min.as_deref().and_then(compare) != Some(Ordering::Less)
        && item.max.as_deref().and_then(compare) != Some(Ordering::Greater)
}
