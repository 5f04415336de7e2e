//! Single bytes of a host charset that are letters, digits or spaces, up to 32 of them at once.

/// A byte plus what its high half has here is its character, where both halves have a bit in common: in EBCDIC letters and
/// digits stand in rows whose distance from ASCII is the same for all of them.
pub struct Rows {
    distance: [u8; 16],
    /// The rows 0 to 7 and 8 to 15, a bit each.
    high: [[u8; 16]; 2],
    low: [[u8; 16]; 2],
}

/// The bytes that are taken at once.
pub const WIDE: usize = 32;

impl Rows {
    /// `plain` has the byte of UTF-8 of each byte, or 0x80 for what is none.  Of each row the distance that serves most.
    pub fn new(plain: &[u8; 256]) -> Self {
        let mut rows = Self { distance: [0; 16], high: [[0; 16]; 2], low: [[0; 16]; 2] };
        for row in 0..16u8 {
            let of = |column: u8| {
                let byte = row << 4 | column;
                Some((column, plain[usize::from(byte)]))
                    .filter(|(_, c)| *c < 0x80)
                    .map(|(n, c)| (n, c.wrapping_sub(byte), c))
            };
            let weight = |distance: u8| -> u32 {
                let here = (0..16).filter_map(of).filter(|(_, d, _)| *d == distance);
                here.map(|(_, _, c)| match c {
                    b' ' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => 4,
                    b'-' => 3,
                    _ => 1,
                })
                .sum()
            };
            let Some(best) = (0..16).filter_map(of).map(|(_, d, _)| d).max_by_key(|d| weight(*d)) else {
                continue;
            };
            let (half, bit) = (usize::from(row / 8), 1 << (row % 8));
            rows.distance[usize::from(row)] = best;
            rows.high[half][usize::from(row)] = bit;
            for (column, ..) in (0..16).filter_map(of).filter(|(_, d, _)| *d == best) {
                rows.low[half][usize::from(column)] |= bit;
            }
        }
        rows
    }

    /// Appends the `n` (1 to 32) bytes at `at` of records without the `space`s at their end, none of nothing but zero bits, and
    /// where each ends.  How many were done before the first that has other characters, or that lies less than 32 bytes
    /// before the end of its record; and whether one of them is empty.
    pub fn append(
        &self,
        bodies: &[&[u8]],
        (at, n): (usize, usize),
        space: u8,
        text: &mut Vec<u8>,
        ends: &mut Vec<i32>,
    ) -> (usize, bool) {
        if n > WIDE {
            return (0, false);
        }
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("lzcnt") {
            text.reserve(WIDE * bodies.len());
            ends.reserve(bodies.len());
            // SAFETY: the processor has what the function is compiled for, and there is room.
            return unsafe { self.append_with_avx2(bodies, (at, n), space, text, ends) };
        }
        // Elsewhere every record goes the way of one by one.
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (&self.distance, &self.high, &self.low, bodies, at, space, text, ends);
        (0, false)
    }

