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

/// The digits 0 to 9 of at most eight bytes in `zone`, a byte each; None when one is no digit.
#[inline(always)]
fn zoned8(b: &[u8], zone: u8) -> Option<u64> {
    let zones = u64::from_be_bytes([zone; 8]) >> (64 - 8 * b.len().clamp(1, 8));
    let d = word(b) ^ zones;
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
        return (!b.is_empty()).then(|| zoned8(b, zone).map(|d| number8(d) as i64))?;
    }
    if b.len() > 18 {
        return None;
    }
    let mut v = 0i64;
    for part in b.chunks(8) {
        let scale = 10i64.pow(part.len() as u32);
        v = v * scale + number8(zoned8(part, zone)?) as i64;
    }
    Some(v)
}

/// Appends unsigned digits in `zone` as text; false, and nothing appended, when one is no digit.
#[inline]
pub fn zoned_text(b: &[u8], zone: u8, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    for part in b.chunks(8) {
        let Some(d) = zoned8(part, zone) else {
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
    let w = word(b);
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
pub fn fits(d: u64, digits: usize) -> bool {
    digits >= 16 || d >> (4 * digits) == 0
}

/// Appends the last `digits` (at most 16) of a number's digits, a nibble each, as text.
#[inline]
pub fn packed_text(d: u64, digits: usize, out: &mut Vec<u8>) {
    let spread = |half: u64| {
        let x = (half | half << 16) & 0x0000_FFFF_0000_FFFF;
        let x = (x | x << 8) & 0x00FF_00FF_00FF_00FF;
        (x | x << 4) & LOW | ZEROS
    };
    let text = u128::from(spread(d >> 32)) << 64 | u128::from(spread(d & 0xFFFF_FFFF));
    push(text, 16 - digits.min(16), digits.min(16), out);
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

/// The top bit of every byte that isn't 0.
#[inline]
fn bytes_set(x: u64) -> u64 {
    (((x & !TOPS) + !TOPS) | x) & TOPS
}

/// The top bit of every pair of bytes that isn't 0.
#[inline]
fn pairs_set(x: u64) -> u64 {
    const HIGH: u64 = 0x8000_8000_8000_8000;
    (((x & !HIGH) + !HIGH) | x) & HIGH
}

/// The top bits of eight bytes as eight bits, the first byte the lowest.
#[inline]
fn gathered(tops: u64) -> u64 {
    (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// A bit for each of at most 64 bytes that `kept` keeps, and whether any byte isn't 0.  `kept` gives the top bits of what is
/// kept among eight bytes, the first of them the lowest.
///
/// The same steps for every value of a field: branches that hang on the padding would be guessed wrongly again and again.
#[inline(always)]
fn bits_kept(b: &[u8], kept: impl Fn(u64) -> u64) -> (u64, bool) {
    let Some(last) = b.last_chunk::<8>() else {
        let x = word(b).swap_bytes() >> (64 - 8 * b.len().max(1) as u32);
        return (gathered(kept(x)) & ((1 << b.len()) - 1), x != 0);
    };
    let (mut bits, mut any) = (0, 0);
    for (i, part) in b.chunks_exact(8).take(8).enumerate() {
        let x = word(part).swap_bytes();
        any |= x;
        bits |= gathered(kept(x)) << (8 * i);
    }
    // These may take in some bytes that were looked at: their bits are the same again.
    let x = u64::from_le_bytes(*last);
    bits |= gathered(kept(x)) << (b.len() - 8).min(56);
    (bits, any | x != 0)
}

/// Bytes of a field without those at the end that `kept` doesn't keep; 0 for nothing but zero bits.
#[inline(always)]
fn extent(b: &[u8], kept: impl Fn(u64) -> u64 + Copy) -> usize {
    if b.len() <= 64 {
        let (bits, any) = bits_kept(b, kept);
        return if any { 64 - bits.leading_zeros() as usize } else { 0 };
    }
    if b.iter().all(|c| *c == 0) {
        return 0;
    }
    let mut rest = b;
    while let Some((front, back)) = rest.split_last_chunk::<64>() {
        let (bits, _) = bits_kept(back, kept);
        if bits != 0 {
            return front.len() + 64 - bits.leading_zeros() as usize;
        }
        rest = front;
    }
    64 - bits_kept(rest, kept).0.leading_zeros() as usize
}

/// Bytes of a field without the `space`s at its end; 0 for nothing but zero bits.
#[inline(always)]
pub fn without_spaces(b: &[u8], space: u8) -> usize {
    let pad = u64::from_ne_bytes([space; 8]);
    extent(b, |x| bytes_set(x ^ pad))
}

/// Bytes of a field of pairs without the pairs `wide` and the pairs of `space` at its end; 0 for nothing but zero bits.
#[inline(always)]
pub fn without_wide_spaces(b: &[u8], space: u8, wide: u16) -> usize {
    let pad = u64::from_ne_bytes([space; 8]);
    let [high, low] = wide.to_be_bytes();
    let wide = u64::from_le_bytes([high, low, high, low, high, low, high, low]);
    if b.len() % 2 == 0 {
        return extent(b, |x| pairs_set(x ^ pad) & pairs_set(x ^ wide));
    }
    let mut rest = b;
    while let [head @ .., x, y] = rest {
        if [*x, *y] != [high, low] && [*x, *y] != [space; 2] {
            break;
        }
        rest = head;
    }
    if b.iter().all(|c| *c == 0) {
        0
    } else {
        rest.len()
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
            packed_text(d, digits.len(), &mut text);
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

    #[test]
    fn padding_of_every_length() {
        for n in (1..40).chain([63, 64, 65, 71, 72, 73, 127, 128, 129, 200]) {
            for k in 0..=n {
                let mut b = vec![b'x'; k];
                b.resize(n, b' ');
                assert_eq!(without_spaces(&b, b' '), k);
                b.insert(k, 0);
                assert_eq!(without_spaces(&b, b' '), k + 1);
                let mut w = b"xy".repeat(k);
                w.extend(b"zx".repeat((n - k) / 2));
                w.extend(b"  ".repeat(n - k - (n - k) / 2));
                assert_eq!(without_wide_spaces(&w, b' ', 0x7A78), 2 * k);
                w.insert(0, b' ');
                assert_eq!(without_wide_spaces(&w, b' ', 0x7A78), 2 * k + 1);
            }
            let mut zeros = vec![0; n];
            assert_eq!(without_spaces(&zeros, b' '), 0);
            assert_eq!(without_wide_spaces(&zeros, b' ', 0x7A78), 0);
            zeros[0] = b'x';
            assert_eq!(without_wide_spaces(&zeros, b' ', 0x7A78), n);
        }
    }
}
