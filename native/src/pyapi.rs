//! The boundary: Python classes over the kernel.  Nothing here knows areas, vendors or files.

use crate::charset::codec::Codec;
use crate::charset::{Charset, Decoder, Encoder};
use crate::chunk::{self, ChunkOut, Wanted};
use crate::cleanse::Changes;
use crate::encode;
use crate::findings::Texts;
use crate::keyed;
use crate::keyed::judge::{self, Hit, Later};
use crate::ledger::Ledger;
use crate::pool;
use crate::program::Program;
use crate::records::{Gathered, Records};
use crate::sink::{Column, Store};
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyBufferError, PyOSError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use std::ffi::c_int;
use std::sync::Arc;

/// Memory owned by the kernel, read-only for Python.
pub(crate) enum Owned {
    U8(Vec<u8>),
    U16(Vec<u16>),
    I16(Vec<i16>),
    U32(Vec<u32>),
    I32(Vec<i32>),
    U64(Vec<u64>),
    I64(Vec<i64>),
    I128(Vec<i128>),
}

impl Owned {
    fn raw(&self) -> (*const u8, usize) {
        match self {
            Self::U8(v) => (v.as_ptr(), v.len()),
            Self::U16(v) => (v.as_ptr().cast(), v.len() * 2),
            Self::I16(v) => (v.as_ptr().cast(), v.len() * 2),
            Self::U32(v) => (v.as_ptr().cast(), v.len() * 4),
            Self::I32(v) => (v.as_ptr().cast(), v.len() * 4),
            Self::U64(v) => (v.as_ptr().cast(), v.len() * 8),
            Self::I64(v) => (v.as_ptr().cast(), v.len() * 8),
            Self::I128(v) => (v.as_ptr().cast(), v.len() * 16),
        }
    }
}

/// Bytes of the kernel under the buffer protocol (`pyarrow.py_buffer(x)` copies nothing).
#[pyclass(frozen, module = "chukan_layout._kernel")]
pub struct Buffer {
    owned: Owned,
}

impl Buffer {
    fn new(owned: Owned) -> Self {
        Self { owned }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Owned::U8(v) = &mut self.owned {
            pool::give(std::mem::take(v));
        }
    }
}

#[pymethods]
impl Buffer {
    fn __len__(&self) -> usize {
        self.owned.raw().1
    }

    /// # Safety
    /// Called by Python with a `view` to fill, as the buffer protocol says.
    unsafe fn __getbuffer__(slf: Bound<'_, Self>, view: *mut ffi::Py_buffer, flags: c_int) -> PyResult<()> {
        let (ptr, len) = slf.get().owned.raw();
        // SAFETY: `view` comes from Python; the memory lives as long as `slf`, to which the view holds a reference,
        // and never moves because the class is frozen; the view is read-only.
        let status = unsafe {
            ffi::PyBuffer_FillInfo(
                view,
                slf.as_ptr(),
                ptr.cast_mut().cast(),
                ffi::Py_ssize_t::try_from(len).map_err(|_| PyBufferError::new_err("too large"))?,
                1,
                flags,
            )
        };
        if status == 0 {
            Ok(())
        } else {
            Err(PyErr::fetch(slf.py()))
        }
    }
}

/// Borrows the bytes of a Python object for as long as the guard lives.
pub(crate) struct Bytes(PyBuffer<u8>);

impl Bytes {
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        let buffer = PyBuffer::<u8>::get(object)?;
        if !buffer.is_c_contiguous() {
            return Err(PyValueError::new_err("buffer is not contiguous"));
        }
        Ok(Self(buffer))
    }

    pub(crate) fn get(&self) -> &[u8] {
        if self.0.len_bytes() == 0 {
            return &[];
        }
        // SAFETY: the buffer is contiguous, holds `len_bytes` bytes and is held by `self`; callers hand over memory
        // that no one writes while the kernel runs (the run room never touches a block it has given away).
        unsafe { std::slice::from_raw_parts(self.0.buf_ptr().cast::<u8>(), self.0.len_bytes()) }
    }
}

/// A compiled layout and mapping.
#[pyclass(frozen, name = "Program", module = "chukan_layout._kernel")]
pub struct PyProgram {
    inner: Arc<Program>,
}

