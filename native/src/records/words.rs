//! Digits, packed digits and padding, up to eight bytes at once.

const LOW: u64 = 0x0F0F_0F0F_0F0F_0F0F;
const ZEROS: u64 = 0x3030_3030_3030_3030;
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Up to eight bytes as the low bytes of a word, the first of them the highest; of more bytes the first eight.
#[inline(always)]
pub fn word(b: &[u8]) -> u64 {
    let n = b.len();
    if let Some(all) = b.first_chunk::<8>() {
        return u64::from_be_bytes(*all);
    }
    // Two loads that overlap: the bytes they share are the same in both.
    if let (Some(head), Some(tail)) = (b.first_chunk::<4>(), b.last_chunk::<4>()) {
        return u64::from(u32::from_be_bytes(*head)) << (8 * (n - 4)) | u64::from(u32::from_be_bytes(*tail));
    }
    if let (Some(head), Some(tail)) = (b.first_chunk::<2>(), b.last_chunk::<2>()) {
        return u64::from(u16::from_be_bytes(*head)) << (8 * (n - 2)) | u64::from(u16::from_be_bytes(*tail));
    }
    b.first().map_or(0, |c| u64::from(*c))
}

/// As [`word`], of the `n` (1 to 8) bytes of a record before `end`: one load where eight bytes lie before it.
#[inline(always)]
pub fn word_before(record: &[u8], end: usize, n: usize) -> u64 {
    match end.checked_sub(8).and_then(|start| record.get(start..end)?.first_chunk::<8>()) {
        Some(all) => u64::from_be_bytes(*all) & (u64::MAX >> (64 - 8 * n.clamp(1, 8))),
        None => word(&record[end - n..end]),
    }
}

/// The digits 0 to 9 of `n` (1 to 8) bytes in `zone`, a byte each; None when one is no digit.
#[inline(always)]
fn zoned8(word: u64, n: usize, zone: u8) -> Option<u64> {
    let d = word ^ u64::from_be_bytes([zone; 8]) >> (64 - 8 * n.clamp(1, 8));
    // 9 + 76 does not reach the top bit of a byte, 10 + 76 does; a digit has no top bit of its own.
    ((d.wrapping_add(0x7676_7676_7676_7676) | d) & TOPS == 0).then_some(d)
}

/// The number of eight digits, a byte each.
#[inline]
fn number8(d: u64) -> u64 {
    let pairs = (d & 0x00FF_00FF_00FF_00FF) + 10 * (d >> 8 & 0x00FF_00FF_00FF_00FF);
    quads(pairs)
}

/// The number of four numbers below 100, two bytes each.
#[inline]
fn quads(pairs: u64) -> u64 {
    let quads = (pairs & 0x0000_FFFF_0000_FFFF) + 100 * (pairs >> 16 & 0x0000_FFFF_0000_FFFF);
    (quads & 0xFFFF_FFFF) + 10_000 * (quads >> 32)
}

/// The value of unsigned digits in `zone`, at most 18 of them; None for all else.
#[inline(always)]
pub fn zoned(b: &[u8], zone: u8) -> Option<i64> {
    if b.len() <= 8 {
        return if b.is_empty() { None } else { zoned_word(word(b), b.len(), zone) };
    }
    if b.len() > 18 {
        return None;
    }
    let mut v = 0i64;
    for part in b.chunks(8) {
        let scale = 10i64.pow(part.len() as u32);
        v = v * scale + zoned_word(word(part), part.len(), zone)?;
    }
    Some(v)
}

/// The value of `n` (1 to 8) unsigned digits in `zone`, the bytes of a word; None when one is no digit.
#[inline(always)]
pub fn zoned_word(word: u64, n: usize, zone: u8) -> Option<i64> {
    zoned8(word, n, zone).map(|d| number8(d) as i64)
}

/// Appends unsigned digits in `zone` as text; false, and nothing appended, when one is no digit.
#[inline]
pub fn zoned_text(b: &[u8], zone: u8, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    for part in b.chunks(8) {
        let Some(d) = zoned8(word(part), part.len(), zone) else {
            out.truncate(start);
            return false;
        };
        push(u128::from(d | ZEROS) << 64, 8 - part.len(), part.len(), out);
    }
    true
}

/// The digits of a packed field with a sign, a nibble each, and its sign nibble; None when a nibble is none, or for
/// more than eight bytes.
#[inline(always)]
pub fn packed(b: &[u8]) -> Option<(u64, u8)> {
    if b.is_empty() || b.len() > 8 {
        return None;
    }
    packed_word(word(b))
}

/// As [`packed`], of the bytes of a word.
#[inline(always)]
pub fn packed_word(w: u64) -> Option<(u64, u8)> {
    let (d, sign) = (w >> 4, (w & 15) as u8);
    // A nibble above 9 carries into the next when 6 is added; the top nibble of `d` is 0 and takes the last carry.
    let carried = d.wrapping_add(0x0666_6666_6666_6666) ^ d ^ 0x0666_6666_6666_6666;
    (carried & 0x1111_1111_1111_1110 == 0 && sign > 9).then_some((d, sign))
}

/// The number of up to 16 digits, a nibble each.
#[inline]
pub fn packed_number(d: u64) -> i64 {
    let bytes = (d & LOW) + 10 * (d >> 4 & LOW);
    let pairs = (bytes & 0x00FF_00FF_00FF_00FF) + 100 * (bytes >> 8 & 0x00FF_00FF_00FF_00FF);
    let fours = (pairs & 0x0000_FFFF_0000_FFFF) + 10_000 * (pairs >> 16 & 0x0000_FFFF_0000_FFFF);
    ((fours & 0xFFFF_FFFF) + 100_000_000 * (fours >> 32)) as i64
}

