//! What a pair agrees on.  Each feature gives one or more levels (0: not known on one side); the levels of all features
//! are the digits of the pair's pattern.  `chukan_layout/match/levels.py` names the levels.

use super::columns::{Table, Words};
use super::similar;
use serde::Deserialize;

/// Bins of how common a value is.
const BINS: u8 = 5;
const K: u64 = 3 + BINS as u64;
const R: u64 = 5 + BINS as u64;
/// Levels of one part of a name: kanji × kana, and 旧氏.
const PART: u64 = K * R + 1;

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Edit,
    Jaro,
}

/// One side of a name: places of its columns.
#[derive(Clone, Copy, Deserialize)]
pub struct Part {
    kanji: usize,
    kana: usize,
    /// Kana with long vowels and voicing folded.
    key: usize,
}

#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Feature {
    /// Family and given name together: joint levels of kanji and kana, 旧氏, and whether the order is swapped.
    Name { family: Part, given: Part, former: Option<Part> },
    /// Year and month-day (100 m + d); -1 where not known.
    Date { year: usize, day: usize },
    /// Equal or not; `bins` tells rare values from common ones.
    Equal { column: usize, bins: bool },
    /// Equal, alike by one of the limits (strictest first), or not; `swap` is the column it is confused with.
    Text { column: usize, bins: bool, measure: Measure, limits: Vec<f64>, swap: Option<usize> },
    /// Numbers: equal, one digit off, or not.
    Digits { column: usize },
    /// Town, lot, room; and the lot where one lived before.
    Place { town: usize, lot: usize, room: usize, old_town: Option<usize>, old_lot: Option<usize> },
    /// Words in any order; looked at only where the `unless` level is 0 (given names in `Name`: its second level).
    Words { column: usize, unless: Option<usize> },
}

/// Years by which an era mistaken for another is off: 昭和・平成 63, 大正・昭和 14, 平成・令和 30, 明治・大正 44.
const ERAS: [i32; 4] = [63, 14, 30, 44];

impl Feature {
    /// Number of levels of each output.
    pub fn sizes(&self) -> Vec<u64> {
        match self {
            Self::Name { .. } => vec![PART, PART, 3],
            Self::Date { .. } => vec![11],
            Self::Equal { bins, .. } => vec![if *bins { 2 + u64::from(BINS) } else { 3 }],
            Self::Text { bins, limits, swap, .. } => {
                vec![
                    2 + if *bins { u64::from(BINS) } else { 1 }
                        + limits.len() as u64
                        + u64::from(swap.is_some()),
                ]
            }
            Self::Digits { .. } | Self::Words { .. } => vec![4],
            Self::Place { .. } => vec![7],
        }
    }

    /// Greatest column that the feature reads.
    pub fn last_column(&self) -> usize {
        let part = |p: &Part| p.kanji.max(p.kana).max(p.key);
        match self {
            Self::Name { family, given, former } => {
                part(family).max(part(given)).max(former.as_ref().map_or(0, part))
            }
            Self::Date { year, day } => *year.max(day),
            Self::Equal { column, .. } | Self::Digits { column } | Self::Words { column, .. } => *column,
            Self::Text { column, swap, .. } => (*column).max(swap.unwrap_or(0)),
            Self::Place { town, lot, room, old_town, old_lot } => {
                *[*town, *lot, *room, old_town.unwrap_or(0), old_lot.unwrap_or(0)].iter().max().unwrap_or(&0)
            }
        }
    }

    /// The levels of records `a` and `b`, appended to `out`.
    pub fn levels(&self, t: &Table, a: &[i32], b: &[i32], out: &mut Vec<u64>) {
        match self {
            Self::Name { family, given, former } => name(t, a, b, family, given, former.as_ref(), out),
            Self::Date { year, day } => out.push(date(a[*year], a[*day], b[*year], b[*day])),
            Self::Equal { column, bins } => out.push(equal(&t.words[*column], a[*column], b[*column], *bins)),
            Self::Text { column, bins, measure, limits, swap } => {
                let crossed = swap.is_some_and(|o| {
                    a[*column] >= 0
                        && a[o] >= 0
                        && a[*column] == b[o]
                        && a[o] == b[*column]
                        && a[*column] != a[o]
                });
                out.push(text(&t.words[*column], a[*column], b[*column], *bins, *measure, limits, crossed));
            }
            Self::Digits { column } => out.push(digits(&t.words[*column], a[*column], b[*column])),
            Self::Place { town, lot, room, old_town, old_lot } => {
                let now = place((a[*town], a[*lot], a[*room]), (b[*town], b[*lot], b[*room]));
                let old = old_town.zip(*old_lot);
                let before = |x: &[i32], y: &[i32]| {
                    old.is_some_and(|(ot, ol)| {
                        x[ot] >= 0 && x[ol] >= 0 && x[ot] == y[*town] && x[ol] == y[*lot]
                    })
                };
                out.push(if now <= 2 && (before(a, b) || before(b, a)) { 6 } else { now });
            }
            Self::Words { column, unless } => {
                let hidden = unless.is_some_and(|place| out.get(place).is_some_and(|level| *level != 0));
                out.push(if hidden { 0 } else { words(&t.words[*column], a[*column], b[*column]) });
            }
        }
    }
}

