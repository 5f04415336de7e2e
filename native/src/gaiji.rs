//! Characters of a text column replaced by a table, with a list of every replacement; and the way back.
//!
//! A unit is a character, or a character and the variation selector behind it.  A set of bits over all code points
//! tells the characters that are looked at; hits are rare, and what lies between them is copied in one piece.

use crate::chars::is_selector;
use crate::pool;
use std::collections::HashMap;

/// What to look for and what it becomes.
pub struct GaijiTable {
    bits: Vec<u64>,
    /// The least first byte of UTF-8 that a watched character has: text whose bytes are all less is skipped in blocks.
    least: u8,
    units: HashMap<(u32, u32), u32>,
    targets: Vec<Option<Box<str>>>,
    /// What a watched character without an entry becomes; without it, it stays.
    fallback: Option<Box<str>>,
}

/// The replacements of a column, in order, and the new column.
#[derive(Default)]
pub struct Converted {
    pub offsets: Vec<i64>,
    pub data: Vec<u8>,
    pub row: Vec<u32>,
    /// Characters before the unit, in the source and in the result.
    pub position: Vec<u32>,
    pub out_position: Vec<u32>,
    /// Its place in the table; behind the table: in `others`.
    pub unit: Vec<u32>,
    /// Watched characters that have no entry.
    pub others: Vec<u32>,
}

const BLOCK: usize = 64;
const POINTS: usize = 0x11_0000;

impl GaijiTable {
    /// `watch`: ranges of code points (both ends included) looked at besides those of the table.
    /// An entry without a target is reported and stays.  Sources of another length are an error.
    pub fn new(
        entries: Vec<(String, Option<String>)>,
        watch: &[(u32, u32)],
        fallback: Option<String>,
    ) -> Result<Self, String> {
        let mut bits = vec![0u64; POINTS / 64];
        for &(low, high) in watch {
            for point in low..=high.min(POINTS as u32 - 1) {
                bits[point as usize / 64] |= 1 << (point % 64);
            }
        }
        let mut units = HashMap::with_capacity(entries.len());
        let mut targets = Vec::with_capacity(entries.len());
        for (i, (source, target)) in entries.into_iter().enumerate() {
            let mut chars = source.chars().map(u32::from);
            let key = match (chars.next(), chars.next(), chars.next()) {
                (Some(base), selector, None) => (base, selector.unwrap_or(0)),
                _ => return Err(format!("not one unit: entry {i}")),
            };
            let watched = if key.1 == 0 { key.0 } else { key.1 };
            bits[watched as usize / 64] |= 1 << (watched % 64);
            units.insert(key, i as u32);
            targets.push(target.map(String::into_boxed_str));
        }
        let least = bits.iter().position(|word| *word != 0).map_or(0xFF, |i| {
            let point = (i * 64) as u32 + bits[i].trailing_zeros();
            first_byte(point)
        });
        Ok(Self { bits, least, units, targets, fallback: fallback.map(String::into_boxed_str) })
    }

    #[inline]
    fn watched(&self, point: u32) -> bool {
        self.bits[point as usize / 64] >> (point % 64) & 1 == 1
    }

    /// The column with every unit of the table replaced.  `offsets` has one entry more than there are rows.
    pub fn convert(&self, offsets: &[i64], data: &[u8]) -> Converted {
        let mut work = Work::new(self, offsets, data);
        let end = offsets.last().map_or(0, |o| *o as usize).min(data.len());
        let mut i = offsets.first().map_or(0, |o| *o as usize);
        while i < end {
            if let Some(block) = data[i..end].first_chunk::<BLOCK>() {
                if block.iter().fold(0, |most: u8, b| most.max(*b)) < self.least {
                    i += BLOCK;
                    continue;
                }
            }
            // A block may end within a character, whose other bytes are less than any first byte.
            let stop = end.min(i + BLOCK);
            while i < stop {
                if data[i] < self.least {
                    i += 1;
                    continue;
                }
                let (point, width) = decode(data, i);
                i = if self.watched(point) { work.hit(i, width, point) } else { i + width };
            }
        }
        work.finish(end)
    }
}

