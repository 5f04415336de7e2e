//! Numbers: what vendors write, made canonical, and exact comparison.

use crate::chars::{is_blank, narrow};
use crate::value::Kind;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Canonical decimal text of a number with sign (+ - △ ▲ − in front, - behind), commas and full-width
/// digits: no leading zeros, no plus sign, exactly `scale` fraction digits.  TYP when it is no such number.
pub fn number(value: &str, scale: u8) -> Result<String, Kind> {
    let text = value.trim_matches(is_blank);
    let narrowed =
        if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.chars().map(narrow).collect()) };
    let (negative, unsigned) = sign(&narrowed);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
        Some(_) => return Err(Kind::Typ),
        None => (unsigned, ""),
    };
    if !is_whole(whole) {
        return Err(Kind::Typ);
    }
    let whole = whole.trim_start_matches(['0', ',']);
    let fraction = fraction.trim_end_matches('0');
    let scale = usize::from(scale);
    if fraction.len() > scale {
        return Err(Kind::Typ);
    }
    let mut out = String::with_capacity(whole.len().saturating_add(scale).saturating_add(3));
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    if whole.is_empty() {
        out.push('0');
    }
    out.extend(whole.chars().filter(|c| *c != ','));
    if scale > 0 {
        out.push('.');
        out.push_str(fraction);
        out.extend(std::iter::repeat_n('0', scale - fraction.len()));
    }
    Ok(out)
}

fn sign(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix('+') {
        (false, rest)
    } else if let Some(rest) = text.strip_prefix(['-', '△', '▲', '−']) {
        (true, rest)
    } else if let Some(rest) = text.strip_suffix('-') {
        (true, rest)
    } else {
        (false, text)
    }
}

/// Whether the text is one or more ASCII digits.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Digits, or groups of three behind the first of one to three.
fn is_whole(text: &str) -> bool {
    match text.split_once(',') {
        None => is_digits(text),
        Some((first, rest)) => {
            is_digits(first)
                && first.len() <= 3
                && rest.split(',').all(|group| group.len() == 3 && is_digits(group))
        }
    }
}

/// A decimal number of any length: `-12.50` is negative, `12` and `5`.
#[derive(Clone, Copy, Debug)]
pub struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    /// The number of `[+-]digits[.digits]`; None for any other text.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        if !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let zero = whole.is_empty() && fraction.is_empty();
        Some(Self { negative: negative && !zero, whole, fraction })
    }

    /// Exact comparison.
    pub fn compare(&self, other: &Self) -> Ordering {
        let size = || {
            let whole = self.whole.len().cmp(&other.whole.len());
            whole.then_with(|| self.whole.cmp(other.whole)).then_with(|| self.fraction.cmp(other.fraction))
        };
        match (self.negative, other.negative) {
            (false, false) => size(),
            (true, true) => size().reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}
