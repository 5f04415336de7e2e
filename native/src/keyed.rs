//! Checks that need the whole file: unique and foreign keys, counts per group, histories.
//!
//! Entries of 32 bytes (40 with an amount or a period) are spread over partition files by key, then each partition is sorted and judged on its own,
//! so memory is bounded by the partition and the answer does not depend on the order of arrival.
//!
//! A key of digits (up to 31 with separators) is packed without loss; any other is a 128-bit hash, whose chance
//! of one false equality among ten million keys is below 1e-24.

use crate::short::{load8, push16};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

pub const ENTRY: usize = 32;
/// An entry with its [`Wide`] value.
pub const WIDE_ENTRY: usize = 40;
/// Characters that a key of digits has at most.
const LONGEST: usize = 31;
const ZEROS: u64 = 0x3030_3030_3030_3030;
/// Most bytes that wait for one partition, and for all those of a set: a city has hundreds of sets open at once.
const FLUSH: usize = 64 << 10;
const WAITING: usize = 1 << 20;
pub const SEPARATOR: u8 = 0x1F;
pub mod judge;

const FLAG: u32 = 1 << 31;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    pub key: u128,
    pub offset: u64,
    pub line: u32,
    payload: u32,
}

impl Entry {
    pub fn new(key: u128, offset: u64, line: u32, number: u32, flag: bool) -> Self {
        let payload = number & !FLAG | if flag { FLAG } else { 0 };
        Self { key, offset, line, payload }
    }

    fn number(self) -> u32 {
        self.payload & !FLAG
    }

    fn flag(self) -> bool {
        self.payload & FLAG != 0
    }

    pub fn write(self, out: &mut Vec<u8>) {
        push16(out, self.key, 16);
        let rest = u128::from(self.offset) | u128::from(self.line) << 64 | u128::from(self.payload) << 96;
        push16(out, rest, 16);
    }

    fn read(bytes: &[u8]) -> Self {
        let mut halves = [[0u8; 16]; 2];
        halves[0].copy_from_slice(&bytes[..16]);
        halves[1].copy_from_slice(&bytes[16..ENTRY]);
        let rest = u128::from_le_bytes(halves[1]);
        Self {
            key: u128::from_le_bytes(halves[0]),
            offset: rest as u64,
            line: (rest >> 64) as u32,
            payload: (rest >> 96) as u32,
        }
    }
}

/// An entry with an amount (in its smallest unit) or a period: days of its first and last day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Wide {
    entry: Entry,
    value: i64,
}

/// Both ends of a period in one value; an open end is the last day there is.
pub fn period(first: i32, last: Option<i32>) -> i64 {
    i64::from(first) << 32 | i64::from(last.unwrap_or(i32::MAX) as u32)
}

impl Wide {
    fn read(bytes: &[u8]) -> Self {
        let mut value = [0u8; 8];
        value.copy_from_slice(&bytes[ENTRY..WIDE_ENTRY]);
        Self { entry: Entry::read(&bytes[..ENTRY]), value: i64::from_le_bytes(value) }
    }

    fn first_day(self) -> i32 {
        (self.value >> 32) as i32
    }

    fn last_day(self) -> i32 {
        self.value as i32
    }
}

/// The 128-bit key of values joined by [`SEPARATOR`].
pub fn pack_key(joined: &[u8]) -> u128 {
    digits_key(joined).unwrap_or_else(|| hash128(joined) | 0xF << 124)
}

/// The key of several values, if it is one of digits; the same as that of the values joined.
pub fn packed_digits<'a>(values: impl Iterator<Item = &'a [u8]>) -> Option<u128> {
    let (mut key, mut len) = (0u128, 0);
    for (i, value) in values.enumerate() {
        let between = usize::from(i > 0);
        len += between + value.len();
        if len > LONGEST {
            return None;
        }
        key = digits_onto((key << (4 * between)) | (11 * between as u128), value)?;
    }
    Some(key)
}

/// A nibble per character, 1 to 10 for digits and 11 between values; None for anything else or more than 31.
fn digits_key(joined: &[u8]) -> Option<u128> {
    packed_digits(std::iter::once(joined))
}

fn digits_onto(mut key: u128, digits: &[u8]) -> Option<u128> {
    let mut blocks = digits.chunks_exact(8);
    for block in blocks.by_ref() {
        match eight_digits(block) {
            Some(nibbles) => key = key << 32 | u128::from(nibbles),
            None => key = block.iter().try_fold(key, |key, &b| nibble(b).map(|n| key << 4 | n))?,
        }
    }
    let rest = blocks.remainder();
    if rest.is_empty() {
        return Some(key);
    }
    // The last eight, or zeros in front of them, make it eight digits; the nibbles that are too many go again.
    let bits = 8 * rest.len();
    let full = match digits.last_chunk() {
        Some(last) => u64::from_be_bytes(*last),
        None => load8(rest).swap_bytes() >> (64 - bits) | ZEROS << bits,
    };
    match eight_digits(&full.to_be_bytes()) {
        Some(nibbles) => Some(key << (bits / 2) | u128::from(nibbles & ((1 << (bits / 2)) - 1))),
        None => rest.iter().try_fold(key, |key, &b| nibble(b).map(|n| key << 4 | n)),
    }
}

fn nibble(b: u8) -> Option<u128> {
    match b {
        b'0'..=b'9' => Some(u128::from(b - b'0' + 1)),
        SEPARATOR => Some(11),
        _ => None,
    }
}

