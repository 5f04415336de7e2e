//! Operations on one cell, gaiji in a column, and the survey of a file nobody described.

use super::read;
use crate::charset::survey::fuzzed::surveyed;
use crate::charset::{decode_utf8, Charset};
use crate::gaiji::GaijiTable;
use crate::ops::{run_ops, Op};
use crate::tables::{Table, Tables};
use std::sync::OnceLock;

static OPERATIONS: OnceLock<(Vec<Vec<Op>>, Tables, GaijiTable)> = OnceLock::new();

fn prepared() -> (Vec<Vec<Op>>, Tables, GaijiTable) {
    let pairs = [("1", "男"), ("2", "女"), ("\u{E000}", "髙"), ("ｱ", "ア"), ("男", "1")];
    let tables = Tables::new([("表".to_owned(), Table::new(pairs))]);
    let mut ops: Vec<Vec<Op>> = serde_json::from_slice(&read("operations.json")).expect("operations");
    ops.iter_mut().flatten().for_each(|op| op.resolve(&tables).expect("its table"));
    let entries = vec![
        ("\u{E000}".into(), Some("髙".into())),
        ("邉\u{E0101}".into(), None),
        ("〓".into(), Some(String::new())),
    ];
    let gaiji = GaijiTable::new(entries, &[(0xE000, 0xF8FF), (0xF_0000, 0x10_FFFF)], Some("〓".into()));
    (ops, tables, gaiji.expect("a table"))
}

/// A chain of operations by the first byte, then the cells it takes, between NULs.
pub fn operations(data: &[u8]) {
    let (all, tables, gaiji) = OPERATIONS.get_or_init(prepared);
    let Some((&first, bytes)) = data.split_first() else { return };
    let mut text = String::new();
    decode_utf8(bytes, &mut text);
    let sources: Vec<Option<&str>> = text.split('\0').map(|t| Some(t).filter(|t| !t.is_empty())).collect();
    let ops = &all[usize::from(first) % all.len()];
    if let Ok(Some(value)) = run_ops(ops, &sources, tables, Charset::Cp932) {
        assert!(!value.is_empty(), "an empty text never is a value");
    }
    let offsets = [0, text.len() as i64];
    let out = gaiji.convert(&offsets, text.as_bytes());
    assert!(std::str::from_utf8(&out.data).is_ok());
    assert_eq!(out.offsets.last().copied(), Some(out.data.len() as i64));
}

/// Delimiter, quote and newline by the first byte, where to cut by the second, then the file.
pub fn survey(data: &[u8]) {
    let [ways, cut, bytes @ ..] = data else { return };
    let mut text = String::new();
    decode_utf8(bytes, &mut text);
    surveyed(*ways, usize::from(*cut), text.as_bytes());
}