#[pymethods]
impl PyProgram {
    /// `spec` is the JSON of `chukan_layout.plan`, `table` the charset's table; ValueError says what doesn't fit.
    ///
    /// `records` are the JSON of a record layout and the table of its charset, `codec` the table of another charset
    /// whose lines are read; then `spec` has the charset utf-8.
    #[new]
    #[pyo3(signature = (spec, table, records = None, codec = None))]
    fn new(
        spec: &Bound<'_, PyAny>,
        table: &Bound<'_, PyAny>,
        records: Option<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        codec: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (spec, table) = (Bytes::of(spec)?, Bytes::of(table)?);
        let mut program = Program::compile(spec.get(), table.get()).map_err(PyValueError::new_err)?;
        if let Some((json, codec)) = records {
            let records = Records::new(Bytes::of(&json)?.get(), Bytes::of(&codec)?.get());
            records.and_then(|r| program.of_records(r)).map_err(PyValueError::new_err)?;
        }
        if let Some(table) = codec {
            let codec = Codec::new(Bytes::of(&table)?.get());
            codec.and_then(|c| program.of_lines(c)).map_err(PyValueError::new_err)?;
        }
        Ok(Self { inner: Arc::new(program) })
    }

    /// Whether it reads files of records.
    #[getter]
    fn records(&self) -> bool {
        self.inner.records.is_some()
    }

    #[getter]
    fn items(&self) -> usize {
        self.inner.items.len()
    }

    /// Names of the items that an accelerator takes, for tests and tuning.
    fn accelerated(&self) -> Vec<String> {
        self.inner.accelerated()
    }
}

/// Kind, rows, nulls, validity, offsets, data, dictionary.
type ColumnTuple =
    (String, usize, usize, Option<Py<Buffer>>, Option<Py<Buffer>>, Option<Py<Buffer>>, Option<Vec<String>>);
type Encoded = (Py<Buffer>, Vec<(u32, String)>);

type Columns = Vec<ColumnTuple>;

/// What one chunk gave.
#[pyclass(frozen, get_all, module = "chukan_layout._kernel")]
pub struct Chunk {
    rows_in: u64,
    rows_out: u64,
    rows_rejected: u64,
    rows_removed: u64,
    lines: u64,
    csv: Py<Buffer>,
    rejected: Py<Buffer>,
    rejected_rows: Vec<u32>,
    removed: Py<Buffer>,
    rule_counts: Vec<u64>,
    item_states: Vec<(u64, u64, u64, u64, u64)>,
    hash_total: u64,
    sums: Vec<Option<i128>>,
    findings: FindingColumns,
    replaced: ReplacedColumns,
    /// What cleansing did: rule, item, line, offset, key, value before and after.
    changed: ChangedColumns,
    columns: Columns,
    residual: Columns,
    keyed: Vec<Py<Buffer>>,
    /// Of files of records: counts by kind, sums, controls, packed fields, broken ones, unknown kinds.
    gathered: Option<GatheredTuple>,
}

/// kind, offset, line, values, counts and sums before it
type ControlTuple = (usize, u64, u32, Vec<Option<String>>, Vec<u64>, Vec<i128>);
type GatheredTuple = (Vec<u64>, Vec<i128>, Vec<ControlTuple>, u64, u64, u64);

fn gathered_tuple(g: Gathered) -> GatheredTuple {
    let controls = g.controls.into_iter().map(|c| (c.kind, c.offset, c.line, c.values, c.counts, c.sums));
    (g.counts, g.sums, controls.collect(), g.packed.0, g.packed.1, g.unknown)
}

type FindingColumns =
    (usize, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>);

type TextPair = (Py<Buffer>, Py<Buffer>);
type ChangedColumns = (usize, Py<Buffer>, Py<Buffer>, Py<Buffer>, Py<Buffer>, TextPair, TextPair, TextPair);

type ReplacedColumns = (
    usize,
    Py<Buffer>,
    Py<Buffer>,
    Py<Buffer>,
    Py<Buffer>,
    Py<Buffer>,
    Py<Buffer>,
    TextPair,
    TextPair,
    TextPair,
);

fn text_pair(py: Python<'_>, t: Texts) -> PyResult<TextPair> {
    Ok((buffer(py, Owned::I32(t.offsets))?, buffer(py, Owned::U8(t.data))?))
}

