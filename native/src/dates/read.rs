//! From what a vendor wrote to a day.

use super::reader::Narrow;
use super::settings::{DateOp, DateResult, Nines, Shape, Unknown, Zeros};
use super::shapes::{era_of_letter, parse, western};
use super::unknown::unknown_form;
use super::write::iso_text;
use super::{era_day, EraCodes, Ymd, MAX_DAY, MIN_DAY};
use crate::chars::{is_blank, narrow};
use crate::value::Kind;
use std::borrow::Cow;

/// The operation `date` on the value so far, or on all sources with the shape `parts`; None is blank.
pub fn date<'a>(
    value: Option<&'a str>,
    sources: &[Option<&'a str>],
    op: &DateOp,
) -> Result<Option<Cow<'a, str>>, Kind> {
    let parts = op.shapes.contains(&Shape::Parts);
    let text = value.unwrap_or("").trim_matches(is_blank);
    let blank =
        if parts { sources.iter().flatten().all(|s| s.chars().all(is_blank)) } else { text.is_empty() };
    if blank {
        return Ok(None);
    }
    let day = if parts { date_of_parts(sources, op) } else { date_of_text(text, op) };
    match (op.part, day) {
        (DateResult::Date, Ok(day)) => Ok(day.map(|d| Cow::Owned(iso_text(d)))),
        (DateResult::Date, Err(Kind::Unk)) if op.unknown == Unknown::Null => Ok(None),
        (DateResult::Date, Err(kind)) => Err(kind),
        (DateResult::UnknownFlag, Ok(Some(_))) => Ok(Some(Cow::Borrowed("0"))),
        (DateResult::UnknownFlag, Err(Kind::Unk)) => Ok(Some(Cow::Borrowed("1"))),
        (DateResult::UnknownText, Err(Kind::Unk)) => Ok(Some(Cow::Borrowed(text))),
        (DateResult::UnknownFlag | DateResult::UnknownText, _) => Ok(None),
    }
}

/// The day that `text` writes in one of the shapes; None when it means no day.
fn date_of_text(text: &str, op: &DateOp) -> Result<Option<Ymd>, Kind> {
    let narrowed = Narrow::new(text).ok_or(Kind::Dat)?;
    let t = narrowed.as_slice();
    let body = match t.split_first() {
        Some((first, rest)) if era_of_letter(*first).is_some() => rest,
        _ => t,
    };
    if (6..=8).contains(&body.len()) {
        if body.iter().all(|c| *c == '0') {
            return zeros(op);
        }
        if body.iter().all(|c| *c == '9') {
            return nines(op);
        }
    }
    if let Some(day) = op.shapes.iter().find_map(|shape| parse(*shape, t, op)) {
        return day.map(Some);
    }
    Err(if unknown_form(t).is_some() { Kind::Unk } else { Kind::Dat })
}

fn zeros(op: &DateOp) -> Result<Option<Ymd>, Kind> {
    match op.zeros {
        Zeros::Null => Ok(None),
        Zeros::Min => Ok(Some(MIN_DAY)),
        Zeros::Error => Err(Kind::Dat),
    }
}

fn nines(op: &DateOp) -> Result<Option<Ymd>, Kind> {
    match op.nines {
        Nines::Null => Ok(None),
        Nines::Max => Ok(Some(MAX_DAY)),
        Nines::Error => Err(Kind::Dat),
    }
}

/// What a source of `parts` holds.
struct Part {
    blank: bool,
    zeros: bool,
    nines: bool,
    /// One to four digits.
    number: Option<u32>,
}

fn chars_of(text: &str) -> impl Iterator<Item = char> + Clone + '_ {
    text.trim_matches(is_blank).chars().map(narrow)
}

impl Part {
    fn new(text: Option<&str>) -> Self {
        let chars = chars_of(text.unwrap_or(""));
        let count = chars.clone().take(5).count();
        let number = chars.clone().take(5).try_fold(0, |n, c| Some(n * 10 + c.to_digit(10)?));
        Self {
            blank: count == 0,
            zeros: chars.clone().all(|c| c == '0'),
            nines: count > 1 && chars.clone().all(|c| c == '9'),
            number: number.filter(|_| (1..=4).contains(&count)),
        }
    }
}

/// The day of year, month and day, or era, year, month and day, each in a source of its own; not all blank.
fn date_of_parts(sources: &[Option<&str>], op: &DateOp) -> Result<Option<Ymd>, Kind> {
    let (era, body) = match sources {
        [y, m, d] => (None, [*y, *m, *d]),
        [era, y, m, d] => (Some(era.unwrap_or("")), [*y, *m, *d]),
        _ => return Err(Kind::Dat),
    };
    let parts = body.map(Part::new);
    if parts.iter().all(|p| p.blank) {
        // The cell as a whole isn't blank, so an era stands alone.
        return if op.zeros == Zeros::Error { Err(Kind::Dat) } else { Ok(None) };
    }
    if parts.iter().all(|p| p.zeros) {
        return zeros(op);
    }
    let [Some(y), Some(m), Some(d)] = [&parts[0], &parts[1], &parts[2]].map(|p| p.number) else {
        return Err(Kind::Dat);
    };
    if parts.iter().all(|p| p.nines) {
        return nines(op);
    }
    match era {
        None => western(y, m, d).map(Some),
        Some(code) => {
            let era = era_of_code(code, &op.eras).ok_or(Kind::Dat)?;
            era_day(era, y, m, d).map(Some)
        }
    }
}

/// The era of a code, leading zeros not counted.
fn era_of_code(code: &str, eras: &EraCodes) -> Option<usize> {
    let code = chars_of(code).skip_while(|c| *c == '0');
    eras.iter().find(|(_, text)| code.clone().eq(text.trim_start_matches('0').chars())).map(|(era, _)| era)
}
