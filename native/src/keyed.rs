//! Checks that need the whole file: unique and foreign keys, counts per group, histories.
//!
//! Entries of 32 bytes are spread over partition files by key, then each partition is sorted and judged on its own,
//! so memory is bounded by the partition and the answer does not depend on the order of arrival.
//!
//! A key of digits (up to 31 with separators) is packed without loss; any other is a 128-bit hash, whose chance
//! of one false equality among ten million keys is below 1e-24.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

pub const ENTRY: usize = 32;
const FLUSH: usize = 64 << 10;
pub const SEPARATOR: u8 = 0x1F;
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
        let mut raw = [0u8; ENTRY];
        raw[..16].copy_from_slice(&self.key.to_le_bytes());
        raw[16..24].copy_from_slice(&self.offset.to_le_bytes());
        raw[24..28].copy_from_slice(&self.line.to_le_bytes());
        raw[28..].copy_from_slice(&self.payload.to_le_bytes());
        out.extend_from_slice(&raw);
    }

    fn read(bytes: &[u8]) -> Self {
        let part = |from: usize, len: usize| {
            let mut b = [0u8; 16];
            b[..len].copy_from_slice(&bytes[from..from + len]);
            u128::from_le_bytes(b)
        };
        Self {
            key: part(0, 16),
            offset: part(16, 8) as u64,
            line: part(24, 4) as u32,
            payload: part(28, 4) as u32,
        }
    }
}

/// The 128-bit key of values joined by [`SEPARATOR`].
pub fn pack_key(joined: &[u8]) -> u128 {
    if joined.len() <= 31 {
        let mut key = 0u128;
        let mut exact = true;
        for &b in joined {
            let nibble = match b {
                b'0'..=b'9' => b - b'0' + 1,
                SEPARATOR => 11,
                _ => {
                    exact = false;
                    break;
                }
            };
            key = key << 4 | u128::from(nibble);
        }
        if exact {
            return key;
        }
    }
    hash128(joined) | 0xF << 124
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
}

impl KeyedSet {
    pub fn create(folder: &str, name: &str, partitions: usize) -> Self {
        let n = partitions.clamp(1, 4096);
        Self {
            paths: (0..n).map(|i| PathBuf::from(folder).join(format!("{name}.{i:04}.keys"))).collect(),
            files: (0..n).map(|_| None).collect(),
            buffers: vec![Vec::new(); n],
        }
    }

