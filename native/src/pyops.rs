//! Test doors: the general path of operations and checks, callable from Python (CONTRACT D).

use crate::charset::Charset;
use crate::checks::{self, Codes, ItemCheck};
use crate::ops::{self, Op};
use crate::tables::{Table, Tables};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// All operations on one cell: `(value, None)`, or `(value so far, kind of the finding)`.
///
/// `ops_json` is a list of operations as pydantic dumps them, `tables` are the code and gaiji tables by name.
/// Raises ValueError for JSON that is no such list or an unknown encoding, KeyError for a table that is missing.
#[pyfunction]
pub fn run_ops(
    ops_json: &str,
    sources: Vec<Option<String>>,
    tables: HashMap<String, HashMap<String, String>>,
    encoding: &str,
) -> PyResult<(Option<String>, Option<&'static str>)> {
    let mut ops: Vec<Op> =
        serde_json::from_str(ops_json).map_err(|e| PyValueError::new_err(e.to_string()))?;
    let charset = Charset::parse(if encoding == "utf-16" { "utf-16le" } else { encoding })
        .ok_or_else(|| PyValueError::new_err("unknown encoding"))?;
    let tables = Tables::new(tables.into_iter().map(|(name, pairs)| (name, Table::new(pairs))));
    for op in &mut ops {
        op.resolve(&tables).map_err(PyKeyError::new_err)?;
    }
    let sources: Vec<Option<&str>> = sources.iter().map(Option::as_deref).collect();
    Ok(match ops::run_ops(&ops, &sources, &tables, charset) {
        Ok(value) => (value, None),
        Err((kind, value)) => (value, Some(kind.as_str())),
    })
}

/// The kinds of the findings about one value, in order.
///
/// `item_json` is an item as pydantic dumps it, `codes` its code table.  Raises ValueError for JSON that is no item.
#[pyfunction]
pub fn check(
    value: Option<&str>,
    item_json: &str,
    codes: Option<Vec<String>>,
    weights: Vec<u32>,
) -> PyResult<Vec<&'static str>> {
    let mut item: ItemCheck =
        serde_json::from_str(item_json).map_err(|e| PyValueError::new_err(e.to_string()))?;
    item.codes = codes.map(|codes| Arc::new(Codes::new(codes)));
    let found = checks::check(value.unwrap_or(""), &item, &weights);
    Ok(found.kinds().map(|kind| kind.as_str()).collect())
}

/// Adds the doors to the module.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(run_ops, module)?)?;
    module.add_function(wrap_pyfunction!(check, module)?)
}
