//! Clusters of pairs, strongest first, that never hold a contradiction.

/// Records joined by `pairs` in their order; the smallest record of each one's cluster, and the pairs refused.
///
/// Two clusters are not joined where both have a value in a column of `exclusive` (-1: none) and the values differ, nor
/// where a pair of `apart` would come together, nor where more than `most` records would.
pub fn clusters(
    rows: usize,
    pairs: &[u64],
    exclusive: &[Vec<i32>],
    apart: &[u64],
    most: usize,
) -> (Vec<u32>, Vec<u32>) {
    let mut sets = Sets::new(rows, exclusive, apart);
    let mut refused = Vec::new();
    for (place, pair) in pairs.iter().enumerate() {
        let (i, j) = super::block::ends(*pair);
        if !sets.join(i, j, most) {
            refused.push(place as u32);
        }
    }
    let mut smallest: Vec<u32> = vec![u32::MAX; rows];
    for i in 0..rows {
        let root = sets.root(i);
        smallest[root] = smallest[root].min(i as u32);
    }
    ((0..rows).map(|i| smallest[sets.root(i)]).collect(), refused)
}

struct Sets {
    parent: Vec<u32>,
    size: Vec<u32>,
    values: Vec<Vec<i32>>,
    /// Per root: records that none of its records may be with.
    apart: std::collections::HashMap<u32, Vec<u32>>,
}

impl Sets {
    fn new(rows: usize, exclusive: &[Vec<i32>], apart: &[u64]) -> Self {
        let mut forbidden: std::collections::HashMap<u32, Vec<u32>> = std::collections::HashMap::new();
        for pair in apart {
            let (i, j) = super::block::ends(*pair);
            forbidden.entry(i as u32).or_default().push(j as u32);
            forbidden.entry(j as u32).or_default().push(i as u32);
        }
        Self {
            parent: (0..rows as u32).collect(),
            size: vec![1; rows],
            values: exclusive.to_vec(),
            apart: forbidden,
        }
    }

    fn root(&mut self, at: usize) -> usize {
        let mut at = at;
        while self.parent[at] as usize != at {
            self.parent[at] = self.parent[self.parent[at] as usize];
            at = self.parent[at] as usize;
        }
        at
    }

    fn join(&mut self, i: usize, j: usize, most: usize) -> bool {
        let (mut a, mut b) = (self.root(i), self.root(j));
        if a == b {
            return true;
        }
        if self.size[a] + self.size[b] > most as u32 || self.contrary(a, b) {
            return false;
        }
        if self.size[a] < self.size[b] {
            std::mem::swap(&mut a, &mut b);
        }
        self.parent[b] = a as u32;
        self.size[a] += self.size[b];
        for column in &mut self.values {
            if column[a] < 0 {
                column[a] = column[b];
            }
        }
        if let Some(more) = self.apart.remove(&(b as u32)) {
            self.apart.entry(a as u32).or_default().extend(more);
        }
        true
    }

    fn contrary(&mut self, a: usize, b: usize) -> bool {
        if self.values.iter().any(|v| v[a] >= 0 && v[b] >= 0 && v[a] != v[b]) {
            return true;
        }
        let forbidden = self.apart.get(&(a as u32)).cloned().unwrap_or_default();
        forbidden.into_iter().any(|other| self.root(other as usize) == b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(i: u64, j: u64) -> u64 {
        i << 32 | j
    }

    #[test]
    fn joined_in_order_without_contradiction() {
        let pairs = [pair(0, 1), pair(1, 2), pair(2, 3)];
        assert_eq!(clusters(4, &pairs, &[], &[], 9), (vec![0, 0, 0, 0], vec![]));
        let number = vec![7, -1, 8, -1];
        assert_eq!(clusters(4, &pairs, &[number], &[], 9), (vec![0, 0, 2, 2], vec![1]));
        assert_eq!(clusters(4, &pairs, &[], &[pair(0, 3)], 9), (vec![0, 0, 0, 3], vec![2]));
        assert_eq!(clusters(4, &pairs, &[], &[], 2), (vec![0, 0, 2, 2], vec![1]));
    }
}
