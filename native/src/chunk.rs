//! A chunk of whole records through the program.

use crate::charset::codec::{Kind, Problem};
use crate::charset::lines::{Lines, Text};
use crate::charset::{utf16_to_utf8, Charset};
use crate::cleanse::Fate;
use crate::program::Program;
use crate::record::{index, Field, Quoting, Record, Shape, HARD_LIMIT};
use crate::records::{self, Gathered};
use crate::row::{Rows, Source};
use memchr::memchr;

/// What a chunk gives back besides what [`Rows`] gathered.
pub struct ChunkOut<'p> {
    pub rows: Rows<'p>,
    pub rows_in: u64,
    pub rows_rejected: u64,
    pub rows_removed: u64,
    /// Physical lines.
    pub lines: u64,
    /// The rejected records as they came.
    pub rejected: Vec<u8>,
    /// The records that a cleansing rule took out, as they came.
    pub removed: Vec<u8>,
    /// Of files of records: counts, and what their headers and trailers say.
    pub gathered: Option<Gathered>,
}

#[derive(Clone, Copy)]
pub struct Wanted {
    pub csv: bool,
    pub columns: bool,
    pub reveal: bool,
}

struct Reader<'p, 'a> {
    out: ChunkOut<'p>,
    data: &'a [u8],
    spans: Spans,
    /// Broken double-byte runs, by byte of the text, that no record has come upon yet.
    odd: &'a [(usize, Problem)],
}

/// Where the records stand that did not pass.
#[derive(Default)]
struct Spans {
    rejected: Vec<(usize, usize)>,
    removed: Vec<(usize, usize)>,
}

impl Spans {
    /// The bytes of the records, `place` telling where a byte of the text stands in `data`.
    fn copy(&self, data: &[u8], place: impl Fn(usize) -> usize) -> (Vec<u8>, Vec<u8>) {
        let copied = |spans: &[(usize, usize)]| {
            let mut out = Vec::new();
            spans.iter().for_each(|&(from, to)| out.extend_from_slice(&data[place(from)..place(to)]));
            out
        };
        (copied(&self.rejected), copied(&self.removed))
    }
}

/// Runs whole records.  Never fails: what is wrong with them becomes findings.
pub fn run<'p>(program: &'p Program, data: &[u8], wanted: Wanted) -> ChunkOut<'p> {
    if let Some(layout) = &program.records {
        return records::run(program, layout, data, wanted);
    }
    if let Some(lines) = &program.lines {
        let text = lines.text(data);
        let (out, spans) = run_bytes(program, &text.text, &text.odd, wanted);
        return placed(program, out, &spans, data, |at| lines.place(data, &text, at));
    }
    match program.charset() {
        Charset::Utf16Le | Charset::Utf16Be => run_utf16(program, data, wanted),
        _ => {
            let (mut out, spans) = run_bytes(program, data, &[], wanted);
            (out.rejected, out.removed) = spans.copy(data, |at| at);
            out
        }
    }
}

/// How many bytes at the start of `data` are whole records.
pub fn split(program: &Program, data: &[u8], eof: bool) -> usize {
    if let Some(layout) = &program.records {
        return records::split(layout, data, eof);
    }
    if let Some(lines) = program.lines.as_ref().filter(|_| !eof) {
        let text = lines.text(data);
        let whole = program.dialect.split(&text.text, false);
        return if whole == 0 { 0 } else { lines.place(data, &text, whole) };
    }
    if eof || !program.charset().is_utf16() {
        return program.dialect.split(data, eof);
    }
    let even = &data[..data.len() & !1];
    let (text, kept) = utf16_to_utf8(even, program.charset() == Charset::Utf16Be);
    let whole = program.dialect.split(text.as_bytes(), false);
    utf16_bytes(&text[..whole], &kept)
}

/// Length of the first record of `data`; 0 when more bytes are needed.
pub fn first_record(program: &Program, data: &[u8], eof: bool) -> usize {
    if let Some(layout) = &program.records {
        return records::first_record(layout, data, eof);
    }
    let mut fields = Vec::new();
    if let Some(lines) = &program.lines {
        return first_line_record(program, lines, data, eof);
    }
    if !program.charset().is_utf16() {
        return program.dialect.next(data, 0, eof, &mut fields).map_or(0, |r| r.end);
    }
    let even = &data[..data.len() & !1];
    let (text, kept) = utf16_to_utf8(even, program.charset() == Charset::Utf16Be);
    let record = program.dialect.next(text.as_bytes(), 0, eof, &mut fields);
    record.map_or(0, |r| utf16_bytes(&text[..r.end], &kept))
}

/// As [`first_record`]: no more lines are decoded than it takes.
fn first_line_record(program: &Program, lines: &Lines, data: &[u8], eof: bool) -> usize {
    let (mut end, mut fields) = (0, Vec::new());
    while end < data.len() {
        end += lines.first(&data[end..]);
        let last = eof && end == data.len();
        let text: Text = lines.text(&data[..end]);
        if let Some(record) = program.dialect.next(&text.text, 0, last, &mut fields) {
            return lines.place(data, &text, record.end);
        }
    }
    0
}

