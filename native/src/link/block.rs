//! Candidate pairs: records with one key, bounded.

use std::ops::Range;

/// What a key cost: groups too large, records in them, pairs made.
pub type Cost = (usize, usize, usize);

/// Set where a group of records begins.
const BEGINS: u32 = 1 << 31;

/// Records that share one key with another, group after group: all that is kept of a column of keys.
///
/// A group of more than `most` records is not enumerated: its members are in the order of `refine` and each is paired
/// with the `window` that follow.
pub struct Blocks {
    members: Vec<u32>,
    most: usize,
    window: usize,
    pub cost: Cost,
}

impl Blocks {
    /// The groups of a column of keys; key 0 means none.  There are fewer than 2^31 records.
    pub fn new(
        keys: impl Iterator<Item = u64>,
        refine: impl Fn(u32) -> u64,
        most: usize,
        window: usize,
    ) -> Self {
        let mut places: Vec<(u64, u32)> = keys.zip(0..BEGINS).filter(|(k, _)| *k != 0).collect();
        places.sort_unstable();
        let mut out = Self { members: Vec::new(), most, window, cost: (0, 0, 0) };
        for group in places.chunk_by(|a, b| a.0 == b.0).filter(|g| g.len() > 1) {
            let from = out.members.len();
            out.members.extend(group.iter().map(|(_, i)| *i));
            let mine = &mut out.members[from..];
            let n = mine.len();
            if n > most {
                mine.sort_unstable_by_key(|i| (refine(*i), *i));
                out.cost.0 += 1;
                out.cost.1 += n;
                let near = window.min(n - 1);
                out.cost.2 += near * n - near * (near + 1) / 2;
            } else {
                out.cost.2 += n * (n - 1) / 2;
            }
            mine[0] |= BEGINS;
        }
        out.members.shrink_to_fit();
        out
    }

    /// Pairs (`smaller << 32 | larger`) whose smaller record is of `range`.
    pub fn pairs(&self, range: &Range<u32>, out: &mut Vec<u64>) {
        for group in self.members.chunk_by(|_, next| next & BEGINS == 0) {
            let near = if group.len() > self.most { self.window } else { group.len() };
            for (at, i) in group.iter().enumerate() {
                let i = i & !BEGINS;
                for j in group[at + 1..].iter().take(near) {
                    if range.contains(&i.min(*j)) {
                        out.push(pair(i, *j));
                    }
                }
            }
        }
    }
}

fn pair(i: u32, j: u32) -> u64 {
    u64::from(i.min(j)) << 32 | u64::from(i.max(j))
}

/// Both records of a pair.
pub fn ends(pair: u64) -> (usize, usize) {
    ((pair >> 32) as usize, (pair & 0xffff_ffff) as usize)
}

/// Pairs that are drawn at random, the same for the same seed; `n` records, never one with itself.
pub fn random(n: usize, count: usize, seed: u64) -> Vec<u64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    if n < 2 {
        return Vec::new();
    }
    (0..count)
        .map(|_| {
            let i = (next() % n as u64) as u32;
            let j = (next() % (n as u64 - 1)) as u32;
            pair(i, if j >= i { j + 1 } else { j })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(keys: &[u64], refine: &[u64], most: usize, window: usize, range: Range<u32>) -> (Cost, Vec<u64>) {
        let refined = |i: u32| refine.get(i as usize).copied().unwrap_or(0);
        let blocks = Blocks::new(keys.iter().copied(), refined, most, window);
        let mut out = Vec::new();
        blocks.pairs(&range, &mut out);
        (blocks.cost, out)
    }

    #[test]
    fn small_groups_whole_large_ones_in_a_window() {
        let keys = [7, 0, 7, 9, 7, 9];
        let all = vec![2, 4, 2 << 32 | 4, 3 << 32 | 5];
        assert_eq!(made(&keys, &[], 10, 2, 0..6), ((0, 0, 4), all.clone()));
        assert_eq!(made(&keys, &[], 10, 2, 0..2).1, all[..2]);
        assert_eq!(made(&keys, &[], 10, 2, 2..6).1, all[2..]);
        let (cost, out) = made(&[5; 6], &[6, 5, 4, 3, 2, 1], 3, 1, 0..6);
        assert_eq!((cost, out.len()), ((1, 6, 5), 5));
        assert_eq!(out[0], 4 << 32 | 5);
        assert_eq!(made(&[5; 6], &[], 3, 9, 0..6).0, (1, 6, 15));
    }

    #[test]
    fn random_pairs_are_pairs() {
        assert!(random(3, 1000, 1).iter().all(|p| ends(*p).0 < ends(*p).1 && ends(*p).1 < 3));
        assert!(random(1, 10, 1).is_empty());
    }
}
