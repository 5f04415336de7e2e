//! One function per shape of a date.

use super::reader::Reader;
use super::settings::{DateOp, EraCodes, Shape};
use super::{era_day, month_length, western_day, Ymd, ERAS, MIN_DAY};
use crate::value::Kind;

pub(super) fn era_of_letter(c: char) -> Option<usize> {
    ERAS.iter().position(|e| e.letter == c.to_ascii_uppercase())
}

pub(super) fn western(y: u32, m: u32, d: u32) -> Result<Ymd, Kind> {
    western_day(i32::try_from(y).unwrap_or(i32::MAX), m, d)
}

/// None when the text hasn't this shape; an error when it has and the day is wrong.
type Parsed = Option<Result<Ymd, Kind>>;

fn iso(t: &[char]) -> Parsed {
    let mut r = Reader(t);
    if Reader(t).has("0000-01-01") && t.len() == 10 {
        return Some(Ok(MIN_DAY));
    }
    let y = r.digits(4, 4)?;
    let (m, d) = r.month_day()?;
    Some(western(y, m, d))
}

/// The numbers of `t` cut into `N` runs of digits of these lengths, when they make up all of it.
fn runs<const N: usize>(t: &[char], lengths: [usize; N]) -> Option<[u32; N]> {
    let mut r = Reader(t);
    let mut out = [0; N];
    for (n, length) in out.iter_mut().zip(lengths) {
        *n = r.digits(length, length)?;
    }
    r.end().map(|()| out)
}

fn year_day(y: u32, n: u32) -> Result<Ymd, Kind> {
    let year = i32::try_from(y).unwrap_or(i32::MAX);
    let mut rest = n;
    for m in 1..=12 {
        let length = month_length(year, m);
        if rest <= length {
            return western(y, m, rest);
        }
        rest -= length;
    }
    Err(Kind::Cal)
}

fn wareki_letter(t: &[char]) -> Parsed {
    let (first, rest) = t.split_first()?;
    let era = era_of_letter(*first)?;
    if let Some([y, m, d]) = runs(rest, [2, 2, 2]) {
        return Some(era_day(era, y, m, d));
    }
    let mut r = Reader(rest);
    let y = r.digits(1, 2)?;
    let (m, d) = r.month_day()?;
    Some(era_day(era, y, m, d))
}

fn wareki_kanji(t: &[char]) -> Parsed {
    let mut r = Reader(t);
    let era = r.era_name()?;
    let y = r.era_year()?;
    r.literal("年")?;
    let m = r.digits(1, 2)?;
    r.literal("月")?;
    let d = r.digits(1, 2)?;
    r.literal("日")?;
    r.end().map(|()| era_day(era, y, m, d))
}

fn wareki_code(t: &[char], width: usize, eras: &EraCodes) -> Parsed {
    let [code, y, m, d] = runs(t, [width, 2, 2, 2])?;
    let (era, _) = eras.iter().find(|(_, text)| {
        text.len() <= width && text.bytes().all(|b| b.is_ascii_digit()) && text.parse().unwrap_or(0) == code
    })?;
    Some(era_day(era, y, m, d))
}

pub(super) fn parse(shape: Shape, t: &[char], op: &DateOp) -> Parsed {
    match shape {
        Shape::Iso => iso(t),
        Shape::Ymd8 => runs(t, [4, 2, 2]).map(|[y, m, d]| western(y, m, d)),
        Shape::Ymd6 => runs(t, [2, 2, 2])
            .map(|[yy, m, d]| western(if yy < op.pivot { 2000 + yy } else { 1900 + yy }, m, d)),
        Shape::Ym6 => runs(t, [4, 2]).map(|[y, m]| western(y, m, 1)),
        Shape::Yj7 => runs(t, [4, 3]).map(|[y, n]| year_day(y, n)),
        Shape::WarekiLetter => wareki_letter(t),
        Shape::WarekiKanji => wareki_kanji(t),
        Shape::WarekiCode1 => wareki_code(t, 1, &op.eras),
        Shape::WarekiCode2 => wareki_code(t, 2, &op.eras),
        Shape::Parts => None,
    }
}