fn changed_columns(py: Python<'_>, c: Changes) -> PyResult<ChangedColumns> {
    Ok((
        c.rule.len(),
        buffer(py, Owned::U16(c.rule))?,
        buffer(py, Owned::U16(c.item))?,
        buffer(py, Owned::U32(c.line))?,
        buffer(py, Owned::U64(c.offset))?,
        text_pair(py, c.key)?,
        text_pair(py, c.before)?,
        text_pair(py, c.after)?,
    ))
}

fn replaced_columns(py: Python<'_>, l: Ledger) -> PyResult<ReplacedColumns> {
    Ok((
        l.item.len(),
        buffer(py, Owned::U16(l.item))?,
        buffer(py, Owned::U32(l.row))?,
        buffer(py, Owned::U32(l.line))?,
        buffer(py, Owned::U64(l.offset))?,
        buffer(py, Owned::U32(l.position))?,
        buffer(py, Owned::U32(l.out_position))?,
        text_pair(py, l.key)?,
        text_pair(py, l.unit)?,
        text_pair(py, l.target)?,
    ))
}

pub(crate) fn buffer(py: Python<'_>, owned: Owned) -> PyResult<Py<Buffer>> {
    Py::new(py, Buffer::new(owned))
}

fn column_tuple(
    py: Python<'_>,
    column: Option<Column>,
    rows: usize,
    codes: Option<&[String]>,
) -> PyResult<ColumnTuple> {
    let Some(mut column) = column.filter(|c| !c.is_blank() || matches!(c.store, Store::Dict(_))) else {
        return Ok(("null".into(), rows, rows, None, None, None, None));
    };
    column.fill(rows as u32);
    let nulls = column.null_count();
    let validity = column.validity(rows).map(|v| buffer(py, Owned::U8(v))).transpose()?;
    let (kind, offsets, data) = match column.store {
        Store::Text { offsets, data } => ("text", Some(buffer(py, Owned::I32(offsets))?), Owned::U8(data)),
        Store::Date(v) => ("date", None, Owned::I32(v)),
        Store::Int(v) => ("int", None, Owned::I64(v)),
        Store::Decimal(v) => ("decimal", None, Owned::I128(v)),
        Store::Dict(v) => ("dict", None, Owned::I16(v)),
    };
    let dictionary = (kind == "dict").then(|| codes.unwrap_or(&[]).to_vec());
    Ok((kind.into(), rows, nulls, validity, offsets, Some(buffer(py, data)?), dictionary))
}

impl Chunk {
    fn build(py: Python<'_>, program: &Program, out: ChunkOut, rejected_rows: Vec<u32>) -> PyResult<Self> {
        let rows = out.rows;
        let n = rows.rows_out as usize;
        let kept = rows.residual_rows as usize;
        let f = rows.findings;
        let findings = (
            f.rule.len(),
            buffer(py, Owned::I32(f.rule.into_iter().map(i32::from).collect()))?,
            buffer(py, Owned::U16(f.item))?,
            buffer(py, Owned::U32(f.line))?,
            buffer(py, Owned::U64(f.offset))?,
            buffer(py, Owned::I32(f.key.offsets))?,
            buffer(py, Owned::U8(f.key.data))?,
            buffer(py, Owned::I32(f.value.offsets))?,
            buffer(py, Owned::U8(f.value.data))?,
        );
        let columns = rows
            .columns
            .into_iter()
            .zip(&program.items)
            .map(|(c, item)| column_tuple(py, c, n, item.codes.as_deref()))
            .collect::<PyResult<_>>()?;
        let residual = rows
            .residual
            .into_iter()
            .map(|c| column_tuple(py, Some(c), kept, None))
            .collect::<PyResult<_>>()?;
        let sums = rows.sums.iter().zip(&program.items).map(|(s, item)| item.summed.then_some(*s)).collect();
        Ok(Self {
            gathered: out.gathered.map(gathered_tuple),
            rows_in: out.rows_in,
            rows_out: u64::from(rows.rows_out),
            rows_rejected: out.rows_rejected,
            rows_removed: out.rows_removed,
            lines: out.lines,
            csv: buffer(py, Owned::U8(rows.csv))?,
            rejected: buffer(py, Owned::U8(out.rejected))?,
            rejected_rows,
            removed: buffer(py, Owned::U8(out.removed))?,
            rule_counts: rows.rule_counts,
            item_states: rows.state_counts.iter().map(|s| (s[0], s[1], s[2], s[3], s[4])).collect(),
            hash_total: rows.hash_total,
            sums,
            findings,
            replaced: replaced_columns(py, rows.ledger)?,
            changed: changed_columns(py, rows.changes)?,
            columns,
            residual,
            keyed: rows.keyed.into_iter().map(|k| buffer(py, Owned::U8(k))).collect::<PyResult<_>>()?,
        })
    }
}

