//! The steps of a decoder: runs of single bytes, of pairs, of lead bytes with trail bytes, up to the next shift code.

use super::blob::{State, Table, UNDEFINED};
use super::codec::{Codec, Kind, Problem};
use super::cursor::Cursor;

/// What a step of the walk came upon.
pub(super) enum Met {
    /// The end of the bytes, or of what can be told of them.
    End,
    /// A shift code: the state it leads to and its length.
    Shift(usize, usize),
}

pub(super) struct Walk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) offset: u64,
    pub(super) eof: bool,
    pub(super) out: &'a mut Vec<u8>,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// Bytes that are decoded before room is made again; even, so that no pair is cut.
const BLOCK: usize = 4096;

impl Walk<'_> {
    pub(super) fn problem(&mut self, at: usize, len: usize, kind: Kind) {
        let len = u8::try_from(len).unwrap_or(u8::MAX);
        self.problems.push(Problem { offset: self.offset + at as u64, len, kind });
    }

    /// Appends up to seven bytes of a packed word.
    #[inline]
    fn put(&mut self, word: u64) {
        let start = self.out.len();
        self.out.reserve(8);
        // SAFETY: `reserve` made room for eight bytes behind `start`; at most seven of those written are kept.
        unsafe {
            self.out.as_mut_ptr().add(start).cast::<u64>().write_unaligned(word.to_le());
            self.out.set_len(start + (word >> 56 & 7) as usize);
        }
    }

    fn put_char(&mut self, c: char) {
        self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn keep(&mut self, unit: u32) {
        self.put_char(super::keep_unit(unit));
    }
}
impl Codec {
    /// The shift code at `at`: the state it leads to and its length.
    fn shift_at(&self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let rest = bytes.get(at..)?;
        let shifts = self.states.iter().enumerate().flat_map(|(n, s)| s.enter.iter().map(move |e| (n, e)));
        shifts.filter(|(_, e)| rest.starts_with(e)).map(|(n, e)| (n, e.len())).max_by_key(|(_, len)| *len)
    }

    /// Whether a shift code stands at the beginning, whether it leads to two bytes a character, and its length.
    pub fn shift_of(&self, bytes: &[u8]) -> Option<(bool, usize)> {
        let first = usize::from(*bytes.first()?);
        let (to, len) = self.first[first].then(|| self.shift_at(bytes, 0)).flatten()?;
        Some((self.states[to].width == 2, len))
    }

    /// What a byte is to a mixed field: None when no shift code begins with it and it ends no line, else whether it alone
    /// leads to the two-byte characters of N fields (true) or to the single bytes of X fields (false); Some(None) for all else.
    pub fn turn(&self, b: u8) -> Option<Option<bool>> {
        if self.header.seven || self.reset[usize::from(b)] {
            return Some(None);
        }
        if !self.first[usize::from(b)] {
            return None;
        }
        let mut begun = self.states.iter().enumerate().flat_map(|(n, s)| s.enter.iter().map(move |e| (n, e)));
        let alone = begun.clone().filter(|(_, e)| e[0] == b).count() == 1;
        let to = begun.find(|(_, e)| e[..] == [b]).filter(|_| alone).map(|(n, _)| n);
        let double = self.states.iter().find(|s| s.width == 2);
        let same = |s: &State| double.is_some_and(|d| (s.width, s.double, s.mask) == (2, d.double, d.mask));
        Some(match to {
            Some(0) if self.states[0].width == 1 => Some(false),
            Some(n) if same(&self.states[n]) => Some(true),
            _ => None,
        })
    }

    /// Whether the bytes from `at` on may be the beginning of a shift code that the next part ends.
    fn shift_cut(&self, walk: &Walk<'_>, at: usize) -> bool {
        let rest = &walk.bytes[at..];
        let begun = |e: &Vec<u8>| e.len() > rest.len() && e.starts_with(rest);
        !walk.eof && rest.len() < self.longest && self.states.iter().flat_map(|s| &s.enter).any(begun)
    }

    pub(super) fn singles<const SHIFTS: bool>(&self, state: &State, walk: &mut Walk<'_>) -> Met {
        let table = &self.tables[state.single];
        loop {
            self.plain_singles::<SHIFTS>(table, walk);
            let Some(&b) = walk.bytes.get(walk.at) else { return Met::End };
            if SHIFTS && self.first[usize::from(b)] {
                if let Some((to, len)) = self.shift_at(walk.bytes, walk.at) {
                    return Met::Shift(to, len);
                }
                if self.shift_cut(walk, walk.at) {
                    return Met::End;
                }
            }
            let word = table.words[usize::from(b)];
            if word >> 63 == 0 {
                walk.put(word);
            } else {
                self.hard(table, u32::from(b), state.mask, 1, walk);
            }
            walk.at += 1;
        }
    }

    /// The bytes up to the next that may be a shift code or needs a closer look.
    #[inline]
    fn plain_singles<const SHIFTS: bool>(&self, table: &Table, walk: &mut Walk<'_>) {
        let Ok(words) = <&[u64; 256]>::try_from(&table.words[..]) else { return };
        for block in walk.bytes[walk.at..].chunks(BLOCK) {
            let mut cursor = Cursor::new(walk.out, block.len());
            for &b in block {
                let word = words[usize::from(b)];
                if word >> 63 != 0 || (SHIFTS && self.first[usize::from(b)]) {
                    walk.at += cursor.done();
                    return;
                }
                cursor.put(word);
            }
            walk.at += cursor.done();
        }
    }

