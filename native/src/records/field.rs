//! One field of a record as text.

use super::layout::{Field, Kind, Layout, Type};
use super::mixed::{turns, Turn};
use super::number::{edited, write, Number, Ways};
use super::wide::Rows;
use super::{padding, words};
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
    /// The single bytes that are one byte of UTF-8 too; 0x80 for all else.
    plain: Box<[u8; 256]>,
    rows: Rows,
    /// Of each pair of bytes up to three bytes of UTF-8 and in the top byte their number, or LONG and its place in `long`;
    /// 0 for what needs a closer look.  Half as large as whole words, since a cache is small.
    double: Vec<u32>,
    long: Vec<u64>,
    pub(super) turns: [Turn; 256],
    pub ways: Ways,
}

/// Marks what is longer than three bytes.
const LONG: u32 = 0x8000_0000;

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
        let mut plain = Box::new([0x80; 256]);
        let (mut double, mut long) = (Vec::new(), Vec::new());
        if layout.host {
            for b in 0..=u8::MAX {
                single[usize::from(b)] = made(&[b], Mode::Single);
            }
            if single.contains(&0) {
                return Err("charset without single bytes".into());
            }
            for (byte, word) in plain.iter_mut().zip(single.iter()).filter(|(_, word)| **word >> 56 == 1) {
                *byte = *word as u8;
            }
            let short = |word: u64| match word >> 56 {
                0 => 0,
                n @ 1..=3 => (n as u32) << 24 | word as u32 & 0xFF_FFFF,
                _ => {
                    long.push(word);
                    LONG | (long.len() - 1) as u32
                }
            };
            double = (0..=u16::MAX).map(|u| made(&u.to_be_bytes(), Mode::Double)).map(short).collect();
        }
        let turns = turns(&codec);
        Ok(Self {
            codec,
            host: layout.host,
            single,
            rows: Rows::new(&plain),
            plain,
            double,
            long,
            turns,
            ways,
        })
    }

    /// Whether X fields have one byte a character and N fields two.
    pub fn host(&self) -> bool {
        self.host
    }

    /// Whether a field has one byte a character.
    pub(super) fn single(&self, f: &Field) -> bool {
        self.host && f.kind == Type::X
    }

    pub fn codec(&self) -> &Codec {
        &self.codec
    }

    /// What two bytes are in an N field; None for charsets that have no such fields.
    #[inline]
    pub(super) fn pairs(&self) -> Option<&[u32; 65_536]> {
        <&[u32; 65_536]>::try_from(&self.double[..]).ok()
    }

    /// Appends what a word of [`Self::pairs`] says; false when it needs a closer look.
    #[inline(always)]
    pub(super) fn put_pair(&self, word: u32, cursor: &mut Cursor<'_>) -> bool {
        if word & LONG == 0 && word != 0 {
            cursor.put_short(word);
            return true;
        }
        let long = self.long.get((word & !LONG) as usize).filter(|_| word != 0);
        long.inspect(|w| cursor.put(**w)).is_some()
    }

    /// Two-byte codes of user-defined characters.
    pub fn private_units(&self) -> std::collections::HashMap<char, u16> {
        let char_of = |word: u32| {
            let (raw, n) = match word & LONG {
                0 => (u64::from(word).to_le_bytes(), word >> 24),
                _ => self.long.get((word & !LONG) as usize).map(|w| (w.to_le_bytes(), (w >> 56) as u32))?,
            };
            let text = std::str::from_utf8(raw.get(..n as usize)?).ok()?;
            text.chars().next().filter(|c| crate::chars::is_private_use(*c))
        };
        let units = self.double.iter().enumerate();
        units.filter_map(|(unit, word)| Some((char_of(*word)?, unit as u16))).collect()
    }

    /// Where the text of a field begins and ends, without its padding; `record` begins with the field.
    #[inline(always)]
    fn trimmed(&self, f: &Field, record: &[u8], n: usize) -> (usize, usize) {
        let space = self.codec.space;
        let wide = self.codec.wide_space.to_be_bytes();
        let end = if f.kind == Type::N {
            padding::without_wide_spaces(record, n, space, self.codec.wide_space)
        } else {
            padding::without_spaces(record, n, space)
        };
        let mut start = 0;
        if f.right {
            let step = if f.kind == Type::N { 2 } else { 1 };
            let pad: &[u8] = if step == 2 { &wide } else { &wide[..0] };
            while start + step <= end
                && (record[start] == space || (step == 2 && record[start..start + 2] == *pad))
            {
                start += step;
            }
        }
        (start, end)
    }

    /// Appends the text of a field, which is what `record` begins with: all of it, if it is shorter.
    #[inline]
    pub fn text(&self, f: &Field, record: &[u8], out: &mut Vec<u8>) -> Told {
        let b = &record[..f.bytes.min(record.len())];
        match f.kind {
            Type::X if self.host => self.any_singles(f, record, out),
            Type::N if self.host => self.doubles(f, record, out),
            Type::M if self.host => self.mixed(f, record, out),
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

    /// As [`Self::text`] of an X field of a host charset whose bytes are `STEPS` times eight, the last step in part or whole.
    #[inline(always)]
    pub(super) fn singles<const STEPS: usize>(&self, f: &Field, record: &[u8], out: &mut Vec<u8>) -> Told {
        let start = out.len();
        out.resize(start + 8 * STEPS, 0);
        let kept = self.plain_singles::<STEPS>(f, record, &mut out[start..]);
        out.truncate(start + kept.unwrap_or(0));
        match kept {
            Some(_) => Told::Fine,
            None => self.any_singles(f, record, out),
        }
    }

    /// As [`Self::singles`] of some records, and where each of the texts ends.  How many were done before the first that needs
    /// a closer look, and whether one of them is empty.
    pub(super) fn wide_singles(
        &self,
        f: &Field,
        bodies: &[&[u8]],
        text: &mut Vec<u8>,
        ends: &mut Vec<i32>,
    ) -> (usize, bool) {
        if f.right {
            return (0, false);
        }
        self.rows.append(bodies, (f.at, f.bytes), self.codec.space, text, ends)
    }

    /// As [`Self::text`] of unsigned whole numbers of at most eight bytes in some records, and where each of the texts ends: how
    /// many were done before the first that needs a closer look.
    pub(super) fn number_texts(
        &self,
        f: &Field,
        bodies: &[&[u8]],
        text: &mut Vec<u8>,
        ends: &mut Vec<i32>,
    ) -> usize {
        let (n, digits, zone) = (f.bytes, f.digits, self.ways.zone());
        if f.signed || f.scale != 0 || n > 8 {
            return 0;
        }
        let place = (f.at, n);
        match f.kind {
            Type::Zoned if digits == n => {
                words::append_digits(bodies, place, digits, text, ends, |w| words::zoned_digits(w, n, zone))
            }
            Type::Packed if f.nibble && (1..=16).contains(&digits) => {
                words::append_digits(bodies, place, digits, text, ends, |w| words::packed_digits(w, digits))
            }
            _ => 0,
        }
    }

    /// As [`Self::singles`] into room that is there already; None when the field needs a closer look.
    #[inline(always)]
    pub(super) fn plain_singles<const STEPS: usize>(
        &self,
        f: &Field,
        record: &[u8],
        room: &mut [u8],
    ) -> Option<usize> {
        if f.right {
            return None;
        }
        padding::translated::<STEPS>(record, f.bytes, self.codec.space, &self.plain, room)
    }

    /// An X field of a host charset, of any length and with any characters.
    ///
    /// Padding is decoded too and taken back: the same steps for every value of a field, so that no branch is guessed wrongly.
    #[inline(never)]
    pub(super) fn any_singles(&self, f: &Field, record: &[u8], out: &mut Vec<u8>) -> Told {
        let n = f.bytes.min(record.len());
        let (start, end) = self.trimmed(f, record, n);
        if start < end {
            let mut cursor = Cursor::new(out, n - start);
            cursor.put_each(&record[start..n], &self.single);
            cursor.done();
            let blank = (self.single[usize::from(self.codec.space)] >> 56 & 7) as usize;
            out.truncate(out.len() - (n - end) * blank);
        }
        Told::Fine
    }

    #[inline(always)]
    pub(super) fn doubles(&self, f: &Field, record: &[u8], out: &mut Vec<u8>) -> Told {
        let n = f.bytes.min(record.len());
        let (start, end) = self.trimmed(f, record, n);
        let body = &record[start..end];
        let Some(pairs) = self.pairs().filter(|_| body.len() % 2 == 0) else {
            return self.coded(f, &record[..n], out);
        };
        let mut cursor = Cursor::new(out, body.len() / 2);
        for pair in body.chunks_exact(2) {
            if !self.put_pair(pairs[usize::from(pair[0]) << 8 | usize::from(pair[1])], &mut cursor) {
                return self.coded(f, &record[..n], out);
            }
        }
        cursor.done();
        Told::Fine
    }

    #[inline]
    pub(super) fn mixed(&self, f: &Field, record: &[u8], out: &mut Vec<u8>) -> Told {
        let n = f.bytes.min(record.len());
        let (start, end) = self.trimmed(f, record, n);
        if self.plain_mixed(&record[start..end], out) {
            return Told::Fine;
        }
        self.coded(f, &record[..n], out)
    }

    #[inline(never)]
    fn coded(&self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> Told {
        let (cut, end) = self.trimmed(f, b, b.len());
        let body = &b[cut..end];
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
            let (from, _) = self.place(layout, kind, when.field, body)?;
            let mut text = Vec::new();
            self.text(told, &body[from..], &mut text);
            if !when.among.iter().any(|v| v.as_bytes() == text) {
                return None;
            }
        }
        let to = (at + f.bytes).min(body.len());
        (at < to).then_some((at, to))
    }
}