/// Length of the whole records at the start of `data`; 0 when more bytes are needed.
#[pyfunction]
fn split(py: Python<'_>, program: &PyProgram, data: &Bound<'_, PyAny>, eof: bool) -> PyResult<usize> {
    let bytes = Bytes::of(data)?;
    let inner = program.inner.clone();
    let slice = bytes.get();
    Ok(py.detach(|| chunk::split(&inner, slice, eof)))
}

/// Lines and bytes of findings counted from the start of the file, as int64.
#[pyfunction]
fn placed(
    py: Python<'_>,
    lines: &Bound<'_, PyAny>,
    offsets: &Bound<'_, PyAny>,
    lines_before: i64,
    chunk_offset: i64,
) -> PyResult<(Py<Buffer>, Py<Buffer>)> {
    let (lines, offsets) = (Bytes::of(lines)?, Bytes::of(offsets)?);
    let line = |b: &[u8]| i64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])) + lines_before;
    let offset =
        |b: &[u8]| i64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) + chunk_offset;
    Ok((
        buffer(py, Owned::I64(lines.get().chunks_exact(4).map(line).collect()))?,
        buffer(py, Owned::I64(offsets.get().chunks_exact(8).map(offset).collect()))?,
    ))
}

/// Length of the first record of `data`; 0 when more bytes are needed.
#[pyfunction]
fn first_record(program: &PyProgram, data: &Bound<'_, PyAny>, eof: bool) -> PyResult<usize> {
    let bytes = Bytes::of(data)?;
    Ok(chunk::first_record(&program.inner, bytes.get(), eof))
}

/// Runs the whole records of `data`.
#[pyfunction]
#[pyo3(signature = (program, data, *, csv = true, columns = false, reveal = false))]
fn run(
    py: Python<'_>,
    program: &PyProgram,
    data: &Bound<'_, PyAny>,
    csv: bool,
    columns: bool,
    reveal: bool,
) -> PyResult<Chunk> {
    let bytes = Bytes::of(data)?;
    let slice = bytes.get();
    let inner: &Program = &program.inner;
    let out = py.detach(|| chunk::run(inner, slice, Wanted { csv, columns, reveal }));
    Chunk::build(py, inner, out, Vec::new())
}

type TextColumn<'py> = (Option<Bound<'py, PyAny>>, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Runs records given as Arrow string columns: (validity bitmap or None, int32 offsets, data), without slices.
#[pyfunction]
#[pyo3(signature = (program, columns_in, rows, *, csv = true, columns = false, reveal = false))]
fn run_columns(
    py: Python<'_>,
    program: &PyProgram,
    columns_in: Vec<TextColumn<'_>>,
    rows: usize,
    csv: bool,
    columns: bool,
    reveal: bool,
) -> PyResult<Chunk> {
    let mut held = Vec::new();
    for (validity, offsets, data) in &columns_in {
        let validity = validity.as_ref().map(Bytes::of).transpose()?;
        held.push((validity, Bytes::of(offsets)?, Bytes::of(data)?));
    }
    let mut texts = Vec::new();
    for (validity, offsets, data) in &held {
        let bits = validity.as_ref().map(Bytes::get);
        texts.push(
            text_column(bits, offsets.get(), data.get(), rows)
                .ok_or_else(|| PyValueError::new_err("offsets"))?,
        );
    }
    let inner: &Program = &program.inner;
    let wanted = Wanted { csv, columns, reveal };
    let (out, rejected) = py.detach(|| chunk::run_columns(inner, &texts, rows, wanted));
    Chunk::build(py, inner, out, rejected)
}