    /// As [`Self::plain_singles`] for pairs of bytes.
    #[inline]
    fn plain_doubles<const SHIFTS: bool>(&self, table: &Table, walk: &mut Walk<'_>) {
        let Ok(words) = <&[u64; 65_536]>::try_from(&table.words[..]) else { return };
        for block in walk.bytes[walk.at..].chunks(BLOCK) {
            let mut cursor = Cursor::new(walk.out, block.len() / 2);
            for pair in block.chunks_exact(2) {
                let word = words[usize::from(pair[0]) << 8 | usize::from(pair[1])];
                if word >> 63 != 0
                    || (SHIFTS && (self.first[usize::from(pair[0])] || self.reset[usize::from(pair[0])]))
                {
                    walk.at += 2 * cursor.done();
                    return;
                }
                cursor.put(word);
            }
            walk.at += 2 * cursor.done();
        }
    }

    pub(super) fn doubles<const SHIFTS: bool>(&self, state: &State, walk: &mut Walk<'_>) -> Met {
        let table = &self.tables[state.double];
        loop {
            self.plain_doubles::<SHIFTS>(table, walk);
            let Some(&b) = walk.bytes.get(walk.at) else { return Met::End };
            if SHIFTS && self.first[usize::from(b)] {
                if let Some((to, len)) = self.shift_at(walk.bytes, walk.at) {
                    return Met::Shift(to, len);
                }
                if self.shift_cut(walk, walk.at) {
                    return Met::End;
                }
            }
            if SHIFTS && self.reset[usize::from(b)] {
                return Met::Shift(0, 0);
            }
            if SHIFTS && self.header.seven && !(0x21..=0x7E).contains(&b) {
                self.odd(b, walk);
                continue;
            }
            let Some(&t) = walk.bytes.get(walk.at + 1) else {
                if !walk.eof {
                    return Met::End;
                }
                self.odd(b, walk);
                continue;
            };
            let unit = u32::from(b) << 8 | u32::from(t);
            let word = table.words[unit as usize];
            if word >> 63 == 0 {
                walk.put(word);
                walk.at += 2;
                continue;
            }
            if SHIFTS && table.points[unit as usize] == UNDEFINED {
                let next = walk.at + 1;
                if self.first[usize::from(t)] && self.shift_cut(walk, next) {
                    return Met::End;
                }
                let apart = self.reset[usize::from(t)]
                    || self.header.seven && !(0x21..=0x7E).contains(&t)
                    || self.first[usize::from(t)] && self.shift_at(walk.bytes, next).is_some();
                if apart {
                    self.odd(b, walk);
                    continue;
                }
            }
            self.hard(table, unit, state.mask, 2, walk);
            walk.at += 2;
        }
    }

    pub(super) fn leads(&self, state: &State, walk: &mut Walk<'_>) -> Met {
        let (single, double) = (&self.tables[state.single], &self.tables[state.double]);
        let lead = &self.header.lead_bytes;
        while let Some(&b) = walk.bytes.get(walk.at) {
            if b < 0x80 && self.header.ascii {
                let rest = &walk.bytes[walk.at..];
                let run = rest.iter().position(|b| *b >= 0x80).unwrap_or(rest.len());
                walk.out.extend_from_slice(&rest[..run]);
                walk.at += run;
                continue;
            }
            let more = usize::from(lead.class(b));
            let rest = &walk.bytes[walk.at + 1..];
            let whole = rest.iter().take(more).take_while(|t| lead.trail(**t)).count();
            if whole < more && whole == rest.len() && !walk.eof {
                return Met::End;
            }
            if more == 0 || whole < more {
                let word = single.words[usize::from(b)];
                if word >> 63 == 0 {
                    walk.put(word);
                } else {
                    self.hard(single, u32::from(b), 0, 1, walk);
                }
                walk.at += 1;
                continue;
            }
            let (table, unit, mask) = if more == 1 {
                (double, u32::from(b) << 8 | u32::from(rest[0]), 0)
            } else {
                (&self.tables[state.triple], u32::from(rest[0]) << 8 | u32::from(rest[1]), 0x80)
            };
            let word = table.words[unit as usize];
            if word >> 63 == 0 {
                walk.put(word);
            } else {
                self.hard(table, unit, mask, more + 1, walk);
            }
            walk.at += more + 1;
        }
        Met::End
    }

    fn odd(&self, b: u8, walk: &mut Walk<'_>) {
        walk.problem(walk.at, 1, Kind::OddByte);
        walk.put_char(super::keep_odd(0xFF00 | u32::from(b)));
        walk.at += 1;
    }

    /// A unit without a character, with a private one, or with a long text.
    #[cold]
    fn hard(&self, table: &Table, unit: u32, mask: u32, len: usize, walk: &mut Walk<'_>) {
        let value = table.points[unit as usize];
        let Some((base, second)) = super::blob::chars_of(value) else {
            walk.problem(walk.at, len, Kind::Undefined);
            if len == 2 && unit < 0x100 {
                walk.put_char(super::keep_odd(0xFE00 | unit));
            } else {
                walk.keep(unit ^ mask);
            }
            return;
        };
        if super::blob::is_private(base) {
            walk.problem(walk.at, len, Kind::UserDefined);
        }
        walk.put_char(base);
        if let Some(c) = second {
            walk.put_char(c);
        }
    }
}
