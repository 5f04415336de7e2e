//! The door to `gaiji.rs` for Python.

use crate::gaiji::{self, GaijiTable, Undo};
use crate::pyapi::{buffer, Buffer, Bytes, Owned};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::borrow::Cow;

/// Units and what they become; see `_kernel.pyi`.
#[pyclass(frozen, name = "GaijiTable", module = "chukan_layout._kernel")]
struct PyGaijiTable {
    inner: GaijiTable,
}

type Converted = (Py<Buffer>, Py<Buffer>, usize, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>, Vec<u32>);

#[pymethods]
impl PyGaijiTable {
    #[new]
    fn new(
        entries: Vec<(String, Option<String>)>,
        watch: Vec<(u32, u32)>,
        fallback: Option<String>,
    ) -> PyResult<Self> {
        let inner = GaijiTable::new(entries, &watch, fallback).map_err(PyValueError::new_err)?;
        Ok(Self { inner })
    }

    /// Offsets and data of the new column; the replacements: number, row, position, position in the result, unit;
    /// the watched code points that have no entry.
    fn convert(
        &self,
        py: Python<'_>,
        offsets: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
    ) -> PyResult<Converted> {
        let (offsets, data) = (Bytes::of(offsets)?, Bytes::of(data)?);
        let places = places(offsets.get(), data.get().len())?;
        let text = data.get();
        let done = py.detach(|| self.inner.convert(&places, text));
        Ok((
            buffer(py, Owned::I64(done.offsets))?,
            buffer(py, Owned::U8(done.data))?,
            done.row.len(),
            buffer(py, Owned::U32(done.row))?,
            buffer(py, Owned::U32(done.position))?,
            buffer(py, Owned::U32(done.out_position))?,
            buffer(py, Owned::U32(done.unit))?,
            done.others,
        ))
    }
}

/// Offsets as numbers, checked: they never fall and stay within the data.
fn places(raw: &[u8], len: usize) -> PyResult<Cow<'_, [i64]>> {
    // SAFETY: every pattern of eight bytes is an i64; `align_to` gives only whole, aligned numbers as its middle.
    let (before, numbers, _) = unsafe { raw.align_to::<i64>() };
    let places = if before.is_empty() && cfg!(target_endian = "little") {
        Cow::Borrowed(numbers)
    } else {
        let number = |b: &[u8]| i64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
        Cow::Owned(raw.chunks_exact(8).map(number).collect())
    };
    let good = places.windows(2).fold(true, |good, w| good & (w[0] <= w[1]));
    let ends = places.first().is_none_or(|o| *o >= 0) && places.last().is_none_or(|o| *o as usize <= len);
    if good && ends {
        Ok(places)
    } else {
        Err(PyValueError::new_err("offsets do not fit the data"))
    }
}

/// The column before the replacements: offsets, data.  ValueError with the row when something else stands there.
#[pyfunction]
fn gaiji_restore(
    py: Python<'_>,
    offsets: &Bound<'_, PyAny>,
    data: &Bound<'_, PyAny>,
    steps: Vec<(u32, u32, u32)>,
    units: Vec<(String, String)>,
) -> PyResult<(Py<Buffer>, Py<Buffer>)> {
    let (offsets, data) = (Bytes::of(offsets)?, Bytes::of(data)?);
    let places = places(offsets.get(), data.get().len())?;
    if steps.iter().any(|s| s.2 as usize >= units.len()) {
        return Err(PyValueError::new_err("unit out of range"));
    }
    let undo = steps.iter().map(|&(row, position, unit)| {
        let (text, original) = &units[unit as usize];
        Undo { row, position, text, original }
    });
    match gaiji::restore(&places, data.get(), undo) {
        Ok((offsets, data)) => Ok((buffer(py, Owned::I64(offsets))?, buffer(py, Owned::U8(data))?)),
        Err(row) => Err(PyValueError::new_err(row)),
    }
}

/// Adds the doors to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyGaijiTable>()?;
    module.add_function(wrap_pyfunction!(gaiji_restore, module)?)
}