    /// # Safety
    /// Only where the processor has these features, with room for 32 bytes and an end for each body.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,lzcnt")]
    unsafe fn append_with_avx2(
        &self,
        bodies: &[&[u8]],
        (at, n): (usize, usize),
        space: u8,
        text: &mut Vec<u8>,
        ends: &mut Vec<i32>,
    ) -> (usize, bool) {
        use std::arch::x86_64::*;
        let inside = u32::MAX >> (WIDE - n.clamp(1, WIDE)) as u32;
        let (start, first) = (text.len(), ends.len());
        let (mut end, mut done, mut blank) = (start, 0, false);
        // SAFETY: each load takes 32 bytes that the check before it found in the record, or the 16 bytes of a table; each store
        // goes behind the text so far, which has grown by at most 32 bytes for each body before, into the room of this
        // function's promise; what is counted by `set_len` was written.
        unsafe {
            let table = |t: &[u8; 16]| _mm256_broadcastsi128_si256(_mm_loadu_si128(t.as_ptr().cast()));
            let (distance, half) = (table(&self.distance), _mm256_set1_epi8(0x0F));
            let high = [table(&self.high[0]), table(&self.high[1])];
            let low = [table(&self.low[0]), table(&self.low[1])];
            let (zero, pad) = (_mm256_setzero_si256(), _mm256_set1_epi8(space as i8));
            let bits = |same| _mm256_movemask_epi8(same) as u32;
            let (out, stops) = (text.as_mut_ptr(), ends.as_mut_ptr());
            for body in bodies {
                let Some(bytes) = body.get(at..).and_then(|rest| rest.first_chunk::<WIDE>()) else { break };
                let x = _mm256_loadu_si256(bytes.as_ptr().cast());
                let (h, l) = (_mm256_and_si256(_mm256_srli_epi16(x, 4), half), _mm256_and_si256(x, half));
                let common = |i: usize| {
                    _mm256_and_si256(_mm256_shuffle_epi8(high[i], h), _mm256_shuffle_epi8(low[i], l))
                };
                if bits(_mm256_cmpeq_epi8(_mm256_or_si256(common(0), common(1)), zero)) & inside != 0 {
                    break;
                }
                _mm256_storeu_si256(
                    out.add(end).cast(),
                    _mm256_add_epi8(x, _mm256_shuffle_epi8(distance, h)),
                );
                let text = !bits(_mm256_cmpeq_epi8(x, pad)) & inside;
                let empty = bits(_mm256_cmpeq_epi8(x, zero)) & inside == inside;
                let kept = if empty { 0 } else { WIDE - text.leading_zeros() as usize };
                blank |= kept == 0;
                end += kept;
                stops.add(first + done).write(end as i32);
                done += 1;
            }
            text.set_len(end);
            ends.set_len(first + done);
        }
        (done, blank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EBCDIC letters, digits and some signs.
    fn plain() -> [u8; 256] {
        let mut plain = [0x80; 256];
        for (start, text) in
            [(0xC1, "ABCDEFGHI"), (0xD1, "JKLMNOPQR"), (0xE2, "STUVWXYZ"), (0xF0, "0123456789"), (0x60, "-/")]
        {
            plain[start..start + text.len()].copy_from_slice(text.as_bytes());
        }
        plain[0x40] = b' ';
        plain[0] = 0;
        plain
    }

    #[test]
    fn fields_of_every_length() {
        let (plain, mut record) = (plain(), vec![0x40; 80]);
        let rows = Rows::new(&plain);
        for n in 1..=WIDE {
            for k in 0..=n {
                for (byte, c) in [(0xC1, b'A'), (0xD9, b'R'), (0xE9, b'Z'), (0xF9, b'9'), (0x60, b'-')] {
                    record.fill(0x40);
                    record[3 + n] = 0xFF;
                    record[3..3 + k].fill(byte);
                    let (mut text, mut ends) = (b"before".to_vec(), vec![6]);
                    let (done, blank) = rows.append(&[&record, &record], (3, n), 0x40, &mut text, &mut ends);
                    if done == 0 {
                        return; // A processor without these instructions.
                    }
                    let expected = [b"before".to_vec(), vec![c; k], vec![c; k]].concat();
                    assert_eq!((done, blank, text), (2, k == 0, expected));
                    assert_eq!(ends, [6, 6 + k as i32, 6 + 2 * k as i32]);
                }
            }
            record[3..3 + n].fill(0);
            let (mut text, mut ends) = (Vec::new(), Vec::new());
            assert_eq!(rows.append(&[&record], (3, n), 0x40, &mut text, &mut ends), (1, true));
            assert_eq!((text, ends), (Vec::new(), vec![0]));
        }
    }

    #[test]
    fn only_what_is_in_the_table() {
        let plain = plain();
        let rows = Rows::new(&plain);
        let mut taken = 0;
        for b in 0..=u8::MAX {
            let record = [[0xF1, b].as_slice(), &[0x40; 40]].concat();
            let (mut text, mut ends) = (Vec::new(), Vec::new());
            if rows.append(&[&record], (0, 2), 0x40, &mut text, &mut ends).0 == 1 {
                taken += 1;
                let c = plain[usize::from(b)];
                assert!(c < 0x80, "{b:02X}");
                assert_eq!(text, if b == 0x40 { vec![b'1'] } else { vec![b'1', c] });
            } else {
                assert!((text, ends) == (Vec::new(), Vec::new()));
            }
        }
        assert!(taken == 0 || taken >= 38);
    }
}
