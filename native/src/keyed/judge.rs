//! What is complained about once all keys of a run are known.

use crate::dates::{civil_from_days, days_from_civil};
use crate::keyed::{Entry, KeyedSet, Wide};
use std::io;

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
    TotalDiffers = 7,
    Overlap = 8,
    Hole = 9,
    OutOfOrder = 10,
}

/// How a date must stand to the other one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    AtMost,
    Below,
    AtLeast,
    Above,
}

impl Order {
    pub fn of(symbol: &str) -> Option<Self> {
        match symbol {
            "<=" => Some(Self::AtMost),
            "<" => Some(Self::Below),
            ">=" => Some(Self::AtLeast),
            ">" => Some(Self::Above),
            _ => None,
        }
    }

    fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::AtMost => left <= right,
            Self::Below => left < right,
            Self::AtLeast => left >= right,
            Self::Above => left > right,
        }
    }
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

/// Every child whose key none of the parents has.  All sets must have the same number of partitions.
pub fn foreign(child: &KeyedSet, parents: &[&KeyedSet]) -> io::Result<Vec<Hit>> {
    same_partitions(child, parents)?;
    let mut hits = Vec::new();
    for p in 0..child.partitions() {
        let mut orphans = child.partition(p)?;
        for parent in parents {
            if orphans.is_empty() {
                break;
            }
            let known = parent.partition(p)?;
            let mut at = 0;
            orphans.retain(|e| {
                while known.get(at).is_some_and(|q| q.key < e.key) {
                    at += 1;
                }
                known.get(at).is_none_or(|q| q.key != e.key)
            });
        }
        hits.extend(orphans.into_iter().map(|e| Hit::new(e, Complaint::NotFound)));
    }
    hits.sort_by_key(|h| h.offset);
    Ok(hits)
}

fn same_partitions(one: &KeyedSet, others: &[&KeyedSet]) -> io::Result<()> {
    if others.iter().any(|other| other.partitions() != one.partitions()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "partitions differ"));
    }
    Ok(())
}

/// Every record whose amount differs by more than `tolerance` from the sum of the details with its key.
pub fn totals(whole: &KeyedSet, details: &KeyedSet, tolerance: u64) -> io::Result<Vec<Hit>> {
    same_partitions(whole, &[details])?;
    let mut hits = Vec::new();
    for p in 0..whole.partitions() {
        let parts = details.wide_partition(p)?;
        let mut rest = &parts[..];
        for records in whole.wide_partition(p)?.chunk_by(|a, b| a.entry.key == b.entry.key) {
            let key = records[0].entry.key;
            let (_, from) = rest.split_at(rest.partition_point(|d| d.entry.key < key));
            let (same, after) = from.split_at(from.partition_point(|d| d.entry.key == key));
            rest = after;
            let sum: i128 = same.iter().map(|d| i128::from(d.value)).sum();
            let differs = |w: &&Wide| (i128::from(w.value) - sum).unsigned_abs() > u128::from(tolerance);
            hits.extend(records.iter().filter(differs).map(|w| Hit::new(w.entry, Complaint::TotalDiffers)));
        }
    }
    hits.sort_by_key(|h| h.offset);
    Ok(hits)
}

/// Every record whose period begins before an earlier one of its key has ended; with `gapless` also every one
/// that begins later than on the day after.
pub fn periods(set: &KeyedSet, gapless: bool) -> io::Result<Vec<Hit>> {
    let mut hits = Vec::new();
    for p in 0..set.partitions() {
        for group in set.wide_partition(p)?.chunk_by_mut(|a, b| a.entry.key == b.entry.key) {
            group.sort_unstable_by_key(|w| (w.first_day(), w.entry.offset));
            let mut last = group[0].last_day();
            for span in &group[1..] {
                if span.first_day() <= last {
                    hits.push(Hit::new(span.entry, Complaint::Overlap));
                } else if gapless && span.first_day() - 1 > last {
                    hits.push(Hit::new(span.entry, Complaint::Hole));
                }
                last = last.max(span.last_day());
            }
        }
    }
    hits.sort_by_key(|h| h.offset);
    Ok(hits)
}

/// Time between two days: `years`, then `days`.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    pub years: i32,
    pub days: i32,
}

/// Every record whose day does not stand in `order` to the day, so much later, of the last record there with its key.
pub fn joined(here: &KeyedSet, there: &KeyedSet, order: Order, later: Later) -> io::Result<Vec<Hit>> {
    same_partitions(here, &[there])?;
    let mut hits = Vec::new();
    for p in 0..here.partitions() {
        let others = there.wide_partition(p)?;
        let mut rest = &others[..];
        for own in here.wide_partition(p)? {
            rest = &rest[rest.partition_point(|o| o.entry.key < own.entry.key)..];
            let same = rest.partition_point(|o| o.entry.key == own.entry.key);
            let Some(other) = rest[..same].last() else { continue };
            if !order.holds(own.value, later.than(other.value)) {
                hits.push(Hit::new(own.entry, Complaint::OutOfOrder));
            }
        }
    }
    hits.sort_by_key(|h| h.offset);
    Ok(hits)
}

