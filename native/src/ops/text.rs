//! Operations on text that never fail; each gives the value back untouched where nothing changes.

use super::Side;
use crate::chars::{self, is_selector, CharOp};
use crate::charset::Charset;
use crate::tables::Table;
use std::borrow::Cow;

type Text<'a> = Cow<'a, str>;

/// The part of `text` from byte `start` to byte `end`, both at characters, without copying.
fn slice(text: Text<'_>, start: usize, end: usize) -> Text<'_> {
    match text {
        Cow::Borrowed(s) => Cow::Borrowed(s.get(start..end).unwrap_or("")),
        Cow::Owned(mut s) => {
            s.truncate(end.min(s.len()));
            s.drain(..start.min(s.len()));
            Cow::Owned(s)
        }
    }
}

/// Byte position of the character number `n` (from 0); None when the text has no more than `n`.
fn position(text: &str, n: usize) -> Option<usize> {
    if text.is_ascii() {
        return (n < text.len()).then_some(n);
    }
    text.char_indices().nth(n).map(|(at, _)| at)
}

/// Without the blanks at its ends.
pub fn trim(text: Text<'_>, side: Side) -> Text<'_> {
    let end = match side {
        Side::Left => text.len(),
        _ => text.trim_end_matches(chars::is_blank).len(),
    };
    let start = match side {
        Side::Right => 0,
        _ => end.saturating_sub(text.get(..end).map_or(0, |t| t.trim_start_matches(chars::is_blank).len())),
    };
    slice(text, start, end)
}

/// Copies the text up to byte `at` and gives it with room for the rest.
fn head(text: &str, at: usize) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(16));
    out.push_str(text.get(..at).unwrap_or(""));
    out
}

/// Every character by `op`.
pub fn map_chars<'a>(op: &CharOp, text: Text<'a>) -> Text<'a> {
    let same = |c: char| chars::map_char(op, c).is_same(c);
    let Some(at) = text.find(|c| !same(c)) else {
        return text;
    };
    let mut out = head(&text, at);
    let mut rest = text.get(at..).unwrap_or("").chars().peekable();
    while let Some(c) = rest.next() {
        let joined = match rest.peek() {
            Some(mark) if *op == CharOp::KanaFull => chars::compose(c, *mark),
            _ => None,
        };
        if let Some(full) = joined {
            out.push(full);
            rest.next();
        } else {
            chars::map_char(op, c).push_to(&mut out);
        }
    }
    Cow::Owned(out)
}

/// Dashes behind kana as long-vowel marks.
pub fn long_vowel(text: Text<'_>) -> Text<'_> {
    let Some(at) = text.find(chars::is_dash) else {
        return text;
    };
    let mut out = head(&text, at);
    let mut before = out.chars().next_back();
    for c in text.get(at..).unwrap_or("").chars() {
        let mark = before.filter(|_| chars::is_dash(c)).and_then(chars::long_vowel_after);
        let c = mark.unwrap_or(c);
        out.push(c);
        before = Some(c);
    }
    Cow::Owned(out)
}

/// User-defined characters by the table; a character and the selector behind it are looked up together first.
pub fn gaiji<'a>(table: &Table, text: Text<'a>) -> Text<'a> {
    if !text.chars().any(|c| table.get_char(c).is_some() || is_selector(c)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or("");
        let selector = behind.chars().next().filter(|s| is_selector(*s)).map_or(0, char::len_utf8);
        let pair = rest.get(..c.len_utf8() + selector).filter(|_| selector > 0);
        if let Some(to) = pair.and_then(|p| table.get(p)) {
            out.push_str(to);
            rest = behind.get(selector..).unwrap_or("");
            continue;
        }
        match table.get_char(c) {
            Some(to) => out.push_str(to),
            None => out.push(c),
        }
        rest = behind;
    }
    Cow::Owned(out)
}

/// With `fill` in front up to `width` characters.
pub fn pad(text: Text<'_>, width: u16, fill: char) -> Text<'_> {
    let missing = usize::from(width).saturating_sub(text.chars().count());
    if missing == 0 {
        return text;
    }
    let mut out = String::with_capacity(text.len().saturating_add(missing.saturating_mul(fill.len_utf8())));
    out.extend(std::iter::repeat_n(fill, missing));
    out.push_str(&text);
    Cow::Owned(out)
}

/// Without leading `c`; one stays when nothing else would.
pub fn strip(text: Text<'_>, c: char) -> Text<'_> {
    let left = text.trim_start_matches(c).len();
    let kept = if left == 0 { c.len_utf8() } else { left };
    let (start, end) = (text.len().saturating_sub(kept), text.len());
    slice(text, start, end)
}

/// With `what` before the character number `at`, when there is one.
pub fn insert<'a>(text: Text<'a>, what: &str, at: usize) -> Text<'a> {
    let Some((before, after)) = position(&text, at).and_then(|p| text.split_at_checked(p)) else {
        return text;
    };
    Cow::Owned([before, what, after].concat())
}

/// The part number `index` between separators, or all from it on; empty when there is none.
pub fn split<'a>(text: Text<'a>, separator: &str, index: usize, rest: bool) -> Text<'a> {
    let mut start = 0;
    let find = |from: usize| text.get(from..).and_then(|t| t.find(separator)).map(|at| from + at);
    for _ in 0..index {
        match find(start) {
            Some(at) => start = at + separator.len(),
            None => return Cow::Borrowed(""),
        }
    }
    let end = if rest { None } else { find(start) }.unwrap_or(text.len());
    slice(text, start, end)
}

/// At most `length` characters from character `start` on.
pub fn substr(text: Text<'_>, start: usize, length: usize) -> Text<'_> {
    let Some(from) = position(&text, start) else {
        return Cow::Borrowed("");
    };
    let to = position(&text, start.saturating_add(length)).unwrap_or(text.len());
    slice(text, from, to)
}

/// The characters that lie whole within `length` bytes from byte `start` on, in the charset.
pub fn substr_bytes(text: &str, start: usize, length: usize, charset: Charset) -> String {
    let end = start.saturating_add(length);
    let mut at: usize = 0;
    let mut out = String::new();
    for c in text.chars() {
        let next = at.saturating_add(encoded_length(c, charset));
        if start <= at && next <= end {
            out.push(c);
        }
        at = next;
    }
    out
}

/// Bytes of one character: half kana 1 in CP932 and 2 in EUC-JP, other non-ASCII 2; a kept code unit as long as
/// it was.  JIS X 0212 (three bytes in EUC-JP) counts 2.
pub fn encoded_length(c: char, charset: Charset) -> usize {
    let kept = chars::is_undecodable(c).then_some(c as u32 & 0xFFFF);
    match (charset, kept) {
        (Charset::Utf8, Some(0..=0xFF)) => 1,
        (Charset::Utf8, _) => c.len_utf8(),
        (Charset::Utf16Le | Charset::Utf16Be, Some(0xD800..=0xDFFF)) => 2,
        (Charset::Utf16Le | Charset::Utf16Be, _) => c.len_utf16() * 2,
        (_, Some(0..=0xFF)) => 1,
        (Charset::EucJp, Some(unit)) if unit & 0x80 == 0 => 3,
        (_, Some(_)) => 2,
        (Charset::Cp932, None) if matches!(c, '｡'..='ﾟ') => 1,
        (_, None) if c.is_ascii() => 1,
        (_, None) => 2,
    }
}
