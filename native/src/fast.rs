//! Accelerators: the shapes that nearly all cells have, done without strings.
//!
//! An accelerator answers only when it is certain that the general path would give the same value and no finding;
//! else it says so and the general path starts over.  So it decides nothing, it only saves time, and a
//! program with `fast` off gives the same bytes (a property test holds it to that).

use crate::charset::Charset;
use crate::dates::{days_from_civil, era_day, western_day, Ymd};
use crate::memo::Memo;
use crate::short::{digits16, load16, load8, pack7, padded16, pairs8, push16, push8, two_digits, zeros16};
use crate::text::{decode_table, flag, Decoded, TextTable};
use std::sync::Arc;

#[repr(u8)]
pub enum Fast {
    /// Always the general path.
    None,
    /// The same bytes in every record.
    Const {
        text: Vec<u8>,
        index: i16,
    },
    Text(TextFast),
    /// Sources are joined.
    Joined(TextFast),
    Digits(DigitsFast),
    Code(CodeFast),
    Date(DateFast),
}

impl Fast {
    /// How a date is read.
    pub fn date_shapes(&self) -> Option<DateShapes> {
        match self {
            Self::Date(date) => Some(date.shapes),
            _ => None,
        }
    }
}

/// What an accelerator made of a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The value stands at the end of the output.
    Text,
    /// The same, and a gaiji operation made some of it.
    Replaced,
    /// The value stands at the end of the output; its place in the code list.
    Index(i16),
    /// The value, a day, stands at the end of the output.
    Day(Day),
    Blank,
    Slow,
}

pub struct TextFast {
    pub table: Arc<TextTable>,
    pub charset: Charset,
    /// The full-width blank.
    pub wide: &'static [u8],
    pub trim: bool,
    /// Sources are joined, blank ones left out.
    pub joins: bool,
    pub separator: Vec<u8>,
    /// Flags that a good value does not have.
    pub forbidden: u8,
    pub max_chars: u32,
    pub min_chars: u32,
}

impl TextFast {
    /// A field by itself.
    pub fn one(&self, src: &[u8], memo: &mut Memo, out: &mut Vec<u8>) -> Verdict {
        let start = out.len();
        let src = if self.trim { self.without_blanks(src, true) } else { src };
        if src.is_empty() || (self.joins && self.skip_blanks(src).is_empty()) {
            return Verdict::Blank;
        }
        let decoded = memo.decode(&self.table, self.charset, src, out);
        self.verdict(decoded, start, out)
    }

    /// Several fields, joined.
    pub fn joined<'a>(&self, sources: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Verdict {
        let start = out.len();
        let mut all = Decoded { chars: 0, flags: 0, replaced: false };
        for src in sources {
            let src = if self.trim { self.without_blanks(src, out.len() == start) } else { src };
            if src.is_empty() || (self.joins && self.skip_blanks(src).is_empty()) {
                continue;
            }
            if out.len() > start && !self.separator.is_empty() {
                return Verdict::Slow;
            }
            let decoded = decode_table(&self.table, self.charset, src, out);
            all.flags |= decoded.flags;
            all.chars += decoded.chars;
            all.replaced |= decoded.replaced;
        }
        self.verdict(all, start, out)
    }

    #[inline]
    fn verdict(&self, all: Decoded, start: usize, out: &mut Vec<u8>) -> Verdict {
        let gone = if self.trim { trim_end(out, start) } else { 0 };
        let chars = all.chars - gone.min(all.chars);
        if out.len() == start {
            return if all.flags & flag::SLOW == 0 { Verdict::Blank } else { Verdict::Slow };
        }
        // A forbidden flag may come from a blank that was trimmed: the general path knows.
        if all.flags & self.forbidden != 0 || chars > self.max_chars || chars < self.min_chars {
            return Verdict::Slow;
        }
        if all.replaced {
            Verdict::Replaced
        } else {
            Verdict::Text
        }
    }

    /// Leading blanks go from the first text; ASCII blanks at the end go early, for they would look like half-width text
    /// (they are never the second byte of a character).
    #[inline]
    fn without_blanks<'a>(&self, src: &'a [u8], first: bool) -> &'a [u8] {
        match *src {
            [a, .., b] if !matches!(b, b' ' | b'\t') && !self.may_be_blank(a) => src,
            _ => self.trimmed(src, first),
        }
    }

    #[inline(never)]
    fn trimmed<'a>(&self, src: &'a [u8], first: bool) -> &'a [u8] {
        let mut src = if first { self.skip_blanks(src) } else { src };
        if !self.joins {
            while let [rest @ .., b' ' | b'\t'] = src {
                src = rest;
            }
        }
        src
    }

    /// Whether a text that begins so may begin with a blank.
    fn may_be_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t') || byte == self.wide[0]
    }

    fn skip_blanks<'a>(&self, src: &'a [u8]) -> &'a [u8] {
        let mut rest = src;
        while rest.first().is_some_and(|b| self.may_be_blank(*b)) {
            rest = match rest {
                [b' ' | b'\t', tail @ ..] => tail,
                _ => match rest.strip_prefix(self.wide) {
                    Some(tail) => tail,
                    None => return rest,
                },
            };
        }
        rest
    }
}

