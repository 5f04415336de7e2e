//! Hashes of values: how many different ones there are, and whether they are found elsewhere.

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Smallest hashes kept: the estimate errs by about 1/sqrt of it (1.1 %).
const KEPT: usize = 8192;
/// Values after which it is looked whether a column is still nearly unique, and again at every doubling.
const LOOK: usize = 4096;
/// Hashes of a nearly unique column that are held; more rows than that are estimated.
const MOST: usize = 8 << 20;

/// 64 well-mixed bits of a value.
#[inline]
pub fn hash(value: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut h = (value.len() as u64).wrapping_mul(K);
    let mut words = value.chunks_exact(8);
    for word in &mut words {
        let mut eight = [0; 8];
        eight.copy_from_slice(word);
        h = mix(h ^ u64::from_le_bytes(eight));
    }
    let mut last = [0; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    mix(h ^ u64::from_le_bytes(last))
}

/// The finaliser of MurmurHash3.
#[inline]
pub fn mix(mut h: u64) -> u64 {
    h ^= h >> 33;
    h = h.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    h ^= h >> 33;
    h = h.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    h ^ (h >> 33)
}

/// For keys that are hashes already.
#[derive(Default)]
pub struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

pub type ByHash<V> = HashMap<u64, V, BuildHasherDefault<Same>>;
type Hashes = HashSet<u64, BuildHasherDefault<Same>>;

/// The smallest hashes of the different values: an estimate of their number, and a fair sample of them.
#[derive(Default)]
pub struct Smallest {
    heap: BinaryHeap<u64>,
    held: Hashes,
    /// The largest that is held, once there are enough.
    limit: Option<u64>,
}

impl Smallest {
    #[inline]
    pub fn add(&mut self, hash: u64) {
        if self.limit.is_some_and(|limit| hash >= limit) || !self.held.insert(hash) {
            return;
        }
        self.heap.push(hash);
        if self.heap.len() > KEPT {
            if let Some(gone) = self.heap.pop() {
                self.held.remove(&gone);
            }
        }
        if self.heap.len() == KEPT {
            self.limit = self.heap.peek().copied();
        }
    }

    /// The number of different values; exact (true) while all of them are held.
    pub fn count(&self) -> (u64, bool) {
        match self.limit {
            None => (self.heap.len() as u64, true),
            Some(limit) => {
                let share = (limit as f64 + 1.0) / 18_446_744_073_709_551_616.0;
                (((KEPT - 1) as f64 / share).round() as u64, false)
            }
        }
    }

    pub fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.held.iter().copied()
    }
}

/// All hashes of a column, as long as hardly any comes twice.
pub struct Nearly {
    hashes: Option<Vec<u64>>,
    look: usize,
    /// Highest share of repetitions, in percent.
    percent: usize,
}

impl Nearly {
    pub fn new(percent: usize) -> Self {
        Self { hashes: Some(Vec::new()), look: LOOK, percent }
    }

    #[inline]
    pub fn add(&mut self, hash: u64) {
        let Some(hashes) = &mut self.hashes else { return };
        hashes.push(hash);
        if hashes.len() >= self.look {
            self.look *= 4;
            let mut sorted = hashes.clone();
            if hashes.len() >= MOST || repeated(&mut sorted) * 100 > hashes.len() * self.percent {
                self.hashes = None;
            }
        }
    }

    /// Sorted hashes and how many of them came before.
    pub fn end(self) -> Option<(Vec<u64>, usize)> {
        let mut hashes = self.hashes?;
        let twice = repeated(&mut hashes);
        Some((hashes, twice))
    }
}

/// Sorts; the number of values that were there before.
fn repeated(hashes: &mut [u64]) -> usize {
    hashes.sort_unstable();
    hashes.windows(2).filter(|w| w[0] == w[1]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_counted_many_are_estimated() {
        let mut few = Smallest::default();
        let mut many = Smallest::default();
        for n in 0..200_000_u64 {
            few.add(hash(&(n % 1000).to_le_bytes()));
            many.add(hash(format!("{}", n / 2).as_bytes()));
        }
        assert_eq!(few.count(), (1000, true));
        let (count, exact) = many.count();
        assert!(!exact && (90_000..110_000).contains(&count), "{count}");
    }

    #[test]
    fn nearly_unique_columns_keep_their_hashes() {
        let (mut unique, mut common) = (Nearly::new(2), Nearly::new(2));
        for n in 0..10_000_u64 {
            unique.add(mix(n.min(9_998)));
            common.add(mix(n / 2));
        }
        assert_eq!(unique.end().map(|(all, twice)| (all.len(), twice)), Some((10_000, 1)));
        assert!(common.end().is_none());
    }
}
