//! Candidate pairs: records with one key, bounded.

/// What a key cost: groups too large, records in them, pairs made.
pub type Cost = (usize, usize, usize);

/// Pairs (`smaller << 32 | larger`) of records with the same key; key 0 means none.
///
/// A group of more than `most` records is not enumerated: its members are put in the order of `refine` and each is
/// paired with the `window` that follow.
pub fn pairs(keys: &[u64], refine: &[u64], most: usize, window: usize, out: &mut Vec<u64>) -> Cost {
    let mut places: Vec<(u64, u32)> =
        keys.iter().enumerate().filter(|(_, k)| **k != 0).map(|(i, k)| (*k, i as u32)).collect();
    places.sort_unstable();
    let (mut groups, mut records) = (0, 0);
    let before = out.len();
    let mut large: Vec<u32> = Vec::new();
    for group in places.chunk_by(|a, b| a.0 == b.0) {
        if group.len() < 2 {
            continue;
        }
        if group.len() <= most {
            for (at, (_, i)) in group.iter().enumerate() {
                out.extend(group[at + 1..].iter().map(|(_, j)| pair(*i, *j)));
            }
            continue;
        }
        groups += 1;
        records += group.len();
        large.clear();
        large.extend(group.iter().map(|(_, i)| *i));
        large.sort_unstable_by_key(|i| (refine.get(*i as usize).copied().unwrap_or(0), *i));
        for (at, i) in large.iter().enumerate() {
            out.extend(large[at + 1..].iter().take(window).map(|j| pair(*i, *j)));
        }
    }
    (groups, records, out.len() - before)
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

    #[test]
    fn small_groups_whole_large_ones_in_a_window() {
        let mut out = Vec::new();
        let cost = pairs(&[7, 0, 7, 9, 7, 9], &[], 10, 2, &mut out);
        assert_eq!((cost, out), ((0, 0, 4), vec![2, 4, 2 << 32 | 4, 3 << 32 | 5]));
        let mut out = Vec::new();
        let cost = pairs(&[5; 6], &[6, 5, 4, 3, 2, 1], 3, 1, &mut out);
        assert_eq!(cost, (1, 6, 5));
        assert_eq!(out[0], 4 << 32 | 5);
    }

    #[test]
    fn random_pairs_are_pairs() {
        assert!(random(3, 1000, 1).iter().all(|p| ends(*p).0 < ends(*p).1 && ends(*p).1 < 3));
        assert!(random(1, 10, 1).is_empty());
    }
}
