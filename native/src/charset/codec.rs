//! One mechanism for every charset: states with tables, shifts between the states, and what to keep.
//!
//! # How to decode a field
//! ```ignore
//! let codec = Codec::new(&table)?;      // `table` is `chukan_layout.charset.registry.get("jef").table`
//! let (mut out, mut problems) = (Vec::new(), Vec::new());
//! codec.decode(field, Mode::Mixed, &mut out, &mut problems);   // appends UTF-8; offsets count from `field[0]`
//! ```
//! `Mode::Single` reads an X field (one byte a character), `Mode::Double` an N field (two bytes a character, no shift
//! codes), `Mode::Mixed` an M field (shift codes; each field begins in the single-byte state).  Charsets without shift
//! codes (CP932, EUC, Unicode) read all three alike.  `codec.space` and `codec.wide_space` are the codes that
//! fields are padded with; nothing is trimmed here.  `decode_part` reads a stream in parts, `encode` writes back.
//!
//! # Nothing is lost
//! A code without a character becomes U+F0000 + code (a byte of two without its second: U+10FF00 + byte;
//! a double-byte code below 0100: U+10FE00 + code), a
//! user-defined code the private-use character of its table; each is listed as a [`Problem`].  `encode` turns them
//! into the same bytes again.  The shift codes themselves are no characters: one that changes nothing, or is missing at
//! the end of a field, is listed and leaves no trace in the text.

use super::blob::{Form, Header, State, Table, UNDEFINED};
use super::unicode;

/// How the bytes of a field are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Single,
    Double,
    Mixed,
}

/// What was found in bytes besides plain characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A code that the table has no character for, or no code at all; kept in plane 15.
    Undefined,
    /// A user-defined character (外字); kept as a private-use character.
    UserDefined,
    /// One byte where two belong; kept.
    OddByte,
    /// The end came in the double-byte state; offset and bytes are those of the last shift code.
    MissingShiftOut,
    /// A shift code to the state that was already there, or right after another one.
    RedundantShift,
}

impl Kind {
    /// The name that Python sees.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::UserDefined => "user-defined",
            Self::OddByte => "odd-byte",
            Self::MissingShiftOut => "missing-shift-out",
            Self::RedundantShift => "redundant-shift",
        }
    }
}

/// A problem with `len` bytes at `offset` of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    pub offset: u64,
    pub len: u8,
    pub kind: Kind,
}

/// Where a stream stands between two parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Number of the state.
    pub state: usize,
    /// Bytes of the stream before the next part.
    pub offset: u64,
    /// Offset and length of the shift code that led here.
    pub shift: (u64, u8),
}

impl Place {
    /// Whether the last shift code ended right here: nothing stood between it and the next.
    fn follows(&self, offset: u64) -> bool {
        let (at, len) = self.shift;
        len > 0 && at + u64::from(len) == offset
    }
}

/// A charset, ready to decode and encode.
pub struct Codec {
    pub(super) form: Form,
    pub(super) header: Header,
    pub(super) states: Vec<State>,
    pub(super) tables: Vec<Table>,
    /// Whether a byte may begin a shift code.
    first: [bool; 256],
    /// Whether a byte ends the double-byte state, being the end of a line.
    reset: [bool; 256],
    longest: usize,
    /// The code of a half-width space, and of a full-width one.
    #[allow(dead_code, reason = "for readers of records")]
    pub space: u8,
    #[allow(dead_code, reason = "for readers of records")]
    pub wide_space: u16,
    pub(super) encoder: super::code::Encoder,
}

/// What a step of the walk came upon.
enum Met {
    /// The end of the bytes, or of what can be told of them.
    End,
    /// A shift code: the state it leads to and its length.
    Shift(usize, usize),
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    offset: u64,
    eof: bool,
    out: &'a mut Vec<u8>,
    problems: &'a mut Vec<Problem>,
}

/// Bytes that are decoded before room is made again; even, so that no pair is cut.
const BLOCK: usize = 4096;

/// Writes packed words behind a vector, with room for a block of them.
struct Cursor<'a> {
    out: &'a mut Vec<u8>,
    at: *mut u8,
    left: usize,
    units: usize,
}

impl<'a> Cursor<'a> {
    fn new(out: &'a mut Vec<u8>, units: usize) -> Self {
        out.reserve(units * 7 + 8);
        // SAFETY: the end of the vector lies within its allocation.
        let at = unsafe { out.as_mut_ptr().add(out.len()) };
        Self { out, at, left: units, units }
    }

    /// Appends up to seven bytes; no more than the units given to `new` may be written.
    #[inline]
    fn put(&mut self, word: u64) {
        debug_assert!(self.left > 0);
        self.left -= 1;
        // SAFETY: at most `units` words are written, each advancing by at most seven bytes, so that the eight bytes
        // written here lie within the room that `new` reserved.
        unsafe {
            self.at.cast::<u64>().write_unaligned(word.to_le());
            self.at = self.at.add((word >> 56 & 7) as usize);
        }
    }

