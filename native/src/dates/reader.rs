//! Reads a short text from its front, without allocation.

use super::ERAS;
use crate::chars::{is_blank, narrow};

/// Longer texts are no date of any shape.
const LONGEST: usize = 48;

/// A text without outer blanks and with full-width ASCII narrowed, on the stack.
pub(super) struct Narrow {
    chars: [char; LONGEST],
    len: usize,
}

impl Narrow {
    /// None when the text is longer than any date.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut chars = ['\0'; LONGEST];
        let mut len = 0;
        for c in text.trim_matches(is_blank).chars() {
            *chars.get_mut(len)? = narrow(c);
            len += 1;
        }
        Some(Self { chars, len })
    }

    pub(super) fn as_slice(&self) -> &[char] {
        self.chars.get(..self.len).unwrap_or(&[])
    }
}

/// The number of a run of at most 9 ASCII digits.
fn number(digits: &[char]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |n, c| Some(n * 10 + c.to_digit(10)?))
}

/// Reads a text from its front; every method gives None and may leave the text half read when it doesn't fit.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [char]);

impl Reader<'_> {
    pub(super) fn char(&mut self) -> Option<char> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn literal(&mut self, text: &str) -> Option<()> {
        text.chars().try_for_each(|c| (self.char()? == c).then_some(()))
    }

    pub(super) fn optional(&mut self, text: &str) {
        let before = *self;
        if self.literal(text).is_none() {
            *self = before;
        }
    }

    pub(super) fn has(&mut self, text: &str) -> bool {
        let before = *self;
        let found = self.literal(text).is_some();
        if !found {
            *self = before;
        }
        found
    }

    /// Between `min` and `max` digits.
    pub(super) fn digits(&mut self, min: usize, max: usize) -> Option<u32> {
        let n = self.0.iter().take(max).take_while(|c| c.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at_checked(n).filter(|_| n >= min)?;
        self.0 = rest;
        number(digits)
    }

    /// `4/12` behind the year: the same separator twice, one or two digits each.
    pub(super) fn month_day(&mut self) -> Option<(u32, u32)> {
        let separator = self.char().filter(|c| matches!(c, '-' | '/' | '.'))?;
        let m = self.digits(1, 2)?;
        self.char().filter(|c| *c == separator)?;
        let d = self.digits(1, 2)?;
        self.end().map(|()| (m, d))
    }

    pub(super) fn era_name(&mut self) -> Option<usize> {
        ERAS.iter().position(|e| self.has(e.name))
    }

    /// The year of an era: one or two digits, or 元.
    pub(super) fn era_year(&mut self) -> Option<u32> {
        if self.has("元") {
            Some(1)
        } else {
            self.digits(1, 2)
        }
    }

    pub(super) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
