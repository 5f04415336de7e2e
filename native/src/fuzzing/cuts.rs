//! Where a record ends: delimited files and files of records, cut anywhere.

use super::{chosen, files};
use crate::record::{Dialect, Field};
use crate::records::{first_record, split, Records};
use std::sync::OnceLock;

/// Dialect in three bytes, then the file.  Records follow one another without a gap, and what is whole at the
/// start of the file is the same whatever comes behind.
pub fn delimited(data: &[u8]) {
    let [ways, columns, longest, bytes @ ..] = data else { return };
    let dialect = Dialect {
        delimiter: [b',', b'\t', b'|', b';'][usize::from(ways & 3)],
        quote: [Some(b'"'), Some(b'"'), None, Some(b'\'')][usize::from(ways >> 2 & 3)],
        newline: if ways & 16 == 0 { b'\n' } else { b'\r' },
        max_record: [1 << 20, usize::from(*longest)][usize::from(ways >> 5 & 1)],
        columns: usize::from(*columns),
        trail_aware: ways & 64 != 0,
    };
    let ends = |eof: bool| {
        let (mut fields, mut ends, mut at): (Vec<Field>, Vec<usize>, usize) = Default::default();
        while at < bytes.len() {
            let Some(record) = dialect.next(bytes, at, eof, &mut fields) else { break };
            assert_eq!(record.start, at);
            assert!(record.end > at && record.end <= bytes.len() && record.content_end <= record.end);
            let within =
                |f: &Field| f.start <= f.end && f.start as usize >= at && f.end as usize <= record.end;
            assert!(fields.iter().all(within));
            at = record.end;
            ends.push(at);
        }
        ends
    };
    let (whole, sure) = (ends(true), ends(false));
    assert_eq!(whole.last().copied().unwrap_or(0), bytes.len());
    assert!(whole.starts_with(&sure));
    let cut = dialect.split(bytes, false);
    assert!(cut == 0 || whole.contains(&cut));
    assert_eq!(dialect.split(bytes, true), bytes.len());
}

static LAYOUTS: OnceLock<Vec<Records>> = OnceLock::new();

/// Record layouts of every form: the cuts, all fields as columns, and records written again.
pub fn records(data: &[u8]) {
    let all = LAYOUTS.get_or_init(|| {
        let tables: Vec<(String, Vec<u8>)> = files("codecs");
        let made = files("layouts").into_iter().map(|(name, json)| {
            let charset = name.split('@').nth(1).expect("a charset behind @");
            let table = tables.iter().find(|(known, _)| known == charset).expect("its table");
            Records::new(&json, &table.1).expect("a layout")
        });
        made.collect()
    });
    let Some((layout, bytes)) = chosen(all, data) else { return };
    let cut = split(layout, bytes, false);
    assert!(cut <= bytes.len());
    assert_eq!(split(layout, bytes, true), bytes.len());
    assert!(first_record(layout, bytes, false) <= bytes.len());
    assert!(first_record(layout, bytes, true) <= bytes.len());
    let (columns, rows, bad) = layout.columns_of(bytes);
    assert!(columns.iter().all(|c| c.is_number() || c.offsets.len() == rows + 1));
    assert!(bad <= (rows * columns.len()) as u64);
    let (mut out, mut refused, mut sums) = (Vec::new(), Vec::new(), vec![0; layout.sums()]);
    let lines = layout.encode(bytes, &mut out, &mut sums, &mut refused);
    assert!(lines as usize <= bytes.len());
}