/// The code point at `i` of valid UTF-8 and its width.
#[inline]
fn decode(data: &[u8], i: usize) -> (u32, usize) {
    let b = u32::from(data[i]);
    if let (0xE0..=0xEF, Some([_, second, third])) = (b, data[i..].first_chunk::<3>()) {
        return ((b & 15) << 12 | u32::from(second & 0x3F) << 6 | u32::from(third & 0x3F), 3);
    }
    let at = |k: usize| u32::from(data.get(i + k).copied().unwrap_or(0) & 0x3F);
    match b {
        0..=0x7F => (b, 1),
        0xE0..=0xEF => ((b & 15) << 12 | at(1) << 6 | at(2), 3),
        0xF0..=0xFF => (((b & 7) << 18 | at(1) << 12 | at(2) << 6 | at(3)).min(0x10_FFFF), 4),
        _ => ((b & 31) << 6 | at(1), 2),
    }
}

/// The first byte of a code point in UTF-8.
fn first_byte(point: u32) -> u8 {
    match point {
        0..=0x7F => point as u8,
        0x80..=0x7FF => 0xC0 | (point >> 6) as u8,
        0x800..=0xFFFF => 0xE0 | (point >> 12) as u8,
        _ => 0xF0 | (point >> 18) as u8,
    }
}

fn characters(data: &[u8]) -> u32 {
    data.iter().filter(|b| **b & 0xC0 != 0x80).count() as u32
}

struct Work<'a> {
    table: &'a GaijiTable,
    offsets: &'a [i64],
    data: &'a [u8],
    out: Converted,
    other: HashMap<u32, u32>,
    /// Row of the last hit, and where its characters were counted to in source and result.
    row: usize,
    counted: usize,
    source_chars: u32,
    out_chars: u32,
    copied: usize,
}

impl<'a> Work<'a> {
    fn new(table: &'a GaijiTable, offsets: &'a [i64], data: &'a [u8]) -> Self {
        let start = offsets.first().map_or(0, |o| *o as usize);
        let mut out =
            Converted { data: pool::take(data.len() + data.len() / 16 + 64), ..Converted::default() };
        out.offsets = Vec::with_capacity(offsets.len().max(1));
        out.offsets.push(0);
        Self {
            table,
            offsets,
            data,
            out,
            other: HashMap::new(),
            row: 0,
            counted: start,
            source_chars: 0,
            out_chars: 0,
            copied: start,
        }
    }

    /// A watched character at `i`; gives where to go on.
    fn hit(&mut self, i: usize, width: usize, point: u32) -> usize {
        self.row_of(i);
        let row_start = self.offsets[self.row] as usize;
        let row_end = self.offsets[self.row + 1] as usize;
        let next = i + width;
        if next < row_end && self.data[next] >= 0xEF {
            let (selector, more) = decode(self.data, next);
            if selects(selector) {
                if let Some(&unit) = self.table.units.get(&(point, selector)) {
                    self.replace(i, next + more, unit, 2);
                    return next + more;
                }
            }
        }
        if selects(point) && i > row_start.max(self.copied) {
            let before = (row_start..i).rev().find(|b| self.data[*b] & 0xC0 != 0x80).unwrap_or(i);
            let (base, _) = decode(self.data, before);
            if let Some(&unit) = self.table.units.get(&(base, point)) {
                self.replace(before, next, unit, 2);
                return next;
            }
        }
        let unit = match self.table.units.get(&(point, 0)) {
            Some(unit) => *unit,
            None => self.other(point),
        };
        self.replace(i, next, unit, 1);
        next
    }

    fn other(&mut self, point: u32) -> u32 {
        let fresh = (self.table.targets.len() + self.out.others.len()) as u32;
        let unit = *self.other.entry(point).or_insert(fresh);
        if unit == fresh {
            self.out.others.push(point);
        }
        unit
    }

    /// Moves on to the row that holds byte `i`, giving the offsets of the rows that end before it.
    fn row_of(&mut self, i: usize) {
        if (self.offsets[self.row + 1] as usize) > i {
            return;
        }
        let shift = self.out.data.len() as i64 - self.copied as i64;
        let first = self.row + 1;
        while (self.offsets[self.row + 1] as usize) <= i {
            self.row += 1;
        }
        self.out.offsets.extend(self.offsets[first..=self.row].iter().map(|o| o + shift));
        self.counted = self.offsets[self.row] as usize;
        self.source_chars = 0;
        self.out_chars = 0;
    }

    fn replace(&mut self, start: usize, end: usize, unit: u32, chars: u32) {
        let between = characters(&self.data[self.counted..start]);
        self.source_chars += between;
        self.out_chars += between;
        self.out.row.push(self.row as u32);
        self.out.position.push(self.source_chars);
        self.out.out_position.push(self.out_chars);
        self.out.unit.push(unit);
        self.source_chars += chars;
        self.counted = end;
        let target = match self.table.targets.get(unit as usize) {
            Some(target) => target.as_deref(),
            None => self.table.fallback.as_deref(),
        };
        self.out.data.extend_from_slice(&self.data[self.copied..start]);
        let text = target.map_or(&self.data[start..end], str::as_bytes);
        self.out.data.extend_from_slice(text);
        self.out_chars += characters(text);
        self.copied = end;
    }

