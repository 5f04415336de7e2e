//! Accelerators: the shapes that nearly all cells have, done without strings.
//!
//! An accelerator answers only when it is certain that the general path would give the same value and no finding;
//! else it says so and the general path starts over.  So it decides nothing, it only saves time, and a
//! program with `fast` off gives the same bytes (a property test holds it to that).

use crate::charset::Charset;
use crate::dates::{days_from_civil, era_day, western_day, Ymd};
use crate::text::{decode_table, flag, TextTable};
use std::collections::HashMap;
use std::sync::Arc;

pub enum Fast {
    /// Always the general path.
    None,
    /// The same bytes in every record.
    Const {
        text: Vec<u8>,
        index: i16,
    },
    Text(TextFast),
    Digits(DigitsFast),
    Code(CodeFast),
    Date(DateFast),
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
    /// The value stands at the end of the output; days since 1970-01-01.
    Days(i32),
    Blank,
    Slow,
}

pub struct TextFast {
    pub table: Arc<TextTable>,
    pub charset: Charset,
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
    /// `sources` are the fields that are joined, usually one.
    pub fn run<'a>(&self, sources: impl Iterator<Item = &'a [u8]>, out: &mut Vec<u8>) -> Verdict {
        let start = out.len();
        let (mut chars, mut flags, mut replaced) = (0u32, 0u8, false);
        for src in sources {
            let src = if self.trim { self.without_blanks(src, out.len() == start) } else { src };
            if src.is_empty() || (self.joins && self.skip_blanks(src).is_empty()) {
                continue;
            }
            if out.len() > start && !self.separator.is_empty() {
                return Verdict::Slow;
            }
            let decoded = decode_table(&self.table, self.charset, src, out);
            flags |= decoded.flags;
            chars += decoded.chars;
            replaced |= decoded.replaced;
        }
        if self.trim {
            chars -= trim_end(out, start).min(chars);
        }
        if out.len() == start {
            return if flags & flag::SLOW == 0 { Verdict::Blank } else { Verdict::Slow };
        }
        // A forbidden flag may come from a blank that was trimmed: the general path knows.
        if flags & self.forbidden != 0 || chars > self.max_chars || chars < self.min_chars {
            return Verdict::Slow;
        }
        if replaced {
            Verdict::Replaced
        } else {
            Verdict::Text
        }
    }

    /// Leading blanks go from the first text; ASCII blanks at the end go early, for they would look like half-width text
    /// (they are never the second byte of a character).
    fn without_blanks<'a>(&self, src: &'a [u8], first: bool) -> &'a [u8] {
        let mut src = if first { self.skip_blanks(src) } else { src };
        if !self.joins {
            while let [rest @ .., b' ' | b'\t'] = src {
                src = rest;
            }
        }
        src
    }

    fn skip_blanks<'a>(&self, src: &'a [u8]) -> &'a [u8] {
        let wide: &[u8] = match self.charset {
            Charset::Cp932 => b"\x81\x40",
            Charset::EucJp => b"\xA1\xA1",
            _ => "\u{3000}".as_bytes(),
        };
        let mut rest = src;
        loop {
            rest = match rest {
                [b' ' | b'\t', tail @ ..] => tail,
                _ => match rest.strip_prefix(wide) {
                    Some(tail) => tail,
                    None => return rest,
                },
            };
        }
    }
}

/// Drops blanks at the end of `out` behind `start`; gives how many characters went.
fn trim_end(out: &mut Vec<u8>, start: usize) -> u32 {
    let mut gone = 0;
    loop {
        let len = match &out[start..] {
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
    pub fn run(&self, src: &[u8], out: &mut Vec<u8>) -> Verdict {
        let mut v = if self.trim { trim_ascii(src) } else { src };
        if v.is_empty() || !v.iter().all(u8::is_ascii_digit) {
            return Verdict::Slow;
        }
        if self.strip_zeros {
            let zeros = v.iter().take_while(|b| **b == b'0').count().min(v.len() - 1);
            v = &v[zeros..];
        }
        let len = v.len().max(self.pad);
        if len > self.max || len < self.min {
            return Verdict::Slow;
        }
        let start = out.len();
        let mut zeros = len - v.len();
        while zeros > 0 {
            push_word(out, u64::from_le_bytes([b'0'; 8]), zeros);
            zeros = zeros.saturating_sub(8);
        }
        out.extend_from_slice(v);
        match self.check {
            Some(ok) if !ok(&out[start..]) => Verdict::Slow,
            _ => Verdict::Text,
        }
    }
}

/// Codes of up to seven bytes, found by their bytes as one integer.
pub struct CodeFast {
    pub trim: bool,
    map: HashMap<u64, (u64, i16), Mix>,
}

/// A hasher for keys that are integers already.
#[derive(Clone, Copy, Default)]
pub struct Mix;

impl std::hash::BuildHasher for Mix {
    type Hasher = MixHasher;
    fn build_hasher(&self) -> MixHasher {
        MixHasher(0)
    }
}

pub struct MixHasher(u64);

impl std::hash::Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }
    fn write_u64(&mut self, n: u64) {
        let h = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = h ^ (h >> 32);
    }
}

/// Up to seven bytes and their number as one integer.
#[inline]
pub fn pack7(bytes: &[u8]) -> Option<u64> {
    if bytes.len() > 7 {
        return None;
    }
    let packed = bytes.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b));
    Some(packed | (bytes.len() as u64) << 56)
}

