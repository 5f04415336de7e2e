//! Where accepted records go: CSV bytes and, when asked for, Arrow columns, both undone when a record is rejected.

use crate::charset::Charset;
use crate::text::{decode_table, flag, TextTable};

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

/// One Arrow column under construction; nulls are remembered by row and become a bitmap at the end.
pub struct Column {
    pub store: Store,
    pub nulls: Vec<u32>,
}

impl Column {
    pub fn new(out: Out, rows: usize) -> Self {
        let store = match out {
            Out::Text => Store::Text { offsets: vec![0], data: Vec::with_capacity(rows * 8) },
            Out::Date => Store::Date(Vec::with_capacity(rows)),
            Out::Int => Store::Int(Vec::with_capacity(rows)),
            Out::Decimal(_) => Store::Decimal(Vec::with_capacity(rows)),
            Out::Dict => Store::Dict(Vec::with_capacity(rows)),
        };
        Self { store, nulls: Vec::new() }
    }

    pub fn push_null(&mut self, row: u32) {
        self.nulls.push(row);
        match &mut self.store {
            Store::Text { offsets, data } => offsets.push(data.len() as i32),
            Store::Date(v) => v.push(0),
            Store::Int(v) => v.push(0),
            Store::Decimal(v) => v.push(0),
            Store::Dict(v) => v.push(0),
        }
    }

    pub fn push_text(&mut self, value: &[u8]) {
        if let Store::Text { offsets, data } = &mut self.store {
            data.extend_from_slice(value);
            offsets.push(data.len() as i32);
        }
    }

    /// Decodes `bytes` into the column; false, and nothing changed, when the table cannot.
    pub fn push_decoded(&mut self, table: &TextTable, charset: Charset, bytes: &[u8]) -> bool {
        let Store::Text { offsets, data } = &mut self.store else {
            return false;
        };
        let before = data.len();
        let good = decode_table(table, charset, bytes, data).flags & flag::SLOW == 0;
        if good {
            offsets.push(data.len() as i32);
        } else {
            data.truncate(before);
        }
        good
    }

    /// Forgets everything behind the first `rows` rows.
    pub fn truncate(&mut self, rows: usize) {
        while self.nulls.last().is_some_and(|r| *r as usize >= rows) {
            self.nulls.pop();
        }
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

    /// The validity bitmap of `rows` rows, None when nothing is null.
    pub fn validity(&self, rows: usize) -> Option<Vec<u8>> {
        if self.nulls.is_empty() {
            return None;
        }
        let mut bits = vec![0xFFu8; rows.div_ceil(8)];
        for &r in &self.nulls {
            if let Some(byte) = bits.get_mut(r as usize / 8) {
                *byte &= !(1 << (r % 8));
            }
        }
        Some(bits)
    }
}

/// A canonical number (`-12`, `3.40`) without its point; None when it is none or too long for `i128`.
pub fn unscaled(text: &[u8], scale: u8) -> Option<i128> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, text),
    };
    let (mut value, mut fraction) = (0i128, None);
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
    if digits.is_empty() {
        return None;
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
        let mut c = Column::new(Out::Text, 4);
        c.push_text(b"ab");
        c.push_null(1);
        c.push_text(b"c");
        c.truncate(1);
        c.push_text(b"xyz");
        assert_eq!(c.validity(2), None);
        let Store::Text { offsets, data } = c.store else { unreachable!() };
        assert_eq!((offsets, data), (vec![0, 2, 5], b"abxyz".to_vec()));
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
