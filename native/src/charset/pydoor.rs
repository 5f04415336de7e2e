//! The codec as Python has it.

use super::codec::{Codec, Mode, Place, Problem};
use super::lines::Lines;
use crate::pyapi::{buffer, Buffer, Bytes, Owned};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// offset, length, kind
type Listed = Vec<(u64, u8, &'static str)>;
/// state, offset, offset and length of the last shift code
type At = (usize, u64, u64, u8);
/// index, character
type Missing = Vec<(usize, char)>;

fn listed(problems: &[Problem]) -> Listed {
    problems.iter().map(|p| (p.offset, p.len, p.kind.as_str())).collect()
}

pub(super) fn mode_of(name: &str) -> PyResult<Mode> {
    Ok(match name {
        "single" => Mode::Single,
        "double" => Mode::Double,
        "mixed" => Mode::Mixed,
        _ => return Err(PyValueError::new_err("mode is single, double or mixed")),
    })
}

/// A charset that decodes and encodes (see `native/src/charset/codec.rs`).
#[pyclass(frozen, name = "Codec", module = "chukan_layout._kernel")]
pub struct PyCodec {
    inner: Codec,
}

#[pymethods]
impl PyCodec {
    /// ValueError for a table that `chukan_layout.charset.blob` didn't make.
    #[new]
    fn new(table: &Bound<'_, PyAny>) -> PyResult<Self> {
        let inner = Codec::new(Bytes::of(table)?.get()).map_err(PyValueError::new_err)?;
        Ok(Self { inner })
    }

    /// The text of a field and its problems (offset, length, kind).
    fn decode(&self, data: &Bound<'_, PyAny>, mode: &str) -> PyResult<(String, Listed)> {
        let (mut out, mut problems) = (Vec::new(), Vec::new());
        self.inner.decode(Bytes::of(data)?.get(), mode_of(mode)?, &mut out, &mut problems);
        let text = String::from_utf8(out).map_err(|_| PyValueError::new_err("table makes no UTF-8"))?;
        Ok((text, listed(&problems)))
    }

    /// The UTF-8 of the next part of a stream, the bytes taken, where the stream stands then, and the problems.
    ///
    /// `place` is `(0, 0, 0, 0)` at first, then what the call before gave; the bytes not taken begin the next part.
    fn decode_part(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        place: At,
        eof: bool,
    ) -> PyResult<(Py<Buffer>, usize, At, Listed)> {
        let (state, offset, at, len) = place;
        if state != 0 && state >= self.inner.states.len() {
            return Err(PyValueError::new_err("no such state"));
        }
        let bytes = Bytes::of(data)?;
        let slice = bytes.get();
        let (mut out, mut problems) = (Vec::with_capacity(slice.len() * 2), Vec::new());
        let mut place = Place { state, offset, shift: (at, len) };
        let taken = py.detach(|| self.inner.decode_part(slice, &mut place, eof, &mut out, &mut problems));
        let now = (place.state, place.offset, place.shift.0, place.shift.1);
        Ok((buffer(py, Owned::U8(out))?, taken, now, listed(&problems)))
    }

    /// The bytes of a text, and the characters (index, character) that such a field cannot hold, written as 〓 or ?.
    fn encode(&self, py: Python<'_>, text: &str, mode: &str) -> PyResult<(Py<Buffer>, Missing)> {
        let mut out = Vec::with_capacity(text.len());
        let missing = self.inner.encode(text, mode_of(mode)?, &mut out);
        Ok((buffer(py, Owned::U8(out))?, missing))
    }
}

/// The text of the first line of `data` without its end, and the bytes of both; ValueError for a table of a charset
/// without line ends.
#[pyfunction]
fn first_line(table: &Bound<'_, PyAny>, data: &Bound<'_, PyAny>, newline: &str) -> PyResult<(String, usize)> {
    let end = if newline == "cr" { b'\r' } else { b'\n' };
    let codec = Codec::new(Bytes::of(table)?.get());
    let lines = codec.and_then(|c| Lines::new(c, end)).map_err(PyValueError::new_err)?;
    let bytes = Bytes::of(data)?;
    let taken = lines.first(bytes.get());
    let made = lines.text(&bytes.get()[..taken]);
    let text = String::from_utf8(made.text).map_err(|_| PyValueError::new_err("table makes no UTF-8"))?;
    Ok((text.trim_end_matches(['\r', '\n']).into(), taken))
}

/// Adds the class to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyCodec>()?;
    module.add_function(wrap_pyfunction!(first_line, module)?)?;
    module.add_function(wrap_pyfunction!(super::survey::fixed::record_shares, module)?)?;
    module.add_function(wrap_pyfunction!(super::survey::fixed::positions, module)?)?;
    module.add_class::<super::survey::Survey>()
}
