//! Character-wise operations baked into one table, so that decoding, width, kana, dashes and
//! user-defined characters cost one look-up a character.

use crate::chars::{is_private_use, is_selector, is_undecodable};
use crate::charset::{Charset, Decoder};

/// What a table knows of a character besides its text; or-ed over a field, one test decides all.
pub mod flag {
    /// ASCII or half-width kana.
    pub const HALF: u8 = 1;
    /// Anything else that is not a control.
    pub const WIDE: u8 = 2;
    pub const CONTROL: u8 = 4;
    pub const NOT_KANA: u8 = 8;
    pub const NOT_DIGIT: u8 = 16;
    pub const NOT_ALNUM: u8 = 32;
    /// The general path must look at it.
    pub const SLOW: u8 = 64;
    /// Would need quoting in CSV.
    pub const SPECIAL: u8 = 128;
}

/// Up to seven bytes of UTF-8, their number in bits 56-59, the number of characters in bits 60-62; bit 63: a gaiji
/// operation made it.
#[derive(Clone, Copy, Default)]
pub struct Packed(u64);

impl Packed {
    pub fn new(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() > 7 {
            return None;
        }
        let mut raw = [0u8; 8];
        raw[..bytes.len()].copy_from_slice(bytes);
        let chars = text.chars().filter(|c| !is_selector(*c)).count() as u64;
        Some(Self(u64::from_le_bytes(raw) | (bytes.len() as u64) << 56 | chars << 60))
    }

    #[inline]
    pub fn word(self) -> u64 {
        self.0
    }

    /// The same, marked as made by a gaiji operation.
    fn replaced(self, is: bool) -> Self {
        Self(self.0 | u64::from(is) << 63)
    }

    #[inline]
    pub fn len(self) -> usize {
        (self.0 >> 56 & 15) as usize
    }

    #[inline]
    pub fn chars(self) -> u32 {
        (self.0 >> 60 & 7) as u32
    }
}

/// Characters of one charset after a chain of character-wise operations.
pub struct TextTable {
    pub singles: [Packed; 256],
    pub single_flags: [u8; 256],
    /// By two-byte unit (CP932, EUC-JP) or by code point (UTF-8).
    pub units: Vec<Packed>,
    pub unit_flags: Vec<u8>,
    /// Half-width kana (A1-DF) before ﾞ and ﾟ; an empty entry means that they do not combine.
    pub pairs: Option<Box<[[Packed; 64]; 2]>>,
}

const HALF_KANA: std::ops::RangeInclusive<char> = '\u{FF61}'..='\u{FF9F}';

pub fn flags_of(text: &str, delimiter: u8) -> u8 {
    text.chars().fold(0, |f, c| f | char_flags(c, delimiter))
}

fn char_flags(c: char, delimiter: u8) -> u8 {
    let mut f = 0;
    let half = (' '..='~').contains(&c) || HALF_KANA.contains(&c);
    let control = (c as u32) < 0x20 || (0x7F..0xA0).contains(&(c as u32));
    f |= if half {
        flag::HALF
    } else if control {
        flag::CONTROL
    } else {
        flag::WIDE
    };
    if !(('ァ'..='ヺ').contains(&c) || matches!(c, 'ー' | '・' | '\u{3000}')) {
        f |= flag::NOT_KANA;
    }
    if !c.is_ascii_digit() {
        f |= flag::NOT_DIGIT;
    }
    if !c.is_ascii_alphanumeric() {
        f |= flag::NOT_ALNUM;
    }
    if is_private_use(c) || is_undecodable(c) || is_selector(c) {
        f |= flag::SLOW;
    }
    if c == char::from(delimiter) || matches!(c, '"' | '\n' | '\r') {
        f |= flag::SPECIAL;
    }
    f
}

impl TextTable {
    /// `apply` gives the text of a piece of input after all operations (at most two characters are asked for);
    /// `replaced` tells whether a gaiji operation has a hand in that.
    pub fn build(
        decoder: &Decoder,
        delimiter: u8,
        apply: &dyn Fn(&str) -> Option<String>,
        replaced: &dyn Fn(&str) -> bool,
    ) -> Self {
        let mut table = Self {
            singles: [Packed::default(); 256],
            single_flags: [flag::SLOW; 256],
            units: vec![Packed::default(); 65_536],
            unit_flags: vec![flag::SLOW; 65_536],
            pairs: None,
        };
        let entry = |c: char| -> (Packed, u8) {
            let mut raw = [0; 4];
            let own: &str = c.encode_utf8(&mut raw);
            let text = apply(own);
            match text.as_deref().map(|t| (Packed::new(t), flags_of(t, delimiter))) {
                Some((Some(packed), flags)) => (packed.replaced(replaced(own)), flags),
                _ => (Packed::default(), flag::SLOW),
            }
        };
        for unit in 0..=u16::MAX {
            let c = match decoder.charset {
                Charset::Utf8 | Charset::Utf16Le | Charset::Utf16Be => char::from_u32(u32::from(unit)),
                _ => decoder.unit(unit),
            };
            let Some(c) = c else { continue };
            let (packed, flags) = entry(c);
            match u8::try_from(unit) {
                Ok(b) if decoder.charset == Charset::Cp932 || b < 0x80 => {
                    table.singles[usize::from(b)] = packed;
                    table.single_flags[usize::from(b)] = flags;
                }
                _ => {
                    table.units[usize::from(unit)] = packed;
                    table.unit_flags[usize::from(unit)] = flags;
                }
            }
        }
        table.add_pairs(decoder, apply);
        table
    }

