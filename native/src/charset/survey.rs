//! A survey of text that nobody described: every column of a file, in one pass and in bounded memory.
//!
//! Delimited text comes as UTF-8 in parts ([`Survey::feed`]), records of one length as bytes with their fields
//! ([`Survey::feed_fixed`]).  What a shape means is for `chukan_layout.profile` to judge; here is only counted.

mod column;
pub mod fixed;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzed;
mod numbers;
mod shape;
mod sketch;
mod split;

use super::codec::{Codec, Kind};
use crate::pyapi::Bytes;
use column::{Column, Usual};
use numbers::Reading;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sketch::{hash, mix, Nearly};
use split::{Dialect, Taker};

/// Records told of by number.
const TOLD: usize = 5;

struct State {
    columns: Vec<Column>,
    usual: Usual,
    records: u64,
    /// Records with fewer or more fields, and the numbers of the first of them (from 1).
    ragged: u64,
    ragged_at: Vec<u64>,
    /// Hashes of whole records, however many come again.
    whole: Nearly,
    /// Columns whose values together may be a key, with the hashes of theirs.
    sets: Vec<(Vec<usize>, Nearly)>,
    /// Hash of each field of this record.
    own: Vec<u64>,
}

impl State {
    /// Nothing seen yet of so many columns; `sets` are columns that may be a key together.
    fn new(columns: usize, usual: Usual, sets: Vec<Vec<usize>>) -> Self {
        Self {
            columns: (0..columns).map(|_| Column::default()).collect(),
            usual,
            records: 0,
            ragged: 0,
            ragged_at: Vec::new(),
            whole: Nearly::new(100),
            sets: sets.into_iter().map(|set| (set, Nearly::new(2))).collect(),
            own: vec![0; columns],
        }
    }
}

impl Taker for State {
    #[inline]
    fn field(&mut self, n: usize, value: &[u8]) {
        if let Some(column) = self.columns.get_mut(n) {
            self.own[n] = column.add(value, &self.usual);
        }
    }

    fn record(&mut self, fields: usize, raw: &[u8], _: usize) {
        self.records += 1;
        if fields != self.columns.len() {
            self.ragged += 1;
            if self.ragged_at.len() < TOLD {
                self.ragged_at.push(self.records);
            }
            for column in self.columns.iter_mut().skip(fields) {
                column.empty += 1;
            }
            self.own[fields.min(self.columns.len())..].fill(0);
        }
        self.whole.add(hash(raw));
        for (set, hashes) in &mut self.sets {
            hashes.add(set.iter().fold(0, |h, n| mix(h ^ self.own[*n])));
        }
    }
}

