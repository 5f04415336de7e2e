//! One record: cells in order, then the checks between them, then accepted or undone.

mod between;
mod emit;

use crate::chunk::Wanted;
use crate::cleanse::{Changes, Fate};
use crate::conds::{Answers, Truth, When};
use crate::fast::{days_of_iso, DayRead, Fast, TextFast, Verdict};
use crate::findings::{Findings, Place, NO_ITEM};
use crate::ledger::{Ledger, Spot};
use crate::memo::Memo;
use crate::ops::Op;
use crate::pool;
use crate::program::{Item, Program, Step};
use crate::record::{between, Cut, Field, Quoting};
use crate::short::push8;
use crate::sink::{record_hash, unscaled, write_field, Column, Out, Store};
use crate::slow;
use crate::spec::Action;
use crate::value::Kind;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    Value = 0,
    Null = 1,
    /// The explicit empty value, quoted in the standard's CSV.
    Empty = 2,
    NotApplicable = 3,
    /// A value that did not pass, kept or made blank.
    Failed = 4,
}
pub const STATES: usize = 5;
const NO_FIELD: Field = Field { start: 0, end: 0, quoting: Quoting::Plain };

/// Where the text of a watched cell stands.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    len: u32,
    /// In the arena (the CSV holds it quoted).
    aside: bool,
}

/// Everything a worker gathers over the records of a chunk.
pub struct Rows<'p> {
    pub program: &'p Program,
    pub csv: Vec<u8>,
    pub columns: Vec<Option<Column>>,
    /// Key items, then residual items, of the records that have any.
    pub residual: Vec<Column>,
    pub residual_rows: u32,
    pub findings: Findings,
    pub ledger: Ledger,
    pub changes: Changes,
    pub rule_counts: Vec<u64>,
    /// By item; nulls are what is left of the rows.
    state_counts: Vec<[u64; STATES]>,
    pub sums: Vec<i128>,
    pub keyed: Vec<Vec<u8>>,
    pub rows_out: u32,
    pub hash_total: u64,
    wanted: Wanted,
    states: Vec<State>,
    /// Answers to the conditions on the cells of this record.
    answers: Answers,
    /// Whether the items of each condition of application apply.
    truths: Vec<Truth>,
    memo: Memo,
    /// The date that was read last, and where it begins.
    day: (u32, DayRead),
    spans: Vec<Span>,
    arena: Vec<u8>,
    pub(crate) scratch: slow::Scratch,
    rejected: bool,
    line: u32,
    key_text: Vec<u8>,
}

/// The bytes of a record and where its fields are.
pub struct Source<'a> {
    pub data: &'a [u8],
    pub fields: Cut<'a>,
    pub start: usize,
    pub line: u32,
    /// Where each field stands in the file when `data` is not the file's own bytes.
    pub places: Option<&'a [u32]>,
}

impl<'a> Source<'a> {
    #[inline]
    pub fn field(&self, index: usize) -> (&'a [u8], Quoting) {
        match self.fields.get(index) {
            Some(f) => (&self.data[f.start as usize..f.end as usize], f.quoting),
            None => (&[], Quoting::Plain),
        }
    }

    fn offset(&self, index: Option<&usize>) -> u64 {
        if let Some(places) = self.places {
            return index.and_then(|i| places.get(*i)).map_or(self.start as u64, |p| u64::from(*p));
        }
        let field = index.and_then(|i| self.fields.get(*i));
        field.map_or(self.start as u64, |f| u64::from(f.start))
    }
}