/// Whether a number of nibbles has no more than `digits` digits.
#[inline]
fn fits(d: u64, digits: usize) -> bool {
    digits >= 16 || d >> (4 * digits) == 0
}

/// The sixteen digits of a number, a nibble each, as text, the first in the highest byte.
#[inline(always)]
fn nibbles(d: u64) -> u128 {
    let spread = |half: u64| {
        let x = (half | half << 16) & 0x0000_FFFF_0000_FFFF;
        let x = (x | x << 8) & 0x00FF_00FF_00FF_00FF;
        (x | x << 4) & LOW | ZEROS
    };
    u128::from(spread(d >> 32)) << 64 | u128::from(spread(d & 0xFFFF_FFFF))
}

/// As [`nibbles`], of the word of an unsigned packed field with a sign; None when it is no such number of so many digits.
#[inline(always)]
pub fn packed_digits(word: u64, digits: usize) -> Option<u128> {
    let (d, sign) = packed_word(word)?;
    (!matches!(sign, 0x0B | 0x0D) && fits(d, digits)).then(|| nibbles(d))
}

/// Appends an unsigned packed number of at most `digits` (at most 16) digits as so many; false, and nothing appended, when it
/// is none, or for more than eight bytes.
#[inline]
pub fn packed_text(b: &[u8], digits: usize, out: &mut Vec<u8>) -> bool {
    if b.is_empty() || b.len() > 8 {
        return false;
    }
    let text = packed_digits(word(b), digits);
    text.inspect(|text| push(*text, 16 - digits.min(16), digits.min(16), out)).is_some()
}

/// As [`nibbles`], of the word of `n` digits in `zone`.
#[inline(always)]
pub fn zoned_digits(word: u64, n: usize, zone: u8) -> Option<u128> {
    let d = zoned8(word, n, zone)?;
    Some(u128::from(d | ZEROS))
}

/// Appends the last `digits` (1 to 16) that `text` makes of the word of `n` (1 to 8) bytes at `at` of some records, and where
/// each ends: how many were done before the first that `text` has none of, or that lies behind the end of its record.
#[inline(always)]
pub fn append_digits(
    bodies: &[&[u8]],
    (at, n): (usize, usize),
    digits: usize,
    out: &mut Vec<u8>,
    ends: &mut Vec<i32>,
    text: impl Fn(u64) -> Option<u128>,
) -> usize {
    const ROOM: usize = 16;
    let (start, digits) = (out.len(), digits.clamp(1, ROOM));
    out.resize(start + digits * bodies.len() + ROOM, 0);
    let rooms = (start..).step_by(digits);
    let skip = 8 * (ROOM - digits) as u32;
    let mut done = 0;
    for (body, room) in bodies.iter().zip(rooms) {
        if body.len() < at + n {
            break;
        }
        let Some(made) = text(word_before(body, at + n, n)) else { break };
        out[room..room + ROOM].copy_from_slice(&(made << skip).to_be_bytes());
        done += 1;
    }
    out.truncate(start + digits * done);
    ends.extend((1..=done).map(|i| (start + digits * i) as i32));
    done
}

/// Appends `n` of the sixteen bytes of `text`, the highest first, `skip` of them left out.
#[inline]
fn push(text: u128, skip: usize, n: usize, out: &mut Vec<u8>) {
    out.reserve(16);
    let (len, n) = (out.len(), n.min(16));
    // SAFETY: `reserve` made room for sixteen bytes behind `len`; all of them are written and at most sixteen are kept.
    unsafe {
        out.as_mut_ptr().add(len).cast::<u128>().write_unaligned((text << (8 * skip.min(15))).to_be());
        out.set_len(len + n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_length() {
        let digits = b"123456789012345678";
        for n in 1..=digits.len() {
            let zoned_digits: Vec<u8> = digits[..n].iter().map(|c| c ^ 0xC0).collect();
            let v: i64 = std::str::from_utf8(&digits[..n]).unwrap().parse().unwrap();
            assert_eq!(zoned(&zoned_digits, 0xF0), Some(v));
            let mut text = Vec::new();
            assert!(zoned_text(&zoned_digits, 0xF0, &mut text));
            assert_eq!(text, digits[..n]);
            for at in 0..n {
                for bad in [0x00, 0x40, 0xC1, 0xEF, 0xFA, 0xFF, 0x7A] {
                    let mut other = zoned_digits.clone();
                    other[at] = bad;
                    assert_eq!(zoned(&other, 0xF0), None);
                    assert!(!zoned_text(&other, 0xF0, &mut text));
                    assert_eq!(text, digits[..n]);
                }
            }
        }
    }

    #[test]
    fn packed_of_every_length() {
        for n in 1..=8usize {
            let digits = &b"123456789012345"[..2 * n - 1];
            let nibbles: Vec<u8> = digits.iter().map(|c| c & 15).chain([0x0C]).collect();
            let bytes: Vec<u8> = nibbles.chunks(2).map(|p| p[0] << 4 | p[1]).collect();
            let (d, sign) = packed(&bytes).unwrap();
            let v: i64 = std::str::from_utf8(digits).unwrap().parse().unwrap();
            assert_eq!((packed_number(d), sign), (v, 0x0C));
            let mut text = Vec::new();
            assert!(packed_text(&bytes, digits.len(), &mut text));
            assert_eq!(text, digits);
            for at in 0..nibbles.len() {
                let wrong = if at + 1 < nibbles.len() { 10..16 } else { 0..10 };
                for bad in wrong {
                    let mut other = bytes.clone();
                    other[at / 2] =
                        if at % 2 == 0 { other[at / 2] & 15 | bad << 4 } else { other[at / 2] & 0xF0 | bad };
                    assert_eq!(packed(&other), None);
                }
            }
        }
    }
}
