//! Records and fields of delimited text, without a word on what they mean.

use std::borrow::Cow;

/// How the text is divided.
#[derive(Clone, Copy)]
pub struct Dialect {
    pub delimiter: u8,
    /// No quotes at all when None.
    pub quote: Option<u8>,
    /// What ends a record: LF (a CR before it goes) or CR.
    pub newline: u8,
}

/// What takes the records.
pub trait Taker {
    /// A field of the record that is being read; `n` counts from 0.
    fn field(&mut self, n: usize, value: &[u8]);
    /// The end of a record of `fields` fields, which was `raw`, at byte `at` of the part.
    fn record(&mut self, fields: usize, raw: &[u8], at: usize);
}

impl Dialect {
    /// Hands whole records of `text` to `taker`; the number of bytes taken (all of them at `eof`).
    pub fn split(&self, text: &[u8], eof: bool, taker: &mut impl Taker) -> usize {
        let mut at = 0;
        while let Some(end) = self.end_of(text, at, eof) {
            let next = (end + 1).min(text.len());
            let raw = trimmed(&text[at..end], self.newline);
            if !raw.is_empty() {
                let fields = self.fields(raw, taker);
                taker.record(fields, raw, at);
            }
            at = next;
            if at >= text.len() {
                break;
            }
        }
        at
    }

    /// Where the record that begins at `at` ends (the place of its newline).
    fn end_of(&self, text: &[u8], at: usize, eof: bool) -> Option<usize> {
        let rest = text.get(at..).filter(|r| !r.is_empty())?;
        let Some(end) = memchr::memchr(self.newline, rest) else {
            return eof.then_some(text.len());
        };
        let Some(quote) = self.quote else { return Some(at + end) };
        if memchr::memchr(quote, &rest[..end]).is_none() {
            return Some(at + end);
        }
        match self.quoted_end(rest, quote) {
            Some(end) => Some(at + end),
            None => eof.then_some(text.len()),
        }
    }

    /// As `end_of` where quotes may hide newlines; only a quote that begins a field opens one.
    fn quoted_end(&self, rest: &[u8], quote: u8) -> Option<usize> {
        let (mut inside, mut fresh, mut n) = (false, true, 0);
        while n < rest.len() {
            let b = rest[n];
            if inside {
                n += memchr::memchr(quote, &rest[n..])?;
                inside = rest.get(n + 1) == Some(&quote);
                n += if inside { 2 } else { 1 };
                fresh = false;
                continue;
            }
            if b == self.newline {
                return Some(n);
            }
            inside = fresh && b == quote;
            fresh = b == self.delimiter;
            n += 1;
        }
        None
    }

    fn fields(&self, raw: &[u8], taker: &mut impl Taker) -> usize {
        let (mut n, mut from) = (0, 0);
        let quote = self.quote.filter(|q| memchr::memchr(*q, raw).is_some());
        let Some(quote) = quote else {
            for (to, b) in raw.iter().enumerate() {
                if *b == self.delimiter {
                    taker.field(n, &raw[from..to]);
                    n += 1;
                    from = to + 1;
                }
            }
            taker.field(n, &raw[from..]);
            return n + 1;
        };
        loop {
            let (value, next) = self.field(raw, from, quote);
            taker.field(n, &value);
            n += 1;
            match next {
                Some(next) => from = next,
                None => return n,
            }
        }
    }

    /// The field that begins at `from`, without its quotes, and where the next one begins.
    fn field<'a>(&self, raw: &'a [u8], from: usize, quote: u8) -> (Cow<'a, [u8]>, Option<usize>) {
        if raw.get(from) != Some(&quote) {
            let to = memchr::memchr(self.delimiter, &raw[from..]).map(|n| from + n);
            return (Cow::Borrowed(&raw[from..to.unwrap_or(raw.len())]), to.map(|n| n + 1));
        }
        let mut value = Cow::Borrowed(&raw[from + 1..from + 1]);
        let mut at = from + 1;
        loop {
            let Some(close) = memchr::memchr(quote, &raw[at..]).map(|n| at + n) else {
                join(&mut value, &raw[at..]);
                return (value, None);
            };
            if raw.get(close + 1) == Some(&quote) {
                join(&mut value, &raw[at..=close]);
                at = close + 2;
                continue;
            }
            join(&mut value, &raw[at..close]);
            let rest = &raw[close + 1..];
            let to = memchr::memchr(self.delimiter, rest);
            join(&mut value, &rest[..to.unwrap_or(rest.len())]);
            return (value, to.map(|n| close + 2 + n));
        }
    }
}

fn join<'a>(value: &mut Cow<'a, [u8]>, more: &'a [u8]) {
    if value.is_empty() {
        *value = Cow::Borrowed(more);
    } else if !more.is_empty() {
        value.to_mut().extend_from_slice(more);
    }
}

fn trimmed(raw: &[u8], newline: u8) -> &[u8] {
    match raw {
        [rest @ .., b'\r'] if newline == b'\n' => rest,
        _ => raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Rows(Vec<Vec<String>>, Vec<String>);

    impl Taker for Rows {
        fn field(&mut self, _: usize, value: &[u8]) {
            self.1.push(String::from_utf8_lossy(value).into_owned());
        }

        fn record(&mut self, fields: usize, _: &[u8], _: usize) {
            assert_eq!(fields, self.1.len());
            self.0.push(std::mem::take(&mut self.1));
        }
    }

    fn rows(text: &str, eof: bool) -> (usize, Vec<Vec<String>>) {
        let mut rows = Rows::default();
        let dialect = Dialect { delimiter: b',', quote: Some(b'"'), newline: b'\n' };
        let taken = dialect.split(text.as_bytes(), eof, &mut rows);
        (taken, rows.0)
    }

    #[test]
    fn quotes_hide_delimiters_and_newlines() {
        let (taken, found) = rows("a,\"b,\"\"c\"\"\nd\",\r\n\n1,2\"3,\"4\" \nrest", false);
        assert_eq!(found, [vec!["a", "b,\"c\"\nd", ""], vec!["1", "2\"3", "4 "]]);
        assert_eq!(taken, 28);
    }

    #[test]
    fn the_end_needs_no_newline_and_a_quote_left_open_loses_nothing() {
        assert_eq!(rows("a,b\nc", true).1, [vec!["a", "b"], vec!["c"]]);
        assert_eq!(rows("\"a,b\nc", true).1, [vec!["a,b\nc"]]);
        assert_eq!(rows("\"a,b\nc", false), (0, vec![]));
    }
}