    /// Finds the voiced marks that combine with the kana before them under these operations.
    fn add_pairs(&mut self, decoder: &Decoder, apply: &dyn Fn(&str) -> Option<String>) {
        let mut pairs = Box::new([[Packed::default(); 64]; 2]);
        let mut any = false;
        for (m, mark) in ['ﾞ', 'ﾟ'].into_iter().enumerate() {
            for base in HALF_KANA {
                let joined = apply(&format!("{base}{mark}"));
                let apart = apply(&base.to_string()).zip(apply(&mark.to_string()));
                if joined != apart.map(|(a, b)| a + &b) {
                    if let Some(packed) = joined.as_deref().and_then(Packed::new) {
                        pairs[m][base as usize - 0xFF61] = packed;
                        any = true;
                    }
                }
            }
        }
        if !any {
            return;
        }
        if decoder.charset == Charset::EucJp {
            // Combining is left to the general path.
            for unit in [0x8EDE, 0x8EDF] {
                self.unit_flags[unit] |= flag::SLOW;
            }
            return;
        }
        self.pairs = Some(pairs);
    }
}

/// The text of a field as far as the table could tell.
pub struct Decoded {
    pub chars: u32,
    pub flags: u8,
    /// A gaiji operation made some of it.
    pub replaced: bool,
}

/// Appends the characters of `src` to `out`; SLOW in the flags when a character needs the general path.
#[inline]
pub fn decode_table(table: &TextTable, charset: Charset, src: &[u8], out: &mut Vec<u8>) -> Decoded {
    match charset {
        Charset::Cp932 => decode_with::<0>(table, src, out),
        Charset::EucJp => decode_with::<1>(table, src, out),
        _ => decode_with::<2>(table, src, out),
    }
}

const SLOW: Decoded = Decoded { chars: 0, flags: flag::SLOW, replaced: false };

fn decode_with<const CHARSET: u8>(table: &TextTable, src: &[u8], out: &mut Vec<u8>) -> Decoded {
    // Each step below takes at least one byte of `src`, writes eight bytes and keeps at most seven of them.
    out.reserve(src.len() * 7 + 8);
    let start = out.len();
    // SAFETY: `reserve` made room for `src.len() * 7 + 8` bytes behind `start`.
    let base = unsafe { out.as_mut_ptr().add(start) };
    let (mut i, mut n, mut chars, mut flags, mut words) = (0usize, 0usize, 0u32, 0u8, 0u64);
    while let Some(&b) = src.get(i) {
        let packed;
        let single = b < 0x80 || (CHARSET == 0 && (0xA1..=0xDF).contains(&b));
        if single {
            let mut p = table.singles[usize::from(b)];
            flags |= table.single_flags[usize::from(b)];
            i += 1;
            if CHARSET == 0 && b >= 0xA1 {
                if let (Some(pairs), Some(&mark)) = (&table.pairs, src.get(i)) {
                    if mark == 0xDE || mark == 0xDF {
                        let joined = pairs[usize::from(mark - 0xDE)][usize::from(b - 0xA1) & 63];
                        if joined.len() > 0 {
                            p = joined;
                            i += 1;
                        }
                    }
                }
            }
            packed = p;
        } else if CHARSET == 2 {
            let Some((point, width)) = utf8_point(src, i) else { return SLOW };
            let mut p = table.units[point & 0xFFFF];
            flags |= table.unit_flags[point & 0xFFFF];
            i += width;
            if (0xFF61..=0xFF9F).contains(&point) {
                if let (Some(pairs), Some(&[0xEF, 0xBE, mark @ (0x9E | 0x9F)])) =
                    (&table.pairs, src.get(i..i + 3))
                {
                    let joined = pairs[usize::from(mark - 0x9E)][(point - 0xFF61) & 63];
                    if joined.len() > 0 {
                        p = joined;
                        i += 3;
                    }
                }
            }
            packed = p;
        } else {
            let Some(&t) = src.get(i + 1) else { return SLOW };
            let unit = usize::from(b) << 8 | usize::from(t);
            packed = table.units[unit];
            flags |= table.unit_flags[unit];
            i += 2;
        }
        // SAFETY: before this step at most `i - 1` bytes of `src` were taken, so `n <= 7 * (src.len() - 1)` and
        // the eight bytes from `base + n` lie within the room reserved above.
        unsafe { base.add(n).cast::<u64>().write_unaligned(packed.word().to_le()) };
        n += packed.len().min(7);
        chars += packed.chars();
        words |= packed.word();
    }
    // SAFETY: the `n` bytes behind `start` were written above and lie within the capacity.
    unsafe { out.set_len(start + n) };
    Decoded { chars, flags, replaced: words >> 63 == 1 }
}

/// The code point (below U+10000) and width of the two- or three-byte sequence at `i`, None for any other.
#[inline]
fn utf8_point(src: &[u8], i: usize) -> Option<(usize, usize)> {
    let b = usize::from(*src.get(i)?);
    let next = |k: usize| src.get(i + k).filter(|c| **c & 0xC0 == 0x80).map(|c| usize::from(c & 0x3F));
    match b {
        0xC2..=0xDF => Some(((b & 0x1F) << 6 | next(1)?, 2)),
        0xE0..=0xEF => {
            let point = (b & 0x0F) << 12 | next(1)? << 6 | next(2)?;
            (point >= 0x800 && !(0xD800..0xE000).contains(&point)).then_some((point, 3))
        }
        _ => None,
    }
}