fn equal(words: &Words, x: i32, y: i32, bins: bool) -> u64 {
    match (x < 0 || y < 0, x == y) {
        (true, _) => 0,
        (_, false) => 1,
        _ => 2 + if bins { u64::from(words.bin(x)) } else { 0 },
    }
}

fn text(w: &Words, x: i32, y: i32, bins: bool, measure: Measure, limits: &[f64], crossed: bool) -> u64 {
    let level = equal(w, x, y, bins);
    if level != 1 {
        return level;
    }
    let first = 2 + if bins { u64::from(BINS) } else { 1 };
    if crossed {
        return first + limits.len() as u64;
    }
    let (a, b) = (w.text(x), w.text(y));
    let near = match measure {
        Measure::Edit => {
            let edits = similar::edits(a, b) as f64;
            limits.iter().position(|limit| edits <= *limit)
        }
        Measure::Jaro => {
            let likeness = similar::jaro_winkler(a, b);
            limits.iter().position(|limit| likeness >= *limit)
        }
    };
    near.map_or(1, |place| first + place as u64)
}

fn digits(w: &Words, x: i32, y: i32) -> u64 {
    let level = equal(w, x, y, false);
    if level == 1 && similar::one_edit(w.text(x), w.text(y)) {
        return 3;
    }
    level
}

fn words(w: &Words, x: i32, y: i32) -> u64 {
    let level = equal(w, x, y, false);
    if level == 1 && similar::common_words(w.text(x), w.text(y)) >= 2 {
        return 3;
    }
    level
}

/// 0 unknown, 1 other town, 2 other lot, 3 same lot, room not known, 4 same room, 5 other room.
fn place(a: (i32, i32, i32), b: (i32, i32, i32)) -> u64 {
    if a.0 < 0 || b.0 < 0 {
        return 0;
    }
    if a.0 != b.0 {
        return 1;
    }
    if a.1 != b.1 || a.1 < 0 {
        return 2;
    }
    if a.2 < 0 || b.2 < 0 {
        return 3;
    }
    if a.2 == b.2 {
        4
    } else {
        5
    }
}

/// 0 unknown, 1 differs, 2 equal, 3 day and month exchanged, 4 another era, 5 year off by 1 or 10, 6 year and one of
/// month and day, 7 month and day, 8 year (rest unknown), 9 another year (rest unknown), 10 year alone.
fn date(y1: i32, d1: i32, y2: i32, d2: i32) -> u64 {
    if y1 < 0 || y2 < 0 {
        return 0;
    }
    if d1 < 0 || d2 < 0 {
        return if y1 == y2 { 8 } else { 9 };
    }
    let off = (y1 - y2).abs();
    if off == 0 {
        return match () {
            () if d1 == d2 => 2,
            () if d1 / 100 == d2 % 100 && d1 % 100 == d2 / 100 => 3,
            () if d1 / 100 == d2 / 100 || d1 % 100 == d2 % 100 => 6,
            () => 10,
        };
    }
    match (d1 == d2, off) {
        (true, off) if ERAS.contains(&off) => 4,
        (true, 1 | 10) => 5,
        (true, _) => 7,
        _ => 1,
    }
}

/// Family, given, order; see [`part`] for the first two.  Order: 1 as it is, 2 swapped, 0 nothing known.
fn name(t: &Table, a: &[i32], b: &[i32], f: &Part, g: &Part, o: Option<&Part>, out: &mut Vec<u64>) {
    let crossed = |x: usize, y: usize| a[x] >= 0 && a[y] >= 0 && a[x] == b[y] && a[y] == b[x] && a[x] != a[y];
    let (kanji, kana) = (crossed(f.kanji, g.kanji), crossed(f.key, g.key));
    if kanji || kana {
        out.push(part(t, a, b, f, g, None));
        out.push(part(t, a, b, g, f, None));
        out.push(2);
        return;
    }
    let family = part(t, a, b, f, f, o);
    let given = part(t, a, b, g, g, None);
    out.push(family);
    out.push(given);
    out.push(u64::from(family != 0 || given != 0));
}

