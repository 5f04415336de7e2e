//! A chunk of records through the program.

use super::cut::{whole, Cut, Cutter, Shape};
use super::field::Told;
use super::layout::Type;
use super::Records;
use crate::chunk::{ChunkOut, Wanted};
use crate::cleanse::Fate;
use crate::program::Program;
use crate::record::{Cut as Fields, Field, Quoting};
use crate::row::{Rows, Source};
use std::fmt::Write;

/// A header or trailer with the texts of its fields, and what had been counted in the chunk before it.
pub struct Control {
    pub kind: usize,
    pub offset: u64,
    pub line: u32,
    pub values: Vec<Option<String>>,
    pub counts: Vec<u64>,
    pub sums: Vec<i128>,
}

/// What a chunk of records tells besides its rows.
#[derive(Default)]
pub struct Gathered {
    pub counts: Vec<u64>,
    pub sums: Vec<i128>,
    pub controls: Vec<Control>,
    /// Packed fields, and those that are no numbers.
    pub packed: (u64, u64),
    pub unknown: u64,
}

/// How many bytes at the start of `data` are whole records.
pub fn split(records: &Records, data: &[u8], eof: bool) -> usize {
    if eof {
        return data.len();
    }
    let parent = records.layout.parent;
    whole(&records.layout, data, &|body| parent.is_some() && records.kind(body) == parent)
}

/// Length of the first record; 0 when more bytes are needed.
pub fn first_record(records: &Records, data: &[u8], eof: bool) -> usize {
    Cutter::new(&records.layout, data, eof).next().map_or(0, |cut| cut.end)
}

/// Fields carried from the last record of the parent's kind.
#[derive(Default)]
struct Carried {
    data: Vec<u8>,
    spans: Vec<(u32, u32)>,
    places: Vec<u32>,
    seen: bool,
}

/// Records that are decoded field by field: few enough to stay in the nearest cache.
const TOGETHER: usize = 32;

/// The rule that a record breaks as a whole, where, and what to say.
type Broken = (Option<u16>, usize, String);

/// Records that wait to be decoded together, one field of all of them after the other: the same steps again and again
/// are what a processor is good at.
#[derive(Default)]
struct Group<'a> {
    cuts: Vec<(Cut, u32)>,
    bodies: Vec<&'a [u8]>,
    text: Vec<u8>,
    /// Where the texts of a column end.
    ends: Vec<i32>,
    /// Of each record all columns.
    fields: Vec<Field>,
    places: Vec<u32>,
    broken: Vec<Option<Broken>>,
    /// Whether one of them is broken.
    fault: bool,
}

struct Pass<'p, 'a> {
    program: &'p Program,
    records: &'p Records,
    data: &'a [u8],
    out: ChunkOut<'p>,
    gathered: Gathered,
    used: Vec<bool>,
    group: Group<'a>,
    carried: Carried,
}

/// Runs whole records.  Never fails: what is wrong with them becomes findings.
pub fn run<'p>(program: &'p Program, records: &'p Records, data: &[u8], wanted: Wanted) -> ChunkOut<'p> {
    let kinds = records.layout.kinds.len();
    let mut used = vec![false; records.columns()];
    let sources = program.items.iter().flat_map(|i| &i.sources).chain(&program.residual);
    sources.for_each(|s| used[*s] = true);
    let mut pass = Pass {
        program,
        records,
        data,
        out: ChunkOut {
            rows: Rows::new(program, data.len(), wanted),
            rows_in: 0,
            rows_rejected: 0,
            rows_removed: 0,
            lines: 0,
            rejected: Vec::new(),
            removed: Vec::new(),
            gathered: None,
        },
        gathered: Gathered {
            counts: vec![0; kinds],
            sums: vec![0; records.layout.sums.len()],
            ..Gathered::default()
        },
        used,
        group: Group::default(),
        carried: Carried::default(),
    };
    for cut in Cutter::new(&records.layout, data, true) {
        pass.take(&cut);
    }
    pass.flush();
    pass.out.gathered = Some(pass.gathered);
    pass.out
}