impl<'p> Rows<'p> {
    pub fn new(program: &'p Program, bytes: usize, wanted: Wanted) -> Self {
        let n = program.items.len();
        let rows = bytes / 256 + 16;
        let apart = wanted.apart && !program.residual.is_empty();
        let residual = if apart { program.key.len() + program.residual.len() } else { 0 };
        let column = |item: &Item| {
            (wanted.columns && item.active).then(|| Column::new(item.out, rows, item.expected.bytes(bytes)))
        };
        Self {
            program,
            csv: pool::take(bytes + bytes / 2 + 4096),
            columns: program.items.iter().map(column).collect(),
            residual: (0..residual).map(|_| Column::new(Out::Text, rows / 8, rows)).collect(),
            residual_rows: 0,
            findings: Findings::new(wanted.reveal),
            ledger: Ledger::default(),
            changes: Changes::default(),
            rule_counts: vec![0; program.rule_count],
            state_counts: vec![[0; STATES]; n],
            sums: vec![0; n],
            keyed: program.keyed.iter().map(|_| pool::take(rows * 32)).collect(),
            rows_out: 0,
            hash_total: 0,
            wanted,
            states: vec![State::Null; n],
            answers: Answers::default(),
            truths: Vec::new(),
            memo: Memo::default(),
            day: (u32::MAX, DayRead::Slow),
            spans: vec![Span::default(); n],
            arena: Vec::new(),
            scratch: slow::Scratch::default(),
            rejected: false,
            line: 0,
            key_text: Vec::new(),
        }
    }

    /// Reads one record.
    pub fn record(&mut self, source: &Source) -> Fate {
        let program = self.program;
        let row_start = self.csv.len();
        let (replaced, changed, found) = (self.ledger.len(), self.changes.len(), self.findings.len());
        self.rejected = false;
        self.line = source.line;
        self.arena.clear();
        self.answers.begin(&program.conditions);
        self.states.fill(State::Null);
        self.day.0 = u32::MAX;
        self.cells(source);
        self.csv.extend_from_slice(&program.out_newline);
        self.between_cells(source);
        let removed = !program.purges.is_empty() && self.purge(source, found, changed);
        if self.findings.len() > self.findings.key.len()
            || self.ledger.wants_key()
            || self.changes.wants_key()
        {
            self.write_key();
        }
        if removed || self.rejected {
            self.undo(row_start);
            self.ledger.truncate(replaced);
            if removed {
                return Fate::Removed;
            }
            self.changes.truncate(changed);
            return Fate::Rejected;
        }
        self.hash_total = self.hash_total.wrapping_add(record_hash(&self.csv[row_start..]));
        self.emit_keyed(source);
        if !self.residual.is_empty() {
            self.emit_residual(source);
        }
        self.rows_out += 1;
        if !self.wanted.csv {
            self.csv.clear();
        }
        Fate::Accepted
    }

    /// The cells in order; those that are blank and have no say in it are passed over.
    fn cells(&mut self, source: &Source) {
        match source.fields {
            Cut::Edges(at) => self.walk(source, |index| between(at, index)),
            Cut::Fields(fields) => self.walk(source, |index| fields.get(index).copied()),
        }
    }

    #[inline]
    fn walk(&mut self, source: &Source, field: impl Fn(usize) -> Option<Field>) {
        let program = self.program;
        let mut written = 0;
        for word in 0..program.wake.words() {
            let (first, steps) = program.wake.steps(word, &source.fields);
            for (first, mut bits) in [(first, steps as u64), (first + 64, (steps >> 64) as u64)] {
                while bits != 0 {
                    let step = &program.order[first + bits.trailing_zeros() as usize];
                    bits &= bits - 1;
                    self.delimiters(step.item - written);
                    written = step.item;
                    self.cell(step, source, &field);
                }
            }
        }
        self.delimiters(program.items.len().saturating_sub(1) - written);
    }

    #[inline]
    fn delimiters(&mut self, n: usize) {
        let delimiter = self.program.out_delimiter;
        if n <= 8 {
            push8(&mut self.csv, u64::from_ne_bytes([delimiter; 8]), n);
        } else {
            self.csv.resize(self.csv.len() + n, delimiter);
        }
    }

    /// Whether a rule says that the record is not needed; then what was found and changed in it does not count.
    #[inline(never)]
    fn purge(&mut self, source: &Source, found: usize, changed: usize) -> bool {
        let Some(purge) = self.program.purges.iter().find(|p| self.all(&p.when) == Truth::Yes) else {
            return false;
        };
        for rule in self.findings.truncate(found) {
            if let Some(n) = self.rule_counts.get_mut(usize::from(rule)) {
                *n -= 1;
            }
        }
        self.changes.truncate(changed);
        self.changes.removed(purge.rule, self.line, source.start as u64);
        true
    }

