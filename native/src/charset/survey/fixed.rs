//! Records of one length in bytes that nobody described: how long they are, and what stands where in them.

use super::shape;
use crate::charset::codec::{Codec, Mode};
use crate::pyapi::Bytes;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Facts of a position in the records, each a share of them.
pub const FACTS: [&str; 15] = [
    "space",
    "digit",
    "letter",
    "kana",
    "mark",
    "none",
    "zero",
    "pair",
    "pair_space",
    "packed",
    "packed_end",
    "date",
    "shift",
    "inside",
    "signed",
];
/// Classes of bytes, as `positions` is told them: the first six facts.
const CLASSES: usize = 6;
const DIGIT: u8 = 1;

/// For each length up to `longest` the share of bytes that come again at that distance; the bytes that fill (the two
/// most frequent ones) aside.
#[pyfunction]
pub fn record_shares(py: Python<'_>, data: &Bound<'_, PyAny>, longest: usize) -> PyResult<Vec<f32>> {
    let bytes = Bytes::of(data)?;
    let slice = bytes.get();
    Ok(py.detach(|| shares(slice, longest)))
}

fn shares(data: &[u8], longest: usize) -> Vec<f32> {
    let mut counts = [0_usize; 256];
    data.iter().for_each(|b| counts[usize::from(*b)] += 1);
    let mut order: Vec<usize> = (0..256).collect();
    order.sort_unstable_by_key(|b| std::cmp::Reverse(counts[*b]));
    let fills = |b: u8| order[..2].contains(&usize::from(b));
    let told: Vec<u8> = data.iter().map(|b| u8::from(!fills(*b))).collect();
    let whole: usize = told.iter().map(|t| usize::from(*t)).sum();
    let mut found = vec![0.0; longest + 1];
    if whole == 0 {
        return found;
    }
    for (length, share) in found.iter_mut().enumerate().skip(1).take_while(|(n, _)| *n < data.len()) {
        let (mut same, mut seen) = (0_usize, 0_usize);
        let pairs = data.chunks(128).zip(data[length..].chunks(128)).zip(told.chunks(128));
        for ((a, b), told) in pairs {
            let n = a.len().min(b.len());
            let (mut some, mut all) = (0_u8, 0_u8);
            for i in 0..n {
                some += u8::from(a[i] == b[i]) & told[i];
                all += told[i];
            }
            same += usize::from(some);
            seen += usize::from(all);
        }
        *share = same as f32 / seen.max(1) as f32;
    }
    found
}

/// [`FACTS`] of each position of records of `length` bytes.  `classes` is the class of each single byte (space, digit,
/// letter, kana, mark, none).
#[pyfunction]
pub fn positions(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    data: &Bound<'_, PyAny>,
    length: usize,
    classes: &Bound<'_, PyAny>,
) -> PyResult<Vec<Vec<f32>>> {
    let codec = Codec::new(Bytes::of(table)?.get()).map_err(PyValueError::new_err)?;
    let classes = Bytes::of(classes)?.get().to_vec();
    if length == 0 || classes.len() != 256 || classes.iter().any(|c| usize::from(*c) >= CLASSES) {
        return Err(PyValueError::new_err("length or classes"));
    }
    let bytes = Bytes::of(data)?;
    let slice = bytes.get();
    Ok(py.detach(|| facts(&codec, slice, length, &classes)))
}

/// Which pairs of bytes are a character: 1, a full-width space: 2.
fn pairs(codec: &Codec) -> Vec<u8> {
    let (mut text, mut problems) = (Vec::new(), Vec::new());
    (0..=0xFFFF_u16)
        .map(|unit| {
            text.clear();
            problems.clear();
            codec.decode(&unit.to_be_bytes(), Mode::Double, &mut text, &mut problems);
            let lost = problems.iter().any(|p| !matches!(p.kind.as_str(), "user-defined"));
            // One character, not two of one byte.
            let one = std::str::from_utf8(&text).is_ok_and(|t| t.chars().count() == 1 && !t.is_ascii());
            match (one && !lost, unit == codec.wide_space || text == "\u{3000}".as_bytes()) {
                (true, true) => 2,
                (true, false) => 1,
                _ => 0,
            }
        })
        .collect()
}

fn facts(codec: &Codec, data: &[u8], length: usize, classes: &[u8]) -> Vec<Vec<f32>> {
    let pairs = pairs(codec);
    let mut counts = vec![[0_u32; FACTS.len()]; length];
    let mut records = 0;
    for record in data.chunks_exact(length) {
        records += 1;
        let mut inside = false;
        for (at, b) in record.iter().enumerate() {
            let count = &mut counts[at];
            let class = classes[usize::from(*b)];
            count[usize::from(class)] += 1;
            let (hi, lo) = (b >> 4, b & 15);
            count[6] += u32::from(class == DIGIT && lo == 0);
            if let Some(next) = record.get(at + 1) {
                let pair = pairs[usize::from(*b) << 8 | usize::from(*next)];
                count[7] += u32::from(pair > 0);
                count[8] += u32::from(pair == 2);
            }
            count[9] += u32::from(hi < 10 && lo < 10);
            count[10] += u32::from(hi < 10 && matches!(lo, 0xC | 0xD | 0xF));
            count[11] += u32::from(date(&record[at..], classes));
            if let Some((wide, _)) = codec.shift_of(&record[at..]) {
                count[12] += u32::from(wide && !inside);
                inside = wide;
            }
            count[13] += u32::from(inside);
            count[14] += u32::from(lo < 10 && matches!(hi, 0xC | 0xD));
        }
    }
    let share = |n: u32| n as f32 / records.max(1) as f32;
    counts.iter().map(|c| c.iter().map(|n| share(*n)).collect()).collect()
}

/// Whether a day of eight digits begins here.
fn date(rest: &[u8], classes: &[u8]) -> bool {
    let Some(eight) = rest.get(..8) else { return false };
    if eight.iter().any(|b| classes[usize::from(*b)] != DIGIT) {
        return false;
    }
    let digits: Vec<u8> = eight.iter().map(|b| b'0' | (b & 15)).collect();
    digits == b"00000000" || digits == b"99999999" || shape::digit_shapes(&digits) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_records_stands_out() {
        let mut data = Vec::new();
        for n in 0..200_u32 {
            data.extend_from_slice(
                format!("{:06}AB{:03}     XYZ{:05}", n * 7919 % 1_000_000, n % 7, n * 31).as_bytes(),
            );
        }
        let found = shares(&data, 100);
        let best = (1..=100).max_by(|a, b| found[*a].total_cmp(&found[*b]));
        assert!(best.is_some_and(|n| n % 24 == 0) && found[24] > 0.5, "{best:?} {}", found[24]);
    }
}
