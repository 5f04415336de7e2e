//! The door to record linkage for Python.

use super::block;
use super::clusters;
use super::columns::{Table, Words};
use super::features::Comparison;
use super::patterns;
use crate::pyapi::{buffer, Buffer, Bytes, Owned};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::ops::Range;
use std::thread;

/// Codes (i32), offsets (i64) and data of the texts that codes stand for, bins (u8): the last three may be absent.
type ColumnIn<'py> =
    (Bound<'py, PyAny>, Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>, Option<Bound<'py, PyAny>>);

/// Records and how they are compared; see `_kernel.pyi`.
#[pyclass(frozen, module = "chukan_layout._kernel")]
struct Linker {
    table: Table,
    comparison: Comparison,
}

fn numbers<'a, const W: usize, T: 'a>(
    raw: &'a [u8],
    from: fn([u8; W]) -> T,
) -> impl ExactSizeIterator<Item = T> + 'a {
    raw.chunks_exact(W).map(move |b| {
        let mut bytes = [0; W];
        bytes.copy_from_slice(b);
        from(bytes)
    })
}

fn words(column: &ColumnIn<'_>) -> PyResult<Words> {
    let bins = column.3.as_ref().map(Bytes::of).transpose()?.map(|b| b.get().to_vec()).unwrap_or_default();
    let (Some(offsets), Some(data)) = (&column.1, &column.2) else {
        return Words::new(&[], &[], bins).map_err(PyValueError::new_err);
    };
    let (offsets, data) = (Bytes::of(offsets)?, Bytes::of(data)?);
    let places: Vec<i64> = numbers(offsets.get(), i64::from_le_bytes).collect();
    Words::new(&places, data.get(), bins).map_err(PyValueError::new_err)
}

fn u64s(object: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
    Ok(numbers(Bytes::of(object)?.get(), u64::from_le_bytes).collect())
}

#[pymethods]
impl Linker {
    #[new]
    fn new(rows: usize, columns: Vec<ColumnIn<'_>>, features: &str) -> PyResult<Self> {
        let comparison = Comparison::parse(features, columns.len()).map_err(PyValueError::new_err)?;
        let mut table = Table::new(rows, columns.len());
        for column in &columns {
            let codes = Bytes::of(&column.0)?;
            table
                .push(numbers(codes.get(), i32::from_le_bytes), words(column)?)
                .map_err(PyValueError::new_err)?;
        }
        Ok(Self { table, comparison })
    }

    /// Number of levels of each output, in the order of a pattern's digits.
    #[getter]
    fn sizes(&self) -> Vec<u64> {
        self.comparison.sizes.clone()
    }

    /// One pattern per pair.
    fn compare(&self, py: Python<'_>, pairs: &Bound<'_, PyAny>, jobs: usize) -> PyResult<Py<Buffer>> {
        let pairs = u64s(pairs)?;
        self.check(&pairs)?;
        let patterns = py.detach(|| self.patterns(&pairs, jobs));
        buffer(py, Owned::U64(patterns))
    }

    /// Patterns of pairs drawn at random, and how often each came.
    fn random(
        &self,
        py: Python<'_>,
        count: usize,
        seed: u64,
        jobs: usize,
    ) -> PyResult<(Py<Buffer>, Py<Buffer>)> {
        let (unique, counts) = py.detach(|| {
            let pairs = block::random(self.table.rows, count, seed);
            let (unique, counts, _) = patterns::count(&self.patterns(&pairs, jobs));
            (unique, counts)
        });
        Ok((buffer(py, Owned::U64(unique))?, buffer(py, Owned::U64(counts))?))
    }
}

impl Linker {
    fn check(&self, pairs: &[u64]) -> PyResult<()> {
        let rows = self.table.rows;
        if pairs.iter().any(|p| block::ends(*p).0.max(block::ends(*p).1) >= rows) {
            return Err(PyValueError::new_err("a pair names a record that is not there"));
        }
        Ok(())
    }

    fn patterns(&self, pairs: &[u64], jobs: usize) -> Vec<u64> {
        let mut out = vec![0u64; pairs.len()];
        let share = pairs.len().div_ceil(jobs.max(1)).max(1);
        thread::scope(|scope| {
            for (from, to) in pairs.chunks(share).zip(out.chunks_mut(share)) {
                scope.spawn(move || {
                    let mut levels = Vec::with_capacity(self.comparison.sizes.len());
                    for (pair, pattern) in from.iter().zip(to) {
                        let (a, b) = block::ends(*pair);
                        *pattern = self.comparison.pattern(&self.table, a, b, &mut levels);
                    }
                });
            }
        });
        out
    }
}

/// Groups of records with a common key, key after key; see `_kernel.pyi`.
#[pyclass(module = "chukan_layout._kernel")]
struct Blocks {
    columns: Vec<block::Blocks>,
    most: usize,
    window: usize,
}