/// The nibbles of eight digits at once, the first one highest.
fn eight_digits(block: &[u8]) -> Option<u32> {
    let raw: [u8; 8] = block.try_into().ok()?;
    let v = u64::from_be_bytes(raw);
    let digits = v ^ 0x3030_3030_3030_3030;
    let beyond_nine = digits.wrapping_add(0x7676_7676_7676_7676) | digits;
    if beyond_nine & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits + 0x0101_0101_0101_0101;
    let pairs = (pairs | pairs >> 4) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF;
    Some((fours | fours >> 16) as u32)
}

fn hash128(bytes: &[u8]) -> u128 {
    const K: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013B;
    let mut h: u128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D;
    for &b in bytes {
        h = (h ^ u128::from(b)).wrapping_mul(K);
    }
    h
}

/// Keys of one file for one check, on disk but for small buffers.
pub struct KeyedSet {
    paths: Vec<PathBuf>,
    files: Vec<Option<File>>,
    buffers: Vec<Vec<u8>>,
    width: usize,
    /// Bytes of a buffer that are written.
    enough: usize,
}

impl KeyedSet {
    /// `wide` when its entries carry an amount or a period.
    pub fn create(folder: &str, name: &str, partitions: usize, wide: bool) -> Self {
        let n = partitions.clamp(1, 4096);
        Self {
            paths: (0..n).map(|i| PathBuf::from(folder).join(format!("{name}.{i:04}.keys"))).collect(),
            files: (0..n).map(|_| None).collect(),
            buffers: vec![Vec::new(); n],
            width: if wide { WIDE_ENTRY } else { ENTRY },
            enough: (WAITING / n).clamp(4 << 10, FLUSH),
        }
    }

    /// Adds entries whose offset and line count from the chunk's start.
    pub fn add(&mut self, entries: &[u8], chunk_offset: u64, lines_before: u32) -> io::Result<()> {
        let n = self.buffers.len();
        for raw in entries.chunks_exact(self.width) {
            let mut e = Entry::read(raw);
            e.offset += chunk_offset;
            e.line = e.line.saturating_add(lines_before);
            let p = if n == 1 { 0 } else { spread(e.key) % n };
            e.write(&mut self.buffers[p]);
            if raw.len() > ENTRY {
                self.buffers[p].extend_from_slice(&raw[ENTRY..]);
            }
            if self.buffers[p].len() >= self.enough {
                self.flush(p)?;
            }
        }
        Ok(())
    }

    fn flush(&mut self, p: usize) -> io::Result<()> {
        if self.files[p].is_none() {
            self.files[p] = Some(private_file(&self.paths[p])?);
        }
        if let Some(file) = &mut self.files[p] {
            file.write_all(&self.buffers[p])?;
        }
        self.buffers[p].clear();
        Ok(())
    }

    pub fn partitions(&self) -> usize {
        self.buffers.len()
    }

    /// The entries of one partition in order of key, then place.
    pub fn partition(&self, p: usize) -> io::Result<Vec<Entry>> {
        self.sorted(p, Entry::read)
    }

    /// The same with amounts or periods; empty when the set has none.
    fn wide_partition(&self, p: usize) -> io::Result<Vec<Wide>> {
        if self.width == WIDE_ENTRY {
            self.sorted(p, Wide::read)
        } else {
            Ok(Vec::new())
        }
    }

    fn sorted<T: Ord>(&self, p: usize, read: fn(&[u8]) -> T) -> io::Result<Vec<T>> {
        let mut raw = Vec::new();
        if self.files[p].is_some() {
            File::open(&self.paths[p])?.read_to_end(&mut raw)?;
        }
        raw.extend_from_slice(&self.buffers[p]);
        let mut entries: Vec<T> = raw.chunks_exact(self.width).map(read).collect();
        entries.sort_unstable();
        Ok(entries)
    }
}

fn spread(key: u128) -> usize {
    let folded = (key as u64) ^ ((key >> 64) as u64).rotate_left(32);
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
}

fn private_file(path: &PathBuf) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_at_once_are_the_same_nibbles() {
        for text in ["01234567", "99999999", "0000000:", "/0000000", "12\u{1F}34567", "1234567\u{B0}"] {
            let block = &text.as_bytes()[..8];
            let one_by_one = block.iter().try_fold(0u128, |key, &b| nibble(b).map(|n| key << 4 | n));
            let digits_only = block.iter().all(u8::is_ascii_digit);
            assert_eq!(eight_digits(block).map(u128::from), one_by_one.filter(|_| digits_only), "{text}");
        }
    }

    #[test]
    fn packing_tells_digits_apart() {
        for joined in [
            "",
            "7",
            "0123456",
            "012345678901234",
            "1\u{1F}22\u{1F}0",
            "a",
            "1234567890123456789012345678901",
        ] {
            let one_by_one = joined.bytes().try_fold(0u128, |key, b| nibble(b).map(|n| key << 4 | n));
            assert_eq!(digits_key(joined.as_bytes()), one_by_one, "{joined}");
            let values = joined.as_bytes().split(|b| *b == SEPARATOR);
            assert_eq!(packed_digits(values), one_by_one, "{joined}");
        }
        assert_eq!(digits_key(&[b'1'; 32]), None);
        let keys = ["1", "01", "1\u{1F}1", "11", "", "a", "0000000000000000000000000000001"];
        let mut packed: Vec<u128> = keys.iter().map(|k| pack_key(k.as_bytes())).collect();
        packed.sort_unstable();
        packed.dedup();
        assert_eq!(packed.len(), keys.len());
    }
}
