//! Where accepted records go: CSV bytes and, when asked for, Arrow columns, both undone when a record is rejected.

use crate::charset::Charset;
use crate::short::{digits16, load16};
use crate::text::{decode_table, flag, TextTable};
use std::sync::atomic::{AtomicU32, Ordering};

/// What an item becomes in Arrow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Out {
    Text,
    Date,
    Int,
    /// Unscaled, with this many digits behind the point.
    Decimal(u8),
    Dict,
}

pub enum Store {
    Text { offsets: Vec<i32>, data: Vec<u8> },
    Date(Vec<i32>),
    Int(Vec<i64>),
    Decimal(Vec<i128>),
    Dict(Vec<i16>),
}

/// How much text a column takes, learnt from the chunk before, so that the next is given its room at once.
#[derive(Debug, Default)]
pub struct Expected(AtomicU32);

impl Expected {
    const SOURCE: usize = 1 << 16;

    /// Room for the text that comes of `source` bytes.
    pub fn bytes(&self, source: usize) -> usize {
        let per_block = self.0.load(Ordering::Relaxed) as usize;
        (source / Self::SOURCE + 1) * (per_block + per_block / 8)
    }

    pub fn learn(&self, column: &Column, source: usize) {
        if let Store::Text { data, .. } = &column.store {
            let per_block = data.len() / (source / Self::SOURCE + 1) + 1;
            self.0.store(u32::try_from(per_block).unwrap_or(u32::MAX), Ordering::Relaxed);
        }
    }
}

/// One Arrow column under construction.
///
/// A null takes no step of its own: rows that were passed over are filled in when the next value comes, so that a
/// column that is blank in most records costs nothing in them.
pub struct Column {
    pub store: Store,
    /// Rows that are null, as runs from the first to behind the last, in order.
    nulls: Vec<(u32, u32)>,
    len: u32,
}

impl Column {
    /// `rows` and `bytes` (of text) are what is expected.
    pub fn new(out: Out, rows: usize, bytes: usize) -> Self {
        let store = match out {
            Out::Text => {
                let mut offsets = Vec::with_capacity(rows + 1);
                offsets.push(0);
                Store::Text { offsets, data: Vec::with_capacity(bytes) }
            }
            Out::Date => Store::Date(Vec::with_capacity(rows)),
            Out::Int => Store::Int(Vec::with_capacity(rows)),
            Out::Decimal(_) => Store::Decimal(Vec::with_capacity(rows)),
            Out::Dict => Store::Dict(Vec::with_capacity(rows)),
        };
        Self { store, nulls: Vec::new(), len: 0 }
    }

    /// The store for the value of `row`, the rows before it complete.
    #[inline]
    pub fn at(&mut self, row: u32) -> &mut Store {
        if self.len < row {
            self.fill(row);
        }
        self.len = row + 1;
        &mut self.store
    }

    /// Every row before `rows` that has no value is null.
    #[cold]
    #[inline(never)]
    pub fn fill(&mut self, rows: u32) {
        if self.len >= rows {
            return;
        }
        self.nulls.push((self.len, rows));
        self.len = rows;
        let n = rows as usize;
        match &mut self.store {
            Store::Text { offsets, data } => offsets.resize(n + 1, data.len() as i32),
            Store::Date(v) => v.resize(n, 0),
            Store::Int(v) => v.resize(n, 0),
            Store::Decimal(v) => v.resize(n, 0),
            Store::Dict(v) => v.resize(n, 0),
        }
    }

    pub fn push_text(&mut self, row: u32, value: &[u8]) {
        if let Store::Text { offsets, data } = self.at(row) {
            data.extend_from_slice(value);
            offsets.push(data.len() as i32);
        }
    }

    /// Decodes `bytes` into the column; false, and nothing said, when the table cannot.
    pub fn push_decoded(&mut self, row: u32, table: &TextTable, charset: Charset, bytes: &[u8]) -> bool {
        let Store::Text { offsets, data } = self.at(row) else {
            return false;
        };
        let before = data.len();
        let good = decode_table(table, charset, bytes, data).flags & flag::SLOW == 0;
        if good {
            offsets.push(data.len() as i32);
        } else {
            data.truncate(before);
            self.len = row;
        }
        good
    }

    /// Forgets everything behind the first `rows` rows.
    pub fn truncate(&mut self, rows: usize) {
        while let Some((from, to)) = self.nulls.last_mut() {
            if (*from as usize) < rows {
                *to = (*to).min(rows as u32);
                break;
            }
            self.nulls.pop();
        }
        self.len = self.len.min(rows as u32);
        match &mut self.store {
            Store::Text { offsets, data } => {
                offsets.truncate(rows + 1);
                data.truncate(offsets.last().map_or(0, |o| *o as usize));
            }
            Store::Date(v) => v.truncate(rows),
            Store::Int(v) => v.truncate(rows),
            Store::Decimal(v) => v.truncate(rows),
            Store::Dict(v) => v.truncate(rows),
        }
    }

    /// Whether no row has a value.
    pub fn is_blank(&self) -> bool {
        self.null_count() == self.len as usize
    }

    pub fn null_count(&self) -> usize {
        self.nulls.iter().map(|(from, to)| (to - from) as usize).sum()
    }

    /// The validity bitmap of `rows` rows, None when nothing is null.
    pub fn validity(&self, rows: usize) -> Option<Vec<u8>> {
        if self.nulls.is_empty() {
            return None;
        }
        let mut bits = vec![0xFFu8; rows.div_ceil(8)];
        for &(from, to) in &self.nulls {
            clear(&mut bits, from as usize, (to as usize).min(rows));
        }
        Some(bits)
    }
}

