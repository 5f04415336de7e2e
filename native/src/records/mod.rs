//! Files of records: cut, decoded field by field, and fed to the same pass as delimited files.

mod columns;
mod cut;
mod field;
mod group;
mod layout;
mod mixed;
mod number;
mod padding;
pub mod pydoor;
mod run;
mod wide;
mod words;
mod write;

pub use run::{first_record, run, split, Gathered};

use field::Reader;
use layout::{Layout, Role};
use number::Number;

/// A record layout, ready to read.
pub struct Records {
    layout: Layout,
    reader: Reader,
    /// The codes of each kind in the bytes of the file.
    codes: Vec<Vec<Vec<u8>>>,
}

impl Records {
    /// `json` as `chukan_layout.plan.records` makes it, `table` of the charset; the error says what doesn't fit.
    pub fn new(json: &[u8], table: &[u8]) -> Result<Self, String> {
        let layout = Layout::parse(json)?;
        let reader = Reader::new(&layout, table)?;
        let codes =
            layout.kinds.iter().map(|k| k.code.iter().map(|c| code_bytes(&reader, c)).collect()).collect();
        Ok(Self { layout, reader, codes })
    }

    /// The kind of a record: by its code, else the only one; one without codes takes what is left.
    fn kind(&self, body: &[u8]) -> Option<usize> {
        let Some(place) = self.layout.code else { return Some(self.layout.read) };
        let space = self.reader.ways.space;
        let found = body.get(place.at..place.at + place.bytes)?;
        let end = found.iter().rposition(|b| *b != space).map_or(0, |i| i + 1);
        let by_code = self.codes.iter().position(|codes| codes.iter().any(|c| c == &found[..end]));
        by_code.or_else(|| self.codes.iter().position(Vec::is_empty))
    }

    pub fn columns(&self) -> usize {
        self.layout.columns.len()
    }

    /// How many fields are added up.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn sums(&self) -> usize {
        self.layout.sums.len()
    }

    /// The codes of user-defined characters, for findings that name them.
    pub fn private_units(&self) -> std::collections::HashMap<char, u16> {
        self.reader.private_units()
    }

    /// Adds the fields of a record that are added up to `sums`.
    fn add_up(&self, kind: usize, body: &[u8], sums: &mut [i128]) {
        let of = &self.layout.kinds[kind];
        for (sum, &(_, field)) in sums.iter_mut().zip(&self.layout.sums).filter(|(_, (k, _))| *k == kind) {
            let Some((from, to)) = self.reader.place(&self.layout, of, field, body) else { continue };
            *sum += match self.reader.ways.read(&of.fields[field], &body[from..to]) {
                Number::Whole(n) => i128::from(n),
                Number::Big(n) => n,
                _ => 0,
            };
        }
    }

    fn is_data(&self, kind: usize) -> bool {
        self.layout.kinds[kind].role == Role::Data
    }
}

fn code_bytes(reader: &Reader, code: &str) -> Vec<u8> {
    let mut out = Vec::new();
    reader.codec().encode(code, crate::charset::codec::Mode::Single, &mut out);
    let end = out.iter().rposition(|b| *b != reader.ways.space).map_or(0, |i| i + 1);
    out.truncate(end);
    out
}
