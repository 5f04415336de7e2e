//! Entries of the kernel for coverage-guided fuzzing (`native/fuzz`) and for the replay of its corpus in `cargo test`.
//!
//! Each target takes any bytes; the first of them choose a table, a program or a way to cut.  A target panics when the
//! kernel does, or when something does not hold that must hold whatever the bytes are.  Tables and compiled programs
//! are written by `python -m tests.fuzz.prepare` into `native/fuzz/data`.

mod charsets;
mod cuts;
mod programs;
mod texts;

pub use charsets::{codecs, decoders};
pub use cuts::{delimited, records};
pub use programs::programs;
pub use texts::{operations, survey};

use std::path::PathBuf;

fn folder() -> PathBuf {
    std::env::var_os("CHUKAN_FUZZ_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/data")), PathBuf::from)
}

fn read(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{e}: {}: python -m tests.fuzz.prepare", path.display()))
}

/// The files of a folder of the data, in order of their names, without their suffix.
fn files(name: &str) -> Vec<(String, Vec<u8>)> {
    let listed = std::fs::read_dir(folder().join(name));
    let listed = listed.unwrap_or_else(|e| panic!("{e}: {name}: python -m tests.fuzz.prepare"));
    let mut paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|path| (stem(path), std::fs::read(path).unwrap_or_default())).collect()
}

/// One of `all` by the first byte; None without one.
fn chosen<'a, 'b, T>(all: &'a [T], data: &'b [u8]) -> Option<(&'a T, &'b [u8])> {
    let (&first, rest) = data.split_first()?;
    Some((all.get(usize::from(first) % all.len().max(1))?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inputs of a packed corpus: each behind its length in two bytes, low byte first.
    fn packed(mut raw: &[u8]) -> Vec<&[u8]> {
        let mut inputs = Vec::new();
        while let Some((length, rest)) = raw.split_first_chunk::<2>() {
            let (input, rest) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
            inputs.push(input);
            raw = rest;
        }
        inputs
    }

    type Target = (&'static str, fn(&[u8]));
    const TARGETS: [Target; 7] = [
        ("codecs", codecs),
        ("decoders", decoders),
        ("delimited", delimited),
        ("records", records),
        ("programs", programs),
        ("operations", operations),
        ("survey", survey),
    ];

    #[test]
    fn the_corpus_holds() {
        for (name, run) in TARGETS {
            let raw =
                std::fs::read(format!("{}/fuzz/corpus/{name}.bin", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let inputs = packed(&raw);
            assert!(inputs.len() > 10, "{name}");
            for input in inputs {
                run(input);
            }
        }
    }
}
