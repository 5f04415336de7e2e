//! A chunk of records through the program.

use super::cut::{whole, Cut, Cutter, Shape};
use super::field::Told;
use super::group::{hex, Carried, Decoder, Group, TOGETHER};
use super::Records;
use crate::chunk::{ChunkOut, Wanted};
use crate::cleanse::Fate;
use crate::program::Program;
use crate::record::Cut as Fields;
use crate::row::{Rows, Source};

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
    pass.gathered.packed = pass.group.packed;
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
        self.group.push(cut, self.out.lines as u32, &self.data[cut.from..cut.to]);
        if self.group.cuts.len() == TOGETHER {
            self.flush();
        }
    }

    /// Decodes the records that wait and passes them on in their order.
    fn flush(&mut self) {
        let mut group = std::mem::take(&mut self.group);
        let by = Decoder { records: self.records, rules: &self.program.structure, used: &self.used };
        if !group.cuts.is_empty() {
            group.decode(by, &self.carried);
        }
        for row in 0..group.cuts.len() {
            self.pass_on(row, &mut group);
        }
        group.clear();
        self.group = group;
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
