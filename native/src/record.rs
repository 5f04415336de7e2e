//! Records and fields of delimited bytes (RFC 4180 with the habits of vendors).
//!
//! A quote opens a field only at its start.  A quoted field that does not close within `max_record` bytes is
//! declared unclosed: its physical line is a broken record and reading goes on at the next line, so one
//! stray quote never swallows a file.  The same is said of a record that took in further lines and then turns out
//! broken or to have a wrong number of fields: the quote that joined the lines is the likelier error.  A line longer than [`HARD_LIMIT`] is cut there.  Both rules depend on the
//! record's own start only, never on how the file was cut into blocks.

use memchr::{memchr, memchr2};

/// A line without an end is cut after this many bytes, so that memory stays bounded.
pub const HARD_LIMIT: usize = 64 << 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quoting {
    Plain,
    /// Quoted, nothing to unescape: the span lies between the quotes.
    Quoted,
    /// Quoted with doubled quotes inside.
    Escaped,
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub start: u32,
    pub end: u32,
    pub quoting: Quoting,
}

/// Where the fields of a record are.
#[derive(Clone, Copy)]
pub enum Cut<'a> {
    Fields(&'a [Field]),
    /// The places around plain fields, the one before the record first.
    Edges(&'a [u32]),
}

impl Cut<'_> {
    /// How many fields.
    pub fn len(&self) -> usize {
        match self {
            Self::Fields(fields) => fields.len(),
            Self::Edges(at) => at.len().saturating_sub(1),
        }
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<Field> {
        match self {
            Self::Fields(fields) => fields.get(index).copied(),
            Self::Edges(at) => between(at, index),
        }
    }
}

/// The plain field between two edges.
#[inline]
pub fn between(at: &[u32], index: usize) -> Option<Field> {
    let [before, end, ..] = *at.get(index..)? else { return None };
    Some(Field { start: before.wrapping_add(1), end, quoting: Quoting::Plain })
}

impl Field {
    /// Whether it has text or quotes.
    #[inline]
    fn is_filled(&self) -> bool {
        self.start != self.end || self.quoting != Quoting::Plain
    }
}

impl Cut<'_> {
    /// Up to 64 fields from `first` on that have text or quotes, one bit each.
    #[inline]
    pub fn filled(&self, first: usize) -> u64 {
        match self {
            Self::Fields(fields) => {
                let part = fields.iter().skip(first).take(64).enumerate();
                part.fold(0, |bits, (i, field)| bits | u64::from(field.is_filled()) << i)
            }
            Self::Edges(at) => apart(&at[first.min(at.len())..]),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Whole,
    /// A quote without an end, or text behind a closing quote.
    BadQuote,
    TooLong,
}

#[derive(Clone, Copy, Debug)]
pub struct Record {
    pub start: usize,
    /// Behind the line end.
    pub end: usize,
    /// The end of the last field.
    pub content_end: usize,
    /// Physical lines.
    pub lines: u32,
    pub shape: Shape,
    pub terminated: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub newline: u8,
    pub max_record: usize,
    /// Fields of a whole record.
    pub columns: usize,
    /// A delimiter such as `|` can be the second byte of a character of CP932.
    pub trail_aware: bool,
}

impl Dialect {
    /// The record that starts at `start`, its fields in `fields`; None when `data` does not hold all of it
    /// and more may come (`eof` false).
    pub fn next(&self, data: &[u8], start: usize, eof: bool, fields: &mut Vec<Field>) -> Option<Record> {
        fields.clear();
        let mut at = start;
        let mut lines = 1;
        let mut bad_quote = false;
        loop {
            let field_start = at;
            let quoted = self.quote.is_some() && data.get(at) == self.quote.as_ref();
            if quoted {
                match self.closing_quote(data, at, start, eof) {
                    Close::More => return None,
                    Close::Never => {
                        fields.clear();
                        return self.broken_line(data, start, eof);
                    }
                    Close::At { end, escaped, breaks } => {
                        let after = data.get(end + 1).copied();
                        let stray = !matches!(after, None | Some(b'\r'))
                            && after != Some(self.delimiter)
                            && after != Some(self.newline);
                        bad_quote |= stray;
                        lines += breaks;
                        fields.push(Field {
                            start: (field_start + 1) as u32,
                            end: end as u32,
                            quoting: if escaped { Quoting::Escaped } else { Quoting::Quoted },
                        });
                        at = end + 1;
                    }
                }
            }
            let Some(stop) = self.field_end(data, at, start) else {
                return self.last_record(
                    data,
                    start,
                    (!quoted).then_some(field_start),
                    eof,
                    lines,
                    bad_quote,
                    fields,
                );
            };
            if stop - start >= HARD_LIMIT {
                return Some(self.cut(start));
            }
            let ends_line = data[stop] == self.newline;
            if !quoted {
                let end = if ends_line { self.without_cr(data, field_start, stop) } else { stop };
                fields.push(Field { start: field_start as u32, end: end as u32, quoting: Quoting::Plain });
            }
            at = stop + 1;
            if ends_line {
                if lines > 1 && (bad_quote || fields.len() != self.columns) {
                    fields.clear();
                    return self.broken_line(data, start, eof);
                }
                return Some(self.record(
                    start,
                    at,
                    self.without_cr(data, start, stop),
                    lines,
                    bad_quote,
                    true,
                ));
            }
        }
    }

    fn record(
        &self,
        start: usize,
        end: usize,
        content_end: usize,
        lines: u32,
        bad_quote: bool,
        terminated: bool,
    ) -> Record {
        let shape = if bad_quote {
            Shape::BadQuote
        } else if end - start > self.max_record {
            Shape::TooLong
        } else {
            Shape::Whole
        };
        Record { start, end, content_end, lines, shape, terminated }
    }

    /// The record that runs to the end of the data: whole at the end of the file, else unknown.
    #[allow(clippy::too_many_arguments)]
    fn last_record(
        &self,
        data: &[u8],
        start: usize,
        open_field: Option<usize>,
        eof: bool,
        lines: u32,
        bad_quote: bool,
        fields: &mut Vec<Field>,
    ) -> Option<Record> {
        if data.len() - start >= HARD_LIMIT {
            return Some(self.cut(start));
        }
        if !eof {
            return None;
        }
        if let Some(field_start) = open_field {
            fields.push(Field {
                start: field_start as u32,
                end: self.without_cr(data, field_start, data.len()) as u32,
                quoting: Quoting::Plain,
            });
        }
        if lines > 1 && (bad_quote || fields.len() != self.columns) {
            fields.clear();
            return self.broken_line(data, start, eof);
        }
        Some(self.record(
            start,
            data.len(),
            self.without_cr(data, start, data.len()),
            lines,
            bad_quote,
            false,
        ))
    }

    fn cut(&self, start: usize) -> Record {
        Record {
            start,
            end: start + HARD_LIMIT,
            content_end: start + HARD_LIMIT,
            lines: 0,
            shape: Shape::TooLong,
            terminated: false,
        }
    }

    fn without_cr(&self, data: &[u8], from: usize, end: usize) -> usize {
        if self.newline == b'\n' && end > from && data[end - 1] == b'\r' {
            end - 1
        } else {
            end
        }
    }

    /// The next delimiter or line end.
    fn field_end(&self, data: &[u8], at: usize, start: usize) -> Option<usize> {
        let limit = data.len().min(start.saturating_add(HARD_LIMIT + 1));
        let slice = data.get(at..limit)?;
        if !self.trail_aware {
            return memchr2(self.delimiter, self.newline, slice).map(|i| at + i);
        }
        let mut i = 0;
        while let Some(&b) = slice.get(i) {
            if b == self.delimiter || b == self.newline {
                return Some(at + i);
            }
            let lead = matches!(b, 0x81..=0x9F | 0xE0..=0xFC);
            i += if lead && slice.get(i + 1).is_some_and(|t| *t != self.newline) { 2 } else { 1 };
        }
        None
    }

    fn closing_quote(&self, data: &[u8], open: usize, start: usize, eof: bool) -> Close {
        let quote = data[open];
        let limit = start + self.max_record;
        let (mut at, mut escaped) = (open + 1, false);
        loop {
            let upper = data.len().min(limit);
            let slice = &data[at.min(upper)..upper];
            let Some(i) = memchr(quote, slice) else {
                return if data.len() >= limit || eof { Close::Never } else { Close::More };
            };
            let end = at + i;
            match data.get(end + 1) {
                Some(&q) if q == quote => {
                    escaped = true;
                    at = end + 2;
                }
                None if !eof => return Close::More,
                _ => {
                    let breaks = memchr::memchr_iter(self.newline, &data[open..end]).count() as u32;
                    return Close::At { end, escaped, breaks };
                }
            }
        }
    }

    /// The physical line at `start` as a broken record.
    fn broken_line(&self, data: &[u8], start: usize, eof: bool) -> Option<Record> {
        match memchr(self.newline, &data[start..]) {
            Some(i) => Some(Record {
                start,
                end: start + i + 1,
                content_end: start + i,
                lines: 1,
                shape: Shape::BadQuote,
                terminated: true,
            }),
            None if data.len() - start >= HARD_LIMIT => Some(self.cut(start)),
            None if eof => Some(Record {
                start,
                end: data.len(),
                content_end: data.len(),
                lines: 1,
                shape: Shape::BadQuote,
                terminated: false,
            }),
            None => None,
        }
    }

    /// How many bytes at the start of `data` are whole records.
    pub fn split(&self, data: &[u8], eof: bool) -> usize {
        if eof {
            return data.len();
        }
        let quotes = self.quote.is_some_and(|q| memchr(q, data).is_some());
        if !quotes {
            if let Some(i) = memchr::memrchr(self.newline, data) {
                // Without a quote every line end is a record end; only a line over the limit is cut elsewhere.
                if i < HARD_LIMIT || !self.has_overlong_line(&data[..=i]) {
                    return i + 1;
                }
            }
        }
        let mut fields = Vec::new();
        let mut at = 0;
        while let Some(record) = self.next(data, at, false, &mut fields) {
            at = record.end;
        }
        at
    }

    fn has_overlong_line(&self, data: &[u8]) -> bool {
        let mut last = 0;
        memchr::memchr_iter(self.newline, data).any(|i| {
            let long = i - last >= HARD_LIMIT;
            last = i;
            long
        })
    }
}

enum Close {
    At { end: usize, escaped: bool, breaks: u32 },
    Never,
    More,
}

/// Where a quote-free stretch of data is cut: the structural index.
pub struct Edges {
    /// Places of delimiters and line ends, before them the place before the first record.
    pub at: Vec<u32>,
    /// Which of them are line ends.
    pub ends: Vec<usize>,
}

/// Bytes that are taken at once.
const BLOCK: usize = 64;

impl Edges {
    pub fn new() -> Self {
        // The first byte of the data stands behind the place -1.
        Self { at: vec![u32::MAX], ends: Vec::new() }
    }

    /// Adds the edges of `data`, which begins at `base`.
    pub fn add(&mut self, data: &[u8], base: usize, delimiter: u8, newline: u8) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("popcnt")
        {
            // SAFETY: the processor has what the function is compiled for.
            return unsafe { self.add_with_avx2(data, base, delimiter, newline) };
        }
        self.add_blocks(data, base, delimiter, newline);
    }

    /// The same instructions in the words of a newer processor.
    ///
    /// # Safety
    /// Only where the processor has these features.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    unsafe fn add_with_avx2(&mut self, data: &[u8], base: usize, delimiter: u8, newline: u8) {
        self.add_blocks(data, base, delimiter, newline);
    }

    #[inline(always)]
    fn add_blocks(&mut self, data: &[u8], base: usize, delimiter: u8, newline: u8) {
        let mut base = base as u32;
        let mut blocks = data.chunks_exact(BLOCK);
        for block in blocks.by_ref() {
            let (all, ends) = block_masks(block, delimiter, newline);
            self.add_block(base, all, ends);
            base += BLOCK as u32;
        }
        for (i, &b) in blocks.remainder().iter().enumerate() {
            if b == delimiter || b == newline {
                if b == newline {
                    self.ends.push(self.at.len());
                }
                self.at.push(base + i as u32);
            }
        }
    }

    #[inline(always)]
    fn add_block(&mut self, base: u32, all: u64, ends: u64) {
        const STEP: usize = 8;
        let (before, mut left) = (self.at.len(), all);
        let count = all.count_ones() as usize;
        self.at.reserve(BLOCK + STEP);
        // SAFETY: `reserve` made room for a whole block and one step; whole steps are written until `count` (at most
        // `BLOCK`) places are, so no write is behind `BLOCK + STEP`, and only the `count` places written are kept.
        unsafe {
            let out = self.at.as_mut_ptr().add(before);
            let mut written = 0;
            while written < count {
                for i in 0..STEP {
                    out.add(written + i).write(base + left.trailing_zeros());
                    left &= left.wrapping_sub(1);
                }
                written += STEP;
            }
            self.at.set_len(before + count);
        }
        let mut ends = ends;
        while ends != 0 {
            let bit = ends & ends.wrapping_neg();
            self.ends.push(before + (all & (bit - 1)).count_ones() as usize);
            ends ^= bit;
        }
    }

    /// Forgets the edges before the `first`.
    pub fn drop_before(&mut self, first: usize) {
        self.at.drain(..first);
        self.ends.clear();
    }
}

