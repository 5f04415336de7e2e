//! Texts of up to sixteen bytes as one number: most cells are that short, and a number takes no loop.

const ZEROS: u64 = 0x3030_3030_3030_3030;
const ZEROS16: u128 = (ZEROS as u128) << 64 | ZEROS as u128;

/// Up to eight bytes, the first one lowest; longer texts are cut.
#[inline]
pub fn load8(src: &[u8]) -> u64 {
    match *src {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(a) | u64::from(b) << 8,
        [a, b, c] => u64::from(a) | u64::from(b) << 8 | u64::from(c) << 16,
        _ => match src.first_chunk() {
            Some(all) => u64::from_le_bytes(*all),
            // Four to seven bytes: the halves overlap, with the same bytes in the same places.
            None => four(src.first_chunk()) | four(src.last_chunk()) << (8 * (src.len() - 4)),
        },
    }
}

#[inline]
fn four(bytes: Option<&[u8; 4]>) -> u64 {
    bytes.map_or(0, |b| u64::from(u32::from_le_bytes(*b)))
}

/// Up to sixteen bytes, the first one lowest; longer texts are cut.
#[inline]
pub fn load16(src: &[u8]) -> u128 {
    let low = u128::from(load8(src));
    match src.len() {
        0..=8 => low,
        n @ 9..=16 => {
            let high = src.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
            low | u128::from(high) << (8 * (n - 8))
        }
        _ => low | u128::from(load8(&src[8..])) << 64,
    }
}

/// Up to seven bytes and their number as one integer.
#[inline]
pub fn pack7(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 7).then(|| load8(bytes) | (bytes.len() as u64) << 56)
}

/// Appends the lowest `n` (at most eight) bytes of `word` with one store.
#[inline]
pub fn push8(out: &mut Vec<u8>, word: u64, n: usize) {
    out.reserve(8);
    let len = out.len();
    // SAFETY: `reserve` made room for eight bytes behind `len`; all of them are written and at most eight are kept.
    unsafe {
        out.as_mut_ptr().add(len).cast::<u64>().write_unaligned(word.to_le());
        out.set_len(len + n.min(8));
    }
}

/// Appends the lowest `n` (at most sixteen) bytes of `word` with one store.
#[inline]
pub fn push16(out: &mut Vec<u8>, word: u128, n: usize) {
    out.reserve(16);
    let len = out.len();
    // SAFETY: `reserve` made room for sixteen bytes behind `len`; all of them are written and at most sixteen are kept.
    unsafe {
        out.as_mut_ptr().add(len).cast::<u128>().write_unaligned(word.to_le());
        out.set_len(len + n.min(16));
    }
}

/// Whether all eight bytes are ASCII digits.
#[inline]
pub fn digits8(word: u64) -> bool {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    word & HIGH == ZEROS && word.wrapping_add(0x0606_0606_0606_0606) & HIGH == ZEROS
}

/// The lowest bytes of `word` with zeros of ASCII in the place of the others.
#[inline]
fn filled(word: u128, n: usize) -> u128 {
    word | ZEROS16.checked_shl(8 * n as u32).unwrap_or(0)
}

/// Whether the lowest `n` bytes of `word`, the others blank, are ASCII digits.
#[inline]
pub fn digits16(word: u128, n: usize) -> bool {
    if n <= 8 {
        return digits8(word as u64 | ZEROS.checked_shl(8 * n as u32).unwrap_or(0));
    }
    let all = filled(word, n);
    digits8(all as u64) && digits8((all >> 64) as u64)
}

/// How many of the lowest `n` bytes are zeros of ASCII, counted from the first.
#[inline]
pub fn zeros16(word: u128, n: usize) -> usize {
    ((word ^ ZEROS16).trailing_zeros() as usize / 8).min(n)
}

/// The `n` bytes of `word` behind `zeros` zeros of ASCII; both together are at most sixteen.
#[inline]
pub fn padded16(word: u128, zeros: usize) -> u128 {
    if zeros == 0 {
        return word;
    }
    word << (8 * zeros) | ZEROS16 >> (128 - 8 * zeros)
}

/// The four numbers of two digits that eight ASCII digits are, in order; None when they are no digits.
#[inline]
pub fn pairs8(word: u64) -> Option<[u32; 4]> {
    if !digits8(word) {
        return None;
    }
    let n = word & 0x0F0F_0F0F_0F0F_0F0F;
    let n = n.wrapping_mul(10).wrapping_add(n >> 8);
    Some([0, 16, 32, 48].map(|shift| (n >> shift & 0xFF) as u32))
}

/// Two digits of ASCII, the first one lowest; `n` is below 100.
#[inline]
pub fn two_digits(n: u32) -> u64 {
    let tens = (n * 103) >> 10;
    u64::from(tens | (n - 10 * tens) << 8) + 0x3030
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_in_their_places() {
        let text = b"0123456789abcdefXYZ";
        for n in 0..=text.len() {
            let mut raw = [0u8; 16];
            raw[..n.min(16)].copy_from_slice(&text[..n.min(16)]);
            assert_eq!(load16(&text[..n]).to_le_bytes(), raw, "{n}");
            assert_eq!(load8(&text[..n]).to_le_bytes(), raw[..8], "{n}");
            let mut out = b"x".to_vec();
            push16(&mut out, load16(&text[..n]), n);
            assert_eq!(&out[1..], &text[..n.min(16)]);
        }
    }

    #[test]
    fn digits_and_what_is_next_to_them() {
        for b in 0..=255u8 {
            for at in 0..16 {
                let mut raw = *b"0123456789012345";
                raw[at] = b;
                assert_eq!(digits16(u128::from_le_bytes(raw), 16), b.is_ascii_digit(), "{b} {at}");
            }
            assert_eq!(digits16(u128::from(b), 1), b.is_ascii_digit());
        }
    }

    #[test]
    fn zeros_come_and_go() {
        let word = load16(b"0042");
        assert_eq!(zeros16(word, 3), 2);
        assert_eq!(zeros16(load16(b"000"), 2), 2);
        let mut out = Vec::new();
        push16(&mut out, padded16(load16(b"1203456789012345"), 0), 16);
        push16(&mut out, padded16(load16(b"42"), 14), 16);
        push16(&mut out, padded16(load16(b"4"), 1), 2);
        assert_eq!(out, b"12034567890123450000000000000042".iter().chain(b"04").copied().collect::<Vec<_>>());
    }

    #[test]
    fn pairs_of_digits() {
        assert_eq!(pairs8(load8(b"19800412")), Some([19, 80, 4, 12]));
        for bad in [b"1980041:", b"1980041/", b"198004 2", b"1980041\xB2"] {
            assert_eq!(pairs8(load8(bad)), None);
        }
        for n in 0..100 {
            assert_eq!(two_digits(n).to_le_bytes()[..2], *format!("{n:02}").as_bytes());
        }
    }
}
