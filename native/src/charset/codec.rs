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

use super::blob::{Form, Header, State, Table};
use super::unicode;
use super::walk::{Met, Walk};

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
    pub(super) first: [bool; 256],
    /// Whether a byte ends the double-byte state, being the end of a line.
    pub(super) reset: [bool; 256],
    pub(super) longest: usize,
    /// The code of a half-width space, and of a full-width one.
    #[allow(dead_code, reason = "for readers of records")]
    pub space: u8,
    #[allow(dead_code, reason = "for readers of records")]
    pub wide_space: u16,
    pub(super) encoder: super::code::Encoder,
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
}

fn missing(place: &Place) -> Problem {
    Problem { offset: place.shift.0, len: place.shift.1, kind: Kind::MissingShiftOut }
}