/// Clears the bits from `from` to before `to`.
fn clear(bits: &mut [u8], from: usize, to: usize) {
    if from >= to {
        return;
    }
    let (first, last) = (from / 8, (to - 1) / 8);
    let head = 0xFFu8 << (from % 8);
    let tail = 0xFFu8 >> (7 - (to - 1) % 8);
    if first == last {
        bits[first] &= !(head & tail);
        return;
    }
    bits[first] &= !head;
    bits[first + 1..last].fill(0);
    bits[last] &= !tail;
}

/// A canonical number (`-12`, `3.40`) without its point; None when it is none or too long for `i128`.
pub fn unscaled(text: &[u8], scale: u8) -> Option<i128> {
    let (negative, mut digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let (mut value, mut fraction) = (0i128, None);
    if digits.is_empty() {
        return None;
    }
    if digits.len() <= 16 && digits16(load16(digits), digits.len()) {
        value = i128::from(digits.iter().fold(0i64, |n, b| 10 * n + i64::from(b - b'0')));
        digits = &[];
    }
    for &b in digits {
        match b {
            b'0'..=b'9' => {
                value = value.checked_mul(10)?.checked_add(i128::from(b - b'0'))?;
                fraction = fraction.map(|f: u8| f.saturating_add(1));
            }
            b'.' if fraction.is_none() => fraction = Some(0),
            _ => return None,
        }
    }
    for _ in fraction.unwrap_or(0)..scale {
        value = value.checked_mul(10)?;
    }
    Some(if negative { -value } else { value })
}

/// `value` as one CSV field: quoted when it holds the delimiter, a quote or a line end, or always.
pub fn write_field(out: &mut Vec<u8>, value: &[u8], delimiter: u8, always: bool) {
    let special = |b: &u8| *b == delimiter || matches!(*b, b'"' | b'\n' | b'\r');
    if !always && !value.iter().any(special) {
        out.extend_from_slice(value);
        return;
    }
    out.push(b'"');
    for &b in value {
        if b == b'"' {
            out.push(b'"');
        }
        out.push(b);
    }
    out.push(b'"');
}

/// A 64-bit hash of one output record; the sum over all records does not depend on their order.
pub fn record_hash(record: &[u8]) -> u64 {
    const K: [u64; 4] =
        [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0xD6E8_FEB8_6659_FD93];
    let mut lanes = K;
    let mut blocks = record.chunks_exact(32);
    for block in blocks.by_ref() {
        for (i, part) in block.chunks_exact(8).enumerate() {
            lanes[i] = mix(lanes[i], part, K[i]);
        }
    }
    for (i, part) in blocks.remainder().chunks(8).enumerate() {
        lanes[i] = mix(lanes[i], part, K[i]);
    }
    let mut h = (record.len() as u64).wrapping_mul(K[0]);
    for lane in lanes {
        h = (h ^ lane ^ lane >> 31).wrapping_mul(K[3]).rotate_left(23);
    }
    h ^ h >> 29
}

#[inline]
fn mix(lane: u64, part: &[u8], k: u64) -> u64 {
    let mut raw = [0u8; 8];
    raw[..part.len()].copy_from_slice(part);
    (lane ^ u64::from_le_bytes(raw)).wrapping_mul(k).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_forgets_values_and_nulls() {
        let mut c = Column::new(Out::Text, 4, 4);
        c.push_text(0, b"ab");
        c.push_text(2, b"c");
        assert_eq!((c.null_count(), c.validity(3)), (1, Some(vec![0b1111_1101])));
        c.truncate(1);
        c.push_text(1, b"xyz");
        assert_eq!(c.validity(2), None);
        let Store::Text { offsets, data } = c.store else { unreachable!() };
        assert_eq!((offsets, data), (vec![0, 2, 5], b"abxyz".to_vec()));
    }

    #[test]
    fn bits_are_cleared_in_runs() {
        for from in 0..40 {
            for to in from..40 {
                let mut bits = vec![0xFF; 5];
                clear(&mut bits, from, to);
                let cleared = |i: &usize| bits[i / 8] >> (i % 8) & 1 == 0;
                assert_eq!((0..40).filter(cleared).collect::<Vec<_>>(), (from..to).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn rows_passed_over_are_null() {
        let mut c = Column::new(Out::Dict, 4, 0);
        if let Store::Dict(v) = c.at(2) {
            v.push(7);
        }
        c.fill(5);
        assert_eq!((c.null_count(), c.validity(5)), (4, Some(vec![0b1110_0100])));
        c.truncate(4);
        assert_eq!((c.null_count(), c.validity(4)), (3, Some(vec![0b1111_0100])));
        c.truncate(2);
        c.fill(2);
        let Store::Dict(v) = &c.store else { unreachable!() };
        assert_eq!((c.null_count(), v.len()), (2, 2));
    }

    #[test]
    fn numbers_lose_their_point() {
        assert_eq!(unscaled(b"-12.5", 2), Some(-1250));
        assert_eq!(unscaled(b"7", 0), Some(7));
        assert_eq!(unscaled(b"1.2.3", 1), None);
        assert_eq!(unscaled(b"", 0), None);
    }

    #[test]
    fn special_values_are_quoted() {
        let mut out = Vec::new();
        write_field(&mut out, b"a\"b,", b',', false);
        assert_eq!(out, b"\"a\"\"b,\"");
    }
}
