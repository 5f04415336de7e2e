//! Numbers of host records: zoned, packed, binary, float, edited; read exactly, written canonically.

use super::layout::{Field, Sign, Type};
use super::words;

/// What the bytes of a number are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Number {
    Blank,
    /// The place of the first byte that cannot be.
    Bad(usize),
    Whole(i64),
    Big(i128),
}

/// How numbers stand in a file.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// Digits F0-F9, else 30-39.
    pub ebcdic: bool,
    pub little: bool,
    pub ieee: bool,
    pub netcobol: bool,
    pub space: u8,
}

/// The most digits that fit `i64`.
const SMALL: usize = 18;

impl Ways {
    fn blank(self, b: &[u8]) -> bool {
        b.iter().all(|c| *c == self.space) || b.iter().all(|c| *c == 0)
    }

    /// The zone of a digit.
    pub fn zone(self) -> u8 {
        if self.ebcdic {
            0xF0
        } else {
            0x30
        }
    }

    /// The value of a field whose bytes are digits and no more; None for all else.
    #[inline]
    pub fn plain(self, f: &Field, b: &[u8]) -> Option<i64> {
        match f.kind {
            Type::Zoned if !f.signed => words::zoned(b, self.zone()),
            Type::Zoned if f.sign == Sign::Trailing => {
                let (last, body) = b.split_last().filter(|(_, body)| body.len() < SMALL)?;
                let before = if body.is_empty() { 0 } else { words::zoned(body, self.zone())? };
                self.ending_in(before, *last)
            }
            Type::Packed if f.nibble => self.signed_packed(f.signed, words::packed(b)?),
            Type::Binary if (1..=8).contains(&b.len()) => {
                self.signed_binary(f.signed, b.len(), words::word(b))
            }
            _ => None,
        }
    }

    /// The value of digits, a nibble each, and the nibble of their sign.
    #[inline(always)]
    pub fn signed_packed(self, signed: bool, (digits, sign): (u64, u8)) -> Option<i64> {
        let minus = matches!(sign, 0x0B | 0x0D);
        if minus && !signed {
            return None;
        }
        let v = words::packed_number(digits);
        Some(if minus { -v } else { v })
    }

    /// The value of `n` (1 to 8) digits whose last has the sign, the bytes of a word; None for all else.
    #[inline(always)]
    pub fn signed_zoned(self, n: usize, word: u64) -> Option<i64> {
        let before = if n == 1 { 0 } else { words::zoned_word(word >> 8, n - 1, self.zone())? };
        self.ending_in(before, word as u8)
    }

    /// The value of digits, at most seventeen, behind which stands one with the sign.
    #[inline(always)]
    fn ending_in(self, before: i64, last: u8) -> Option<i64> {
        let (digit, minus) = self.signed_digit(last, true)?;
        let v = 10 * before + i64::from(digit);
        Some(if minus { -v } else { v })
    }

    /// The value of a binary of `n` (1 to 8) bytes, the bytes of a word; None where it may be blank or too large.
    #[inline(always)]
    pub fn signed_binary(self, signed: bool, n: usize, word: u64) -> Option<i64> {
        let shift = 64 - 8 * n.clamp(1, 8) as u32;
        if (word << shift >> 56) as u8 == self.space {
            return None;
        }
        let raw = if self.little { word.swap_bytes() >> shift } else { word };
        if signed {
            return Some((raw << shift) as i64 >> shift);
        }
        i64::try_from(raw).ok()
    }

    /// Appends the text of an unsigned whole number whose bytes are digits and no more; false, and nothing appended, for
    /// all else.
    #[inline]
    pub fn plain_text(self, f: &Field, b: &[u8], out: &mut Vec<u8>) -> bool {
        if f.signed || f.scale != 0 {
            return false;
        }
        match f.kind {
            Type::Zoned => f.digits == b.len() && words::zoned_text(b, self.zone(), out),
            Type::Packed => f.nibble && (1..=16).contains(&f.digits) && words::packed_text(b, f.digits, out),
            _ => false,
        }
    }

    /// The value of a zoned, packed or binary field.
    #[inline]
    pub fn read(self, f: &Field, b: &[u8]) -> Number {
        if let Some(n) = self.plain(f, b) {
            return Number::Whole(n);
        }
        match f.kind {
            Type::Packed => self.packed(f, b),
            Type::Binary => self.binary(f, b),
            _ => self.zoned(f, b),
        }
    }