fn text_column<'a>(
    bits: Option<&[u8]>,
    offsets: &[u8],
    data: &'a [u8],
    rows: usize,
) -> Option<Vec<Option<&'a [u8]>>> {
    let offset = |i: usize| {
        let raw = offsets.get(i * 4..i * 4 + 4)?;
        usize::try_from(i32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]])).ok()
    };
    (0..rows)
        .map(|i| {
            let valid = bits.is_none_or(|b| b.get(i / 8).is_some_and(|byte| byte >> (i % 8) & 1 == 1));
            let text = data.get(offset(i)?..offset(i + 1)?)?;
            Some(valid.then_some(text))
        })
        .collect()
}

fn os_error(e: std::io::Error) -> PyErr {
    match e.raw_os_error() {
        Some(code) => PyOSError::new_err((code, e.kind().to_string())),
        None => PyOSError::new_err(e.kind().to_string()),
    }
}

/// Keys of one file for one keyed check, spilled to partition files in `folder`.
#[pyclass(module = "chukan_layout._kernel")]
pub struct KeyedSet {
    inner: keyed::KeyedSet,
}

#[pymethods]
impl KeyedSet {
    /// `wide` when the program gives its entries an amount or a period.
    #[new]
    #[pyo3(signature = (folder, name, partitions, *, wide = false))]
    fn new(folder: &str, name: &str, partitions: usize, wide: bool) -> Self {
        Self { inner: keyed::KeyedSet::create(folder, name, partitions, wide) }
    }

    /// Adds the entries of a chunk that begins at byte `chunk_offset` after `lines_before` lines; OSError when the disk
    /// doesn't take them.
    fn add(
        &mut self,
        py: Python<'_>,
        entries: &Bound<'_, PyAny>,
        chunk_offset: u64,
        lines_before: u32,
    ) -> PyResult<()> {
        let bytes = Bytes::of(entries)?;
        let slice = bytes.get();
        let inner = &mut self.inner;
        py.detach(|| inner.add(slice, chunk_offset, lines_before)).map_err(os_error)
    }
}

type HitColumns = (usize, Py<Buffer>, Py<Buffer>, Py<Buffer>);

fn hit_columns(py: Python<'_>, hits: &[Hit]) -> PyResult<HitColumns> {
    Ok((
        hits.len(),
        buffer(py, Owned::U64(hits.iter().map(|h| h.offset).collect()))?,
        buffer(py, Owned::U32(hits.iter().map(|h| h.line).collect()))?,
        buffer(py, Owned::U8(hits.iter().map(|h| h.code as u8).collect()))?,
    ))
}

/// Records whose key came before: (n, offset u64, line u32, code u8), in order of place.
#[pyfunction]
fn unique(py: Python<'_>, set: &KeyedSet) -> PyResult<HitColumns> {
    let hits = py.detach(|| judge::unique(&set.inner)).map_err(os_error)?;
    hit_columns(py, &hits)
}

/// Records whose key none of the parents has.
#[pyfunction]
fn foreign(py: Python<'_>, child: &KeyedSet, parents: Vec<PyRef<'_, KeyedSet>>) -> PyResult<HitColumns> {
    let parents: Vec<_> = parents.iter().map(|p| &p.inner).collect();
    let hits = py.detach(|| judge::foreign(&child.inner, &parents)).map_err(os_error)?;
    hit_columns(py, &hits)
}

/// Records whose amount is not the sum of the details with their key, give or take `tolerance`.
#[pyfunction]
fn totals(py: Python<'_>, whole: &KeyedSet, details: &KeyedSet, tolerance: u64) -> PyResult<HitColumns> {
    let hits = py.detach(|| judge::totals(&whole.inner, &details.inner, tolerance)).map_err(os_error)?;
    hit_columns(py, &hits)
}

/// Records whose period overlaps an earlier one of their key or, with `gapless`, leaves a hole behind it.
#[pyfunction]
fn periods(py: Python<'_>, set: &KeyedSet, gapless: bool) -> PyResult<HitColumns> {
    let hits = py.detach(|| judge::periods(&set.inner, gapless)).map_err(os_error)?;
    hit_columns(py, &hits)
}

