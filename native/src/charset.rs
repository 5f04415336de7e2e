//! Charsets: code units to characters and back, without losing a byte.
//!
//! A unit that stands for no character becomes a character of plane 15 that holds the unit
//! (U+F0000 + unit), so decoding then encoding gives the bytes back.

pub mod blob;
pub mod code;
pub mod codec;
pub mod cursor;
pub mod lines;
pub mod pydoor;
pub mod survey;
mod unicode;
mod walk;

use crate::chars::is_undecodable;
use std::collections::HashMap;

const UNDEFINED: u32 = 0xFFFF_FFFF;
const PLANE15: u32 = 0xF_0000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charset {
    Cp932,
    EucJp,
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Charset {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            // The strict sets are divided alike; only their tables differ.
            "cp932" | "shift-jis" => Self::Cp932,
            "euc-jp" | "euc-jp-strict" => Self::EucJp,
            "utf-8" => Self::Utf8,
            "utf-16le" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            _ => return None,
        })
    }

    pub fn is_utf16(self) -> bool {
        matches!(self, Self::Utf16Le | Self::Utf16Be)
    }
}

/// The table of a charset: code point per unit (one plane of 65,536, two for EUC-JP).
pub struct Decoder {
    pub charset: Charset,
    table: Vec<u32>,
}

/// The character that keeps an undecodable unit.
pub fn keep_unit(unit: u32) -> char {
    char::from_u32(PLANE15 + (unit & 0xFFFF)).unwrap_or('\u{FFFD}')
}

/// The character that keeps what two bytes should have been (`low` is FF00 + byte, FE00 + code below 0100).
pub fn keep_odd(low: u32) -> char {
    char::from_u32(0x10_0000 + (low & 0xFFFF)).unwrap_or('\u{FFFD}')
}

/// Three-byte EUC units share plane 15: the low byte is below 0x80, which no two-byte unit has.
fn keep_euc3(a: u8, b: u8) -> char {
    keep_unit(u32::from(a) << 8 | u32::from(b & 0x7F))
}

impl Decoder {
    /// `table` is little-endian u32 per unit, as `chukan_layout.charset.tables` reads it.
    pub fn new(charset: Charset, table: &[u8]) -> Result<Self, String> {
        let want = match charset {
            Charset::Cp932 => 65_536,
            Charset::EucJp => 131_072,
            _ => 0,
        };
        if table.len() != want * 4 {
            return Err(format!("charset table has {} bytes, expected {}", table.len(), want * 4));
        }
        let table = table.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Ok(Self { charset, table })
    }

    /// The character of a one- or two-byte unit, if the charset has it.
    pub fn unit(&self, unit: u16) -> Option<char> {
        self.point(usize::from(unit))
    }

    fn point(&self, index: usize) -> Option<char> {
        match self.table.get(index) {
            Some(&p) if p != UNDEFINED => char::from_u32(p),
            _ => None,
        }
    }

    /// Appends the characters of `bytes` to `out`.
    pub fn decode(&self, bytes: &[u8], out: &mut String) {
        match self.charset {
            Charset::Cp932 => self.decode_cp932(bytes, out),
            Charset::EucJp => self.decode_euc(bytes, out),
            _ => decode_utf8(bytes, out),
        }
    }

    fn decode_cp932(&self, bytes: &[u8], out: &mut String) {
        let mut i = 0;
        while let Some(&b) = bytes.get(i) {
            if b < 0x80 {
                out.push(char::from(b));
                i += 1;
                continue;
            }
            if matches!(b, 0x81..=0x9F | 0xE0..=0xFC) {
                if let Some(&t) = bytes.get(i + 1).filter(|t| is_sjis_trail(**t)) {
                    let unit = u16::from(b) << 8 | u16::from(t);
                    out.push(self.unit(unit).unwrap_or_else(|| keep_unit(u32::from(unit))));
                    i += 2;
                    continue;
                }
            }
            out.push(self.unit(u16::from(b)).unwrap_or_else(|| keep_unit(u32::from(b))));
            i += 1;
        }
    }

    fn decode_euc(&self, bytes: &[u8], out: &mut String) {
        let high = |i: usize| bytes.get(i).copied().filter(|b| *b >= 0xA1 && *b != 0xFF);
        let mut i = 0;
        while let Some(&b) = bytes.get(i) {
            if b == 0x8F {
                if let (Some(x), Some(y)) = (high(i + 1), high(i + 2)) {
                    let index = 65_536 + usize::from(u16::from(x) << 8 | u16::from(y));
                    out.push(self.point(index).unwrap_or_else(|| keep_euc3(x, y)));
                    i += 3;
                    continue;
                }
            } else if b == 0x8E || high(i).is_some() {
                if let Some(t) = high(i + 1) {
                    let unit = u16::from(b) << 8 | u16::from(t);
                    out.push(self.unit(unit).unwrap_or_else(|| keep_unit(u32::from(unit))));
                    i += 2;
                    continue;
                }
            }
            out.push(self.unit(u16::from(b)).unwrap_or_else(|| keep_unit(u32::from(b))));
            i += 1;
        }
    }

