//! Text back to bytes.

use super::blob::{chars_of, Form, Header, State, Table, UNDEFINED};
use super::codec::{Codec, Mode};
use super::unicode;
use std::collections::HashMap;

/// One byte of a state, two, or the prefix of three.
const SINGLE: u32 = 1;
const DOUBLE: u32 = 2;
const TRIPLE: u32 = 3;
/// Of a byte of two without its second, and of a double-byte code below 0100 (see [`super::keep_odd`]).
const ODD: u32 = 0x10_FF00;
const LOW: u32 = 0x10_FE00;
/// The characters that vendors' tables see in two ways (`dash = ms | jis`): either is written as the other.
const TWINS: [(char, char); 7] = [
    ('\u{FF5E}', '\u{301C}'),
    ('\u{2225}', '\u{2016}'),
    ('\u{FF0D}', '\u{2212}'),
    ('\u{FFE0}', '\u{A2}'),
    ('\u{FFE1}', '\u{A3}'),
    ('\u{FFE2}', '\u{AC}'),
    ('\u{2015}', '\u{2014}'),
];

/// Codes by character: kind in bits 30-31, state in 16-23, code in 0-15; 0 is none.
#[derive(Default)]
pub struct Encoder {
    chars: HashMap<char, u32>,
    pairs: HashMap<(char, char), u32>,
    /// Codes of two bytes alone, for fields without shift codes.
    doubles: HashMap<char, u32>,
}

fn code(kind: u32, state: usize, unit: usize) -> u32 {
    kind << 30 | (state as u32) << 16 | unit as u32
}

impl Encoder {
    /// The first code of a character is the one that is written, those of `decode_only` last.
    pub fn new(header: &Header, states: &[State], tables: &[Table]) -> Self {
        let mut all = Self::default();
        for late in [false, true] {
            for (n, state) in states.iter().enumerate() {
                for (kind, table) in [(SINGLE, state.single), (DOUBLE, state.double), (TRIPLE, state.triple)]
                {
                    let Some(points) = tables.get(table).map(|t| &t.points) else { continue };
                    for (unit, &value) in points.iter().enumerate() {
                        let rare = header
                            .decode_only
                            .iter()
                            .any(|(t, a, b)| *t == table && (*a..=*b).contains(&(unit as u32)));
                        if rare == late && value != UNDEFINED {
                            all.add(value, code(kind, n, unit));
                        }
                    }
                }
            }
        }
        for (a, b) in TWINS {
            for (one, other) in [(a, b), (b, a)] {
                if let (None, Some(&found)) = (all.chars.get(&one), all.chars.get(&other)) {
                    all.chars.insert(one, found);
                }
                if let (None, Some(&found)) = (all.doubles.get(&one), all.doubles.get(&other)) {
                    all.doubles.insert(one, found);
                }
            }
        }
        all
    }

    fn add(&mut self, value: u32, code: u32) {
        match chars_of(value) {
            Some((base, Some(second))) => {
                self.pairs.entry((base, second)).or_insert(code);
            }
            Some((c, None)) => {
                self.chars.entry(c).or_insert(code);
                if code >> 30 == DOUBLE {
                    self.doubles.entry(c).or_insert(code);
                }
            }
            None => {}
        }
    }
}