    #[inline]
    fn packed(self, f: &Field, b: &[u8]) -> Number {
        if b[0] == b[b.len() - 1] && self.blank(b) && (f.nibble || b[0] != 0) {
            return Number::Blank;
        }
        if 2 * b.len() > SMALL {
            return self.packed_long(f, b);
        }
        let (last, body) = (b[b.len() - 1], &b[..b.len() - 1]);
        let (mut v, mut bad) = (0i64, 0u8);
        for &c in body {
            let (h, l) = (c >> 4, c & 15);
            bad |= (h + 6) | (l + 6);
            v = v * 100 + i64::from(h) * 10 + i64::from(l);
        }
        let (h, l) = (last >> 4, last & 15);
        bad |= h + 6;
        v = v * 10 + i64::from(h);
        if f.nibble {
            let minus = matches!(l, 0x0B | 0x0D);
            if bad & 0x10 != 0 || l < 10 || (minus && !f.signed) {
                return Number::Bad(first_bad_nibble(f, b));
            }
            return Number::Whole(if minus { -v } else { v });
        }
        if (bad | (l + 6)) & 0x10 != 0 {
            return Number::Bad(first_bad_nibble(f, b));
        }
        Number::Whole(v * 10 + i64::from(l))
    }

    #[cold]
    fn packed_long(self, f: &Field, b: &[u8]) -> Number {
        let bad = first_bad_nibble(f, b);
        let last = b[b.len() - 1] & 15;
        let minus = f.nibble && matches!(last, 0x0B | 0x0D);
        if bad < b.len() || (minus && !f.signed) || b.len() > 19 {
            return Number::Bad(bad.min(b.len() - 1));
        }
        let mut v = 0i128;
        for (i, c) in b.iter().enumerate() {
            v = v * 10 + i128::from(c >> 4);
            if i + 1 < b.len() || !f.nibble {
                v = v * 10 + i128::from(c & 15);
            }
        }
        Number::Big(if minus { -v } else { v })
    }

    fn zoned(self, f: &Field, b: &[u8]) -> Number {
        if self.blank(b) {
            return Number::Blank;
        }
        let (mut minus, mut body, mut skip) = (false, b, 0);
        if f.signed && f.sign.separate() && b.len() > 1 {
            let place = if f.sign.leading() { 0 } else { b.len() - 1 };
            minus = match (self.ebcdic, b[place]) {
                (true, 0x60) | (false, 0x2D) => true,
                (true, 0x4E) | (false, 0x2B) => false,
                _ => return Number::Bad(place),
            };
            (body, skip) = if f.sign.leading() { (&b[1..], 1) } else { (&b[..b.len() - 1], 0) };
        }
        let holder = if f.sign.leading() { 0 } else { body.len() - 1 };
        let mut v = 0i128;
        for (i, &c) in body.iter().enumerate() {
            let digit = if i == holder && !(f.signed && f.sign.separate()) {
                let Some((digit, negative)) = self.signed_digit(c, f.signed) else {
                    return Number::Bad(skip + i);
                };
                minus |= negative;
                digit
            } else {
                let digit = c ^ self.zone();
                if digit > 9 {
                    return Number::Bad(skip + i);
                }
                digit
            };
            if i > 37 {
                return Number::Bad(skip + i);
            }
            v = v * 10 + i128::from(digit);
        }
        let v = if minus { -v } else { v };
        match i64::try_from(v) {
            Ok(v) if body.len() <= SMALL => Number::Whole(v),
            _ => Number::Big(v),
        }
    }

    /// A digit with its sign: in its zone, or as the letter that a translation made of it.
    fn signed_digit(self, c: u8, signed: bool) -> Option<(u8, bool)> {
        let (zone, digit) = (c >> 4, c & 15);
        if self.ebcdic {
            return match zone {
                _ if digit > 9 => None,
                0x0F | 0x0C | 0x0A | 0x0E => Some((digit, false)),
                0x0B | 0x0D if signed => Some((digit, true)),
                _ => None,
            };
        }
        match c {
            b'0'..=b'9' => Some((digit, false)),
            _ if !signed => None,
            b'p'..=b'y' => Some((digit, true)),
            b'{' => Some((0, false)),
            b'}' => Some((0, true)),
            0x40..=0x49 if self.netcobol || c > 0x40 => Some((digit, false)),
            0x50..=0x59 if self.netcobol => Some((digit, true)),
            b'J'..=b'R' => Some((c - b'J' + 1, true)),
            _ => None,
        }
    }

    fn binary(self, f: &Field, b: &[u8]) -> Number {
        let mut raw = [0u8; 16];
        let n = b.len().min(16);
        for (i, &c) in b[..n].iter().enumerate() {
            raw[if self.little { i } else { n - 1 - i }] = c;
        }
        let shift = 128 - 8 * n as u32;
        let v = i128::from_le_bytes(raw) << shift;
        let v = if f.signed { v >> shift } else { ((v as u128) >> shift) as i128 };
        if self.spaces(f, b, v) {
            return Number::Blank;
        }
        match i64::try_from(v) {
            Ok(v) if n <= 8 => Number::Whole(v),
            _ => Number::Big(v),
        }
    }