/// Groups with too few or too many flagged records.
#[pyfunction]
fn group_count(py: Python<'_>, set: &KeyedSet, min: usize, max: usize) -> PyResult<HitColumns> {
    let hits = py.detach(|| judge::group_count(&set.inner, min, max)).map_err(os_error)?;
    hit_columns(py, &hits)
}

/// History numbers with gaps, wrong or missing latest marks.
#[pyfunction]
fn history(py: Python<'_>, set: &KeyedSet, latest: bool, any: bool) -> PyResult<HitColumns> {
    let hits = py.detach(|| judge::history(&set.inner, latest, any)).map_err(os_error)?;
    hit_columns(py, &hits)
}

/// Records whose day is not in `order` (<=, <, >=, >) to the day there, `years` and `days` later.
#[pyfunction]
fn joined(
    py: Python<'_>,
    here: &KeyedSet,
    there: &KeyedSet,
    order: &str,
    years: i32,
    days: i32,
) -> PyResult<HitColumns> {
    let order = judge::Order::of(order).ok_or_else(|| PyValueError::new_err("no such order"))?;
    let hits = py
        .detach(|| judge::joined(&here.inner, &there.inner, order, Later { years, days }))
        .map_err(os_error)?;
    hit_columns(py, &hits)
}

/// Writes text in a vendor's charset.
#[pyclass(frozen, name = "Encoder", module = "chukan_layout._kernel")]
pub struct PyEncoder {
    inner: Encoder,
}

#[pymethods]
impl PyEncoder {
    /// ValueError for an unknown charset or a table of the wrong size.
    #[new]
    fn new(charset: &str, table: &Bound<'_, PyAny>) -> PyResult<Self> {
        let charset = Charset::parse(charset).ok_or_else(|| PyValueError::new_err("unknown charset"))?;
        let decoder = Decoder::new(charset, Bytes::of(table)?.get()).map_err(PyValueError::new_err)?;
        Ok(Self { inner: decoder.encoder() })
    }

    /// UTF-8 CSV bytes in the charset, and per line (from 1) that held a character it hasn't got: (line, character).
    /// Such a character is written as 〓, or ? where the charset has no 〓.
    fn encode(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Encoded> {
        let bytes = Bytes::of(data)?;
        let slice = bytes.get();
        let (out, missing) = py.detach(|| encode::encode(&self.inner, slice));
        Ok((buffer(py, Owned::U8(out))?, missing))
    }
}

/// The text of bytes; undecodable units stand as characters of plane 15 that keep them.
#[pyfunction]
fn decode(charset: &str, table: &Bound<'_, PyAny>, data: &Bound<'_, PyAny>) -> PyResult<String> {
    let charset = Charset::parse(charset).ok_or_else(|| PyValueError::new_err("unknown charset"))?;
    let decoder = Decoder::new(charset, Bytes::of(table)?.get()).map_err(PyValueError::new_err)?;
    let bytes = Bytes::of(data)?;
    if charset.is_utf16() {
        return Ok(crate::charset::utf16_to_utf8(bytes.get(), charset == Charset::Utf16Be).0);
    }
    let mut out = String::new();
    decoder.decode(bytes.get(), &mut out);
    Ok(out)
}

/// Functions and classes of `chukan_layout._kernel`.
pub fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Buffer>()?;
    m.add_class::<PyProgram>()?;
    m.add_class::<Chunk>()?;
    m.add_class::<KeyedSet>()?;
    m.add_class::<PyEncoder>()?;
    m.add_function(wrap_pyfunction!(split, m)?)?;
    m.add_function(wrap_pyfunction!(first_record, m)?)?;
    m.add_function(wrap_pyfunction!(placed, m)?)?;
    m.add_function(wrap_pyfunction!(run, m)?)?;
    m.add_function(wrap_pyfunction!(run_columns, m)?)?;
    m.add_function(wrap_pyfunction!(unique, m)?)?;
    m.add_function(wrap_pyfunction!(foreign, m)?)?;
    m.add_function(wrap_pyfunction!(group_count, m)?)?;
    m.add_function(wrap_pyfunction!(history, m)?)?;
    m.add_function(wrap_pyfunction!(totals, m)?)?;
    m.add_function(wrap_pyfunction!(periods, m)?)?;
    m.add_function(wrap_pyfunction!(joined, m)?)?;
    m.add_function(wrap_pyfunction!(decode, m)?)?;
    Ok(())
}
