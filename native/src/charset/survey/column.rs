//! What a column holds, gathered value by value in bounded memory.

use super::shape::{self, ascii_kind, CLASSES, HIGH, KINDS, SHAPES};
use super::sketch::{hash, ByHash, Nearly, Smallest};
use std::collections::HashMap;

/// Different values that are counted one by one.
const COUNTED: usize = 1024;
/// Longest value that is counted, in bytes.
const LONGEST: usize = 96;
/// Repetitions, in percent, with which a column still may be a key.
const PERCENT: usize = 2;
/// Different unusual characters that are counted.
const UNUSUAL: usize = 4096;

/// Characters that need no mention: a bit for each of the first 65,536.
pub struct Usual(Vec<u8>);

impl Usual {
    pub fn new(bits: &[u8]) -> Result<Self, String> {
        if bits.len() == 8192 {
            Ok(Self(bits.to_vec()))
        } else {
            Err("usual has 8192 bytes".into())
        }
    }

    #[inline]
    fn has(&self, c: char) -> bool {
        let point = c as usize;
        point < 0x10000 && self.0[point >> 3] >> (point & 7) & 1 == 1
    }
}

/// Counts of one column.
pub struct Column {
    pub values: u64,
    /// Values of spaces alone, and of nothing.
    pub spaces: u64,
    pub empty: u64,
    /// Longest and shortest value in characters; longest in half-width columns.
    pub longest: u32,
    pub shortest: u32,
    pub width: u32,
    /// Digits before and after the point of numbers.
    pub whole: u32,
    pub scale: u32,
    /// Values with spaces before or behind.
    pub padded: u64,
    pub kinds: [u64; KINDS.len()],
    pub shapes: [u64; SHAPES.len()],
    pub unusual: HashMap<char, u64>,
    counted: Option<ByHash<(Box<[u8]>, u64)>>,
    /// Whether every different value is in `counted`.
    whole_count: bool,
    pub smallest: Smallest,
    nearly: Nearly,
    /// Sorted hashes, at the end, where hardly any value comes twice; and how many do.
    pub unique: Option<(Vec<u64>, usize)>,
}

impl Default for Column {
    fn default() -> Self {
        Self {
            values: 0,
            spaces: 0,
            empty: 0,
            longest: 0,
            shortest: u32::MAX,
            width: 0,
            whole: 0,
            scale: 0,
            padded: 0,
            kinds: [0; KINDS.len()],
            shapes: [0; SHAPES.len()],
            unusual: HashMap::new(),
            counted: Some(ByHash::default()),
            whole_count: true,
            smallest: Smallest::default(),
            nearly: Nearly::new(PERCENT),
            unique: None,
        }
    }
}

/// Without spaces (half- or full-width, or NUL) before and behind.
pub fn stripped(mut v: &[u8]) -> &[u8] {
    const WIDE: &[u8] = "\u{3000}".as_bytes();
    loop {
        v = match v {
            [b' ' | b'\t' | 0, rest @ ..] | [rest @ .., b' ' | b'\t' | 0] => rest,
            _ if v.starts_with(WIDE) => &v[3..],
            _ if v.ends_with(WIDE) => &v[..v.len() - 3],
            _ => return v,
        };
    }
}

impl Column {
    /// Takes a value; its hash, 0 for a blank one.
    #[inline]
    pub fn add(&mut self, raw: &[u8], usual: &Usual) -> u64 {
        if raw.is_empty() {
            self.empty += 1;
            return 0;
        }
        let edge = |b: u8| b <= b' ' || b == 0x80 || b == 0xE3;
        let value = if edge(raw[0]) || edge(raw[raw.len() - 1]) { stripped(raw) } else { raw };
        if value.is_empty() {
            self.spaces += 1;
            return 0;
        }
        self.padded += u64::from(value.len() < raw.len());
        self.values += 1;
        let hash = hash(value);
        self.nearly.add(hash);
        if !self.count(value, hash, usual) {
            self.smallest.add(hash);
            self.look(value, 1, usual);
        }
        hash
    }

    /// Whether the value is one of those that are counted: they are looked at once, at the end.
    #[inline]
    fn count(&mut self, value: &[u8], hash: u64, usual: &Usual) -> bool {
        let Some(counted) = &mut self.counted else { return false };
        if let Some((_, n)) = counted.get_mut(&hash) {
            *n += 1;
            return true;
        }
        if counted.len() < COUNTED && value.len() <= LONGEST {
            counted.insert(hash, (value.into(), 1));
            self.smallest.add(hash);
            return true;
        }
        self.whole_count = false;
        // Hardly any value came back so far: there are no frequent ones to count.
        if self.values < 4 * COUNTED as u64
            && counted.values().filter(|(_, n)| *n > 1).count() * 10 < counted.len()
        {
            for (_, (value, n)) in std::mem::take(counted) {
                self.look(&value, n, usual);
            }
            self.counted = None;
        }
        false
    }