    /// Whether a binary holds spaces: where they are a number of more digits than it may have.
    fn spaces(self, f: &Field, b: &[u8], v: i128) -> bool {
        b[0] == self.space && f.digits <= 38 && v >= 10i128.pow(f.digits as u32) && self.blank(b)
    }

    /// The value of a floating-point field; None when its size is none.
    pub fn float(self, b: &[u8]) -> Option<f64> {
        let turned = |b: &[u8]| -> Vec<u8> { b.iter().rev().copied().collect() };
        let b = if self.little { turned(b) } else { b.to_vec() };
        if self.ieee {
            return match b.len() {
                // The shortest text of the four bytes, not of the eight they become.
                4 => f32::from_be_bytes([b[0], b[1], b[2], b[3]]).to_string().parse().ok(),
                8 => Some(f64::from_be_bytes(b.try_into().ok()?)),
                _ => None,
            };
        }
        if !matches!(b.len(), 4 | 8) {
            return None;
        }
        let fraction = b[1..].iter().fold(0u64, |v, c| v << 8 | u64::from(*c));
        let power = 4 * (i32::from(b[0] & 0x7F) - 64) - 8 * (b.len() as i32 - 1);
        let v = fraction as f64 * 2f64.powi(power);
        Some(if b[0] & 0x80 != 0 { -v } else { v })
    }
}

/// The first byte with a nibble that is no digit, or no sign at the end; the length when there is none.
fn first_bad_nibble(f: &Field, b: &[u8]) -> usize {
    let last = b.len() - 1;
    let bad = |(i, c): (usize, &u8)| {
        let (h, l) = (c >> 4, c & 15);
        h > 9 || if i == last && f.nibble { l < 10 || (!f.signed && matches!(l, 11 | 13)) } else { l > 9 }
    };
    b.iter().enumerate().position(|(i, c)| bad((i, c))).unwrap_or(b.len())
}

/// Appends a number as text: leading zeros stay for one without sign and scale, else it is canonical.
#[inline]
pub fn write(f: &Field, n: Number, out: &mut Vec<u8>) {
    match n {
        Number::Blank | Number::Bad(_) => {}
        Number::Whole(v) => {
            let mut buffer = [b'0'; 20];
            let (mut left, mut at) = (v.unsigned_abs(), 20);
            while left > 0 {
                at -= 1;
                buffer[at] = b'0' + (left % 10) as u8;
                left /= 10;
            }
            digits(f, v < 0, &buffer[at..], out);
        }
        Number::Big(v) => {
            digits(f, v < 0, v.unsigned_abs().to_string().trim_start_matches('0').as_bytes(), out)
        }
    }
}

/// `text`: the digits without leading zeros.
#[inline]
fn digits(f: &Field, minus: bool, text: &[u8], out: &mut Vec<u8>) {
    if !f.signed && f.scale == 0 {
        out.resize(out.len() + f.digits.saturating_sub(text.len()), b'0');
        out.extend_from_slice(text);
        if text.is_empty() && f.digits == 0 {
            out.push(b'0');
        }
        return;
    }
    if text.is_empty() && f.scale <= 0 {
        return out.push(b'0');
    }
    if minus {
        out.push(b'-');
    }
    if f.scale <= 0 {
        out.extend_from_slice(text);
        return out.resize(out.len() + f.scale.unsigned_abs() as usize, b'0');
    }
    let scale = f.scale.unsigned_abs() as usize;
    let whole = text.len().saturating_sub(scale);
    if whole == 0 {
        out.push(b'0');
    }
    out.extend_from_slice(&text[..whole]);
    out.push(b'.');
    out.resize(out.len() + scale.saturating_sub(text.len()), b'0');
    out.extend_from_slice(&text[whole..]);
}

/// The canonical number of an edited text; None when it is none.  Blank gives an empty one.
pub fn edited(text: &str) -> Option<String> {
    let t = text.trim_matches([' ', '\u{3000}', '\0']);
    let (t, credit) = match t.strip_suffix("CR").or_else(|| t.strip_suffix("DB")) {
        Some(rest) => (rest, true),
        None => (t, false),
    };
    let (mut minus, mut out) = (credit, String::new());
    for c in t.chars() {
        match c {
            '0'..='9' => out.push(c),
            '.' if !out.contains('.') => out.push(c),
            '-' => minus = true,
            '+' | ',' | '*' | '\\' | '¥' | '$' | ' ' | '/' => {}
            _ => return None,
        }
    }
    if !out.bytes().any(|b| b.is_ascii_digit()) {
        return t.chars().all(|c| matches!(c, ' ' | '*')).then(String::new);
    }
    let (whole, fraction) = out.split_once('.').map_or((out.as_str(), ""), |(a, b)| (a, b));
    let whole = whole.trim_start_matches('0');
    let zero = !out.bytes().any(|b| matches!(b, b'1'..=b'9'));
    let sign = if minus && !zero { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{}{point}{fraction}", if whole.is_empty() { "0" } else { whole }))
}
