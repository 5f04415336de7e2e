//! What an accepted record leaves behind besides its cells: keys for the checks of the whole file, residual items.

use super::{Rows, Source, State};
use crate::conds::Truth;
use crate::fast::days_of_iso;
use crate::keyed::{pack_key, packed_digits, period, Entry, SEPARATOR, WIDE_ENTRY};
use crate::program::Keyed;
use crate::record::Quoting;
use crate::sink::{unscaled, Column};
use crate::slow;

impl Rows<'_> {
    /// The key of the record for its findings: the key items joined by `/`.
    pub(super) fn write_key(&mut self) {
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

    pub(super) fn emit_keyed(&mut self, source: &Source) {
        let mut joined = std::mem::take(&mut self.key_text);
        for (i, spec) in self.program.keyed.iter().enumerate() {
            if self.all(&spec.filter) != Truth::Yes || !spec.items.iter().all(|k| self.has_text(*k)) {
                continue;
            }
            let Some(value) = self.keyed_value(spec) else { continue };
            let key = packed_digits(spec.items.iter().map(|k| self.value(*k))).unwrap_or_else(|| {
                joined.clear();
                for (j, k) in spec.items.iter().enumerate() {
                    if j > 0 {
                        joined.push(SEPARATOR);
                    }
                    joined.extend_from_slice(self.value(*k));
                }
                pack_key(&joined)
            });
            let flag = !spec.flag.is_empty() && self.all(&spec.flag) == Truth::Yes;
            let number = spec.number.and_then(|k| unscaled(self.value(k), 0));
            let number = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
            Entry::new(key, source.start as u64, source.line, number, flag).write(&mut self.keyed[i]);
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
    pub(super) fn emit_residual(&mut self, source: &Source) {
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