impl Later {
    fn than(self, day: i64) -> i64 {
        let years = match i32::try_from(day) {
            Ok(known) if self.years != 0 => {
                let (y, m, d) = civil_from_days(known);
                i64::from(days_from_civil(y + self.years, m, d))
            }
            _ => day,
        };
        years + i64::from(self.days)
    }
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

/// Per key the numbers run 1, 2, 3 ..., or with `any` on from the smallest without a hole; with `latest`, exactly the
/// records of the greatest number are flagged.
///
/// Told: a gap at the record behind it (once per key), a wrong flag at its record, a missing one at the last.
/// A number that comes twice is left to the unique key.
pub fn history(set: &KeyedSet, latest: bool, any: bool) -> io::Result<Vec<Hit>> {
    per_group(set, &|group, hits| {
        let mut entries = group.to_vec();
        entries.sort_by_key(|e| (e.number(), e.offset));
        let mut expected = if any { entries[0].number() } else { 1 };
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
    use crate::keyed::{pack_key, period};

    fn set(name: &str, partitions: usize, rows: &[(&str, u32, bool)]) -> KeyedSet {
        let folder = std::env::temp_dir().join(format!("chukan-keyed-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut set = KeyedSet::create(folder.to_str().unwrap(), name, partitions, false);
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
        assert_eq!(lines(&foreign(&child, &[&parent]).unwrap()), [(3, Complaint::NotFound)]);
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
        let got = lines(&history(&s, true, false).unwrap());
        let want = [(4, Complaint::Gap), (5, Complaint::WrongLatest), (7, Complaint::NoLatest)];
        assert_eq!(got, want);
        assert_eq!(lines(&history(&s, false, true).unwrap()), []);
        let years = set(
            "y",
            1,
            &[
                ("1", 2021, false),
                ("1", 2020, false),
                ("1", 2021, false),
                ("2", 2020, false),
                ("2", 2022, false),
            ],
        );
        assert_eq!(lines(&history(&years, false, true).unwrap()), [(6, Complaint::Gap)]);
    }

    fn wide_set(name: &str, rows: &[(&str, i64)]) -> KeyedSet {
        let folder = std::env::temp_dir().join(format!("chukan-keyed-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut set = KeyedSet::create(folder.to_str().unwrap(), name, 3, true);
        let mut raw = Vec::new();
        for (i, (key, value)) in rows.iter().enumerate() {
            Entry::new(pack_key(key.as_bytes()), i as u64 * 10, i as u32 + 1, 0, false).write(&mut raw);
            raw.extend_from_slice(&value.to_le_bytes());
        }
        set.add(&raw, 0, 0).unwrap();
        set
    }

    #[test]
    fn totals_are_the_sums_of_their_details() {
        let whole = wide_set("tw", &[("1", 300), ("2", 5), ("3", 0), ("4", 7)]);
        let details = wide_set("td", &[("1", 100), ("4", 9), ("1", 200), ("9", 1)]);
        let want = [(2, Complaint::TotalDiffers), (4, Complaint::TotalDiffers)];
        assert_eq!(lines(&totals(&whole, &details, 0).unwrap()), want);
        assert_eq!(lines(&totals(&whole, &details, 2).unwrap()), want[..1]);
    }

    #[test]
    fn periods_neither_overlap_nor_leave_holes() {
        let rows = [
            ("1", period(10, Some(19))),
            ("1", period(20, None)),
            ("2", period(5, Some(9))),
            ("2", period(1, Some(5))),
            ("3", period(-9, Some(0))),
            ("3", period(2, Some(2))),
            ("4", period(1, None)),
            ("4", period(9, Some(9))),
        ];
        let set = wide_set("ps", &rows);
        let overlaps = [(3, Complaint::Overlap), (8, Complaint::Overlap)];
        assert_eq!(lines(&periods(&set, false).unwrap()), overlaps);
        let with_holes = [overlaps[0], (6, Complaint::Hole), overlaps[1]];
        assert_eq!(lines(&periods(&set, true).unwrap()), with_holes);
    }

    #[test]
    fn ages_are_reached_on_the_day() {
        let day = |y, m, d| i64::from(days_from_civil(y, m, d));
        let births =
            wide_set("jb", &[("1", day(1960, 2, 29)), ("2", day(1950, 5, 5)), ("2", day(1960, 5, 5))]);
        let starts = wide_set(
            "js",
            &[
                ("1", day(2025, 2, 28)),
                ("1", day(2025, 3, 1)),
                ("2", day(2025, 5, 4)),
                ("2", day(2025, 5, 5)),
                ("9", 0),
            ],
        );
        let want = [(1, Complaint::OutOfOrder), (3, Complaint::OutOfOrder)];
        let eve = Later { years: 65, days: -1 };
        assert_eq!(lines(&joined(&starts, &births, Order::AtLeast, eve).unwrap()), []);
        assert_eq!(
            lines(&joined(&starts, &births, Order::AtLeast, Later { years: 65, days: 0 }).unwrap()),
            want
        );
        assert_eq!(lines(&joined(&starts, &births, Order::Above, Later { years: 0, days: 0 }).unwrap()), []);
    }
}