/// The full-width blank.
pub fn wide_blank(charset: Charset) -> &'static [u8] {
    match charset {
        Charset::Cp932 => b"\x81\x40",
        Charset::EucJp => b"\xA1\xA1",
        _ => "\u{3000}".as_bytes(),
    }
}

/// Drops blanks at the end of `out` behind `start`; gives how many characters went.
fn trim_end(out: &mut Vec<u8>, start: usize) -> u32 {
    let mut gone = 0;
    loop {
        let len = match &out[start..] {
            [.., last] if !matches!(last, b' ' | b'\t' | 0x80) => return gone,
            [.., b' ' | b'\t'] => out.len() - 1,
            [.., 0xE3, 0x80, 0x80] => out.len() - 3,
            _ => return gone,
        };
        out.truncate(len);
        gone += 1;
    }
}

fn trim_ascii(mut src: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] | [rest @ .., b' '] = src {
        src = rest;
    }
    src
}

/// Numbers of up to [`DigitsFast::LONGEST`] digits.
pub struct DigitsFast {
    pub trim: bool,
    /// Zeros are put in front up to this length.
    pub pad: usize,
    pub max: usize,
    pub min: usize,
    pub strip_zeros: bool,
    pub check: Option<fn(&[u8]) -> bool>,
}

impl DigitsFast {
    pub const LONGEST: usize = 16;

    pub fn run(&self, src: &[u8], out: &mut Vec<u8>) -> Verdict {
        let v = if self.trim { trim_ascii(src) } else { src };
        let mut len = v.len();
        if len == 0 || len > Self::LONGEST {
            return Verdict::Slow;
        }
        let mut word = load16(v);
        if !digits16(word, len) {
            return Verdict::Slow;
        }
        if self.strip_zeros {
            let zeros = zeros16(word, len - 1);
            word >>= 8 * zeros;
            len -= zeros;
        }
        let wanted = len.max(self.pad);
        if wanted > self.max || wanted < self.min {
            return Verdict::Slow;
        }
        let start = out.len();
        push16(out, padded16(word, wanted - len), wanted);
        match self.check {
            Some(ok) if !ok(&out[start..]) => Verdict::Slow,
            _ => Verdict::Text,
        }
    }
}

/// Codes of up to seven bytes, found by their bytes as one integer.
pub struct CodeFast {
    pub trim: bool,
    /// Packed source, packed code and its place; a source of zero is a free slot, and there always is one.
    slots: Box<[(u64, u64, i16)]>,
    shift: u32,
}