    /// What a value looks like that came `times`.
    fn look(&mut self, value: &[u8], times: u64, usual: &Usual) {
        let classes = value.iter().fold(0, |c, b| c | CLASSES[usize::from(*b)]);
        if classes & HIGH != 0 {
            self.wide(value, times, usual);
            return;
        }
        if value.iter().any(u8::is_ascii_control) {
            value.iter().for_each(|b| self.strange(char::from(*b), times, usual));
        }
        let kind = ascii_kind(value, classes);
        self.kinds[kind] += times;
        self.long(value.len(), value.len());
        let shapes = if kind == shape::DIGITS {
            self.whole = self.whole.max(value.len() as u32);
            shape::digit_shapes(value)
        } else {
            if kind == shape::NUMBER {
                self.number(value);
            }
            shape::ascii_shapes(value, kind)
        };
        self.shaped(shapes, times);
    }

    #[inline]
    fn shaped(&mut self, mut shapes: u32, times: u64) {
        while shapes != 0 {
            self.shapes[shapes.trailing_zeros() as usize] += times;
            shapes &= shapes - 1;
        }
    }

    #[inline]
    fn long(&mut self, chars: usize, width: usize) {
        self.longest = self.longest.max(chars as u32);
        self.shortest = self.shortest.min(chars as u32);
        self.width = self.width.max(width as u32);
    }

    fn number(&mut self, value: &[u8]) {
        let point = value.iter().position(|b| *b == b'.').unwrap_or(value.len());
        let digits = |part: &[u8]| part.iter().filter(|b| b.is_ascii_digit()).count() as u32;
        self.whole = self.whole.max(digits(&value[..point]));
        self.scale = self.scale.max(digits(&value[point..]));
    }

    #[inline]
    fn strange(&mut self, c: char, times: u64, usual: &Usual) {
        if !usual.has(c) && (self.unusual.len() < UNUSUAL || self.unusual.contains_key(&c)) {
            *self.unusual.entry(c).or_default() += times;
        }
    }

    fn wide(&mut self, value: &[u8], times: u64, usual: &Usual) {
        let text = String::from_utf8_lossy(value);
        let (mut half, mut half_kana, mut full, mut kana) = (0_usize, 0_usize, 0_usize, 0_usize);
        for c in text.chars() {
            if c.is_ascii() {
                half += 1;
            } else if ('\u{FF61}'..='\u{FF9F}').contains(&c) {
                half += 1;
                half_kana += 1;
            } else {
                full += 1;
                kana += usize::from(('\u{30A1}'..='\u{30FE}').contains(&c) || c == '\u{3000}');
            }
            self.strange(c, times, usual);
        }
        self.long(half + full, half + 2 * full);
        let kind = match (half, full) {
            (_, 0) if half_kana > 0 => shape::HALF_KANA,
            (0, n) if kana == n => shape::FULL_KANA,
            (0, _) => shape::WIDE,
            _ => shape::MIXED,
        };
        self.kinds[kind] += times;
        self.shaped(shape::wide_shapes(value), times);
    }

    pub fn end(&mut self, usual: &Usual) {
        let nearly = std::mem::replace(&mut self.nearly, Nearly::new(PERCENT));
        self.unique = nearly.end();
        let counted = self.counted.take();
        for (value, n) in counted.iter().flat_map(|c| c.values()) {
            self.look(value, *n, usual);
        }
        self.counted = counted;
    }

    /// The number of different values, and whether it is exact.
    pub fn distinct(&self) -> (u64, bool) {
        if let Some(counted) = self.counted.as_ref().filter(|_| self.whole_count) {
            return (counted.len() as u64, true);
        }
        if let Some((hashes, twice)) = &self.unique {
            return ((hashes.len() - twice) as u64, true);
        }
        self.smallest.count()
    }

    /// The most frequent values, and whether all different values were counted.
    pub fn frequent(&self, most: usize) -> (Vec<(String, u64)>, bool) {
        let mut found: Vec<(String, u64)> = self
            .counted
            .iter()
            .flat_map(|c| c.values())
            .map(|(v, n)| (String::from_utf8_lossy(v).into_owned(), *n))
            .collect();
        found.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.truncate(most);
        (found, self.whole_count && self.counted.is_some())
    }
}
