//! The survey without Python, for `fuzzing`.

use super::{Dialect, State, Usual};
use std::sync::OnceLock;

static USUAL: OnceLock<Vec<u8>> = OnceLock::new();

/// A file in two parts, cut anywhere: what is whole is taken, and every value is counted once.
pub fn surveyed(ways: u8, cut: usize, text: &[u8]) {
    let dialect = Dialect {
        delimiter: [b',', b'\t', b'|', b';'][usize::from(ways & 3)],
        quote: (ways & 4 == 0).then_some(b'"'),
        newline: if ways & 8 == 0 { b'\n' } else { b'\r' },
    };
    let columns = usize::from(ways >> 4) + 1;
    let usual = Usual::new(USUAL.get_or_init(|| vec![0x55; 8192])).expect("8192 bytes");
    let mut state = State::new(columns, usual, vec![vec![0, columns - 1]]);
    let cut = cut.min(text.len());
    let taken = dialect.split(&text[..cut], false, &mut state);
    assert!(taken <= cut);
    assert_eq!(taken + dialect.split(&text[taken..], true, &mut state), text.len());
    let usual = &state.usual;
    state.columns.iter_mut().for_each(|c| c.end(usual));
    for column in &state.columns {
        assert_eq!(column.kinds.iter().sum::<u64>(), column.values);
        assert!(column.values + column.empty + column.spaces <= state.records);
        assert!(column.distinct().0 <= column.values.max(1));
        assert!(column.frequent(5).0.iter().all(|(_, n)| *n <= column.values));
    }
}