impl CodeFast {
    /// `pairs`: bytes in the source, code in the output, its place in the code list.  Pairs that are too
    /// long are left to the general path.
    pub fn new(trim: bool, pairs: impl Iterator<Item = (Vec<u8>, String, i16)>) -> Self {
        let packed = |(from, to, index): (Vec<u8>, String, i16)| {
            Some((pack7(&from).filter(|key| *key != 0)?, pack7(to.as_bytes())?, index))
        };
        let pairs: Vec<_> = pairs.filter_map(packed).collect();
        let room = (2 * pairs.len() + 1).next_power_of_two().max(2);
        let mut made =
            Self { trim, slots: vec![(0, 0, 0); room].into(), shift: u64::BITS - room.trailing_zeros() };
        for pair in pairs {
            let at = made.place(pair.0);
            made.slots[at] = pair;
        }
        made
    }

    /// The slot of `key`, or the free one where it would be.
    #[inline]
    fn place(&self, key: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize & last;
        while self.slots[at].0 != key && self.slots[at].0 != 0 {
            at = (at + 1) & last;
        }
        at
    }

    pub fn run(&self, src: &[u8], out: &mut Vec<u8>) -> Verdict {
        let v = if self.trim { trim_ascii(src) } else { src };
        let Some(key) = pack7(v) else { return Verdict::Slow };
        let (from, to, index) = self.slots[self.place(key)];
        if from != key || key == 0 {
            return Verdict::Slow;
        }
        push8(out, to, (to >> 56 & 7) as usize);
        Verdict::Index(index)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    Day,
    UnknownFlag,
    UnknownText,
}

/// How a date is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DateShapes {
    pub trim: bool,
    pub ymd8: bool,
    pub letter: bool,
    /// YYYY-MM-DD only, as the standard writes it.
    pub iso: bool,
    pub zeros_blank: bool,
}

pub struct DateFast {
    pub shapes: DateShapes,
    pub part: DatePart,
    /// All dates of this source are read alike, so that what one read serves the next.
    pub again: bool,
    /// Days between which a value must lie.
    pub span: Option<(i32, i32)>,
    /// The place of the flag 0 in the code list.
    pub no_flag: i16,
}

/// A day in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Day(u32);

impl Day {
    fn new((y, m, d): Ymd) -> Self {
        Self((y as u32) << 9 | m << 5 | d)
    }

    #[inline]
    fn parts(self) -> (u32, u32, u32) {
        (self.0 >> 9, self.0 >> 5 & 15, self.0 & 31)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        let (y, m, d) = self.parts();
        days_from_civil(y as i32, m, d)
    }
}

/// What a field says as a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayRead {
    Day(Day),
    Blank,
    Slow,
}

impl DateShapes {
    pub fn read(&self, src: &[u8]) -> DayRead {
        let v = if self.trim { trim_ascii(src) } else { src };
        let day = match v.len() {
            8 if self.ymd8 => {
                if v == b"00000000" && self.zeros_blank {
                    return DayRead::Blank;
                }
                pairs8(load8(v)).and_then(western)
            }
            7 if self.letter => letter_date(v),
            10 if self.iso => iso_date(v),
            _ => None,
        };
        day.map_or(DayRead::Slow, |day| DayRead::Day(Day::new(day)))
    }
}

impl DateFast {
    pub fn put(&self, read: DayRead, out: &mut Vec<u8>) -> Verdict {
        let day = match read {
            DayRead::Day(day) => day,
            DayRead::Blank => return Verdict::Blank,
            DayRead::Slow => return Verdict::Slow,
        };
        match self.part {
            DatePart::Day => {
                if let Some((first, last)) = self.span {
                    let days = day.days();
                    if days < first || days > last {
                        return Verdict::Slow;
                    }
                }
                write_iso(day, out);
                Verdict::Day(day)
            }
            DatePart::UnknownFlag => {
                out.push(b'0');
                Verdict::Index(self.no_flag)
            }
            DatePart::UnknownText => Verdict::Blank,
        }
    }
}

