//! Where a record ends: by its length, by a line end, or by the length before it.

use super::layout::{Form, Layout};
use memchr::memchr;

/// A file that isn't cut rightly gives no record longer than this.
const LONGEST: usize = 1 << 20;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Whole,
    /// The file ends within it.
    Short,
    /// Longer or shorter than the layout says, or a length that cannot be one.
    WrongLength,
    /// Padding at the end of the file: no record.
    Padding,
}

/// A record from `start` to `end`, its content from `from` to `to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cut {
    pub start: usize,
    pub from: usize,
    pub to: usize,
    pub end: usize,
    pub shape: Shape,
}

/// Walks over the records of a chunk.
pub struct Cutter<'a> {
    layout: &'a Layout,
    data: &'a [u8],
    eof: bool,
    at: usize,
    /// End of the block that `at` lies in.
    block: usize,
}

impl<'a> Cutter<'a> {
    /// `eof`: nothing comes behind `data`.
    pub fn new(layout: &'a Layout, data: &'a [u8], eof: bool) -> Self {
        Self { layout, data, eof, at: 0, block: 0 }
    }

    /// Bytes that are cut into records so far; within a block those before it.
    fn done(&self) -> usize {
        self.at
    }

    fn cut(&mut self, from: usize, to: usize, end: usize, shape: Shape) -> Option<Cut> {
        let start = self.at;
        self.at = end;
        Some(Cut { start, from, to, end, shape })
    }

    /// What is left at the end of the file and is no whole record.
    fn tail(&mut self) -> Option<Cut> {
        let rest = &self.data[self.at..];
        if rest.is_empty() || !self.eof {
            return None;
        }
        let first = rest[0];
        let pad = matches!(first, 0x00 | 0x1A | 0x20 | 0x40 | b'\r' | b'\n')
            && rest.iter().all(|b| *b == first || matches!(*b, 0x00 | 0x1A | b'\r' | b'\n'));
        let shape = if pad { Shape::Padding } else { Shape::Short };
        let (at, end) = (self.at, self.data.len());
        self.cut(at, end, end, shape)
    }

    fn line(&mut self) -> Option<Cut> {
        let (at, n) = (self.at, self.layout.length);
        let rest = &self.data[at..];
        let newline: &[u8] = if self.layout.crlf { b"\r\n" } else { b"\n" };
        if n > 0 && rest.get(n..).is_some_and(|r| r.starts_with(newline)) {
            return self.cut(at, at + n, at + n + newline.len(), Shape::Whole);
        }
        if n > 0 && rest.len() == n && self.eof {
            return self.cut(at, at + n, at + n, Shape::Whole);
        }
        if rest.len() < n + newline.len() && !self.eof {
            return None;
        }
        let Some(stop) = memchr(b'\n', &rest[..rest.len().min(LONGEST)]) else {
            if rest.len() >= LONGEST {
                return self.cut(at, at + LONGEST, at + LONGEST, Shape::WrongLength);
            }
            return self.tail();
        };
        let content = stop - usize::from(stop > 0 && rest[stop - 1] == b'\r');
        if content == 0 && at + stop + 1 == self.data.len() && self.eof {
            return self.cut(at, at, at + stop + 1, Shape::Padding);
        }
        let shape = if n == 0 || content == n { Shape::Whole } else { Shape::WrongLength };
        self.cut(at, at + content, at + stop + 1, shape)
    }

    /// The length that the four bytes at `at` say, themselves included; None when they cannot be one.
    fn said(&self, at: usize) -> Option<usize> {
        let b = self.data.get(at..at + 4)?;
        let low = |a: u8, b: u8| usize::from(a) | usize::from(b) << 8;
        let n = match self.layout.big {
            true => low(b[1], b[0]),
            false if b[0] == 0 && b[1] == 0 => low(b[2], b[3]),
            false => low(b[0], b[1]),
        };
        let n = if self.layout.inclusive { n } else { n + 4 };
        (n >= 4).then_some(n)
    }

    fn counted(&mut self) -> Option<Cut> {
        // A block may hold no record.
        while self.layout.form == Form::Bdw && self.at >= self.block {
            if self.data.len() - self.at < 4 {
                return self.tail();
            }
            let Some(n) = self.said(self.at) else { return self.lost() };
            if self.at + n > self.data.len() {
                return if self.eof { self.tail() } else { None };
            }
            self.block = self.at + n;
            self.at += 4;
        }
        if self.data.len() - self.at < 4 {
            return self.tail();
        }
        let at = self.at;
        let Some(n) = self.said(at) else { return self.lost() };
        if self.layout.form == Form::Bdw && at + n > self.block {
            return self.lost();
        }
        if at + n > self.data.len() {
            return if self.eof { self.tail() } else { None };
        }
        self.cut(at + 4, at + n, at + n, Shape::Whole)
    }

    /// A length that cannot be: where the next record begins is not known, so all that is here goes with it.
    fn lost(&mut self) -> Option<Cut> {
        let (at, end) = (self.at, self.data.len());
        if self.data[at..].iter().all(|b| matches!(b, 0x00 | 0x1A | 0x20 | 0x40)) {
            return if self.eof { self.tail() } else { None };
        }
        self.block = end;
        self.cut(at, end, end, Shape::WrongLength)
    }
}

impl Iterator for Cutter<'_> {
    type Item = Cut;

    fn next(&mut self) -> Option<Cut> {
        let left = self.data.len() - self.at;
        if left == 0 {
            return None;
        }
        match self.layout.form {
            Form::Fixed if left >= self.layout.length => {
                let (at, n) = (self.at, self.layout.length);
                self.cut(at, at + n, at + n, Shape::Whole)
            }
            Form::Fixed => self.tail(),
            Form::Line => self.line(),
            Form::Rdw | Form::Bdw => self.counted(),
        }
    }
}

/// How many bytes at the start of `data` are whole records (whole blocks, whole families of a parent).
pub fn whole(layout: &Layout, data: &[u8], is_parent: &dyn Fn(&[u8]) -> bool) -> usize {
    if layout.form == Form::Fixed && layout.parent.is_none() {
        return data.len() / layout.length * layout.length;
    }
    let mut cutter = Cutter::new(layout, data, false);
    let (mut end, mut family) = (0, 0);
    while let Some(cut) = cutter.next() {
        if layout.parent.is_some() && is_parent(&data[cut.from..cut.to]) {
            family = cut.start;
        }
        if layout.form != Form::Bdw || cut.end >= cutter.block {
            end = cutter.done();
        }
    }
    if layout.parent.is_some() {
        family
    } else {
        end
    }
}
