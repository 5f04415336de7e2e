//! One field of a record as text.

use super::layout::{Field, Kind, Layout, Type};
use super::mixed::{turns, Turn};
use super::number::{edited, write, Number, Ways};
use super::words;
use crate::charset::codec::{Codec, Kind as Odd, Mode, Problem};
use crate::charset::cursor::Cursor;

/// What was found in a field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Told {
    Fine,
    /// No number: the place of the first byte that cannot be.
    NoNumber(usize),
    /// A double-byte run that doesn't end, or half a character: where, and the byte there.
    Shift(usize),
    HalfCharacter(usize),
}

/// A charset with a quick table of what is plain in it, and the ways of its numbers.
pub struct Reader {
    codec: Codec,
    host: bool,
    pub(super) single: Box<[u64; 256]>,
    double: Vec<u64>,
    pub(super) turns: [Turn; 256],
    pub ways: Ways,
}

/// Up to seven bytes and their number; 0 for what needs a closer look: two bytes that are no character may be parts of others.
fn word(text: &[u8], problems: &[Problem], mode: Mode) -> u64 {
    let kept = |p: &Problem| p.kind == Odd::UserDefined || (p.kind == Odd::Undefined && mode == Mode::Single);
    let plain = problems.iter().all(kept);
    if !plain || text.is_empty() || text.len() > 7 {
        return 0;
    }
    let mut raw = [0u8; 8];
    raw[..text.len()].copy_from_slice(text);
    u64::from_le_bytes(raw) | (text.len() as u64) << 56
}

impl Reader {
    /// `table` is that of the charset.
    pub fn new(layout: &Layout, table: &[u8]) -> Result<Self, String> {
        let codec = Codec::new(table)?;
        let ways = Ways {
            ebcdic: codec.space == 0x40,
            little: layout.little,
            ieee: layout.ieee,
            netcobol: layout.netcobol,
            space: codec.space,
        };
        let (mut text, mut problems) = (Vec::new(), Vec::new());
        let mut made = |bytes: &[u8], mode: Mode| {
            text.clear();
            problems.clear();
            codec.decode(bytes, mode, &mut text, &mut problems);
            word(&text, &problems, mode)
        };
        let mut single = Box::new([0u64; 256]);
        let mut double = Vec::new();
        if layout.host {
            for b in 0..=u8::MAX {
                single[usize::from(b)] = made(&[b], Mode::Single);
            }
            if single.contains(&0) {
                return Err("charset without single bytes".into());
            }
            double = (0..=u16::MAX).map(|u| made(&u.to_be_bytes(), Mode::Double)).collect();
        }
        let turns = turns(&codec);
        Ok(Self { codec, host: layout.host, single, double, turns, ways })
    }

    /// Whether X fields have one byte a character and N fields two.
    pub fn host(&self) -> bool {
        self.host
    }

    pub fn codec(&self) -> &Codec {
        &self.codec
    }

    /// What two bytes are in an N field; None for charsets that have no such fields.
    #[inline]
    pub(super) fn double_words(&self) -> Option<&[u64; 65_536]> {
        <&[u64; 65_536]>::try_from(&self.double[..]).ok()
    }

    /// Two-byte codes of user-defined characters.
    pub fn private_units(&self) -> std::collections::HashMap<char, u16> {
        let char_of = |word: u64| {
            let raw = word.to_le_bytes();
            let text = std::str::from_utf8(&raw[..usize::from(raw[7]).min(7)]).ok()?;
            text.chars().next().filter(|c| crate::chars::is_private_use(*c))
        };
        let units = self.double.iter().enumerate();
        units.filter_map(|(unit, word)| Some((char_of(*word)?, unit as u16))).collect()
    }

