//! Tables of code conversion and of user-defined characters, found by name once and by number after.

use serde::Deserialize;
use std::collections::HashMap;

/// One table: text to text, and the same for keys of one character.
#[derive(Debug, Default)]
pub struct Table {
    texts: HashMap<Box<str>, Box<str>>,
    chars: HashMap<char, Box<str>>,
    least: char,
    greatest: char,
}

impl Table {
    /// Of two pairs with the same key the later one counts.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut table = Self { least: char::MAX, ..Self::default() };
        for (key, value) in pairs {
            let (key, value) = (key.as_ref(), value.as_ref());
            let mut chars = key.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                table.chars.insert(c, value.into());
                table.least = table.least.min(c);
                table.greatest = table.greatest.max(c);
            }
            table.texts.insert(key.into(), value.into());
        }
        table
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(AsRef::as_ref)
    }

    /// The value of a key of one character.
    pub fn get_char(&self, c: char) -> Option<&str> {
        if c < self.least || c > self.greatest {
            return None;
        }
        self.chars.get(&c).map(AsRef::as_ref)
    }

    /// All pairs, in no order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(k, v)| (k.as_ref(), v.as_ref()))
    }
}

/// The tables of a program.
#[derive(Debug, Default)]
pub struct Tables {
    names: HashMap<String, usize>,
    tables: Vec<Table>,
}

impl Tables {
    /// Tables by name.
    pub fn new(tables: impl IntoIterator<Item = (String, Table)>) -> Self {
        let mut all = Self::default();
        for (name, table) in tables {
            let slot = all.tables.len();
            all.names.insert(name, slot);
            all.tables.push(table);
        }
        all
    }

    /// The table that `table` names, if there is one.
    pub fn get(&self, table: &TableRef) -> Option<&Table> {
        let slot = table.slot.or_else(|| self.names.get(&table.name).copied())?;
        self.tables.get(slot)
    }

    /// Looks the name up, so that [`Tables::get`] need not; an error that names a table there is none of.
    pub fn resolve(&self, table: &mut TableRef) -> Result<(), String> {
        table.slot = self.names.get(&table.name).copied();
        match table.slot {
            Some(_) => Ok(()),
            None => Err(format!("no table named {}", table.name)),
        }
    }
}

/// A table as an operation names it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct TableRef {
    name: String,
    slot: Option<usize>,
}

impl From<String> for TableRef {
    fn from(name: String) -> Self {
        Self { name, slot: None }
    }
}