fn utf16_bytes(text: &str, kept: &[usize]) -> usize {
    let units: usize = text.chars().map(char::len_utf16).sum();
    let single = kept.iter().filter(|at| **at < text.len()).count();
    (units - single) * 2
}

/// UTF-16 is read as UTF-8; places are counted back to bytes of the source.
fn run_utf16<'p>(program: &'p Program, data: &[u8], wanted: Wanted) -> ChunkOut<'p> {
    let (text, kept) = utf16_to_utf8(data, program.charset() == Charset::Utf16Be);
    let (out, spans) = run_bytes(program, text.as_bytes(), &[], wanted);
    let places = source_places(&text, &kept);
    placed(program, out, &spans, data, |at| {
        places.get(at).map_or(data.len(), |p| *p as usize).min(data.len())
    })
}

/// What a run over a text gave, with the bytes and the places of the source `data`.
fn placed<'p>(
    program: &'p Program,
    mut out: ChunkOut<'p>,
    spans: &Spans,
    data: &[u8],
    place: impl Fn(usize) -> usize,
) -> ChunkOut<'p> {
    (out.rejected, out.removed) = spans.copy(data, &place);
    let rows = &mut out.rows;
    let offsets =
        rows.findings.offset.iter_mut().chain(&mut rows.ledger.offset).chain(&mut rows.changes.offset);
    for offset in offsets {
        *offset = place(*offset as usize) as u64;
    }
    for (entries, spec) in rows.keyed.iter_mut().zip(&program.keyed) {
        for entry in entries.chunks_exact_mut(spec.width()) {
            let mut raw = [0u8; 8];
            raw.copy_from_slice(&entry[16..24]);
            let at = place(u64::from_le_bytes(raw) as usize) as u64;
            entry[16..24].copy_from_slice(&at.to_le_bytes());
        }
    }
    out
}

/// Byte in the UTF-16 source of every byte of `text`.
fn source_places(text: &str, kept: &[usize]) -> Vec<u32> {
    let mut places = Vec::with_capacity(text.len() + 1);
    let (mut at, mut next_kept) = (0u32, 0);
    for (i, c) in text.char_indices() {
        places.extend(std::iter::repeat_n(at, c.len_utf8()));
        let single = kept.get(next_kept) == Some(&i);
        next_kept += usize::from(single);
        at += if single { 2 } else { 2 * c.len_utf16() as u32 };
    }
    places
}

/// `odd` are the broken double-byte runs of what `data` was made of.
fn run_bytes<'p>(
    program: &'p Program,
    data: &[u8],
    odd: &[(usize, Problem)],
    wanted: Wanted,
) -> (ChunkOut<'p>, Spans) {
    let out = ChunkOut {
        rows: Rows::new(program, data.len(), wanted.csv, wanted.columns, wanted.reveal),
        rows_in: 0,
        rows_rejected: 0,
        rows_removed: 0,
        lines: 0,
        rejected: Vec::new(),
        removed: Vec::new(),
        gathered: None,
    };
    let mut reader = Reader { out, data, spans: Spans::default(), odd };
    let dialect = &program.dialect;
    let quotes = dialect.quote.is_some_and(|q| memchr(q, data).is_some());
    if quotes || dialect.trail_aware || data.len() > HARD_LIMIT {
        reader.by_fields(program);
    } else {
        reader.by_index(program);
    }
    for (item, column) in program.items.iter().zip(&reader.out.rows.columns) {
        if let Some(column) = column {
            item.expected.learn(column, data.len());
        }
    }
    (reader.out, reader.spans)
}

impl Reader<'_, '_> {
    /// Records of data that may hold quotes, overlong lines or two-byte delimiters.
    fn by_fields(&mut self, program: &Program) {
        let mut fields = Vec::with_capacity(program.columns + 1);
        let mut at = 0;
        while at < self.data.len() {
            let Some(record) = program.dialect.next(self.data, at, true, &mut fields) else { break };
            at = record.end;
            self.take(program, &record, &fields);
        }
    }

    /// Records of data without a quote, by the structural index.
    fn by_index(&mut self, program: &Program) {
        let dialect = &program.dialect;
        let mut stops = Vec::with_capacity(self.data.len() / 6);
        index(self.data, dialect.delimiter, dialect.newline, &mut stops);
        let mut fields = Vec::with_capacity(program.columns + 1);
        let (mut at, mut start) = (0usize, 0usize);
        for &stop in &stops {
            let stop = stop as usize;
            let ends_line = self.data[stop] == dialect.newline;
            let cr = ends_line && dialect.newline == b'\n' && stop > at && self.data[stop - 1] == b'\r';
            let end = stop - usize::from(cr);
            fields.push(Field { start: at as u32, end: end as u32, quoting: Quoting::Plain });
            at = stop + 1;
            if ends_line {
                self.take(program, &whole(program, start, at, end, true), &fields);
                fields.clear();
                start = at;
            }
        }
        if start < self.data.len() {
            let end = self.data.len();
            fields.push(Field { start: at as u32, end: end as u32, quoting: Quoting::Plain });
            self.take(program, &whole(program, start, end, end, false), &fields);
        }
    }

