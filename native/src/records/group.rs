//! Records that wait to be decoded together, one field of all of them after the other: the same steps again and again are
//! what a processor is good at.

use super::cut::Cut;
use super::field::Told;
use super::layout::Type;
use super::Records;
use crate::program::Structure;
use crate::record::{Field, Quoting};
use std::fmt::Write;

/// Few enough to stay in the nearest cache.
pub const TOGETHER: usize = 32;

/// The rule that a record breaks as a whole, where, and what to say.
pub type Broken = (Option<u16>, usize, String);

/// Fields carried from the last record of the parent's kind.
#[derive(Default)]
pub struct Carried {
    pub data: Vec<u8>,
    pub spans: Vec<(u32, u32)>,
    pub places: Vec<u32>,
    pub seen: bool,
}

/// What decodes a group.
#[derive(Clone, Copy)]
pub struct Decoder<'p> {
    pub records: &'p Records,
    pub rules: &'p Structure,
    /// The columns that anybody asks for.
    pub used: &'p [bool],
}

#[derive(Default)]
pub struct Group<'a> {
    /// Where they were cut, and their lines.
    pub cuts: Vec<(Cut, u32)>,
    bodies: Vec<&'a [u8]>,
    /// What was decoded.
    pub text: Vec<u8>,
    /// Of each record all columns in `text`, and their places in the chunk.
    pub fields: Vec<Field>,
    pub places: Vec<u32>,
    pub broken: Vec<Option<Broken>>,
    /// Whether one of them is broken.
    fault: bool,
    /// Where the texts of a column end.
    ends: Vec<i32>,
    /// Packed fields so far, and those that are no numbers.
    pub packed: (u64, u64),
}

impl<'a> Group<'a> {
    pub fn push(&mut self, cut: &Cut, line: u32, body: &'a [u8]) {
        touch(body);
        self.cuts.push((*cut, line));
        self.bodies.push(body);
    }

    pub fn clear(&mut self) {
        self.cuts.clear();
        self.bodies.clear();
    }

    /// Decodes the columns that are used.
    pub fn decode(&mut self, by: Decoder<'_>, carried: &Carried) {
        let (n, width) = (self.cuts.len(), by.records.columns());
        let blank = Field { start: 0, end: 0, quoting: Quoting::Plain };
        self.text.clear();
        // What the records before have left is written over, column by column; those that nobody asks for stay blank.
        self.fields.resize(n * width, blank);
        self.places.resize(n * width, 0);
        self.broken.clear();
        self.broken.resize(n, None);
        self.fault = false;
        let mut number = 0;
        for (column, &(of, index)) in by.records.layout.columns.iter().enumerate() {
            if of != by.records.layout.read {
                self.carried((column, width), carried, number);
                number += 1;
            } else if by.used[column] {
                self.column(by, column, index);
            }
        }
    }

    /// A column of the parent's kind: the same text for all records.
    fn carried(&mut self, (column, width): (usize, usize), carried: &Carried, number: usize) {
        let Some(&(from, to)) = carried.spans.get(number) else { return };
        let start = self.text.len() as u32;
        self.text.extend_from_slice(&carried.data[from as usize..to as usize]);
        let field = Field { start, end: self.text.len() as u32, quoting: Quoting::Plain };
        for (row, fields) in self.fields.chunks_exact_mut(width).enumerate() {
            fields[column] = field;
            self.places[row * width + column] = carried.places[number];
        }
    }

