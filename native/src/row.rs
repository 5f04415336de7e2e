//! One record: cells in order, then the checks between them, then accepted or undone.

use crate::cleanse::{Changes, Fate};
use crate::fast::{days_of_iso, Fast, Verdict};
use crate::findings::{Findings, Place, NO_ITEM};
use crate::keyed::{pack_key, period, Entry, SEPARATOR, WIDE_ENTRY};
use crate::ledger::{Ledger, Spot};
use crate::ops::Op;
use crate::pool;
use crate::program::{Cond, Day, Item, Keyed, Program, RowCheck, Step, Test};
use crate::record::{Field, Quoting};
use crate::sink::{record_hash, unscaled, write_field, Column, Out, Store};
use crate::slow;
use crate::spec::{Action, CompareOp};
use crate::value::Kind;
use std::cell::Cell;
use std::cmp::Ordering;

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

/// Where the text of a watched cell stands.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    len: u32,
    /// In the arena (the CSV holds it quoted).
    aside: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    /// It hangs on a value that did not pass.
    Unknown,
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
    pub state_counts: Vec<[u64; STATES]>,
    pub sums: Vec<i128>,
    pub keyed: Vec<Vec<u8>>,
    pub rows_out: u32,
    pub hash_total: u64,
    want_csv: bool,
    states: Vec<State>,
    /// Answers to the conditions of this record, as far as they were asked.
    answers: Vec<Cell<Option<Truth>>>,
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
    pub fields: &'a [Field],
    pub start: usize,
    pub line: u32,
    /// Where each field stands in the file when `data` is not the file's own bytes.
    pub places: Option<&'a [u32]>,
}

impl<'a> Source<'a> {
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
        field.map_or(self.start, |f| f.start as usize) as u64
    }
}