/// Kanji level × kana level of one part of a name, `p` of the one and `q` of the other.
///
/// Kanji: 0 unknown, 1 differs, 2 half the characters shared, 3.. equal (rare to common).  Kana: 0 unknown, 1 differs,
/// 2 equal but for long vowels and voicing, 3 one edit, 4 equal, 5.. equal where the kanji is not known (rare to common).
/// The last level: 旧氏 of the one is the name of the other.
fn part(t: &Table, a: &[i32], b: &[i32], p: &Part, q: &Part, former: Option<&Part>) -> u64 {
    let (x, y) = (a[p.kanji], b[q.kanji]);
    let words = &t.words[p.kanji];
    let kanji = match equal(words, x, y, true) {
        0 => 0,
        1 if similar::half_shared(words.text(x), words.text(y)) => 2,
        1 => 1,
        equal => equal + 1,
    };
    let (x1, y1, x2, y2) = (a[p.kana], b[q.kana], a[p.key], b[q.key]);
    let kana = if x1 < 0 || y1 < 0 {
        0
    } else if x1 == y1 {
        if kanji == 0 {
            5 + u64::from(t.words[p.key].bin(x2))
        } else {
            4
        }
    } else if x2 == y2 {
        2
    } else {
        let (l, r) = (t.words[p.kana].text(x1), t.words[p.kana].text(y1));
        if l.len().min(r.len()) >= 3 && similar::one_edit(l, r) {
            3
        } else {
            1
        }
    };
    if kanji <= 1 && kana <= 1 && kanji + kana > 0 {
        if let Some(o) = former {
            let same = |l: i32, r: i32| l >= 0 && l == r;
            let was = |u: &[i32], v: &[i32]| same(u[o.kanji], v[p.kanji]) || same(u[o.key], v[p.key]);
            if was(a, b) || was(b, a) {
                return PART - 1;
            }
        }
    }
    kanji * R + kana
}

/// All features over one table.
pub struct Comparison {
    pub features: Vec<Feature>,
    pub sizes: Vec<u64>,
}

impl Comparison {
    /// The features of a JSON list; what is wrong with it otherwise.
    pub fn parse(json: &str, width: usize) -> Result<Self, String> {
        let features: Vec<Feature> = serde_json::from_str(json).map_err(|e| e.to_string())?;
        if let Some(f) = features.iter().find(|f| f.last_column() >= width) {
            return Err(format!("column {} of {width}", f.last_column()));
        }
        let sizes: Vec<u64> = features.iter().flat_map(Feature::sizes).collect();
        let whole = sizes.iter().try_fold(1u64, |n, s| n.checked_mul(*s));
        whole.map(|_| Self { features, sizes }).ok_or_else(|| "too many levels for one number".to_owned())
    }

    /// The pattern of two records: their levels as digits, the first feature's the highest.
    pub fn pattern(&self, t: &Table, a: usize, b: usize, levels: &mut Vec<u64>) -> u64 {
        levels.clear();
        let (a, b) = (t.row(a), t.row(b));
        for feature in &self.features {
            feature.levels(t, a, b, levels);
        }
        levels.iter().zip(&self.sizes).fold(0, |n, (level, size)| n * size + level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let cases = [
            ((1980, 412, 1980, 412), 2),
            ((1980, 412, 1980, 1204), 3),
            ((1926, 412, 1989, 412), 4),
            ((1980, 412, 1990, 412), 5),
            ((1980, 412, 1980, 413), 6),
            ((1980, 412, 1983, 412), 7),
            ((1980, -1, 1980, 412), 8),
            ((1980, -1, 1981, 412), 9),
            ((1980, 412, 1980, 1130), 10),
            ((1980, 412, 1950, 1130), 1),
            ((-1, 412, 1950, 1130), 0),
        ];
        for ((a, b, c, d), level) in cases {
            assert_eq!(date(a, b, c, d), level);
        }
    }

    #[test]
    fn places() {
        assert_eq!(place((1, 2, 3), (1, 2, 3)), 4);
        assert_eq!(place((1, 2, 3), (1, 2, 4)), 5);
        assert_eq!(place((1, 2, -1), (1, 2, 4)), 3);
        assert_eq!(place((1, 2, -1), (1, 3, 4)), 2);
        assert_eq!(place((1, 2, -1), (2, 2, 4)), 1);
        assert_eq!(place((-1, 2, -1), (2, 2, 4)), 0);
    }
}