    #[inline]
    fn take(&mut self, program: &Program, record: &Record, fields: &[Field]) {
        let line = self.out.lines as u32 + 1;
        self.out.rows_in += 1;
        self.out.lines += u64::from(record.lines);
        let half = if self.odd.is_empty() { None } else { self.half(program, record, line) };
        let at = half.as_ref().map_or(record.start, |(at, _)| *at);
        let wrong = half.map(|(_, broken)| broken).or_else(|| broken(program, self.data, record, fields));
        let fate = match wrong {
            Some((rule, note)) => {
                self.out.rows.broken(rule, line, at, &note);
                Fate::Rejected
            }
            None => self.out.rows.record(&Source {
                data: self.data,
                fields,
                start: record.start,
                line,
                places: None,
            }),
        };
        let spans = match fate {
            Fate::Accepted => return,
            Fate::Rejected => {
                self.out.rows_rejected += 1;
                &mut self.spans.rejected
            }
            Fate::Removed => {
                self.out.rows_removed += 1;
                &mut self.spans.removed
            }
        };
        match spans.last_mut() {
            Some((_, to)) if *to == record.start => *to = record.end,
            _ => spans.push((record.start, record.end)),
        }
    }
}

type Broken = (Option<u16>, String);

impl Reader<'_, '_> {
    /// The half character that breaks a record, and its place; runs that were left open are noted.
    #[cold]
    fn half(&mut self, program: &Program, record: &Record, line: u32) -> Option<(usize, Broken)> {
        let n = self.odd.partition_point(|(at, _)| *at < record.end);
        let (mine, rest) = self.odd.split_at(n);
        self.odd = rest;
        let s = &program.structure;
        if let Some((at, _)) = mine.iter().find(|(_, p)| p.kind == Kind::OddByte) {
            // The byte is kept in the last bits of its character.
            let byte = self.data[*at..].first_chunk::<4>().map_or(0, |c| (c[2] & 3) << 6 | c[3] & 63);
            return Some((*at, (s.half, format!("{byte:02X}"))));
        }
        mine.iter().for_each(|(at, _)| self.out.rows.noted(s.shift, line, *at, ""));
        None
    }
}

fn whole(program: &Program, start: usize, end: usize, content_end: usize, terminated: bool) -> Record {
    let long = end - start > program.dialect.max_record;
    let shape = if long { Shape::TooLong } else { Shape::Whole };
    Record { start, end, content_end, lines: 1, shape, terminated }
}

/// The rule a record breaks as a whole, with a note for the finding.
fn broken(program: &Program, data: &[u8], record: &Record, fields: &[Field]) -> Option<Broken> {
    let s = &program.structure;
    match record.shape {
        Shape::BadQuote => return Some((s.quote, String::new())),
        Shape::TooLong => return Some((s.long, format!("{} bytes", record.end - record.start))),
        Shape::Whole => {}
    }
    let content = &data[record.start..record.content_end.max(record.start)];
    if fields.len() == program.columns {
        let nul = program.nul_is_broken && memchr(0, content).is_some();
        return nul.then(|| (s.nul, String::new()));
    }
    if content.is_empty() || content == b"\x1A" {
        return Some((s.blank.or(s.ragged), String::new()));
    }
    let rule = if record.terminated || fields.len() > program.columns { s.ragged } else { s.truncated };
    Some((rule, format!("{} / {}", fields.len(), program.columns)))
}

/// Runs records given as columns of texts; `None` is a blank field, an empty text the explicit empty value.
pub fn run_columns<'p>(
    program: &'p Program,
    columns: &[Vec<Option<&[u8]>>],
    rows: usize,
    wanted: Wanted,
) -> (ChunkOut<'p>, Vec<u32>) {
    let bytes = columns.iter().flatten().map(|v| v.map_or(0, <[u8]>::len)).sum();
    let mut out = ChunkOut {
        rows: Rows::new(program, bytes, wanted.csv, wanted.columns, wanted.reveal),
        rows_in: rows as u64,
        rows_rejected: 0,
        rows_removed: 0,
        lines: rows as u64,
        rejected: Vec::new(),
        removed: Vec::new(),
        gathered: None,
    };
    let mut rejected_rows = Vec::new();
    let (mut data, mut fields) = (Vec::new(), Vec::new());
    for row in 0..rows {
        data.clear();
        fields.clear();
        for column in columns {
            let value = column.get(row).copied().flatten();
            let start = data.len() as u32;
            data.extend_from_slice(value.unwrap_or(b""));
            let quoting = if value == Some(b"") { Quoting::Quoted } else { Quoting::Plain };
            fields.push(Field { start, end: data.len() as u32, quoting });
        }
        let line = row as u32 + 1;
        match out.rows.record(&Source { data: &data, fields: &fields, start: 0, line, places: None }) {
            Fate::Accepted => {}
            Fate::Rejected => {
                out.rows_rejected += 1;
                rejected_rows.push(row as u32);
            }
            Fate::Removed => out.rows_removed += 1,
        }
    }
    (out, rejected_rows)
}