#[pymethods]
impl Blocks {
    #[new]
    fn new(most: usize, window: usize) -> Self {
        Self { columns: Vec::new(), most, window }
    }

    /// Take in columns of keys (u64, 0 for none), each on a thread of its own; what each costs.
    fn add(
        &mut self,
        py: Python<'_>,
        keys: Vec<Bound<'_, PyAny>>,
        refine: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<block::Cost>> {
        let keys = keys.iter().map(Bytes::of).collect::<PyResult<Vec<_>>>()?;
        let keys: Vec<&[u8]> = keys.iter().map(Bytes::get).collect();
        let order = Bytes::of(refine)?;
        let order = order.get();
        if keys.iter().any(|k| k.len() / 8 > i32::MAX as usize) {
            return Err(PyValueError::new_err("too many records"));
        }
        let (most, window) = (self.most, self.window);
        let refined = |i: u32| {
            let at = i as usize * 8;
            order.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
        };
        let made: Vec<block::Blocks> = py.detach(|| {
            thread::scope(|scope| {
                let run =
                    |k| move || block::Blocks::new(numbers(k, u64::from_le_bytes), refined, most, window);
                let running: Vec<_> = keys.iter().map(|k| scope.spawn(run(*k))).collect();
                running.into_iter().filter_map(|r| r.join().ok()).collect()
            })
        });
        if made.len() != keys.len() {
            return Err(PyValueError::new_err("a column of keys could not be grouped"));
        }
        let costs = made.iter().map(|b| b.cost).collect();
        self.columns.extend(made);
        Ok(costs)
    }

    /// Pairs whose smaller record is `first` or later and before `last`, ascending, each once.
    fn pairs(&self, py: Python<'_>, first: u32, last: u32, jobs: usize) -> PyResult<Py<Buffer>> {
        let pairs = py.detach(|| {
            let share = (last.saturating_sub(first) as usize).div_ceil(jobs.max(1)).max(1);
            let ranges: Vec<Range<u32>> = (first..last)
                .step_by(share)
                .map(|from| from..from.saturating_add(share as u32).min(last))
                .collect();
            let sorted = |range: Range<u32>| {
                let mut out = Vec::new();
                self.columns.iter().for_each(|column| column.pairs(&range, &mut out));
                out.sort_unstable();
                out.dedup();
                out
            };
            let parts: Vec<Option<Vec<u64>>> = thread::scope(|scope| {
                let running: Vec<_> = ranges.into_iter().map(|r| scope.spawn(|| sorted(r))).collect();
                running.into_iter().map(|r| r.join().ok()).collect()
            });
            parts.into_iter().collect::<Option<Vec<_>>>().map(|parts| parts.concat())
        });
        let pairs = pairs.ok_or_else(|| PyValueError::new_err("pairs could not be made"))?;
        buffer(py, Owned::U64(pairs))
    }
}

/// Different patterns ascending (u64), their numbers (u64), the place of each pair's pattern (u32).
#[pyfunction]
fn link_count(py: Python<'_>, patterns: &Bound<'_, PyAny>) -> PyResult<(Py<Buffer>, Py<Buffer>, Py<Buffer>)> {
    let patterns = u64s(patterns)?;
    let (unique, counts, places) = py.detach(|| patterns::count(&patterns));
    Ok((buffer(py, Owned::U64(unique))?, buffer(py, Owned::U64(counts))?, buffer(py, Owned::U32(places))?))
}

/// The smallest record of each record's cluster (u32), and the places of pairs that were refused (u32).
#[pyfunction]
fn link_clusters(
    py: Python<'_>,
    rows: usize,
    pairs: &Bound<'_, PyAny>,
    exclusive: Vec<Bound<'_, PyAny>>,
    apart: &Bound<'_, PyAny>,
    most: usize,
) -> PyResult<(Py<Buffer>, Py<Buffer>)> {
    let (pairs, apart) = (u64s(pairs)?, u64s(apart)?);
    let mut columns: Vec<Vec<i32>> = Vec::with_capacity(exclusive.len());
    for column in &exclusive {
        columns.push(numbers(Bytes::of(column)?.get(), i32::from_le_bytes).collect());
    }
    let inside = |p: &u64| block::ends(*p).0.max(block::ends(*p).1) < rows;
    if columns.iter().any(|c| c.len() != rows) || !pairs.iter().chain(&apart).all(inside) {
        return Err(PyValueError::new_err("a pair or a column does not fit the records"));
    }
    let (labels, refused) = py.detach(|| clusters::clusters(rows, &pairs, &columns, &apart, most));
    Ok((buffer(py, Owned::U32(labels))?, buffer(py, Owned::U32(refused))?))
}

/// Adds the door to the module.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Linker>()?;
    m.add_class::<Blocks>()?;
    m.add_function(wrap_pyfunction!(link_count, m)?)?;
    m.add_function(wrap_pyfunction!(link_clusters, m)?)
}