impl Pass<'_, '_> {
    fn take(&mut self, cut: &Cut) {
        if cut.shape == Shape::Padding {
            return;
        }
        self.out.lines += 1;
        let s = &self.program.structure;
        let body = &self.data[cut.from..cut.to];
        let layout = &self.records.layout;
        match cut.shape {
            Shape::Short => {
                let note = format!("{} / {} bytes: {}", body.len(), layout.length.max(4), hex(body));
                return self.reject(s.truncated, cut, cut.start, &note);
            }
            Shape::WrongLength => {
                let note = format!("{} / {} bytes: {}", body.len(), layout.length, hex(body));
                return self.reject(s.length, cut, cut.start, &note);
            }
            _ => {}
        }
        let Some(kind) = self.records.kind(body) else {
            let at = layout.code.map_or(0, |c| c.at.min(body.len()));
            let to = layout.code.map_or(0, |c| (c.at + c.bytes).min(body.len()));
            let note = hex(&body[at..to]);
            self.gathered.unknown += 1;
            return self.reject(s.kind, cut, cut.from + at, &note);
        };
        let wanted = layout.kinds[kind].bytes;
        if wanted > 0 && wanted != body.len() && kind == layout.read {
            self.gathered.counts[kind] += 1;
            let note = format!("{} / {wanted} bytes: {}", body.len(), hex(body));
            return self.reject(s.length, cut, cut.start, &note);
        }
        if !self.records.is_data(kind) {
            self.control(kind, cut);
            self.gathered.counts[kind] += 1;
            return;
        }
        self.gathered.counts[kind] += 1;
        self.records.add_up(kind, body, &mut self.gathered.sums);
        if layout.parent == Some(kind) {
            self.carry(kind, cut);
        }
        if kind == layout.read {
            self.data_record(cut);
        }
    }

    /// Rejects a record behind those that wait.
    fn reject(&mut self, rule: Option<u16>, cut: &Cut, offset: usize, note: &str) {
        self.flush();
        self.rejected(rule, cut, self.out.lines as u32, offset, note);
    }

    fn rejected(&mut self, rule: Option<u16>, cut: &Cut, line: u32, offset: usize, note: &str) {
        self.out.rows_in += 1;
        self.out.rows_rejected += 1;
        self.out.rows.broken(rule, line, offset, note);
        self.out.rejected.extend_from_slice(&self.data[cut.start..cut.end]);
    }

    fn control(&mut self, kind: usize, cut: &Cut) {
        let body = &self.data[cut.from..cut.to];
        let layout = &self.records.layout;
        let value = |index: &usize| {
            let (from, _) = self.records.reader.place(layout, &layout.kinds[kind], *index, body)?;
            let mut text = Vec::new();
            let told = self.records.reader.text(&layout.kinds[kind].fields[*index], &body[from..], &mut text);
            (told == Told::Fine).then(|| String::from_utf8_lossy(&text).into_owned())
        };
        self.gathered.controls.push(Control {
            kind,
            offset: cut.start as u64,
            line: self.out.lines as u32,
            values: layout.kinds[kind].values.iter().map(value).collect(),
            counts: self.gathered.counts.clone(),
            sums: self.gathered.sums.clone(),
        });
    }

    fn carry(&mut self, kind: usize, cut: &Cut) {
        self.flush();
        let (layout, reader) = (&self.records.layout, &self.records.reader);
        let body = &self.data[cut.from..cut.to];
        let c = &mut self.carried;
        c.data.clear();
        c.spans.clear();
        c.places.clear();
        c.seen = true;
        for &(of, field) in layout.columns.iter().filter(|(of, _)| *of == kind && *of != layout.read) {
            let start = c.data.len() as u32;
            let mut place = cut.start;
            if let Some((from, _)) = reader.place(layout, &layout.kinds[of], field, body) {
                reader.text(&layout.kinds[of].fields[field], &body[from..], &mut c.data);
                place = cut.from + from;
            }
            c.spans.push((start, c.data.len() as u32));
            c.places.push(place as u32);
        }
    }