    fn undo(&mut self, row_start: usize) {
        for &k in &self.program.summed {
            if self.has_text(k) {
                self.sums[k] -= unscaled(self.value(k), 0).unwrap_or(0);
            }
        }
        self.csv.truncate(row_start);
        let rows = self.rows_out as usize;
        for column in self.columns.iter_mut().flatten() {
            column.truncate(rows);
        }
        for step in &self.program.order {
            let state = self.states[step.item];
            if state != State::Null {
                self.state_counts[step.item][state as usize] -= 1;
            }
        }
    }

    /// How many accepted records each item has a value in, is null in and so on, in the order of [`State`].
    pub fn item_states(&self) -> Vec<[u64; STATES]> {
        let told = |(counts, item): (&[u64; STATES], &Item)| {
            let mut counts = *counts;
            let others: u64 = counts.iter().sum();
            counts[State::Null as usize] =
                if item.active { u64::from(self.rows_out).saturating_sub(others) } else { 0 };
            counts
        };
        self.state_counts.iter().zip(&self.program.items).map(told).collect()
    }

    /// A finding about the whole record; it is rejected.
    pub fn broken(&mut self, rule: Option<u16>, line: u32, offset: usize, note: &str) {
        let rule = rule.unwrap_or(0);
        self.count(rule);
        self.findings.push_note(Place { rule, item: NO_ITEM, line, offset: offset as u64 }, note);
        self.findings.set_keys(b"");
    }

    /// A finding about a record that goes on; its key is set with those of its items.
    pub fn noted(&mut self, rule: Option<u16>, line: u32, offset: usize, note: &str) {
        let Some(rule) = rule else { return };
        self.count(rule);
        self.findings.push_note(Place { rule, item: NO_ITEM, line, offset: offset as u64 }, note);
    }

    fn count(&mut self, rule: u16) {
        if let Some(n) = self.rule_counts.get_mut(usize::from(rule)) {
            *n += 1;
        }
    }

    // ------------------------------------------------------------ cells

    #[inline]
    fn cell(&mut self, step: &'p Step, source: &Source, field: &impl Fn(usize) -> Option<Field>) {
        let k = step.item;
        if step.has_when && self.all(&self.program.items[k].when) != Truth::Yes {
            return;
        }
        let start = self.csv.len();
        match self.accelerated(step, source, field) {
            Verdict::Blank if !step.required_now => {
                self.csv.truncate(start);
            }
            Verdict::Blank | Verdict::Slow => self.slow_cell(k, source, start),
            done => {
                self.accept(step, start, done);
                if done == Verdict::Replaced && self.wanted.apart {
                    self.note_replaced(k, source);
                }
            }
        }
    }

    #[inline]
    fn accelerated(
        &mut self,
        step: &'p Step,
        source: &Source,
        field: &impl Fn(usize) -> Option<Field>,
    ) -> Verdict {
        let at = field(step.source).unwrap_or(NO_FIELD);
        if at.start == at.end || at.quoting == Quoting::Escaped {
            return self.unusual(step, source, at);
        }
        let src = &source.data[at.start as usize..at.end as usize];
        match &step.fast {
            Fast::Text(f) => f.one(src, &mut self.memo, &mut self.csv),
            Fast::Digits(f) => f.run(src, &mut self.csv),
            Fast::Code(f) => f.run(src, &mut self.csv),
            Fast::Date(f) => {
                if !f.again || self.day.0 != at.start {
                    self.day = (at.start, f.shapes.read(src));
                }
                f.put(self.day.1, &mut self.csv)
            }
            Fast::Joined(f) => self.joined(f, step, source),
            Fast::None | Fast::Const { .. } => Verdict::Slow,
        }
    }

    /// A field that is blank, not there, or has doubled quotes.
    #[inline(never)]
    fn unusual(&mut self, step: &'p Step, source: &Source, at: Field) -> Verdict {
        match &step.fast {
            Fast::Const { text, index } => {
                self.csv.extend_from_slice(text);
                Verdict::Index(*index)
            }
            Fast::Joined(f) => self.joined(f, step, source),
            Fast::None => Verdict::Slow,
            _ if at.quoting == Quoting::Plain => Verdict::Blank,
            _ => Verdict::Slow,
        }
    }