/// Appends the lowest `n` (at most eight) bytes of `word` with one store.
#[inline]
fn push_word(out: &mut Vec<u8>, word: u64, n: usize) {
    out.reserve(8);
    let len = out.len();
    // SAFETY: `reserve` made room for eight bytes behind `len`; all of them are written and at most eight are kept.
    unsafe {
        out.as_mut_ptr().add(len).cast::<u64>().write_unaligned(word.to_le());
        out.set_len(len + n.min(8));
    }
}

impl CodeFast {
    /// `pairs`: bytes in the source, code in the output, its place in the code list.  Pairs that are too
    /// long are left to the general path.
    pub fn new(trim: bool, pairs: impl Iterator<Item = (Vec<u8>, String, i16)>) -> Self {
        let map = pairs
            .filter_map(|(from, to, index)| Some((pack7(&from)?, (pack7(to.as_bytes())?, index))))
            .collect();
        Self { trim, map }
    }

    pub fn run(&self, src: &[u8], out: &mut Vec<u8>) -> Verdict {
        let v = if self.trim { trim_ascii(src) } else { src };
        let Some((to, index)) = pack7(v).and_then(|key| self.map.get(&key)) else {
            return Verdict::Slow;
        };
        push_word(out, *to, (*to >> 56 & 7) as usize);
        Verdict::Index(*index)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    Day,
    UnknownFlag,
    UnknownText,
}

pub struct DateFast {
    pub trim: bool,
    pub part: DatePart,
    pub ymd8: bool,
    pub letter: bool,
    /// YYYY-MM-DD only, as the standard writes it.
    pub iso: bool,
    pub zeros_blank: bool,
    /// Days between which a value must lie.
    pub span: (i32, i32),
}

impl DateFast {
    pub fn run(&self, src: &[u8], out: &mut Vec<u8>) -> Verdict {
        let v = if self.trim { trim_ascii(src) } else { src };
        let day = match v.len() {
            8 if self.ymd8 => match eight_digits(v) {
                Some(0) if self.zeros_blank => return Verdict::Blank,
                Some(99_999_999) | None => return Verdict::Slow,
                Some(n) => western_day((n / 10_000) as i32, n / 100 % 100, n % 100).ok(),
            },
            7 if self.letter => letter_date(v),
            10 if self.iso => iso_date(v),
            _ => None,
        };
        let Some((y, m, d)) = day else {
            return Verdict::Slow;
        };
        match self.part {
            DatePart::Day => {
                let days = days_from_civil(y, m, d);
                if days < self.span.0 || days > self.span.1 {
                    return Verdict::Slow;
                }
                write_iso(y, m, d, out);
                Verdict::Days(days)
            }
            DatePart::UnknownFlag => {
                out.push(b'0');
                Verdict::Text
            }
            DatePart::UnknownText => Verdict::Blank,
        }
    }
}

fn letter_date(v: &[u8]) -> Option<Ymd> {
    let era = b"MTSHR".iter().position(|c| *c == v[0])?;
    let mut raw = [b'0'; 8];
    raw[2..].copy_from_slice(v.get(1..7)?);
    let n = eight_digits(&raw)?;
    if n == 0 || n == 999_999 {
        return None;
    }
    era_day(era, n / 10_000, n / 100 % 100, n % 100).ok()
}

fn iso_date(v: &[u8]) -> Option<Ymd> {
    let raw = [v[0], v[1], v[2], v[3], v[5], v[6], v[8], v[9]];
    let n = eight_digits(&raw)?;
    (v[4] == b'-' && v[7] == b'-').then_some(())?;
    western_day((n / 10_000) as i32, n / 100 % 100, n % 100).ok()
}

/// Days since 1970-01-01 of YYYY-MM-DD, also of 0000-01-01, the standard's beginning of an open range.
pub fn days_of_iso(v: &[u8]) -> Option<i32> {
    if v == b"0000-01-01" {
        return Some(days_from_civil(0, 1, 1));
    }
    let (y, m, d) = (v.len() == 10).then(|| iso_date(v)).flatten()?;
    Some(days_from_civil(y, m, d))
}

/// The value of eight ASCII digits, all at once.
fn eight_digits(v: &[u8]) -> Option<u32> {
    let raw: [u8; 8] = v.try_into().ok()?;
    let mut n = u64::from_le_bytes(raw);
    let high = n & 0xF0F0_F0F0_F0F0_F0F0;
    let over = n.wrapping_add(0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0;
    if high != 0x3030_3030_3030_3030 || over != 0x3030_3030_3030_3030 {
        return None;
    }
    n &= 0x0F0F_0F0F_0F0F_0F0F;
    n = n.wrapping_mul(10).wrapping_add(n >> 8) & 0x00FF_00FF_00FF_00FF;
    n = n.wrapping_mul(100).wrapping_add(n >> 16) & 0x0000_FFFF_0000_FFFF;
    n = n.wrapping_mul(10_000).wrapping_add(n >> 32) & 0xFFFF_FFFF;
    Some(n as u32)
}

fn write_iso(y: i32, m: u32, d: u32, out: &mut Vec<u8>) {
    let digit = |n: u32| b'0' + (n % 10) as u8;
    let y = y as u32;
    out.extend_from_slice(&[
        digit(y / 1000),
        digit(y / 100),
        digit(y / 10),
        digit(y),
        b'-',
        digit(m / 10),
        digit(m),
        b'-',
        digit(d / 10),
        digit(d),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_at_once() {
        assert_eq!(eight_digits(b"19800412"), Some(19_800_412));
        assert_eq!(eight_digits(b"00000000"), Some(0));
        for bad in [b"1980041:", b"1980041/", b"198004 2", b"1980041\xB2"] {
            assert_eq!(eight_digits(bad), None);
        }
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
    }
}