    fn data_record(&mut self, cut: &Cut) {
        if self.records.layout.parent.is_some() && !self.carried.seen {
            return self.reject(self.program.structure.parent, cut, cut.start, "");
        }
        self.group.cuts.push((*cut, self.out.lines as u32));
        self.group.bodies.push(&self.data[cut.from..cut.to]);
        if self.group.cuts.len() == TOGETHER {
            self.flush();
        }
    }

    /// Decodes the records that wait and passes them on in their order.
    fn flush(&mut self) {
        if self.group.cuts.is_empty() {
            return;
        }
        let mut group = std::mem::take(&mut self.group);
        let (n, width) = (group.cuts.len(), self.records.columns());
        let blank = Field { start: 0, end: 0, quoting: Quoting::Plain };
        group.text.clear();
        // What the records before have left is written over, column by column; those that nobody asks for stay blank.
        group.fields.resize(n * width, blank);
        group.places.resize(n * width, 0);
        group.broken.clear();
        group.broken.resize(n, None);
        group.fault = false;
        let mut carried = 0;
        for (column, &(of, index)) in self.records.layout.columns.iter().enumerate() {
            if of != self.records.layout.read {
                self.carried_column(column, carried, &mut group);
                carried += 1;
            } else if self.used[column] {
                self.column(column, index, &mut group);
            }
        }
        for row in 0..n {
            self.pass_on(row, &mut group);
        }
        group.cuts.clear();
        group.bodies.clear();
        self.group = group;
    }

    /// A column of the parent's kind: the same text for all records that wait.
    fn carried_column(&self, column: usize, number: usize, group: &mut Group<'_>) {
        let Some(&(from, to)) = self.carried.spans.get(number) else { return };
        let start = group.text.len() as u32;
        group.text.extend_from_slice(&self.carried.data[from as usize..to as usize]);
        let field = Field { start, end: group.text.len() as u32, quoting: Quoting::Plain };
        let width = self.records.columns();
        for (row, fields) in group.fields.chunks_exact_mut(width).enumerate() {
            fields[column] = field;
            group.places[row * width + column] = self.carried.places[number];
        }
    }

    /// One field of the records that wait; its kind is asked once, not for every record.
    fn column(&mut self, column: usize, index: usize, group: &mut Group<'_>) {
        let reader = &self.records.reader;
        let f = &self.records.layout.kinds[self.records.layout.read].fields[index];
        let start = group.text.len() as u32;
        group.ends.clear();
        let done = match f.kind {
            // A broken record keeps its first fault.
            _ if group.fault || !f.odo.is_empty() || f.when.is_some() => 0,
            Type::X if reader.single(f) => {
                reader.wide_singles(f, &group.bodies, &mut group.text, &mut group.ends).0
            }
            _ => reader.number_texts(f, &group.bodies, &mut group.text, &mut group.ends),
        };
        self.placed(column, f.at, start, group);
        if f.kind == Type::Packed {
            self.gathered.packed.0 += done as u64;
        }
        let rest = (column, index, done);
        match f.bytes.div_ceil(8) {
            _ if done == group.bodies.len() => {}
            1 if reader.single(f) => self.values(rest, group, |b, out| reader.singles::<1>(f, b, out)),
            2 if reader.single(f) => self.values(rest, group, |b, out| reader.singles::<2>(f, b, out)),
            3 if reader.single(f) => self.values(rest, group, |b, out| reader.singles::<3>(f, b, out)),
            4 if reader.single(f) => self.values(rest, group, |b, out| reader.singles::<4>(f, b, out)),
            _ => self.values(rest, group, |b, out| reader.text(f, b, out)),
        }
    }