    fn joined(&mut self, f: &TextFast, step: &Step, source: &Source) -> Verdict {
        let sources = &self.program.items[step.item].sources;
        // The first one decides about the explicit empty value.
        let (first, quoting) = source.field(sources[0]);
        let empty = first.is_empty() && quoting == Quoting::Quoted;
        if empty || sources.iter().any(|i| source.field(*i).1 == Quoting::Escaped) {
            return Verdict::Slow;
        }
        f.joined(sources.iter().map(|i| source.field(*i).0), &mut self.csv)
    }

    /// The value behind `start` of the CSV is good.
    #[inline(always)]
    fn accept(&mut self, step: &Step, start: usize, verdict: Verdict) {
        let k = step.item;
        self.states[k] = State::Value;
        self.state_counts[k][State::Value as usize] += 1;
        if self.wanted.columns {
            if let Some(column) = &mut self.columns[k] {
                push_value(column, &self.program.items[k], &self.csv[start..], verdict, self.rows_out);
            }
        }
        if step.noted {
            self.note(step, start, verdict);
        }
    }

    /// Keeps what is asked of the value behind `start` later on.
    #[inline(never)]
    fn note(&mut self, step: &Step, start: usize, verdict: Verdict) {
        let k = step.item;
        if step.watched {
            // Values of accelerators hold no quote, so between quotes they are what they are.
            let at = start as u32 + u32::from(self.program.quote_all);
            self.spans[k] = Span { start: at, len: (self.csv.len() - start) as u32, aside: false };
        }
        if step.asked {
            let code = match verdict {
                Verdict::Index(index) => usize::try_from(index).ok(),
                _ => None,
            };
            self.answers.value(&self.program.conditions, k, &self.csv[start..], code);
        }
        if step.summed {
            self.sums[k] += unscaled(&self.csv[start..], 0).unwrap_or(0);
        }
        if self.program.quote_all {
            self.requote(start);
        }
    }

    fn requote(&mut self, start: usize) {
        let value = self.csv.split_off(start);
        write_field(&mut self.csv, &value, self.program.out_delimiter, true);
    }

    fn set_state(&mut self, k: usize, state: State) {
        self.states[k] = state;
        if state != State::Null {
            self.state_counts[k][state as usize] += 1;
        }
    }

    fn blank(&mut self, k: usize, state: State) {
        self.set_state(k, state);
        self.spans[k] = Span::default();
        if state == State::Failed {
            self.answers.failed(&self.program.conditions, k);
        }
    }

    #[inline(never)]
    fn slow_cell(&mut self, k: usize, source: &Source, start: usize) {
        let item = &self.program.items[k];
        self.csv.truncate(start);
        let mut scratch = std::mem::take(&mut self.scratch);
        let outcome = slow::cell(self.program, item, source, &mut scratch);
        let offset = source.offset(item.sources.first());
        let mut replaced = false;
        for (kind, shown) in &outcome.findings {
            self.finding(k, item, *kind, offset, shown.as_deref().unwrap_or(&outcome.text), shown.is_some());
        }
        match outcome.state {
            State::Null | State::NotApplicable => {
                self.blank(k, outcome.state);
                replaced = !item.cleanse.is_empty();
            }
            State::Failed if outcome.nulled => self.blank(k, State::Failed),
            state => {
                self.write_text(k, item, &outcome.text, state);
                replaced = !item.cleanse.is_empty() || item.ops.iter().any(|op| matches!(op, Op::Gaiji(_)));
            }
        }
        self.scratch = scratch;
        if replaced && self.wanted.apart {
            self.note_replaced(k, source);
        }
    }

