//! Likeness of short texts, as slices of code points.

/// Longest text that the table-driven measures look at; the rest of a longer one is ignored.
const LONGEST: usize = 63;

fn cut(text: &[u32]) -> &[u32] {
    &text[..text.len().min(LONGEST)]
}

/// Whether one replacement, insertion, deletion or exchange of neighbours makes `a` into `b`.
pub fn one_edit(a: &[u32], b: &[u32]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let front = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let rest = short.len() - front;
    if short.len() == long.len() {
        let exchanged = rest >= 2
            && short[front] == long[front + 1]
            && short[front + 1] == long[front]
            && short[front + 2..] == long[front + 2..];
        return rest == 0 || short[front + 1..] == long[front + 1..] || exchanged;
    }
    short[front..] == long[front + 1..]
}

/// Edits (with exchanges of neighbours) between the texts.
pub fn edits(a: &[u32], b: &[u32]) -> usize {
    let (a, b) = (cut(a), cut(b));
    let mut before = [0usize; LONGEST + 1];
    let mut last = [0usize; LONGEST + 1];
    let mut now = [0usize; LONGEST + 1];
    for (j, cell) in last.iter_mut().enumerate().take(b.len() + 1) {
        *cell = j;
    }
    for i in 1..=a.len() {
        now[0] = i;
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (last[j] + 1).min(now[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            now[j] = best;
        }
        before = last;
        last = now;
    }
    last[b.len()]
}

/// Whether the texts have half of their characters in common, in order.
pub fn half_shared(a: &[u32], b: &[u32]) -> bool {
    let (a, b) = (cut(a), cut(b));
    let mut row = [0usize; LONGEST + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    4 * row[b.len()] >= a.len() + b.len() && row[b.len()] > 0
}

/// Jaro-Winkler likeness (prefix scale 0.1, at most four characters).
pub fn jaro_winkler(a: &[u32], b: &[u32]) -> f64 {
    let (a, b) = (cut(a), cut(b));
    if a.is_empty() || b.is_empty() {
        return f64::from(u8::from(a.len() == b.len()));
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut in_a, mut in_b) = (0u64, 0u64);
    let mut common = 0usize;
    for (i, x) in a.iter().enumerate() {
        let end = (i + reach + 1).min(b.len());
        let found = (i.saturating_sub(reach)..end).find(|&j| in_b >> j & 1 == 0 && b[j] == *x);
        if let Some(j) = found {
            in_a |= 1 << i;
            in_b |= 1 << j;
            common += 1;
        }
    }
    if common == 0 {
        return 0.0;
    }
    let marked = |text: &[u32], bits: u64| -> Vec<u32> {
        text.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, c)| *c).collect()
    };
    let moved = marked(a, in_a).iter().zip(marked(b, in_b)).filter(|(x, y)| **x != *y).count() as f64 / 2.0;
    let m = common as f64;
    let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - moved) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f64;
    jaro + prefix * 0.1 * (1.0 - jaro)
}

/// Words (separated by blanks) that both texts have.
pub fn common_words(a: &[u32], b: &[u32]) -> usize {
    let there: Vec<&[u32]> = b.split(|c| *c == 0x20).filter(|w| w.len() > 1).collect();
    a.split(|c| *c == 0x20).filter(|w| w.len() > 1 && there.contains(w)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn u(text: &str) -> Vec<u32> {
        text.chars().map(|c| c as u32).collect()
    }

    #[test]
    fn one_edit_is_edits_of_one_at_most() {
        for a in ["", "ア", "アイ", "イア", "アイウ", "アウイ", "アイウエ", "アイエウ", "カイウエ"]
        {
            for b in ["", "ア", "イ", "アイ", "アイウ", "イウエ", "アイウエ", "アエウ", "キイウエ"]
            {
                assert_eq!(one_edit(&u(a), &u(b)), edits(&u(a), &u(b)) <= 1, "{a} {b}");
            }
        }
    }

    #[test]
    fn likeness_of_known_words() {
        assert!((jaro_winkler(&u("MARTHA"), &u("MARHTA")) - 0.9611).abs() < 1e-4);
        assert!((jaro_winkler(&u("DIXON"), &u("DICKSONX")) - 0.8133).abs() < 1e-4);
        assert!(half_shared(&u("太郎"), &u("太一")));
        assert!(!half_shared(&u("太郎"), &u("花子")));
        assert_eq!(common_words(&u("NGUYEN VAN AN"), &u("AN NGUYEN")), 2);
    }
}
