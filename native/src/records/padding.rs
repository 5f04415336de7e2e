//! Where the text of a field ends: the padding behind it, sixteen bytes at once; and texts of one byte a character.

/// Bytes that are looked at together.
const WIDE: usize = 16;

/// A bit for each byte that is `c`, the first the lowest.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn same(b: &[u8; WIDE], c: u8) -> u32 {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
    // SAFETY: every x86_64 has SSE2; the load takes the sixteen bytes of `b`.
    unsafe {
        let bytes = _mm_loadu_si128(b.as_ptr().cast());
        _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c as i8))) as u32
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn same(b: &[u8; WIDE], c: u8) -> u32 {
    b.iter().rev().fold(0, |bits, byte| bits << 1 | u32::from(*byte == c))
}

/// Both bits of each pair of bytes that is `pair`, the first the lowest.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn same_pairs(b: &[u8; WIDE], pair: [u8; 2]) -> u32 {
    use std::arch::x86_64::{_mm_cmpeq_epi16, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi16};
    // SAFETY: as in `same`.
    unsafe {
        let bytes = _mm_loadu_si128(b.as_ptr().cast());
        _mm_movemask_epi8(_mm_cmpeq_epi16(bytes, _mm_set1_epi16(i16::from_le_bytes(pair)))) as u32
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn same_pairs(b: &[u8; WIDE], pair: [u8; 2]) -> u32 {
    let both = (same(b, pair[0]) & 0x5555) & (same(b, pair[1]) >> 1);
    both | both << 1
}

/// A bit for each of the first `n` (at most 64) bytes that `skipped` leaves, and whether any byte isn't 0.
///
/// The same steps for every value of a field: branches that hang on the padding would be guessed wrongly again and again.
#[inline(always)]
fn bits_kept(record: &[u8], n: usize, skipped: impl Fn(&[u8; WIDE]) -> u32) -> (u64, bool) {
    let (mut bits, mut zeros) = (0u64, 0u64);
    let mut look = |at: usize, part: &[u8; WIDE]| {
        bits |= u64::from(!skipped(part) & 0xFFFF) << at;
        zeros |= u64::from(same(part, 0)) << at;
    };
    let mut at = 0;
    while at < n {
        match record.get(at..).and_then(|rest| rest.first_chunk::<WIDE>()) {
            Some(part) => look(at, part),
            None => {
                // The record ends here.
                let mut part = [0; WIDE];
                part[..record.len() - at].copy_from_slice(&record[at..]);
                look(at, &part);
            }
        }
        at += WIDE;
    }
    let inside = u64::MAX >> (64 - n.clamp(1, 64));
    (bits & inside, zeros & inside != inside)
}

/// How many of the first `n` bytes are left without those at the end that are `skipped`; 0 for nothing but zero bits.
#[inline(always)]
fn extent(record: &[u8], n: usize, skipped: impl Fn(&[u8; WIDE]) -> u32 + Copy) -> usize {
    if n <= 64 {
        let (bits, any) = bits_kept(record, n, skipped);
        return if any { 64 - bits.leading_zeros() as usize } else { 0 };
    }
    if record[..n].iter().all(|c| *c == 0) {
        return 0;
    }
    let mut end = n;
    while end > 64 {
        let (bits, _) = bits_kept(&record[end - 64..end], 64, skipped);
        if bits != 0 {
            return end - bits.leading_zeros() as usize;
        }
        end -= 64;
    }
    64 - bits_kept(record, end, skipped).0.leading_zeros() as usize
}

/// How many of the first `n` bytes of a record are left without the `space`s at their end; 0 for nothing but zero bits.
#[inline(always)]
pub fn without_spaces(record: &[u8], n: usize, space: u8) -> usize {
    extent(record, n, |part| same(part, space))
}

/// As [`without_spaces`] for pairs of bytes: those that are `wide` and pairs of `space` are left out.
#[inline(always)]
pub fn without_wide_spaces(record: &[u8], n: usize, space: u8, wide: u16) -> usize {
    let wide = wide.to_be_bytes();
    if n % 2 == 0 {
        return extent(record, n, |part| same_pairs(part, wide) | same_pairs(part, [space; 2]));
    }
    let mut rest = &record[..n];
    while let [head @ .., x, y] = rest {
        if [*x, *y] != wide && [*x, *y] != [space; 2] {
            break;
        }
        rest = head;
    }
    if record[..n].iter().all(|c| *c == 0) {
        0
    } else {
        rest.len()
    }
}

/// Writes the first `n` bytes of a record as `table` has them over the beginning of `room`: how many of them are text, the
/// `space`s at their end left out, and 0 for nothing but zero bits.  None when the table has no single byte (0x80 and above)
/// for one of them, or fewer than `STEPS` times eight bytes are left of the record or of the room.  `n` fills the last of
/// these steps in part or whole.
#[inline(always)]
pub fn translated<const STEPS: usize>(
    record: &[u8],
    n: usize,
    space: u8,
    table: &[u8; 256],
    room: &mut [u8],
) -> Option<usize> {
    let (parts, room) = (record.get(..8 * STEPS)?, room.get_mut(..8 * STEPS)?);
    let pad = u64::from_le_bytes([space; 8]);
    let last = u64::MAX >> (8 * (8 * STEPS).saturating_sub(n).min(7));
    let (mut zero, mut kept) = (0, 0);
    for step in 0..STEPS {
        let mut raw = [0; 8];
        raw.copy_from_slice(&parts[8 * step..8 * step + 8]);
        let inside = if step + 1 == STEPS { last } else { u64::MAX };
        let x = u64::from_le_bytes(raw);
        zero |= x & inside;
        // How far the bytes reach that are no spaces.
        let other = (x ^ pad) & inside;
        kept = if other == 0 { kept } else { 8 * step + 8 - other.leading_zeros() as usize / 8 };
        let w = (0..8).fold(0, |w, j| w | u64::from(table[usize::from(raw[j])]) << (8 * j));
        if w & inside & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        room[8 * step..8 * step + 8].copy_from_slice(&w.to_le_bytes());
    }
    Some(if zero == 0 { 0 } else { kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_of_every_length() {
        for n in (1..40).chain([63, 64, 65, 71, 72, 73, 127, 128, 129, 200]) {
            for k in 0..=n {
                let mut b = vec![b'x'; k];
                b.resize(n, b' ');
                assert_eq!(without_spaces(&b, b.len(), b' '), k);
                b.insert(k, 0);
                assert_eq!(without_spaces(&b, b.len(), b' '), k + 1);
                let mut w = b"xy".repeat(k);
                w.extend(b"zx".repeat((n - k) / 2));
                w.extend(b"  ".repeat(n - k - (n - k) / 2));
                assert_eq!(without_wide_spaces(&w, w.len(), b' ', 0x7A78), 2 * k);
                w.insert(0, b' ');
                assert_eq!(without_wide_spaces(&w, w.len(), b' ', 0x7A78), 2 * k + 1);
            }
            let mut zeros = vec![0; n];
            assert_eq!(without_spaces(&zeros, n, b' '), 0);
            assert_eq!(without_wide_spaces(&zeros, n, b' ', 0x7A78), 0);
            zeros[0] = b'x';
            assert_eq!(without_wide_spaces(&zeros, n, b' ', 0x7A78), n);
        }
    }
}
