//! A chunk of records through the program.

use super::cut::{whole, Cut as RecordCut, Cutter, Shape};
use super::field::Told;
use super::layout::Type;
use super::Records;
use crate::chunk::{ChunkOut, Wanted};
use crate::cleanse::Fate;
use crate::program::Program;
use crate::record::{Cut, Field, Quoting};
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

struct Pass<'p, 'a> {
    program: &'p Program,
    records: &'p Records,
    data: &'a [u8],
    out: ChunkOut<'p>,
    gathered: Gathered,
    used: Vec<bool>,
    text: Vec<u8>,
    fields: Vec<Field>,
    places: Vec<u32>,
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
        text: Vec::new(),
        fields: Vec::with_capacity(records.columns()),
        places: Vec::with_capacity(records.columns()),
        carried: Carried::default(),
    };
    for cut in Cutter::new(&records.layout, data, true) {
        pass.take(&cut);
    }
    pass.out.gathered = Some(pass.gathered);
    pass.out
}

impl Pass<'_, '_> {
    fn take(&mut self, cut: &RecordCut) {
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
            self.data_record(kind, cut);
        }
    }

    fn reject(&mut self, rule: Option<u16>, cut: &RecordCut, offset: usize, note: &str) {
        let line = self.out.lines as u32;
        self.out.rows_in += 1;
        self.out.rows_rejected += 1;
        self.out.rows.broken(rule, line, offset, note);
        self.out.rejected.extend_from_slice(&self.data[cut.start..cut.end]);
    }

    fn control(&mut self, kind: usize, cut: &RecordCut) {
        let body = &self.data[cut.from..cut.to];
        let layout = &self.records.layout;
        let value = |index: &usize| {
            let (from, to) = self.records.reader.place(layout, &layout.kinds[kind], *index, body)?;
            let mut text = Vec::new();
            let told =
                self.records.reader.text(&layout.kinds[kind].fields[*index], &body[from..to], &mut text);
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

    fn carry(&mut self, kind: usize, cut: &RecordCut) {
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
            if let Some((from, to)) = reader.place(layout, &layout.kinds[of], field, body) {
                reader.text(&layout.kinds[of].fields[field], &body[from..to], &mut c.data);
                place = cut.from + from;
            }
            c.spans.push((start, c.data.len() as u32));
            c.places.push(place as u32);
        }
    }

    /// Decodes the columns of a record; the rule it breaks as a whole, where, and what to say.
    fn decode(&mut self, kind: usize, cut: &RecordCut) -> Option<(Option<u16>, usize, String)> {
        let (layout, reader) = (&self.records.layout, &self.records.reader);
        let fields = &layout.kinds[kind].fields;
        let body = &self.data[cut.from..cut.to];
        let s = &self.program.structure;
        let (mut bad, mut carried) = (None, 0);
        for (column, &(of, index)) in layout.columns.iter().enumerate() {
            let start = self.text.len() as u32;
            let mut place = cut.from;
            if of != kind {
                if let Some(&(from, to)) = self.carried.spans.get(carried) {
                    self.text.extend_from_slice(&self.carried.data[from as usize..to as usize]);
                    place = self.carried.places[carried] as usize;
                }
                carried += 1;
            } else if self.used[column] {
                let f = &fields[index];
                let found = if f.odo.is_empty() && f.when.is_none() {
                    let to = (f.at + f.bytes).min(body.len());
                    (f.at < to).then_some((f.at, to))
                } else {
                    reader.place(layout, &layout.kinds[kind], index, body)
                };
                if let Some((from, to)) = found {
                    place = cut.from + from;
                    let told = reader.text(f, &body[from..to], &mut self.text);
                    if f.kind == Type::Packed {
                        self.gathered.packed.0 += 1;
                        self.gathered.packed.1 += u64::from(told != Told::Fine);
                    }
                    if told != Told::Fine && (bad.is_none() || !matches!(told, Told::Shift(_))) {
                        let (rule, at) = match told {
                            Told::NoNumber(at) => (s.field, at),
                            Told::HalfCharacter(at) => (s.half, at),
                            Told::Shift(at) => (s.shift, at),
                            Told::Fine => (None, 0),
                        };
                        let shown = if f.secret {
                            String::new()
                        } else {
                            hex(&body[from + at..(from + at + 4).min(to)])
                        };
                        bad = Some((rule, place + at, format!("{} {}: {shown}", f.name, f.kind.name())));
                        if !matches!(told, Told::Shift(_)) {
                            // The rest is still decoded where the record goes on; here it doesn't.
                            return bad;
                        }
                    }
                }
            }
            self.fields.push(Field { start, end: self.text.len() as u32, quoting: Quoting::Plain });
            self.places.push(place as u32);
        }
        bad
    }

    fn data_record(&mut self, kind: usize, cut: &RecordCut) {
        let line = self.out.lines as u32;
        let s = &self.program.structure;
        if self.records.layout.parent.is_some() && !self.carried.seen {
            return self.reject(s.parent, cut, cut.start, "");
        }
        self.text.clear();
        self.fields.clear();
        self.places.clear();
        let told = self.decode(kind, cut);
        if let Some((rule, at, note)) = &told {
            if *rule != s.shift {
                return self.reject(*rule, cut, *at, note);
            }
            self.out.rows.noted(*rule, line, *at, note);
        }
        self.out.rows_in += 1;
        let source = Source {
            data: &self.text,
            fields: Cut::Fields(&self.fields),
            start: cut.start,
            line,
            places: Some(&self.places),
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
