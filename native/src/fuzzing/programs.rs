//! Whole programs: real mappings and layouts over bytes that no system wrote.

use super::{chosen, read};
use crate::chunk::{first_record, run, run_columns, split, ChunkOut, Wanted};
use crate::program::Program;
use crate::records::Records;
use serde::Deserialize;
use std::sync::OnceLock;

#[derive(Deserialize)]
struct Listed {
    spec: String,
    table: String,
    records: Option<(String, String)>,
}

static PROGRAMS: OnceLock<Vec<Program>> = OnceLock::new();

fn made(listed: &Listed) -> Program {
    let table = if listed.table.is_empty() { Vec::new() } else { read(&listed.table) };
    let mut program = Program::compile(&read(&listed.spec), &table).expect("a program");
    if let Some((layout, codec)) = &listed.records {
        let records = Records::new(&read(layout), &read(codec)).expect("a record layout");
        program.of_records(records).expect("records that fit");
    }
    program
}

fn all() -> &'static [Program] {
    PROGRAMS.get_or_init(|| {
        let listed: Vec<Listed> = serde_json::from_slice(&read("programs/list.json")).expect("a list");
        listed.iter().map(made).collect()
    })
}

/// What comes in goes out, is rejected or removed; every finding is counted.
fn balanced(out: &ChunkOut<'_>, bytes: &[u8]) {
    let rows = &out.rows;
    assert_eq!(out.rows_in, u64::from(rows.rows_out) + out.rows_rejected + out.rows_removed);
    assert_eq!(rows.rule_counts.iter().sum::<u64>(), rows.findings.rule.len() as u64);
    assert!(out.rejected.len() + out.removed.len() <= bytes.len());
    assert_eq!(rows.findings.rule.len(), rows.findings.line.len());
    assert!(rows.findings.offset.iter().all(|at| *at as usize <= bytes.len()));
    assert!(std::str::from_utf8(&rows.findings.value.data).is_ok());
}

/// Program and ways in two bytes, then the file.
pub fn programs(data: &[u8]) {
    let Some((program, [ways, bytes @ ..])) = chosen(all(), data) else { return };
    let wanted =
        Wanted { csv: ways & 1 == 0, columns: ways & 2 != 0, reveal: ways & 4 != 0, apart: ways & 8 == 0 };
    if ways & 8 != 0 && program.records.is_none() {
        return columns(program, bytes, wanted);
    }
    assert!(first_record(program, bytes, true) <= bytes.len());
    let out = run(program, bytes, wanted);
    balanced(&out, bytes);
    if ways & 16 != 0 {
        in_parts(program, bytes, wanted, &out);
    }
}

/// A file that comes in two parts gives the same as the whole.
fn in_parts(program: &Program, bytes: &[u8], wanted: Wanted, whole: &ChunkOut<'_>) {
    let cut = split(program, bytes, false);
    let (head, tail) = (run(program, &bytes[..cut], wanted), run(program, &bytes[cut..], wanted));
    balanced(&head, &bytes[..cut]);
    balanced(&tail, &bytes[cut..]);
    assert_eq!(head.rows_in + tail.rows_in, whole.rows_in);
    assert_eq!([&head.rejected[..], &tail.rejected[..]].concat(), whole.rejected);
    assert_eq!([&head.rows.csv[..], &tail.rows.csv[..]].concat(), whole.rows.csv);
    assert_eq!(head.rows.findings.rule.len() + tail.rows.findings.rule.len(), whole.rows.findings.rule.len());
}

/// The bytes as columns of a table: the texts between line ends, one row behind the other.
fn columns(program: &Program, bytes: &[u8], wanted: Wanted) {
    let mut columns: Vec<Vec<Option<&[u8]>>> = vec![Vec::new(); program.columns];
    let texts: Vec<&[u8]> = bytes.split(|b| matches!(b, b',' | b'\n')).collect();
    let rows = texts.len() / program.columns.max(1) + 1;
    for (n, text) in texts.iter().enumerate() {
        let Some(column) = columns.get_mut(n % program.columns.max(1)) else { return };
        // A table holds UTF-8 whatever the program's charset is.
        column.push(std::str::from_utf8(text).ok().filter(|t| *t != "0").map(str::as_bytes));
    }
    let (out, rejected) = run_columns(program, &columns, rows, wanted);
    assert_eq!(out.rows_rejected, rejected.len() as u64);
    assert_eq!(out.rows_in, u64::from(out.rows.rows_out) + out.rows_rejected + out.rows_removed);
}