    /// Bytes per character of this charset; the first unit wins where two mean one character, except that the
    /// IBM extension (FAxx-FCxx) is written before the NEC selection (EDxx, EExx), as Windows does.
    pub fn encoder(&self) -> Encoder {
        let mut map = HashMap::new();
        let planes = self.table.len() / 65_536;
        for index in (0..self.table.len()).rev() {
            if let Some(c) = self.point(index) {
                let unit = (index & 0xFFFF) as u16;
                if self.charset == Charset::Cp932 && matches!(unit >> 8, 0xED | 0xEE) {
                    map.entry(c).or_insert((0u8, unit));
                } else {
                    map.insert(c, (u8::from(planes == 2 && index >= 65_536), unit));
                }
            }
        }
        Encoder { charset: self.charset, map }
    }
}

pub fn is_sjis_trail(b: u8) -> bool {
    matches!(b, 0x40..=0x7E | 0x80..=0xFC)
}

/// UTF-8; each byte of an invalid sequence is kept on its own.
pub fn decode_utf8(mut bytes: &[u8], out: &mut String) {
    loop {
        match std::str::from_utf8(bytes) {
            Ok(text) => return out.push_str(text),
            Err(e) => {
                let (good, bad) = bytes.split_at(e.valid_up_to());
                out.push_str(std::str::from_utf8(good).unwrap_or(""));
                let n = e.error_len().unwrap_or(bad.len()).max(1).min(bad.len());
                for &b in &bad[..n] {
                    out.push(keep_unit(u32::from(b)));
                }
                bytes = &bad[n..];
            }
        }
    }
}

/// UTF-16 as UTF-8, with the positions (in the UTF-8) of kept units that are one unit in the source
/// although they take four bytes here: lone surrogates, and last an odd byte.
pub fn utf16_to_utf8(bytes: &[u8], big: bool) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(bytes.len() * 3 / 2);
    let mut kept = Vec::new();
    let units = bytes.chunks_exact(2).map(|b| {
        if big {
            u16::from_be_bytes([b[0], b[1]])
        } else {
            u16::from_le_bytes([b[0], b[1]])
        }
    });
    for c in char::decode_utf16(units) {
        match c {
            Ok(c) => out.push(c),
            Err(e) => {
                kept.push(out.len());
                out.push(keep_unit(u32::from(e.unpaired_surrogate())));
            }
        }
    }
    if bytes.len() % 2 == 1 {
        kept.push(out.len());
        out.push(keep_unit(u32::from(bytes[bytes.len() - 1])));
    }
    (out, kept)
}

/// Characters to bytes of a vendor's charset.
pub struct Encoder {
    charset: Charset,
    map: HashMap<char, (u8, u16)>,
}

impl Encoder {
    /// The bytes of one character, or None when the charset hasn't got it.
    pub fn char_bytes(&self, c: char, out: &mut Vec<u8>) -> bool {
        match self.charset {
            Charset::Utf8 => {
                if is_undecodable(c) && (c as u32 & 0xFFFF) < 0x100 {
                    out.push((c as u32 & 0xFF) as u8);
                } else {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                true
            }
            Charset::Utf16Le | Charset::Utf16Be => {
                self.utf16_char(c, out);
                true
            }
            Charset::Cp932 | Charset::EucJp => self.table_char(c, out),
        }
    }

    fn utf16_char(&self, c: char, out: &mut Vec<u8>) {
        let low = (c as u32 & 0xFFFF) as u16;
        let mut pair = [0; 2];
        let units: &[u16] = if is_undecodable(c) && (0xD800..0xE000).contains(&low) {
            std::slice::from_ref(&low)
        } else {
            c.encode_utf16(&mut pair)
        };
        for u in units {
            out.extend_from_slice(&if self.charset == Charset::Utf16Be {
                u.to_be_bytes()
            } else {
                u.to_le_bytes()
            });
        }
    }

    fn table_char(&self, c: char, out: &mut Vec<u8>) -> bool {
        if c.is_ascii() {
            out.push(c as u8);
            return true;
        }
        let (plane, unit) = if is_undecodable(c) {
            let unit = (c as u32 & 0xFFFF) as u16;
            let euc3 = self.charset == Charset::EucJp && unit > 0xFF && unit & 0x80 == 0;
            (u8::from(euc3), if euc3 { unit | 0x80 } else { unit })
        } else if let Some(found) = self.map.get(&c) {
            *found
        } else {
            return false;
        };
        if plane == 1 {
            out.push(0x8F);
        }
        if unit > 0xFF {
            out.push((unit >> 8) as u8);
        }
        out.push((unit & 0xFF) as u8);
        true
    }

    /// All of `text`; None when a character isn't in the charset.
    pub fn text(&self, text: &str) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(text.len());
        text.chars().all(|c| self.char_bytes(c, &mut out)).then_some(out)
    }
}
