//! The kernel of chukan: bytes in, checked columns out, in one pass.
//!
//! It knows nothing of areas, vendors or files: a [`program::Program`] says what to do with each field.

mod chars;
mod charset;
mod checkdigit;
mod checks;
mod chunk;
mod cleanse;
mod conds;
mod dates;
mod encode;
mod fast;
mod findings;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod gaiji;
mod gaiji_py;
mod keyed;
mod ledger;
mod link;
mod memo;
mod numbers;
mod ops;
mod pool;
mod program;
mod pyapi;
mod pyops;
mod record;
mod records;
mod row;
mod short;
mod sink;
mod slow;
mod spec;
mod tables;
mod text;
mod value;
mod wake;

use pyo3::prelude::*;

#[pymodule]
fn _kernel(m: &Bound<'_, PyModule>) -> PyResult<()> {
    pyapi::register(m)?;
    gaiji_py::register(m)?;
    link::py::register(m)?;
    pyops::register(m)?;
    records::pydoor::register(m)?;
    charset::pydoor::register(m)
}
