//! From a day to text: ISO, 和暦, and its parts.

use super::settings::{DatePart, DatePartOp, FormatDateOp, WrittenShape};
use super::{era_of, Ymd, ERAS};
use crate::value::Kind;

/// Appends `n` in decimal, with zeros in front up to `width` characters.
fn push_number(out: &mut String, n: u32, width: usize) {
    let digits = n.checked_ilog10().unwrap_or(0) as usize + 1;
    for place in (0..digits.max(width)).rev() {
        let power = u32::try_from(place).ok().and_then(|p| 10u32.checked_pow(p));
        let digit = power.map_or(0, |p| n / p % 10);
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

/// Appends `text`, with zeros in front up to `width` characters.
fn push_padded(out: &mut String, text: &str, width: usize) {
    for _ in text.chars().count()..width {
        out.push('0');
    }
    out.push_str(text);
}

fn year(y: i32) -> u32 {
    u32::try_from(y).unwrap_or(0)
}

/// YYYY-MM-DD.
pub fn iso_text((y, m, d): Ymd) -> String {
    let mut out = String::with_capacity(10);
    push_number(&mut out, year(y), 4);
    out.push('-');
    push_number(&mut out, m, 2);
    out.push('-');
    push_number(&mut out, d, 2);
    out
}

/// The three numbers of YYYY-MM-DD, not checked against the calendar; DAT when the text has another shape.
pub fn split_iso(value: &str) -> Result<Ymd, Kind> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = value.as_bytes() else {
        return Err(Kind::Dat);
    };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0u32, |n, b| {
            if b.is_ascii_digit() {
                Ok(n * 10 + u32::from(**b - b'0'))
            } else {
                Err(Kind::Dat)
            }
        })
    };
    let y = i32::try_from(number(&[a, b, c, d])?).unwrap_or(0);
    Ok((y, number(&[e, f])?, number(&[g, h])?))
}

/// The operation `format_date` on a value that is not blank.
pub fn format_date(value: &str, op: &FormatDateOp) -> Result<String, Kind> {
    let day = split_iso(value)?;
    let (y, m, d) = day;
    let mut out = String::with_capacity(24);
    match op.shape {
        WrittenShape::Iso => out.push_str(value),
        WrittenShape::Ymd8 => {
            push_number(&mut out, year(y), 4);
            push_number(&mut out, m, 2);
            push_number(&mut out, d, 2);
        }
        shape => wareki(&mut out, day, shape, op)?,
    }
    Ok(out)
}

fn wareki(out: &mut String, day: Ymd, shape: WrittenShape, op: &FormatDateOp) -> Result<(), Kind> {
    let index = era_of(day)?;
    let era = ERAS.get(index).ok_or(Kind::Era)?;
    let (y, m, d) = (year(day.0.saturating_sub(era.base)), day.1, day.2);
    match shape {
        WrittenShape::WarekiKanji => {
            out.push_str(era.name);
            if y == 1 {
                out.push('元');
            } else {
                push_number(out, y, 1);
            }
            out.push('年');
            push_number(out, m, 1);
            out.push('月');
            push_number(out, d, 1);
            out.push('日');
            return Ok(());
        }
        WrittenShape::WarekiLetter => out.push(era.letter),
        WrittenShape::WarekiCode2 => push_padded(out, op.eras.code(index)?, 2),
        _ => push_padded(out, op.eras.code(index)?, 1),
    }
    for n in [y, m, d] {
        push_number(out, n, 2);
    }
    Ok(())
}

/// The operation `date_part` on a value that is not blank.
pub fn date_part(value: &str, op: &DatePartOp) -> Result<String, Kind> {
    let day = split_iso(value)?;
    let width = usize::from(op.width);
    let mut out = String::with_capacity(8);
    match op.part {
        DatePart::Year => push_number(&mut out, year(day.0), width),
        DatePart::Month => push_number(&mut out, day.1, width),
        DatePart::Day => push_number(&mut out, day.2, width),
        DatePart::Era => push_padded(&mut out, op.eras.code(era_of(day)?)?, width),
        DatePart::EraYear => {
            let base = ERAS.get(era_of(day)?).map_or(0, |e| e.base);
            push_number(&mut out, year(day.0.saturating_sub(base)), width);
        }
    }
    Ok(out)
}
