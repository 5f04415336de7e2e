//! データクレンジング (cleansing): records that are not needed, values that were put right, and the trace of both.

use crate::conds::When;
use crate::findings::{Texts, NO_ITEM};
use crate::spec::PurgeSpec;

/// A rule for records that are not needed: all of `when` hold.
pub struct Purge {
    pub rule: u16,
    pub when: When,
}

/// The operations `from..to` of an item belong to a rule.
#[derive(Clone, Copy)]
pub struct Stretch {
    pub rule: u16,
    pub from: usize,
    pub to: usize,
}

/// What became of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Accepted,
    Rejected,
    /// By a rule for records that are not needed.
    Removed,
}

pub fn purges(specs: &[PurgeSpec], items: usize) -> Result<Vec<Purge>, String> {
    let mut made = Vec::with_capacity(specs.len());
    for spec in specs {
        let when = When::new(&spec.when);
        if when.is_empty() || when.items().any(|item| item >= items) {
            return Err("a purge needs conditions on items of the program".into());
        }
        made.push(Purge { rule: spec.rule, when });
    }
    Ok(made)
}

/// What cleansing did in one chunk: a changed value, or a record removed (no item, no values).
#[derive(Default)]
pub struct Changes {
    pub rule: Vec<u16>,
    pub item: Vec<u16>,
    /// Physical line of the record within the chunk, from 1.
    pub line: Vec<u32>,
    /// Byte of the field (of the record) within the chunk.
    pub offset: Vec<u64>,
    pub key: Texts,
    pub before: Texts,
    pub after: Texts,
}

impl Changes {
    pub fn len(&self) -> usize {
        self.rule.len()
    }

    pub fn value(&mut self, rule: u16, item: u16, line: u32, offset: u64, before: &str, after: &str) {
        self.rule.push(rule);
        self.item.push(item);
        self.line.push(line);
        self.offset.push(offset);
        self.before.push(before.as_bytes());
        self.after.push(after.as_bytes());
    }

    pub fn removed(&mut self, rule: u16, line: u32, offset: u64) {
        self.value(rule, NO_ITEM, line, offset, "", "");
    }

    /// Gives every change that has no key yet this one.
    pub fn set_keys(&mut self, key: &[u8]) {
        while self.key.len() < self.rule.len() {
            self.key.push(key);
        }
    }

    /// Whether the newest changes have no key yet.
    pub fn wants_key(&self) -> bool {
        self.key.len() < self.rule.len()
    }

    /// Forgets everything behind the first `n` changes.
    pub fn truncate(&mut self, n: usize) {
        self.rule.truncate(n);
        self.item.truncate(n);
        self.line.truncate(n);
        self.offset.truncate(n);
        for texts in [&mut self.key, &mut self.before, &mut self.after] {
            texts.truncate(n);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgotten_changes_leave_nothing() {
        let mut changes = Changes::default();
        changes.value(0, 3, 1, 10, "a ", "a");
        changes.set_keys(b"k1");
        changes.removed(1, 2, 20);
        assert!(changes.wants_key());
        changes.set_keys(b"k2");
        changes.truncate(1);
        assert_eq!(
            (changes.len(), changes.key.data.clone(), changes.after.data.len()),
            (1, b"k1".to_vec(), 1)
        );
    }
}
