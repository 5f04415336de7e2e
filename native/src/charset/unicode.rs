//! UTF-8 and UTF-16 beside the tables.

use super::blob::{is_private, Form};
use super::codec::{Kind, Problem};
use super::keep_unit;

/// As [`super::Codec::decode_part`].
pub fn decode_part(
    form: Form,
    bytes: &[u8],
    offset: u64,
    eof: bool,
    out: &mut Vec<u8>,
    problems: &mut Vec<Problem>,
) -> usize {
    match form {
        Form::Utf16Le => utf16(bytes, u16::from_le_bytes, offset, eof, out, problems),
        Form::Utf16Be => utf16(bytes, u16::from_be_bytes, offset, eof, out, problems),
        _ => utf8(bytes, offset, eof, out, problems),
    }
}

fn keep(unit: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(keep_unit(unit).encode_utf8(&mut [0; 4]).as_bytes());
}

/// Private-use characters of the source are listed, plane 15 with them.
fn list_private(text: &str, offset: u64, problems: &mut Vec<Problem>) {
    if text.bytes().all(|b| b < 0xEE) {
        return;
    }
    for (at, c) in text.char_indices() {
        if is_private(c) || matches!(c, '\u{F0000}'..='\u{FFFFF}') {
            problems.push(Problem {
                offset: offset + at as u64,
                len: c.len_utf8() as u8,
                kind: Kind::UserDefined,
            });
        }
    }
}

fn utf8(bytes: &[u8], offset: u64, eof: bool, out: &mut Vec<u8>, problems: &mut Vec<Problem>) -> usize {
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        let (good, bad) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), Some(0)),
            Err(e) => (e.valid_up_to(), e.error_len()),
        };
        let text = std::str::from_utf8(&rest[..good]).unwrap_or("");
        list_private(text, offset + at as u64, problems);
        out.extend_from_slice(text.as_bytes());
        at += good;
        if bad == Some(0) || (bad.is_none() && !eof) {
            return at;
        }
        for _ in 0..bad.unwrap_or(bytes.len() - at) {
            problems.push(Problem { offset: offset + at as u64, len: 1, kind: Kind::Undefined });
            keep(u32::from(bytes[at]), out);
            at += 1;
        }
    }
}

fn utf16(
    bytes: &[u8],
    read: fn([u8; 2]) -> u16,
    offset: u64,
    eof: bool,
    out: &mut Vec<u8>,
    problems: &mut Vec<Problem>,
) -> usize {
    let unit_at = |at: usize| bytes.get(at..at + 2).map(|b| read([b[0], b[1]]));
    let mut at = 0;
    while let Some(unit) = unit_at(at) {
        let mut list = |len, kind| problems.push(Problem { offset: offset + at as u64, len, kind });
        let low = unit_at(at + 2).filter(|u| (0xDC00..0xE000).contains(u));
        match (unit, low) {
            (0xD800..=0xDBFF, None) if !eof && bytes.len() - at < 4 => return at,
            (0xD800..=0xDBFF, Some(low)) => {
                let point = 0x1_0000 + (u32::from(unit & 0x3FF) << 10 | u32::from(low & 0x3FF));
                let c = char::from_u32(point).unwrap_or('\u{FFFD}');
                if point >= 0xF_0000 {
                    list(4, Kind::UserDefined);
                }
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at += 4;
                continue;
            }
            (0xD800..=0xDFFF, _) => {
                list(2, Kind::Undefined);
                keep(u32::from(unit), out);
            }
            _ => {
                let c = char::from_u32(u32::from(unit)).unwrap_or('\u{FFFD}');
                if is_private(c) {
                    list(2, Kind::UserDefined);
                }
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        at += 2;
    }
    if at < bytes.len() && eof {
        problems.push(Problem { offset: offset + at as u64, len: 1, kind: Kind::OddByte });
        keep(u32::from(bytes[at]), out);
        at += 1;
    }
    at
}

/// Appends the bytes of `text`; a character of plane 15 that keeps a byte or a lone surrogate becomes that again.
pub fn encode(form: Form, text: &str, out: &mut Vec<u8>) {
    for c in text.chars() {
        let low = c as u32 & 0xFFFF;
        let kept = matches!(c, '\u{F0000}'..='\u{FFFFF}');
        match form {
            _ if kept && low < 0x100 => out.push(low as u8),
            Form::Utf16Le | Form::Utf16Be => {
                let mut pair = [0; 2];
                let surrogate = [low as u16];
                let units = if kept && (0xD800..0xE000).contains(&low) {
                    &surrogate[..]
                } else {
                    c.encode_utf16(&mut pair)
                };
                for u in units {
                    out.extend_from_slice(&if form == Form::Utf16Be {
                        u.to_be_bytes()
                    } else {
                        u.to_le_bytes()
                    });
                }
            }
            _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
