//! Patterns counted: thousands of them stand for millions of pairs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Patterns are numbers already; one multiplication spreads them.
#[derive(Default)]
pub struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(u64::from(*b));
        }
    }

    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

pub type Counts = HashMap<u64, u64, BuildHasherDefault<Spread>>;

/// Different patterns in ascending order, how many pairs each has, and the place of each pair's pattern.
pub fn count(patterns: &[u64]) -> (Vec<u64>, Vec<u64>, Vec<u32>) {
    let mut counts = Counts::default();
    for p in patterns {
        *counts.entry(*p).or_insert(0) += 1;
    }
    let mut unique: Vec<u64> = counts.keys().copied().collect();
    unique.sort_unstable();
    let numbers: Vec<u64> = unique.iter().map(|p| counts[p]).collect();
    for (place, p) in unique.iter().enumerate() {
        counts.insert(*p, place as u64);
    }
    let places = patterns.iter().map(|p| counts[p] as u32).collect();
    (unique, numbers, places)
}