    /// Notes in the ledgers what the gaiji operations of an item replaced and what its cleansing rules changed.
    #[inline(never)]
    fn note_replaced(&mut self, k: usize, source: &Source) {
        let program = self.program;
        let item = &program.items[k];
        let offset = source.offset(item.sources.first());
        for (i, op) in item.ops.iter().enumerate() {
            let Op::Gaiji(table) = op else { continue };
            let Some(table) = program.tables.get(table) else { continue };
            if let Some(value) = slow::value_before(program, item, source, &mut self.scratch, i) {
                let spot = Spot { item: k as u16, row: self.rows_out, line: self.line, offset };
                self.ledger.note(table, &value, spot);
            }
        }
        for part in &item.cleanse {
            let mut value = |op| slow::value_before(program, item, source, &mut self.scratch, op);
            let (before, after) = (value(part.from), value(part.to));
            if before != after {
                let [before, after] = [before, after].map(Option::unwrap_or_default);
                self.changes.value(part.rule, k as u16, self.line, offset, &before, &after);
            }
        }
    }

    fn finding(&mut self, k: usize, item: &Item, kind: Kind, offset: u64, text: &str, open: bool) {
        if let Some((rule, action)) = item.rules[kind.index()] {
            self.count(rule);
            let place = Place { rule, item: k as u16, line: self.line, offset };
            if open {
                self.findings.push_note(place, text);
            } else {
                self.findings.push(place, text, item.mask);
            }
            self.rejected |= action == Action::Reject;
        }
    }

    fn write_text(&mut self, k: usize, item: &Item, text: &str, state: State) {
        self.set_state(k, state);
        let value = text.as_bytes();
        match state {
            State::Value => self.answers.value(&self.program.conditions, k, value, None),
            State::Failed => self.answers.failed(&self.program.conditions, k),
            _ => {}
        }
        let start = self.csv.len();
        let always = self.program.quote_all || state == State::Empty;
        write_field(&mut self.csv, value, self.program.out_delimiter, always);
        if item.watched {
            let aside = self.csv.len() - start != value.len();
            let at = if aside { self.arena.len() } else { start };
            if aside {
                self.arena.extend_from_slice(value);
            }
            self.spans[k] = Span { start: at as u32, len: value.len() as u32, aside };
        }
        if item.summed {
            self.sums[k] += unscaled(value, 0).unwrap_or(0);
        }
        if let Some(column) = &mut self.columns[k] {
            push_value(column, item, value, Verdict::Slow, self.rows_out);
        }
    }

    fn all(&self, when: &When) -> Truth {
        self.answers.all(when)
    }

    fn value(&self, k: usize) -> &[u8] {
        let s = self.spans[k];
        let from = if s.aside { &self.arena } else { &self.csv };
        from.get(s.start as usize..(s.start + s.len) as usize).unwrap_or(&[])
    }

    fn has_text(&self, k: usize) -> bool {
        match self.states[k] {
            State::Value => true,
            State::Failed => self.spans[k].len > 0,
            _ => false,
        }
    }
}

fn push_value(column: &mut Column, item: &Item, value: &[u8], verdict: Verdict, row: u32) {
    match (item.out, verdict) {
        (Out::Text, _) => column.push_text(row, value),
        (Out::Date, Verdict::Day(day)) => push_date(column, row, day.days()),
        (Out::Dict, Verdict::Index(index)) if index >= 0 => push_dict(column, row, index),
        (Out::Date, _) => {
            if let Some(days) = days_of_iso(value) {
                push_date(column, row, days);
            }
        }
        (Out::Dict, _) => {
            if let Some(index) = item.code_index(value) {
                push_dict(column, row, index);
            }
        }
        (Out::Int, _) => {
            if let Some(n) = unscaled(value, 0).and_then(|n| i64::try_from(n).ok()) {
                if let Store::Int(v) = column.at(row) {
                    v.push(n);
                }
            }
        }
        (Out::Decimal(scale), _) => {
            if let Some(n) = unscaled(value, scale) {
                if let Store::Decimal(v) = column.at(row) {
                    v.push(n);
                }
            }
        }
    }
}

#[inline]
fn push_date(column: &mut Column, row: u32, days: i32) {
    if let Store::Date(v) = column.at(row) {
        v.push(days);
    }
}

#[inline]
fn push_dict(column: &mut Column, row: u32, index: i16) {
    if let Store::Dict(v) = column.at(row) {
        v.push(index);
    }
}