/// values, empty, of spaces, longest, shortest, width, digits before and after the point, with spaces around
type Counts = (u64, u64, u64, u32, u32, u32, u32, u32, u64);
/// number of different values, whether exact
type Distinct = (u64, bool);
/// most frequent values, whether these are all
type Frequent = (Vec<(String, u64)>, bool);
/// values that came before, when that is known
type Repeated = Option<usize>;
/// counts, kinds, shapes, distinct, frequent, repeated, unusual characters
type ColumnFacts = (
    Counts,
    Vec<(&'static str, u64)>,
    Vec<(&'static str, u64)>,
    Distinct,
    Frequent,
    Repeated,
    Vec<(char, u64)>,
);

fn named(names: &[&'static str], counts: &[u64]) -> Vec<(&'static str, u64)> {
    names.iter().copied().zip(counts.iter().copied()).filter(|(_, n)| *n > 0).collect()
}

/// Gathers facts of columns; `end` before they are asked for.
#[pyclass(name = "Survey", module = "chukan_layout._kernel")]
pub struct Survey {
    state: State,
    dialect: Dialect,
    ended: Option<Repeated>,
}

impl Survey {
    fn column(&self, n: usize) -> PyResult<&Column> {
        self.state.columns.get(n).ok_or_else(|| PyValueError::new_err("no such column"))
    }
}

#[pymethods]
impl Survey {
    /// `usual`: a bit for each character that needs no mention.  `sets` of column numbers: whether their values
    /// together come twice.
    #[new]
    fn new(
        columns: usize,
        delimiter: u8,
        quote: Option<u8>,
        newline: u8,
        usual: &Bound<'_, PyAny>,
        sets: Vec<Vec<usize>>,
    ) -> PyResult<Self> {
        if columns == 0 || sets.iter().flatten().any(|n| *n >= columns) {
            return Err(PyValueError::new_err("no such column"));
        }
        let usual = Usual::new(Bytes::of(usual)?.get()).map_err(PyValueError::new_err)?;
        let state = State::new(columns, usual, sets);
        Ok(Self { state, dialect: Dialect { delimiter, quote, newline }, ended: None })
    }

    /// Takes the whole records of a part of the text (UTF-8); how many bytes of it those were (all at `eof`).
    fn feed(&mut self, py: Python<'_>, text: &Bound<'_, PyAny>, eof: bool) -> PyResult<usize> {
        let bytes = Bytes::of(text)?;
        let (slice, dialect, state) = (bytes.get(), self.dialect, &mut self.state);
        Ok(py.detach(|| dialect.split(slice, eof, state)))
    }

    /// Takes records of `length` bytes with fields (offset, length, `single`, `double`, `mixed`, `packed` or `zoned`),
    /// one a column; the bytes of whole records, and how many of their codes had no character.
    fn feed_fixed(
        &mut self,
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        length: usize,
        fields: Vec<(usize, usize, String)>,
    ) -> PyResult<(usize, u64)> {
        let codec = Codec::new(Bytes::of(table)?.get()).map_err(PyValueError::new_err)?;
        let fields: Vec<(usize, usize, Reading)> = fields
            .iter()
            .map(|(at, len, mode)| {
                let reading = match mode.as_str() {
                    "packed" => Reading::Packed,
                    "zoned" => Reading::Zoned,
                    other => Reading::Text(super::pydoor::mode_of(other)?),
                };
                Ok((*at, *len, reading))
            })
            .collect::<PyResult<_>>()?;
        let fits =
            |(at, len, _): &(usize, usize, Reading)| at.checked_add(*len).is_some_and(|end| end <= length);
        if length == 0 || fields.len() != self.state.columns.len() || !fields.iter().all(fits) {
            return Err(PyValueError::new_err("fields do not fit the records"));
        }
        let bytes = Bytes::of(data)?;
        let (slice, state) = (bytes.get(), &mut self.state);
        let lost = py.detach(|| {
            let (mut text, mut problems, mut lost) = (Vec::new(), Vec::new(), 0);
            for record in slice.chunks_exact(length) {
                for (n, (at, len, reading)) in fields.iter().enumerate() {
                    text.clear();
                    let field = &record[*at..at + len];
                    match reading {
                        Reading::Text(mode) => {
                            problems.clear();
                            codec.decode(field, *mode, &mut text, &mut problems);
                            let odd = |k: Kind| matches!(k, Kind::Undefined | Kind::OddByte);
                            lost += problems.iter().filter(|p| odd(p.kind)).count() as u64;
                        }
                        Reading::Packed => numbers::read(field, true, &mut text),
                        Reading::Zoned => numbers::read(field, false, &mut text),
                    }
                    state.field(n, &text);
                }
                state.record(fields.len(), record, 0);
            }
            lost
        });
        Ok((slice.len() / length * length, lost))
    }

    /// No more parts come.
    fn end(&mut self, py: Python<'_>) {
        let state = &mut self.state;
        let whole = std::mem::replace(&mut state.whole, Nearly::new(100));
        self.ended = Some(py.detach(|| {
            let usual = &state.usual;
            state.columns.iter_mut().for_each(|c| c.end(usual));
            whole.end().map(|(_, twice)| twice)
        }));
    }

    /// Records, those with another number of fields, the numbers of the first of these, and how many records came
    /// before (None: not counted).
    fn records(&self) -> (u64, u64, Vec<u64>, Repeated) {
        let state = &self.state;
        (state.records, state.ragged, state.ragged_at.clone(), self.ended.flatten())
    }

    /// What was counted of a column, with at most `most` of its values.
    fn facts(&self, n: usize, most: usize) -> PyResult<ColumnFacts> {
        let c = self.column(n)?;
        let shortest = if c.values == 0 { 0 } else { c.shortest };
        let counts = (c.values, c.empty, c.spaces, c.longest, shortest, c.width, c.whole, c.scale, c.padded);
        let mut unusual: Vec<(char, u64)> = c.unusual.iter().map(|(c, n)| (*c, *n)).collect();
        unusual.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok((
            counts,
            named(&shape::KINDS, &c.kinds),
            named(&shape::SHAPES, &c.shapes),
            c.distinct(),
            c.frequent(most),
            c.unique.as_ref().map(|(_, twice)| *twice),
            unusual,
        ))
    }

    /// How often the values of each set came before (None: too often to be counted).
    fn repeated(&mut self, py: Python<'_>) -> Vec<Repeated> {
        let sets = std::mem::take(&mut self.state.sets);
        py.detach(|| sets.into_iter().map(|(_, hashes)| hashes.end().map(|(_, twice)| twice)).collect())
    }

    /// Of a fair sample of this column's different values, how many there are and how many `other` has in its column
    /// `there`, whose values are nearly unique; None when that is not known.
    fn within(&self, n: usize, other: PyRef<'_, Survey>, there: usize) -> PyResult<Option<(usize, usize)>> {
        let sample = &self.column(n)?.smallest;
        Ok(other.column(there)?.unique.as_ref().map(|(all, _)| {
            let found = sample.hashes().filter(|h| all.binary_search(h).is_ok()).count();
            (sample.hashes().count(), found)
        }))
    }
}