    fn finish(mut self, end: usize) -> Converted {
        self.out.data.extend_from_slice(&self.data[self.copied..end]);
        let shift = self.out.data.len() as i64 - end as i64;
        let rest = self.offsets.get(self.row + 1..).unwrap_or(&[]);
        self.out.offsets.extend(rest.iter().map(|o| o + shift));
        self.out
    }
}

fn selects(point: u32) -> bool {
    char::from_u32(point).is_some_and(is_selector)
}

/// One step of the way back: at this character of this row stands `text`, and `original` comes instead.
pub struct Undo<'a> {
    pub row: u32,
    pub position: u32,
    pub text: &'a str,
    pub original: &'a str,
}

/// The column before the replacements (in order of row and position).
///
/// The error is the row where something else stands than the list says, and nothing is restored.
pub fn restore<'a>(
    offsets: &[i64],
    data: &[u8],
    steps: impl Iterator<Item = Undo<'a>>,
) -> Result<(Vec<i64>, Vec<u8>), u32> {
    let mut out = Vec::with_capacity(data.len() + 64);
    let mut new_offsets = Vec::with_capacity(offsets.len().max(1));
    new_offsets.push(0i64);
    let mut copied = offsets.first().map_or(0, |o| *o as usize);
    let mut row = 0usize;
    let (mut at, mut chars) = (copied, 0u32);
    for step in steps {
        if step.row as usize + 1 >= offsets.len() || (step.row as usize) < row {
            return Err(step.row);
        }
        if step.row as usize > row {
            let shift = out.len() as i64 - copied as i64;
            new_offsets.extend(offsets[row + 1..=step.row as usize].iter().map(|o| o + shift));
            row = step.row as usize;
            (at, chars) = (offsets[row] as usize, 0);
        }
        let row_end = offsets[row + 1] as usize;
        while chars < step.position && at < row_end {
            at += decode(data, at).1;
            chars += 1;
        }
        let end = at + step.text.len();
        if chars != step.position || end > row_end || &data[at..end] != step.text.as_bytes() || at < copied {
            return Err(step.row);
        }
        out.extend_from_slice(&data[copied..at]);
        out.extend_from_slice(step.original.as_bytes());
        chars += characters(step.text.as_bytes());
        (at, copied) = (end, end);
    }
    let end = offsets.last().map_or(0, |o| *o as usize);
    out.extend_from_slice(&data[copied..end]);
    let shift = out.len() as i64 - end as i64;
    new_offsets.extend(offsets.iter().skip(row + 1).map(|o| o + shift));
    Ok((new_offsets, out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(rows: &[&str]) -> (Vec<i64>, Vec<u8>) {
        let mut offsets = vec![0];
        for row in rows {
            offsets.push(offsets[offsets.len() - 1] + row.len() as i64);
        }
        (offsets, rows.concat().into_bytes())
    }

    fn texts(offsets: &[i64], data: &[u8]) -> Vec<String> {
        let cut = |w: &[i64]| String::from_utf8_lossy(&data[w[0] as usize..w[1] as usize]).into_owned();
        offsets.windows(2).map(cut).collect()
    }

    #[test]
    fn units_are_replaced_and_come_back() {
        let entries = vec![
            ("\u{E000}".to_string(), Some("葛\u{E0100}".to_string())),
            ("辻\u{E0102}".to_string(), Some("辻".to_string())),
            ("\u{E0102}".to_string(), Some(String::new())),
        ];
        let table = GaijiTable::new(entries, &[(0xE000, 0xF8FF)], Some("〓".into())).unwrap();
        let rows = ["あ\u{E000}い", "", "辻\u{E0102}辻\u{E001}", "\u{E0102}辻", "end"];
        let (offsets, data) = column(&rows);
        let done = table.convert(&offsets, &data);
        let made = texts(&done.offsets, &done.data);
        assert_eq!(made, ["あ葛\u{E0100}い", "", "辻辻〓", "辻", "end"]);
        assert_eq!((done.row, done.position), (vec![0, 2, 2, 3], vec![1, 0, 3, 0]));
        assert_eq!(done.out_position, [1, 0, 2, 0]);
        assert_eq!((done.unit, done.others), (vec![0, 1, 3, 2], vec![0xE001]));
    }
}