    /// Adds entries whose offset and line count from the chunk's start.
    pub fn add(&mut self, entries: &[u8], chunk_offset: u64, lines_before: u32) -> io::Result<()> {
        let n = self.buffers.len();
        for raw in entries.chunks_exact(ENTRY) {
            let mut e = Entry::read(raw);
            e.offset += chunk_offset;
            e.line = e.line.saturating_add(lines_before);
            let p = if n == 1 { 0 } else { spread(e.key) % n };
            e.write(&mut self.buffers[p]);
            if self.buffers[p].len() >= FLUSH {
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
        let mut raw = Vec::new();
        if self.files[p].is_some() {
            File::open(&self.paths[p])?.read_to_end(&mut raw)?;
        }
        raw.extend_from_slice(&self.buffers[p]);
        let mut entries: Vec<Entry> = raw.chunks_exact(ENTRY).map(Entry::read).collect();
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

/// One finding of a keyed check: where, and which of the check's complaints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    pub offset: u64,
    pub line: u32,
    pub code: Complaint,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Complaint {
    Duplicate = 0,
    NotFound = 1,
    TooFew = 2,
    TooMany = 3,
    Gap = 4,
    NoLatest = 5,
    WrongLatest = 6,
}

impl Hit {
    fn new(e: Entry, code: Complaint) -> Self {
        Self { offset: e.offset, line: e.line, code }
    }
}

type Judge<'a> = dyn Fn(&[Entry], &mut Vec<Hit>) + 'a;

fn per_group(set: &KeyedSet, judge: &Judge) -> io::Result<Vec<Hit>> {
    let mut hits = Vec::new();
    for p in 0..set.partitions() {
        let entries = set.partition(p)?;
        for group in entries.chunk_by(|a, b| a.key == b.key) {
            judge(group, &mut hits);
        }
    }
    hits.sort_by_key(|h| (h.offset, h.code as u8));
    Ok(hits)
}

/// Every record but the first of each key.
pub fn unique(set: &KeyedSet) -> io::Result<Vec<Hit>> {
    per_group(set, &|group, hits| {
        hits.extend(group[1..].iter().map(|e| Hit::new(*e, Complaint::Duplicate)));
    })
}

/// Every child whose key no parent has.  Both sets must have the same number of partitions.
pub fn foreign(child: &KeyedSet, parent: &KeyedSet) -> io::Result<Vec<Hit>> {
    if child.partitions() != parent.partitions() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "partitions differ"));
    }
    let mut hits = Vec::new();
    for p in 0..child.partitions() {
        let children = child.partition(p)?;
        if children.is_empty() {
            continue;
        }
        let parents = parent.partition(p)?;
        let mut at = 0;
        for e in children {
            while parents.get(at).is_some_and(|q| q.key < e.key) {
                at += 1;
            }
            if parents.get(at).is_none_or(|q| q.key != e.key) {
                hits.push(Hit::new(e, Complaint::NotFound));
            }
        }
    }
    hits.sort_by_key(|h| h.offset);
    Ok(hits)
}

/// Groups with fewer than `min` or more than `max` flagged records: too few is told at the group's first record,
/// too many at each flagged record over the limit.
pub fn group_count(set: &KeyedSet, min: usize, max: usize) -> io::Result<Vec<Hit>> {
    per_group(set, &|group, hits| {
        let flagged = group.iter().filter(|e| e.flag());
        let n = flagged.clone().count();
        if n < min {
            hits.push(Hit::new(group[0], Complaint::TooFew));
        }
        hits.extend(flagged.skip(max).map(|e| Hit::new(*e, Complaint::TooMany)));
    })
}

/// Per key the numbers run 1, 2, 3 ...; with `latest`, exactly the records of the greatest number are flagged.
///
/// Told: a gap at the record behind it (once per key), a wrong flag at its record, a missing one at the last.
/// A number that comes twice is left to the unique key.
pub fn history(set: &KeyedSet, latest: bool) -> io::Result<Vec<Hit>> {
    per_group(set, &|group, hits| {
        let mut entries = group.to_vec();
        entries.sort_by_key(|e| (e.number(), e.offset));
        let mut expected = 1;
        for e in &entries {
            if e.number() > expected {
                hits.push(Hit::new(*e, Complaint::Gap));
                break;
            }
            if e.number() == expected {
                expected += 1;
            }
        }
        if !latest {
            return;
        }
        let greatest = entries[entries.len() - 1];
        hits.extend(
            entries
                .iter()
                .filter(|e| e.flag() && e.number() != greatest.number())
                .map(|e| Hit::new(*e, Complaint::WrongLatest)),
        );
        if !entries.iter().any(|e| e.flag() && e.number() == greatest.number()) {
            hits.push(Hit::new(greatest, Complaint::NoLatest));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, partitions: usize, rows: &[(&str, u32, bool)]) -> KeyedSet {
        let folder = std::env::temp_dir().join(format!("chukan-keyed-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut set = KeyedSet::create(folder.to_str().unwrap(), name, partitions);
        let mut raw = Vec::new();
        for (i, (key, number, flag)) in rows.iter().enumerate() {
            Entry::new(pack_key(key.as_bytes()), i as u64 * 10, i as u32 + 1, *number, *flag).write(&mut raw);
        }
        set.add(&raw, 100, 1).unwrap();
        set
    }

    fn lines(hits: &[Hit]) -> Vec<(u32, Complaint)> {
        hits.iter().map(|h| (h.line, h.code)).collect()
    }

    #[test]
    fn packing_tells_digits_apart() {
        let keys = ["1", "01", "1\u{1F}1", "11", "", "a", "0000000000000000000000000000001"];
        let mut packed: Vec<u128> = keys.iter().map(|k| pack_key(k.as_bytes())).collect();
        packed.sort_unstable();
        packed.dedup();
        assert_eq!(packed.len(), keys.len());
    }

    #[test]
    fn duplicates_are_told_behind_the_first() {
        for n in [1, 3] {
            let s = set("u", n, &[("1", 0, false), ("2", 0, false), ("1", 0, false), ("1", 0, false)]);
            assert_eq!(lines(&unique(&s).unwrap()), [(4, Complaint::Duplicate), (5, Complaint::Duplicate)]);
        }
    }

    #[test]
    fn children_without_parents() {
        let child = set("c", 2, &[("1", 0, false), ("x", 0, false), ("3", 0, false)]);
        let parent = set("p", 2, &[("3", 0, false), ("1", 0, false)]);
        assert_eq!(lines(&foreign(&child, &parent).unwrap()), [(3, Complaint::NotFound)]);
    }

    #[test]
    fn heads_of_households() {
        let s = set("g", 2, &[("1", 0, true), ("1", 0, true), ("2", 0, false), ("3", 0, true)]);
        let got = lines(&group_count(&s, 1, 1).unwrap());
        assert_eq!(got, [(3, Complaint::TooMany), (4, Complaint::TooFew)]);
    }

    #[test]
    fn histories_run_from_one_with_one_latest() {
        let s = set(
            "h",
            1,
            &[
                ("1", 1, false),
                ("1", 2, true),
                ("2", 2, true),
                ("3", 1, true),
                ("3", 2, true),
                ("4", 1, false),
            ],
        );
        let got = lines(&history(&s, true).unwrap());
        let want = [(4, Complaint::Gap), (5, Complaint::WrongLatest), (7, Complaint::NoLatest)];
        assert_eq!(got, want);
    }
}