impl<'p> Rows<'p> {
    pub fn new(program: &'p Program, bytes: usize, want_csv: bool, want_columns: bool, reveal: bool) -> Self {
        let n = program.items.len();
        let rows = bytes / 256 + 16;
        let residual =
            if program.residual.is_empty() { 0 } else { program.key.len() + program.residual.len() };
        let column = |item: &Item| {
            (want_columns && item.active).then(|| Column::new(item.out, rows, item.expected.bytes(bytes)))
        };
        Self {
            program,
            csv: pool::take(bytes + bytes / 2 + 4096),
            columns: program.items.iter().map(column).collect(),
            residual: (0..residual).map(|_| Column::new(Out::Text, rows / 8, rows)).collect(),
            residual_rows: 0,
            findings: Findings::new(reveal),
            ledger: Ledger::default(),
            changes: Changes::default(),
            rule_counts: vec![0; program.rule_count],
            state_counts: vec![[0; STATES]; n],
            sums: vec![0; n],
            keyed: program.keyed.iter().map(|_| pool::take(rows * 32)).collect(),
            rows_out: 0,
            hash_total: 0,
            want_csv,
            states: vec![State::Null; n],
            answers: vec![Cell::new(None); program.condition_count],
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
        self.answers.fill(Cell::new(None));
        for step in &program.order {
            match step.seps {
                0 => {}
                1 => self.csv.push(program.out_delimiter),
                n => self.csv.resize(self.csv.len() + n, program.out_delimiter),
            }
            self.cell(step, source);
        }
        self.csv.extend_from_slice(&program.row_end);
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
        if !self.want_csv {
            self.csv.clear();
        }
        Fate::Accepted
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
            self.state_counts[step.item][self.states[step.item] as usize] -= 1;
        }
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
    fn cell(&mut self, step: &'p Step, source: &Source) {
        let k = step.item;
        if step.has_when && self.all(&self.program.items[k].when) != Truth::Yes {
            return self.blank(k, State::Null);
        }
        let start = self.csv.len();
        match self.accelerated(step, source) {
            Verdict::Blank if !step.required_now => {
                self.csv.truncate(start);
                self.blank(k, State::Null);
            }
            Verdict::Blank | Verdict::Slow => self.slow_cell(k, source, start),
            done => {
                self.accept(step, start, done);
                if done == Verdict::Replaced {
                    self.note_replaced(k, source);
                }
            }
        }
    }

    #[inline]
    fn accelerated(&mut self, step: &'p Step, source: &Source) -> Verdict {
        if let Fast::Const { text, index } = &step.fast {
            self.csv.extend_from_slice(text);
            return Verdict::Index(*index);
        }
        let Some(first) = step.source else {
            return Verdict::Slow;
        };
        let (src, quoting) = source.field(first);
        if quoting == Quoting::Escaped || (src.is_empty() && quoting == Quoting::Quoted) {
            return Verdict::Slow;
        }
        if step.joined {
            return self.joined(step, source);
        }
        if src.is_empty() {
            return if matches!(step.fast, Fast::None) { Verdict::Slow } else { Verdict::Blank };
        }
        match &step.fast {
            Fast::Text(f) => f.run(std::iter::once(src), &mut self.csv),
            Fast::Digits(f) => f.run(src, &mut self.csv),
            Fast::Code(f) => f.run(src, &mut self.csv),
            Fast::Date(f) => f.run(src, &mut self.csv),
            Fast::None | Fast::Const { .. } => Verdict::Slow,
        }
    }

    fn joined(&mut self, step: &'p Step, source: &Source) -> Verdict {
        let sources = &self.program.items[step.item].sources;
        let Fast::Text(f) = &step.fast else {
            return Verdict::Slow;
        };
        if sources.iter().any(|i| source.field(*i).1 == Quoting::Escaped) {
            return Verdict::Slow;
        }
        f.run(sources.iter().map(|i| source.field(*i).0), &mut self.csv)
    }

    /// The value behind `start` of the CSV is good.
    #[inline]
    fn accept(&mut self, step: &Step, start: usize, verdict: Verdict) {
        let k = step.item;
        self.set_state(k, State::Value);
        if step.watched {
            self.spans[k] = Span { start: start as u32, len: (self.csv.len() - start) as u32, aside: false };
        }
        if step.summed {
            self.sums[k] += unscaled(&self.csv[start..], 0).unwrap_or(0);
        }
        if let Some(column) = &mut self.columns[k] {
            push_value(column, &self.program.items[k], &self.csv[start..], verdict, self.rows_out);
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
        self.state_counts[k][state as usize] += 1;
    }

    fn blank(&mut self, k: usize, state: State) {
        self.set_state(k, state);
        self.spans[k] = Span::default();
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
        if replaced {
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

    // ------------------------------------------------------------ between cells

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

    fn truth(&self, cond: &Cond) -> Truth {
        let answer = &self.answers[cond.id];
        if let Some(known) = answer.get() {
            return known;
        }
        let truth = self.ask(cond);
        answer.set(Some(truth));
        truth
    }

    fn ask(&self, cond: &Cond) -> Truth {
        let state = self.states[cond.item];
        let told = |yes: bool| if yes { Truth::Yes } else { Truth::No };
        match &cond.test {
            Test::Present(wanted) => match state {
                State::Failed => Truth::Unknown,
                _ => told((state == State::Value) == *wanted),
            },
            Test::In(list) | Test::NotIn(list) => match state {
                State::Failed => Truth::Unknown,
                State::Value => {
                    let found = list.has(self.value(cond.item));
                    told(found == matches!(cond.test, Test::In(_)))
                }
                _ => Truth::No,
            },
            Test::Before(day) => match state {
                State::Failed => Truth::Unknown,
                State::Value => told(self.value(cond.item) < &**day),
                _ => Truth::No,
            },
        }
    }

    fn all(&self, conds: &[Cond]) -> Truth {
        let mut truth = Truth::Yes;
        for cond in conds {
            match self.truth(cond) {
                Truth::No => return Truth::No,
                Truth::Unknown => truth = Truth::Unknown,
                Truth::Yes => {}
            }
        }
        truth
    }

    fn between_cells(&mut self, source: &Source) {
        let program = self.program;
        for &k in &program.conditional {
            self.conditional(k, &program.items[k], source);
        }
        for check in &program.row_checks {
            self.row_check(check, source);
        }
    }

    fn conditional(&mut self, k: usize, item: &Item, source: &Source) {
        let applies = if item.applies_when.is_empty() { Truth::Yes } else { self.all(&item.applies_when) };
        let state = self.states[k];
        let offset = source.offset(item.sources.first());
        match applies {
            Truth::Unknown => {}
            Truth::No if matches!(state, State::Null | State::Empty) => {
                self.state_counts[k][state as usize] -= 1;
                self.set_state(k, State::NotApplicable);
            }
            Truth::No => {
                let text = String::from_utf8_lossy(self.value(k)).into_owned();
                self.finding(k, item, Kind::Abs, offset, &text, false);
            }
            Truth::Yes if matches!(state, State::Null | State::Empty) => {
                if item.required && !item.required_now {
                    self.finding(k, item, Kind::Req, offset, "", false);
                } else if !item.required_when.is_empty() && self.all(&item.required_when) == Truth::Yes {
                    self.finding(k, item, Kind::Cnd, offset, "", false);
                }
            }
            Truth::Yes => {}
        }
    }

    fn row_check(&mut self, check: &RowCheck, source: &Source) {
        if self.all(&check.when) != Truth::Yes {
            return;
        }
        let bad = match &check.body {
            crate::program::RowCheckBody::Compare { op, right } => {
                let both = self.states[check.item] == State::Value && self.states[*right] == State::Value;
                both && !holds(*op, compare(self.value(check.item), self.value(*right), check.numeric))
            }
            crate::program::RowCheckBody::Implies { then } => self.all(then) == Truth::No,
            crate::program::RowCheckBody::Sum { plus, minus, scale, tolerance } => {
                self.sum_differs(check.item, plus, minus, *scale, *tolerance)
            }
            crate::program::RowCheckBody::Dated { at, spans } => self.out_of_date(check.item, at, spans),
        };
        if !bad {
            return;
        }
        let item = &self.program.items[check.item];
        let text = if self.has_text(check.item) {
            String::from_utf8_lossy(self.value(check.item)).into_owned()
        } else {
            String::new()
        };
        self.count(check.rule);
        let offset = source.offset(item.sources.first());
        let place = Place { rule: check.rule, item: check.item as u16, line: self.line, offset };
        self.findings.push(place, &text, item.mask);
        self.rejected |= check.action == Action::Reject;
    }

    /// Whether the item is another number than `plus` less `minus`; values that are no numbers are not judged.
    fn sum_differs(&self, total: usize, plus: &[usize], minus: &[usize], scale: u8, tolerance: u64) -> bool {
        if self.states[total] != State::Value {
            return false;
        }
        let amount = |k: &usize| match self.states[*k] {
            State::Value => unscaled(self.value(*k), scale),
            _ => Some(0),
        };
        let sum = |items: &[usize]| items.iter().map(amount).sum::<Option<i128>>();
        match (amount(&total), sum(plus), sum(minus)) {
            (Some(t), Some(p), Some(m)) => (t - (p - m)).unsigned_abs() > u128::from(tolerance),
            _ => false,
        }
    }

    /// Whether the code could not be given on its day; a day that is none is not judged.
    fn out_of_date(&self, item: usize, at: &Day, spans: &[(String, String, String)]) -> bool {
        let day = match at {
            Day::Fixed(day) => day.as_bytes(),
            Day::Of(k) if self.states[*k] == State::Value => self.value(*k),
            Day::Of(_) => return false,
        };
        if self.states[item] != State::Value || day.len() != 10 {
            return false;
        }
        let code = self.value(item);
        let out = |(_, from, to): &(String, String, String)| {
            day < from.as_bytes() || (!to.is_empty() && day > to.as_bytes())
        };
        spans.iter().find(|span| span.0.as_bytes() == code).is_some_and(out)
    }

    /// The key of the record for its findings: the key items joined by `/`.
    fn write_key(&mut self) {
        let mut key = std::mem::take(&mut self.key_text);
        key.clear();
        for (i, &k) in self.program.key.iter().enumerate() {
            if i > 0 {
                key.push(b'/');
            }
            if self.has_text(k) {
                key.extend_from_slice(self.value(k));
            }
        }
        self.findings.set_keys(&key);
        self.ledger.set_keys(&key);
        self.changes.set_keys(&key);
        self.key_text = key;
    }

    fn emit_keyed(&mut self, source: &Source) {
        let mut joined = std::mem::take(&mut self.key_text);
        for (i, spec) in self.program.keyed.iter().enumerate() {
            if self.all(&spec.filter) != Truth::Yes || !spec.items.iter().all(|k| self.has_text(*k)) {
                continue;
            }
            let Some(value) = self.keyed_value(spec) else { continue };
            joined.clear();
            for (j, k) in spec.items.iter().enumerate() {
                if j > 0 {
                    joined.push(SEPARATOR);
                }
                joined.extend_from_slice(self.value(*k));
            }
            let flag = !spec.flag.is_empty() && self.all(&spec.flag) == Truth::Yes;
            let number = spec.number.and_then(|k| unscaled(self.value(k), 0));
            let number = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
            Entry::new(pack_key(&joined), source.start as u64, source.line, number, flag)
                .write(&mut self.keyed[i]);
            if spec.width() == WIDE_ENTRY {
                self.keyed[i].extend_from_slice(&value.to_le_bytes());
            }
        }
        self.key_text = joined;
    }

    /// The amount, the period or the day of an entry, 0 when it has none; None when there is one to have and it cannot be read.
    fn keyed_value(&self, spec: &Keyed) -> Option<i64> {
        if let Some((k, scale)) = spec.amount {
            return i64::try_from(unscaled(self.known(k)?, scale)?).ok();
        }
        if let Some(k) = spec.day {
            return Some(i64::from(days_of_iso(self.known(k)?)?));
        }
        let Some((first, last)) = spec.period else { return Some(0) };
        let last = match self.states[last] {
            State::Value => Some(days_of_iso(self.value(last))?),
            _ => None,
        };
        Some(period(days_of_iso(self.known(first)?)?, last))
    }

    fn known(&self, k: usize) -> Option<&[u8]> {
        (self.states[k] == State::Value).then(|| self.value(k))
    }

    /// Source items that go nowhere, beside the key of their record; records that have none are left out.
    fn emit_residual(&mut self, source: &Source) {
        let program = self.program;
        if program.residual.iter().all(|index| source.field(*index).0.is_empty()) {
            return;
        }
        let row = self.residual_rows;
        self.residual_rows += 1;
        let mut columns = std::mem::take(&mut self.residual);
        let (keys, rest) = columns.split_at_mut(program.key.len());
        for (column, k) in keys.iter_mut().zip(&program.key) {
            if self.has_text(*k) {
                column.push_text(row, self.value(*k));
            }
        }
        for (column, index) in rest.iter_mut().zip(&program.residual) {
            self.residual_text(column, row, source, *index);
        }
        self.residual = columns;
    }

    fn residual_text(&mut self, column: &mut Column, row: u32, source: &Source, index: usize) {
        let program = self.program;
        let (bytes, quoting) = source.field(index);
        if bytes.is_empty() {
            return;
        }
        let fast = program.plain_table.as_ref().filter(|_| quoting != Quoting::Escaped);
        if !fast.is_some_and(|table| column.push_decoded(row, table, program.charset(), bytes)) {
            let text = slow::field_text(program, source, index, &mut self.scratch);
            column.push_text(row, text.as_bytes());
        }
    }
}

fn holds(op: CompareOp, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return true };
    match op {
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Ge => order != Ordering::Less,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
    }
}

/// Dates in ISO form and codes compare as text, numbers by value.
fn compare(left: &[u8], right: &[u8], numeric: bool) -> Option<Ordering> {
    if numeric {
        Some(unscaled(left, 9)?.cmp(&unscaled(right, 9)?))
    } else {
        Some(left.cmp(right))
    }
}

fn push_value(column: &mut Column, item: &Item, value: &[u8], verdict: Verdict, row: u32) {
    match (item.out, verdict) {
        (Out::Text, _) => column.push_text(row, value),
        (Out::Date, Verdict::Days(days)) => push_date(column, row, days),
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