    /// One field of all records; its kind is asked once, not for every record.
    fn column(&mut self, by: Decoder<'_>, column: usize, index: usize) {
        let reader = &by.records.reader;
        let f = &by.records.layout.kinds[by.records.layout.read].fields[index];
        let start = self.text.len() as u32;
        self.ends.clear();
        let done = match f.kind {
            // A broken record keeps its first fault.
            _ if self.fault || !f.odo.is_empty() || f.when.is_some() => 0,
            Type::X if reader.single(f) => {
                reader.wide_singles(f, &self.bodies, &mut self.text, &mut self.ends).0
            }
            _ => reader.number_texts(f, &self.bodies, &mut self.text, &mut self.ends),
        };
        self.placed((column, by.records.columns()), f.at, start);
        if f.kind == Type::Packed {
            self.packed.0 += done as u64;
        }
        let rest = (column, index, done);
        match f.bytes.div_ceil(8) {
            _ if done == self.bodies.len() => {}
            1 if reader.single(f) => self.values(by, rest, |b, out| reader.singles::<1>(f, b, out)),
            2 if reader.single(f) => self.values(by, rest, |b, out| reader.singles::<2>(f, b, out)),
            3 if reader.single(f) => self.values(by, rest, |b, out| reader.singles::<3>(f, b, out)),
            4 if reader.single(f) => self.values(by, rest, |b, out| reader.singles::<4>(f, b, out)),
            _ => self.values(by, rest, |b, out| reader.text(f, b, out)),
        }
    }

    /// The texts of a column that end where `ends` says, one behind the other; the first begins at `start`.
    fn placed(&mut self, (column, width): (usize, usize), at: usize, mut start: u32) {
        let rows = self.fields.chunks_exact_mut(width).zip(self.places.chunks_exact_mut(width));
        for (((cut, _), end), (fields, places)) in self.cuts.iter().zip(&self.ends).zip(rows) {
            let end = *end as u32;
            fields[column] = Field { start, end, quoting: Quoting::Plain };
            places[column] = (cut.from + at) as u32;
            start = end;
        }
    }

    /// One field of the records from number `done` on, save those that are broken already; `text` is given a record from the
    /// field on.
    #[inline(always)]
    fn values(
        &mut self,
        by: Decoder<'_>,
        (column, index, done): (usize, usize, usize),
        text: impl Fn(&[u8], &mut Vec<u8>) -> Told,
    ) {
        let (layout, reader, s) = (&by.records.layout, &by.records.reader, by.rules);
        let kind = &layout.kinds[layout.read];
        let f = &kind.fields[index];
        let plain = f.odo.is_empty() && f.when.is_none();
        let width = by.records.columns();
        let rows = self.fields.chunks_exact_mut(width).zip(self.places.chunks_exact_mut(width));
        let records = self.cuts.iter().zip(&self.bodies).zip(&mut self.broken);
        for ((((cut, _), body), broken), (fields, places)) in records.zip(rows).skip(done) {
            if broken.as_ref().is_some_and(|(rule, ..)| *rule != s.shift) {
                continue;
            }
            let found = if plain {
                let to = (f.at + f.bytes).min(body.len());
                (f.at < to).then_some((f.at, to))
            } else {
                reader.place(layout, kind, index, body)
            };
            let start = self.text.len() as u32;
            let Some((from, to)) = found else {
                fields[column] = Field { start, end: start, quoting: Quoting::Plain };
                places[column] = cut.from as u32;
                continue;
            };
            let told = text(&body[from..], &mut self.text);
            fields[column] = Field { start, end: self.text.len() as u32, quoting: Quoting::Plain };
            places[column] = (cut.from + from) as u32;
            if f.kind == Type::Packed {
                self.packed.0 += 1;
                self.packed.1 += u64::from(told != Told::Fine);
            }
            let (rule, at) = match told {
                Told::Fine => continue,
                Told::NoNumber(at) => (s.field, at),
                Told::HalfCharacter(at) => (s.half, at),
                Told::Shift(_) if broken.is_some() => continue,
                Told::Shift(at) => (s.shift, at),
            };
            let shown = if f.secret { String::new() } else { hex(&body[from + at..(from + at + 4).min(to)]) };
            self.fault = true;
            *broken = Some((rule, cut.from + from + at, format!("{} {}: {shown}", f.name, f.kind.name())));
        }
    }
}

/// Reads a record once in order before its fields are: the memory foresees that, not the steps from record to record.
#[inline]
pub fn touch(record: &[u8]) {
    /// Bytes that come from memory together.
    const LINE: usize = 64;
    std::hint::black_box(record.iter().step_by(LINE).fold(0, |t, b| t ^ b));
}

/// The first bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for b in bytes.iter().take(8) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{b:02X}");
    }
    if bytes.len() > 8 {
        out.push('…');
    }
    out
}