struct Writer<'a> {
    codec: &'a Codec,
    mode: Mode,
    state: usize,
    /// The last byte was one of two without its second: a shift code must keep the next from joining it.
    odd: bool,
    /// Where in `out` the codes after the last shift code begin.
    plain: usize,
    out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    fn enter(&mut self, state: usize) {
        if (state != self.state || self.odd) && self.mode == Mode::Mixed {
            if let Some(shift) = self.codec.states[state].enter.first() {
                self.out.extend_from_slice(shift);
                self.plain = self.out.len();
            }
        }
        self.state = state;
        self.odd = false;
    }

    /// Writes a code; false, and nothing written, when single bytes would make a shift code.
    fn code(&mut self, code: u32) -> bool {
        self.enter((code >> 16 & 0xFF) as usize);
        if code >> 30 == TRIPLE {
            self.out.push(0x8F);
        }
        if code >> 30 != SINGLE {
            self.out.push((code >> 8 & 0xFF) as u8);
        }
        self.out.push((code & 0xFF) as u8);
        if code >> 30 != SINGLE || self.mode != Mode::Mixed || !self.makes_shift(self.plain) {
            return true;
        }
        self.out.pop();
        let (end, plain) = (self.out.len(), self.plain);
        if self.apart() {
            self.out.push((code & 0xFF) as u8);
            if !self.makes_shift(self.plain) {
                return true;
            }
        }
        self.out.truncate(end);
        self.plain = plain;
        false
    }

    /// Whether the bytes from `from` on end with a shift code.
    fn makes_shift(&self, from: usize) -> bool {
        self.codec.states.iter().flat_map(|s| &s.enter).any(|e| self.out[from..].ends_with(e))
    }

    /// Writes a shift code to where we are, which keeps the next byte from joining those before it; false when these and
    /// its own first bytes would make another one.
    fn apart(&mut self) -> bool {
        let Some(shift) = self.codec.states[self.state].enter.first() else { return false };
        for (n, b) in shift.iter().enumerate() {
            self.out.push(*b);
            if n + 1 < shift.len() && self.makes_shift(self.plain) {
                return false;
            }
        }
        self.plain = self.out.len();
        true
    }

    /// The code of `c` that may stand in a field of this mode.
    fn find(&self, c: char, next: Option<char>) -> Option<(u32, bool)> {
        let encoder = &self.codec.encoder;
        let allowed = |code: &u32| match self.mode {
            Mode::Single => code >> 16 & 0xFF == 0 && code >> 30 == SINGLE,
            Mode::Double => code >> 30 == DOUBLE,
            Mode::Mixed => true,
        };
        if let Some(next) = next {
            if let Some(&code) = encoder.pairs.get(&(c, next)).filter(|code| allowed(code)) {
                return Some((code, true));
            }
        }
        if self.mode == Mode::Double {
            return encoder.doubles.get(&c).map(|code| (*code, false));
        }
        encoder.chars.get(&c).filter(|code| allowed(code)).map(|code| (*code, false))
    }

    /// The bytes that a character of plane 15 or 16 keeps.
    fn kept(&mut self, c: char) -> bool {
        let point = c as u32;
        let wide = self.codec.states.iter().position(|s| s.width == 2);
        if point >= LOW {
            let Some(state) = wide else { return false };
            self.enter(if self.codec.states[self.state].width == 2 { self.state } else { state });
            if point < ODD {
                self.out.push(0);
            }
            self.odd = point >= ODD;
            self.out.push((point & 0xFF) as u8);
            return true;
        }
        if !(0xF_0000..0x10_0000).contains(&point) {
            return false;
        }
        let low = point & 0xFFFF;
        let found = (0..self.codec.states.len()).find_map(|n| self.codec.kept_code(n, low));
        found.is_some_and(|code| self.code(code))
    }
}

impl Codec {
    /// The code of a state that `low`, the lower half of a plane-15 character, keeps.
    fn kept_code(&self, n: usize, low: u32) -> Option<u32> {
        let state = &self.states[n];
        let free = |table: usize, unit: u32| {
            self.tables.get(table).is_some_and(|t| t.points.get(unit as usize) == Some(&UNDEFINED))
        };
        let unit = low ^ state.mask;
        if unit < 0x100 && state.width < 2 && free(state.single, unit) {
            return Some(code(SINGLE, n, unit as usize));
        }
        if state.width == 2
            && unit >= 0x100
            && free(state.double, unit)
            && !(self.header.seven && unit & 0x8080 != 0)
        {
            return Some(code(DOUBLE, n, unit as usize));
        }
        if state.width == 0 {
            let lead = &self.header.lead_bytes;
            let (hi, lo) = ((low >> 8) as u8, (low & 0xFF) as u8);
            if lead.class(hi) == 1 && lead.trail(lo) && free(state.double, low) {
                return Some(code(DOUBLE, n, low as usize));
            }
            let unit = low ^ 0x80;
            if lead.trail(hi) && lead.trail((unit & 0xFF) as u8) && free(state.triple, unit) {
                return Some(code(TRIPLE, n, unit as usize));
            }
        }
        None
    }

    /// Appends the bytes of `text`; the characters (counted from 0) that the charset hasn't got in such a field.
    /// Those are written as 〓, or ? where there is no 〓.
    pub fn encode(&self, text: &str, mode: Mode, out: &mut Vec<u8>) -> Vec<(usize, char)> {
        if self.form != Form::Table {
            unicode::encode(self.form, text, out);
            return Vec::new();
        }
        let wide = self.states.iter().position(|s| s.width == 2);
        let mode = if wide.is_none() || (mode == Mode::Single && self.states[0].width != 1) {
            Mode::Mixed
        } else {
            mode
        };
        let state = if mode == Mode::Double { wide.unwrap_or(0) } else { 0 };
        let mut writer = Writer { codec: self, mode, state, odd: false, plain: out.len(), out };
        let mut missing = Vec::new();
        let mut chars = text.chars().enumerate().peekable();
        while let Some((n, c)) = chars.next() {
            if let Some((code, both)) = writer.find(c, chars.peek().map(|(_, c)| *c)) {
                if !writer.code(code) {
                    missing.push((n, c));
                }
                if both {
                    chars.next();
                }
            } else if !writer.kept(c) {
                missing.push((n, c));
                if let Some((code, _)) = writer.find('〓', None).or_else(|| writer.find('?', None)) {
                    writer.code(code);
                }
            }
        }
        if mode == Mode::Mixed && writer.state != 0 {
            writer.enter(0);
        }
        missing
    }
}
