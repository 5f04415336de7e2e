//! Which characters a gaiji operation replaced: place, unit and target, for the ledger of the run.

use crate::chars::is_selector;
use crate::findings::Texts;
use crate::tables::Table;

/// Where the value stands.
#[derive(Clone, Copy)]
pub struct Spot {
    pub item: u16,
    pub row: u32,
    pub line: u32,
    pub offset: u64,
}

/// Replacements of one chunk: compact while reading, columns at the end.
#[derive(Default)]
pub struct Ledger {
    pub item: Vec<u16>,
    /// Accepted records of the chunk before this one.
    pub row: Vec<u32>,
    /// Physical line of the record within the chunk, from 1.
    pub line: Vec<u32>,
    /// Byte of the field within the chunk.
    pub offset: Vec<u64>,
    /// Characters before the unit in the value, before and after the operation.
    pub position: Vec<u32>,
    pub out_position: Vec<u32>,
    pub key: Texts,
    pub unit: Texts,
    pub target: Texts,
}

impl Ledger {
    pub fn len(&self) -> usize {
        self.item.len()
    }

    /// Notes every unit of `value` that `table` replaces.
    pub fn note(&mut self, table: &Table, value: &str, place: Spot) {
        let (mut position, mut out_position) = (0u32, 0u32);
        let mut rest = value;
        while let Some(c) = rest.chars().next() {
            let behind = rest.get(c.len_utf8()..).unwrap_or("");
            let selector = behind.chars().next().filter(|s| is_selector(*s)).map_or(0, char::len_utf8);
            let pair = rest.get(..c.len_utf8() + selector).filter(|_| selector > 0);
            let (unit, target, chars) = match pair.and_then(|p| Some((p, table.get(p)?))) {
                Some((unit, target)) => (unit, Some(target), 2),
                None => (rest.get(..c.len_utf8()).unwrap_or(""), table.get_char(c), 1),
            };
            if let Some(target) = target {
                self.item.push(place.item);
                self.row.push(place.row);
                self.line.push(place.line);
                self.offset.push(place.offset);
                self.position.push(position);
                self.out_position.push(out_position);
                self.unit.push(unit.as_bytes());
                self.target.push(target.as_bytes());
            }
            position += chars;
            out_position += target.map_or(chars, |t| t.chars().count() as u32);
            rest = rest.get(unit.len()..).unwrap_or("");
        }
    }

    /// Gives every replacement that has no key yet this one.
    pub fn set_keys(&mut self, key: &[u8]) {
        while self.key.offsets.len() <= self.item.len() {
            self.key.push(key);
        }
    }

    /// Whether the newest replacements have no key yet.
    pub fn wants_key(&self) -> bool {
        self.key.offsets.len() <= self.item.len()
    }

    /// Forgets everything behind the first `rows` replacements.
    pub fn truncate(&mut self, rows: usize) {
        self.item.truncate(rows);
        self.row.truncate(rows);
        self.line.truncate(rows);
        self.offset.truncate(rows);
        self.position.truncate(rows);
        self.out_position.truncate(rows);
        for texts in [&mut self.key, &mut self.unit, &mut self.target] {
            texts.truncate(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_their_places() {
        let table = Table::new([("\u{E000}", "葛\u{E0100}"), ("辻\u{E0101}", "辻")]);
        let mut ledger = Ledger::default();
        ledger.note(&table, "あ\u{E000}辻\u{E0101}\u{E000}", Spot { item: 3, row: 0, line: 1, offset: 9 });
        assert_eq!((ledger.position.clone(), ledger.out_position.clone()), (vec![1, 2, 4], vec![1, 3, 4]));
        ledger.set_keys(b"k");
        ledger.truncate(1);
        assert_eq!((ledger.len(), ledger.unit.data.len(), ledger.wants_key()), (1, 3, false));
    }
}
