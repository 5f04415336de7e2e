//! Record layouts as Python has them: to write records, and to read them into columns.

use super::write::Refused;
use super::Records;
use crate::pyapi::{buffer, Buffer, Bytes, Owned};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Validity, offsets, data.
type Decoded = (Option<Py<Buffer>>, Option<Py<Buffer>>, Py<Buffer>);

fn bitmap(nulls: &[u32], rows: usize) -> Vec<u8> {
    let mut bits = vec![0xFFu8; rows.div_ceil(8)];
    for &row in nulls {
        bits[row as usize / 8] &= !(1 << (row % 8));
    }
    bits
}

/// Records, their number, sums, what did not fit.
type Written = (Py<Buffer>, u32, Vec<i128>, Vec<Refused>);

/// A record layout (JSON of `chukan_layout.plan.records`) with the table of its charset.
#[pyclass(frozen, name = "Records", module = "chukan_layout._kernel")]
pub struct PyRecords {
    inner: Records,
}

#[pymethods]
impl PyRecords {
    /// ValueError says what doesn't fit.
    #[new]
    fn new(layout: &Bound<'_, PyAny>, table: &Bound<'_, PyAny>) -> PyResult<Self> {
        let inner = Records::new(Bytes::of(layout)?.get(), Bytes::of(table)?.get());
        Ok(Self { inner: inner.map_err(PyValueError::new_err)? })
    }

    /// Records of the kind that is read from UTF-8 CSV without header, their number, the sums of the fields that are
    /// added up, and what did not fit: (line, field, why).
    fn encode(&self, py: Python<'_>, csv: &Bound<'_, PyAny>) -> PyResult<Written> {
        let bytes = Bytes::of(csv)?;
        let slice = bytes.get();
        let mut out = Vec::with_capacity(slice.len() * 2);
        let (mut sums, mut refused) = (vec![0; self.inner.layout.sums.len()], Vec::new());
        let n = py.detach(|| self.inner.encode(slice, &mut out, &mut sums, &mut refused));
        Ok((buffer(py, Owned::U8(out))?, n, sums, refused))
    }

    /// One record of a kind from (number of the field, text).
    fn record(&self, kind: usize, values: Vec<(usize, String)>) -> PyResult<(Vec<u8>, Vec<Refused>)> {
        let fields = self.inner.layout.kinds.get(kind).map_or(0, |k| k.fields.len());
        if values.iter().any(|(field, _)| *field >= fields) || kind >= self.inner.layout.kinds.len() {
            return Err(PyValueError::new_err("no such kind or field"));
        }
        let (mut out, mut refused) = (Vec::new(), Vec::new());
        let given = values.iter().map(|(field, text)| (*field, text.as_str()));
        self.inner.record(kind, given, 1, &mut out, &mut refused);
        Ok((out, refused))
    }

    /// Blocks of the records that `encode` and `record` gave, and how many bytes of them they took: the rest, a block that
    /// is not full, belongs before the next records unless these are the last.
    fn blocks(
        &self,
        py: Python<'_>,
        records: &Bound<'_, PyAny>,
        last: bool,
    ) -> PyResult<(Py<Buffer>, usize)> {
        let bytes = Bytes::of(records)?;
        let slice = bytes.get();
        let mut out = Vec::with_capacity(slice.len() + slice.len() / 1024 + 8);
        let taken = py.detach(|| self.inner.blocks(slice, last, &mut out));
        Ok((buffer(py, Owned::U8(out))?, taken))
    }

    /// The fields of the kind that is read as columns (validity, int32 offsets or None, data: texts or int64), the number
    /// of records, and how many values could not be read and are null.
    fn columns(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<(Vec<Decoded>, usize, u64)> {
        let bytes = Bytes::of(data)?;
        let slice = bytes.get();
        let (columns, rows, bad) = py.detach(|| self.inner.columns_of(slice));
        let made = columns.into_iter().map(|column| {
            let validity = (!column.nulls.is_empty()).then(|| bitmap(&column.nulls, rows));
            let validity = validity.map(|v| buffer(py, Owned::U8(v))).transpose()?;
            if column.is_number() {
                return Ok((validity, None, buffer(py, Owned::I64(column.numbers))?));
            }
            Ok((validity, Some(buffer(py, Owned::I32(column.offsets))?), buffer(py, Owned::U8(column.text))?))
        });
        Ok((made.collect::<PyResult<_>>()?, rows, bad))
    }

    /// The texts of all fields of a kind in one record; None where a field isn't there or is broken.
    fn texts(&self, kind: usize, record: &Bound<'_, PyAny>) -> PyResult<Vec<Option<String>>> {
        let bytes = Bytes::of(record)?;
        let layout = &self.inner.layout;
        let of = layout.kinds.get(kind).ok_or_else(|| PyValueError::new_err("no such kind"))?;
        let text = |index: usize| {
            let (from, _) = self.inner.reader.place(layout, of, index, bytes.get())?;
            let mut out = Vec::new();
            let told = self.inner.reader.text(&of.fields[index], &bytes.get()[from..], &mut out);
            (told == super::field::Told::Fine).then(|| String::from_utf8_lossy(&out).into_owned())
        };
        Ok((0..of.fields.len()).map(text).collect())
    }
}

/// Adds the class to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyRecords>()
}