    /// The texts of a column that end where `group.ends` says, one behind the other; the first begins at `start`.
    fn placed(&self, column: usize, at: usize, mut start: u32, group: &mut Group<'_>) {
        let width = self.records.columns();
        let rows = group.fields.chunks_exact_mut(width).zip(group.places.chunks_exact_mut(width));
        for (((cut, _), end), (fields, places)) in group.cuts.iter().zip(&group.ends).zip(rows) {
            let end = *end as u32;
            fields[column] = Field { start, end, quoting: Quoting::Plain };
            places[column] = (cut.from + at) as u32;
            start = end;
        }
    }

    /// One field of the records that wait from number `done` on, save those that are broken already; `text` is given a record
    /// from the field on.
    #[inline(always)]
    fn values(
        &mut self,
        (column, index, done): (usize, usize, usize),
        group: &mut Group<'_>,
        text: impl Fn(&[u8], &mut Vec<u8>) -> Told,
    ) {
        let (layout, reader) = (&self.records.layout, &self.records.reader);
        let kind = &layout.kinds[layout.read];
        let f = &kind.fields[index];
        let plain = f.odo.is_empty() && f.when.is_none();
        let s = &self.program.structure;
        let width = self.records.columns();
        let rows = group.fields.chunks_exact_mut(width).zip(group.places.chunks_exact_mut(width));
        for (((cut, _), broken), (fields, places)) in
            group.cuts.iter().zip(&mut group.broken).zip(rows).skip(done)
        {
            if broken.as_ref().is_some_and(|(rule, ..)| *rule != s.shift) {
                continue;
            }
            let body = &self.data[cut.from..cut.to];
            let found = if plain {
                let to = (f.at + f.bytes).min(body.len());
                (f.at < to).then_some((f.at, to))
            } else {
                reader.place(layout, kind, index, body)
            };
            let start = group.text.len() as u32;
            let Some((from, to)) = found else {
                fields[column] = Field { start, end: start, quoting: Quoting::Plain };
                places[column] = cut.from as u32;
                continue;
            };
            let bytes = &body[from..to];
            let told = text(&body[from..], &mut group.text);
            fields[column] = Field { start, end: group.text.len() as u32, quoting: Quoting::Plain };
            places[column] = (cut.from + from) as u32;
            if f.kind == Type::Packed {
                self.gathered.packed.0 += 1;
                self.gathered.packed.1 += u64::from(told != Told::Fine);
            }
            let (rule, at) = match told {
                Told::Fine => continue,
                Told::NoNumber(at) => (s.field, at),
                Told::HalfCharacter(at) => (s.half, at),
                Told::Shift(_) if broken.is_some() => continue,
                Told::Shift(at) => (s.shift, at),
            };
            let shown = if f.secret { String::new() } else { hex(&bytes[at..(at + 4).min(bytes.len())]) };
            group.fault = true;
            *broken = Some((rule, cut.from + from + at, format!("{} {}: {shown}", f.name, f.kind.name())));
        }
    }

    /// A decoded record through the program, or to the rejected ones.
    fn pass_on(&mut self, row: usize, group: &mut Group<'_>) {
        let (cut, line) = group.cuts[row];
        let shift = self.program.structure.shift;
        if let Some((rule, at, note)) = group.broken[row].take() {
            if rule != shift {
                return self.rejected(rule, &cut, line, at, &note);
            }
            self.out.rows.noted(rule, line, at, &note);
        }
        self.out.rows_in += 1;
        let columns = row * self.records.columns()..(row + 1) * self.records.columns();
        let source = Source {
            data: &group.text,
            fields: Fields::Fields(&group.fields[columns.clone()]),
            start: cut.start,
            line,
            places: Some(&group.places[columns]),
        };
        let bytes = &self.data[cut.start..cut.end];
        match self.out.rows.record(&source) {
            Fate::Accepted => {}
            Fate::Rejected => {
                self.out.rows_rejected += 1;
                self.out.rejected.extend_from_slice(bytes);
            }
            Fate::Removed => {
                self.out.rows_removed += 1;
                self.out.removed.extend_from_slice(bytes);
            }
        }
    }
}

/// The first bytes in hexadecimal.
fn hex(bytes: &[u8]) -> String {
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