    /// Bytes of the field without its padding; the first is the number of bytes cut off on the left.
    #[inline]
    fn trimmed<'a>(&self, f: &Field, b: &'a [u8]) -> (usize, &'a [u8]) {
        let space = self.codec.space;
        let wide = self.codec.wide_space.to_be_bytes();
        let end = if f.kind == Type::N {
            words::without_wide_spaces(b, space, self.codec.wide_space)
        } else {
            words::without_spaces(b, space)
        };
        let mut start = 0;
        if f.right {
            let step = if f.kind == Type::N { 2 } else { 1 };
            let pad: &[u8] = if step == 2 { &wide } else { &wide[..0] };
            while start + step <= end && (b[start] == space || (step == 2 && b[start..start + 2] == *pad)) {
                start += step;
            }
        }
        (start, &b[start..end])
    }

    /// Appends the text of a field whose bytes are `b`.
    #[inline]
    pub fn text(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        match f.kind {
            Type::X if self.host => self.singles(f, b, out),
            Type::N if self.host => self.doubles(f, b, out),
            Type::M if self.host => self.mixed(f, b, out),
            Type::Zoned | Type::Packed if self.ways.plain_text(f, b, out) => Told::Fine,
            Type::X | Type::N | Type::M => self.coded(f, b, out),
            Type::Zoned | Type::Packed | Type::Binary => match self.ways.read(f, b) {
                Number::Bad(at) => Told::NoNumber(at),
                Number::Blank => {
                    if f.zero {
                        write(f, Number::Whole(0), out);
                    }
                    Told::Fine
                }
                n => {
                    write(f, n, out);
                    Told::Fine
                }
            },
            Type::Float => match self.ways.float(b) {
                Some(v) if v.is_finite() => {
                    out.extend_from_slice(v.to_string().as_bytes());
                    Told::Fine
                }
                _ => Told::NoNumber(0),
            },
            Type::Edited => self.edited(f, b, out),
        }
    }

    fn edited(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        let (mut text, mut problems) = (Vec::new(), Vec::new());
        self.codec.decode(b, Mode::Single, &mut text, &mut problems);
        match edited(&String::from_utf8_lossy(&text)) {
            Some(n) if n.is_empty() && f.zero => out.push(b'0'),
            Some(n) => out.extend_from_slice(n.as_bytes()),
            None => return Told::NoNumber(0),
        }
        Told::Fine
    }

    #[inline]
    pub(super) fn singles(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        let (start, text) = self.trimmed(f, b);
        if text.is_empty() {
            return Told::Fine;
        }
        // Padding is decoded too and taken back: the same steps for every value of a field, so that no branch is guessed wrongly.
        let padded = &b[start..];
        let mut cursor = Cursor::new(out, padded.len());
        cursor.put_each(padded, &self.single);
        cursor.done();
        let blank = (self.single[usize::from(self.codec.space)] >> 56 & 7) as usize;
        out.truncate(out.len() - (padded.len() - text.len()) * blank);
        Told::Fine
    }

    #[inline]
    fn doubles(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        let (_, body) = self.trimmed(f, b);
        let Some(words) = self.double_words().filter(|_| body.len() % 2 == 0) else {
            return self.coded(f, b, out);
        };
        let mut cursor = Cursor::new(out, body.len() / 2);
        for pair in body.chunks_exact(2) {
            let word = words[usize::from(pair[0]) << 8 | usize::from(pair[1])];
            if word == 0 {
                return self.coded(f, b, out);
            }
            cursor.put(word);
        }
        cursor.done();
        Told::Fine
    }

    #[inline]
    fn mixed(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        let (_, body) = self.trimmed(f, b);
        if self.plain_mixed(body, out) {
            return Told::Fine;
        }
        self.coded(f, b, out)
    }

    fn coded(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        let (cut, body) = self.trimmed(f, b);
        let mode = match f.kind {
            Type::X => Mode::Single,
            Type::N => Mode::Double,
            _ => Mode::Mixed,
        };
        let mut problems = Vec::new();
        self.codec.decode(body, mode, out, &mut problems);
        let at = |p: &Problem| cut + p.offset as usize;
        let found = |kind: Odd| problems.iter().find(|p| p.kind == kind);
        match (found(Odd::OddByte), found(Odd::MissingShiftOut)) {
            (Some(p), _) => Told::HalfCharacter(at(p)),
            (_, Some(p)) => Told::Shift(at(p)),
            _ => Told::Fine,
        }
    }

    /// Where field number `index` lies in a record, counters of varying tables read; None when it isn't there.
    pub fn place(&self, layout: &Layout, kind: &Kind, index: usize, body: &[u8]) -> Option<(usize, usize)> {
        let f = kind.fields.get(index)?;
        let mut at = f.at;
        for odo in &f.odo {
            let counter = &kind.fields[odo.counter];
            let (from, to) = self.place(layout, kind, odo.counter, body)?;
            let n = match self.ways.read(counter, &body[from..to]) {
                Number::Whole(n) => usize::try_from(n).ok()?,
                _ => 0,
            };
            if odo.element > n {
                return None;
            }
            if odo.element == 0 && layout.shrinks {
                at -= odo.stride * odo.most.saturating_sub(n);
            }
        }
        if let Some(when) = &f.when {
            let told = &kind.fields[when.field];
            let (from, to) = self.place(layout, kind, when.field, body)?;
            let mut text = Vec::new();
            self.text(told, &body[from..to], &mut text);
            if !when.among.iter().any(|v| v.as_bytes() == text) {
                return None;
            }
        }
        let to = (at + f.bytes).min(body.len());
        (at < to).then_some((at, to))
    }
}