/// Delimiters and line ends of a block, and line ends alone, one bit for each byte.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn block_masks(block: &[u8], delimiter: u8, newline: u8) -> (u64, u64) {
    use std::arch::x86_64::{__m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
    debug_assert_eq!(block.len(), BLOCK);
    let (mut all, mut ends) = (0u64, 0u64);
    for (i, part) in block.chunks_exact(16).enumerate() {
        // SAFETY: `part` is 16 readable bytes, the load needs no alignment, and SSE2 is part of every x86_64.
        let (d, n) = unsafe {
            let v = _mm_loadu_si128(part.as_ptr().cast::<__m128i>());
            let d = _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(delimiter as i8)));
            (d as u32, _mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(newline as i8))) as u32)
        };
        all |= u64::from(d | n) << (16 * i);
        ends |= u64::from(n) << (16 * i);
    }
    (all, ends)
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn block_masks(block: &[u8], delimiter: u8, newline: u8) -> (u64, u64) {
    let mask = |wanted: u8| block.iter().enumerate().fold(0, |m, (i, &b)| m | u64::from(b == wanted) << i);
    (mask(delimiter) | mask(newline), mask(newline))
}

/// One bit for each of up to 64 neighbours in `at` with something between them.
#[cfg(target_arch = "x86_64")]
#[inline]
fn apart(at: &[u32]) -> u64 {
    use std::arch::x86_64::{
        __m128i, _mm_castsi128_ps, _mm_cmpeq_epi32, _mm_loadu_si128, _mm_movemask_ps, _mm_set1_epi32,
        _mm_sub_epi32,
    };
    let pairs = at.len().saturating_sub(1).min(64);
    let (mut bits, mut i) = (0u64, 0);
    while i + 4 <= pairs {
        // SAFETY: `i + 4 <= pairs < at.len()`, so the four numbers from `i` and those from `i + 1` are readable; the
        // loads need no alignment, and SSE2 is part of every x86_64.
        let close = unsafe {
            let left = _mm_loadu_si128(at.as_ptr().add(i).cast::<__m128i>());
            let right = _mm_loadu_si128(at.as_ptr().add(i + 1).cast::<__m128i>());
            let same = _mm_cmpeq_epi32(_mm_sub_epi32(right, left), _mm_set1_epi32(1));
            _mm_movemask_ps(_mm_castsi128_ps(same)) as u64
        };
        bits |= (close ^ 0xF) << i;
        i += 4;
    }
    for (k, pair) in at[i..=pairs].windows(2).enumerate() {
        bits |= u64::from(pair[1] != pair[0].wrapping_add(1)) << (i + k);
    }
    bits
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn apart(at: &[u32]) -> u64 {
    let pairs = at.windows(2).take(64).enumerate();
    pairs.fold(0, |bits, (i, pair)| bits | u64::from(pair[1] != pair[0].wrapping_add(1)) << i)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect {
        delimiter: b',',
        quote: Some(b'"'),
        newline: b'\n',
        max_record: 64,
        columns: 3,
        trail_aware: false,
    };

    fn records(data: &[u8]) -> Vec<(String, Vec<String>, Shape, u32)> {
        let (mut at, mut fields, mut out) = (0, Vec::new(), Vec::new());
        while at < data.len() {
            let r = CSV.next(data, at, true, &mut fields).unwrap();
            let text = |a: usize, b: usize| String::from_utf8_lossy(&data[a..b]).into_owned();
            let parts = fields.iter().map(|f| text(f.start as usize, f.end as usize)).collect();
            out.push((text(r.start, r.end), parts, r.shape, r.lines));
            at = r.end;
        }
        out
    }

    #[test]
    fn plain_and_quoted() {
        let got = records(b"a,\"b,\nc\",d\r\n,\"x\"\"y\",\nlast");
        assert_eq!(got[0].1, ["a", "b,\nc", "d"]);
        assert_eq!((got[0].2, got[0].3), (Shape::Whole, 2));
        assert_eq!(got[1].1, ["", "x\"\"y", ""]);
        assert_eq!(got[2].1, ["last"]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_line() {
        let mut data = b"a,\"b\n".to_vec();
        data.extend(std::iter::repeat_n(b"c,d\n".to_vec(), 30).flatten());
        let got = records(&data);
        assert_eq!(got[0].2, Shape::BadQuote);
        assert_eq!(got.len(), 31);
        assert!(got[1..].iter().all(|r| r.2 == Shape::Whole));
    }

    #[test]
    fn text_behind_a_closing_quote_is_broken() {
        assert_eq!(records(b"\"a\"b,c\n")[0].2, Shape::BadQuote);
    }

    #[test]
    fn splitting_anywhere_gives_the_same_records() {
        let data = b"a,\"b\nb\",c\nd,\"e\"\"\n\"\r\nf,g\n\"open\nh,i\n".repeat(3);
        let whole = records(&data);
        for cut in 1..data.len() {
            let n = CSV.split(&data[..cut], false);
            let mut joined = records(&data[..n]);
            joined.extend(records(&data[n..]));
            assert_eq!(joined, whole, "cut at {cut}");
        }
    }

    #[test]
    fn the_index_finds_every_edge() {
        for step in [1, 5, 7, 11] {
            let kinds = [b'a', b',', b'\n', 0x81, b','];
            let data: Vec<u8> = (0..1000).map(|i| kinds[i * step % 9 % 5]).collect();
            let mut got = Edges::new();
            got.add(&data[..640], 0, b',', b'\n');
            got.add(&data[640..], 640, b',', b'\n');
            let want = (0..1000u32).filter(|i| matches!(data[*i as usize], b',' | b'\n'));
            assert_eq!(got.at, std::iter::once(u32::MAX).chain(want).collect::<Vec<_>>());
            let ends: Vec<u32> = got.ends.iter().map(|i| got.at[*i]).collect();
            assert_eq!(ends, (0..1000).filter(|i| data[*i as usize] == b'\n').collect::<Vec<_>>());
        }
    }

    #[test]
    fn fields_with_something_in_them() {
        for n in 0..200u32 {
            let filled = |i: &u32| i * i % 7 < 3;
            let mut at = vec![u32::MAX];
            (0..n).for_each(|i| at.push(at[i as usize].wrapping_add(1 + u32::from(filled(&i)))));
            let cut = Cut::Edges(&at);
            let got = |i: &u32| cut.filled(*i as usize / 64 * 64) >> (i % 64) & 1 == 1;
            assert_eq!((0..n).filter(got).collect::<Vec<_>>(), (0..n).filter(filled).collect::<Vec<_>>());
        }
    }
}