    /// Ends the writing: the number of units written.
    fn done(self) -> usize {
        // SAFETY: `at` was made from this vector's pointer, and every byte between its end and `at` was written.
        unsafe {
            let len = self.at.offset_from(self.out.as_ptr());
            self.out.set_len(len as usize);
        }
        self.units - self.left
    }
}

impl Walk<'_> {
    fn problem(&mut self, at: usize, len: usize, kind: Kind) {
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
    /// `table` as `chukan_layout.charset.blob` makes it; an error says what doesn't fit.
    pub fn new(table: &[u8]) -> Result<Self, String> {
        let (header, states, tables) = super::blob::parse(table)?;
        let mut first = [false; 256];
        let mut reset = [false; 256];
        let mut longest = 0;
        for shift in states.iter().flat_map(|s| &s.enter) {
            first[usize::from(shift[0])] = true;
            longest = longest.max(shift.len());
        }
        for &b in &header.reset {
            reset[usize::from(b)] = true;
        }
        let (form, space, wide_space) = (header.form, header.space, header.wide_space);
        let encoder = super::code::Encoder::new(&header, &states, &tables);
        Ok(Self { form, header, states, tables, first, reset, longest, space, wide_space, encoder })
    }

    /// Appends the text of a field to `out` and what is odd about it to `problems`.
    pub fn decode(&self, bytes: &[u8], mode: Mode, out: &mut Vec<u8>, problems: &mut Vec<Problem>) {
        let state = match mode {
            Mode::Single => self.states.first().filter(|s| s.width == 1),
            Mode::Double => self.states.iter().find(|s| s.width == 2),
            Mode::Mixed => None,
        };
        let Some(state) = state else {
            self.decode_part(bytes, &mut Place::default(), true, out, problems);
            return;
        };
        let mut walk = Walk { bytes, at: 0, offset: 0, eof: true, out, problems };
        if mode == Mode::Single {
            self.singles::<false>(state, &mut walk);
        } else {
            self.doubles::<false>(state, &mut walk);
        }
    }

    /// Appends the text of the next part of a stream; the number of bytes taken (all of them at `eof`).
    ///
    /// What is left, less than a character or a shift code, must begin the next part.
    pub fn decode_part(
        &self,
        bytes: &[u8],
        place: &mut Place,
        eof: bool,
        out: &mut Vec<u8>,
        problems: &mut Vec<Problem>,
    ) -> usize {
        if self.form != Form::Table {
            let taken = unicode::decode_part(self.form, bytes, place.offset, eof, out, problems);
            place.offset += taken as u64;
            return taken;
        }
        let mut walk = Walk { bytes, at: 0, offset: place.offset, eof, out, problems };
        loop {
            let state = &self.states[place.state];
            let met = match state.width {
                1 => self.singles::<true>(state, &mut walk),
                2 => self.doubles::<true>(state, &mut walk),
                _ => self.leads(state, &mut walk),
            };
            match met {
                Met::End => break,
                Met::Shift(to, len) => self.shift(place, to, len, &mut walk),
            }
        }
        if eof && self.states[place.state].width == 2 && place.state != 0 {
            walk.problems.push(missing(place));
        }
        place.offset += walk.at as u64;
        walk.at
    }

    fn shift(&self, place: &mut Place, to: usize, len: usize, walk: &mut Walk<'_>) {
        if len == 0 {
            walk.problems.push(missing(place));
        } else if !self.header.seven && (to == place.state || place.follows(walk.offset + walk.at as u64)) {
            walk.problem(walk.at, len, Kind::RedundantShift);
        }
        place.state = to;
        place.shift = (walk.offset + walk.at as u64, len as u8);
        walk.at += len;
    }

    /// The shift code at `at`: the state it leads to and its length.
    fn shift_at(&self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let rest = bytes.get(at..)?;
        let shifts = self.states.iter().enumerate().flat_map(|(n, s)| s.enter.iter().map(move |e| (n, e)));
        shifts.filter(|(_, e)| rest.starts_with(e)).map(|(n, e)| (n, e.len())).max_by_key(|(_, len)| *len)
    }

    /// Whether the bytes from `at` on may be the beginning of a shift code that the next part ends.
    fn shift_cut(&self, walk: &Walk<'_>, at: usize) -> bool {
        let rest = &walk.bytes[at..];
        let begun = |e: &Vec<u8>| e.len() > rest.len() && e.starts_with(rest);
        !walk.eof && rest.len() < self.longest && self.states.iter().flat_map(|s| &s.enter).any(begun)
    }

    fn singles<const SHIFTS: bool>(&self, state: &State, walk: &mut Walk<'_>) -> Met {
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

    fn doubles<const SHIFTS: bool>(&self, state: &State, walk: &mut Walk<'_>) -> Met {
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

    fn leads(&self, state: &State, walk: &mut Walk<'_>) -> Met {
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

fn missing(place: &Place) -> Problem {
    Problem { offset: place.shift.0, len: place.shift.1, kind: Kind::MissingShiftOut }
}