/// Century, year in it, month and day.
fn western([century, year, month, day]: [u32; 4]) -> Option<Ymd> {
    western_day((100 * century + year) as i32, month, day).ok()
}

fn letter_date(v: &[u8]) -> Option<Ymd> {
    let era = b"MTSHR".iter().position(|c| *c == v[0])?;
    let [_, year, month, day] = pairs8(load8(v) >> 8 << 16 | 0x3030)?;
    era_day(era, year, month, day).ok()
}

fn iso_date(v: &[u8]) -> Option<Ymd> {
    let raw = [v[0], v[1], v[2], v[3], v[5], v[6], v[8], v[9]];
    (v[4] == b'-' && v[7] == b'-').then_some(())?;
    western(pairs8(u64::from_le_bytes(raw))?)
}

/// Days since 1970-01-01 of YYYY-MM-DD, also of 0000-01-01, the standard's beginning of an open range.
pub fn days_of_iso(v: &[u8]) -> Option<i32> {
    if v == b"0000-01-01" {
        return Some(days_from_civil(0, 1, 1));
    }
    let (y, m, d) = (v.len() == 10).then(|| iso_date(v)).flatten()?;
    Some(days_from_civil(y, m, d))
}

fn write_iso(day: Day, out: &mut Vec<u8>) {
    let (y, m, d) = day.parts();
    let year = two_digits(y / 100) | two_digits(y % 100) << 16;
    let text = u128::from(year | 0x2D << 32 | two_digits(m) << 40 | 0x2D << 56);
    push16(out, text | u128::from(two_digits(d)) << 64, 10);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(shapes: DateShapes, text: &str) -> Option<String> {
        let DayRead::Day(day) = shapes.read(text.as_bytes()) else { return None };
        let mut out = Vec::new();
        write_iso(day, &mut out);
        Some(String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn dates_in_their_shapes() {
        let all = DateShapes { trim: true, ymd8: true, letter: true, iso: true, zeros_blank: true };
        for (text, day) in [
            ("19800412", "1980-04-12"),
            (" S550412 ", "1980-04-12"),
            ("R010501", "2019-05-01"),
            ("99991231", "9999-12-31"),
            ("0001-01-01", "0001-01-01"),
        ] {
            assert_eq!(iso(all, text).as_deref(), Some(day), "{text}");
        }
        for text in
            ["99999999", "H310501", "S000101", "s550412", "1980-02-30", "1980/04/12", "M050101", "20230229"]
        {
            assert_eq!(all.read(text.as_bytes()), DayRead::Slow, "{text}");
        }
        assert_eq!(all.read(b"00000000"), DayRead::Blank);
    }

    #[test]
    fn ends_are_trimmed() {
        let mut out = "x　 あ 　".as_bytes().to_vec();
        assert_eq!(trim_end(&mut out, 1), 2);
        assert_eq!(out, "x　 あ".as_bytes());
    }

    #[test]
    fn codes_by_bytes() {
        let fast = CodeFast::new(true, [(b"1".to_vec(), "02".to_string(), 0)].into_iter());
        let mut out = Vec::new();
        assert_eq!(fast.run(b" 1 ", &mut out), Verdict::Index(0));
        assert_eq!(out, b"02");
        assert_eq!(fast.run(b"2", &mut out), Verdict::Slow);
        assert_eq!(fast.run(b"", &mut out), Verdict::Slow);
        let many = (0..300).map(|n| (n.to_string().into_bytes(), n.to_string(), n));
        let fast = CodeFast::new(false, many);
        for n in 0..400 {
            let want = if n < 300 { Verdict::Index(n) } else { Verdict::Slow };
            assert_eq!(fast.run(n.to_string().as_bytes(), &mut Vec::new()), want);
        }
    }
}
