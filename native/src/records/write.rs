//! Texts back into records: the way of [`super::field`] and [`super::number`] turned round.

use super::layout::{Field, Form, Kind, Type};
use super::number::Ways;
use super::Records;
use crate::charset::codec::Mode;
use crate::sink::unscaled;

/// Bytes of the length before a record or a block.
const COUNT: usize = 4;

/// A value that a field could not take whole: line (from 1), field, why.
pub type Refused = (u32, String, &'static str);

impl Records {
    /// Records of the kind that is read from UTF-8 CSV without header, whose fields are its columns; their number.
    pub fn encode(
        &self,
        csv: &[u8],
        out: &mut Vec<u8>,
        sums: &mut [i128],
        refused: &mut Vec<Refused>,
    ) -> u32 {
        let kind = self.layout.read;
        let places: Vec<usize> = self.layout.columns.iter().map(|(_, field)| *field).collect();
        let (mut at, mut line) = (0, 0u32);
        let (mut values, mut texts): (Vec<(usize, usize)>, Vec<u8>) = (Vec::new(), Vec::new());
        while at < csv.len() {
            line += 1;
            at = csv_record(csv, at, &mut texts, &mut values);
            let get =
                |i: usize| values.get(i).and_then(|(from, to)| std::str::from_utf8(&texts[*from..*to]).ok());
            let given = places.iter().enumerate().filter_map(|(i, field)| Some((*field, get(i)?)));
            let body = self.record(kind, given, line, out, refused);
            self.add_up(kind, &out[body.0..body.1], sums);
        }
        line
    }

    /// One record of a kind from the texts of fields; where its content lies in `out`.
    pub fn record<'a>(
        &self,
        kind: usize,
        given: impl Iterator<Item = (usize, &'a str)>,
        line: u32,
        out: &mut Vec<u8>,
        refused: &mut Vec<Refused>,
    ) -> (usize, usize) {
        let layout = &self.layout;
        let of: &Kind = &layout.kinds[kind];
        let longest = of.fields.iter().map(|f| f.at + f.bytes).max().unwrap_or(0);
        let mut bytes = if of.bytes > 0 { of.bytes } else { layout.length.max(longest) };
        let counted = matches!(layout.form, Form::Rdw | Form::Bdw);
        let before = out.len();
        if counted {
            out.extend_from_slice(&[0; COUNT]);
        }
        let start = out.len();
        let ways = self.reader.ways;
        out.resize(start + bytes, ways.space);
        for f in of.fields.iter().filter(|f| f.when.is_none()) {
            self.put(f, "", &mut out[start + f.at..start + f.at + f.bytes]);
        }
        if let (Some(place), Some(code)) = (layout.code, self.codes[kind].first()) {
            out[start + place.at..start + place.at + code.len()].copy_from_slice(code);
        }
        let mut moved = Vec::new();
        for (index, text) in given {
            let f = &of.fields[index];
            if !f.odo.is_empty() || f.when.is_some() {
                moved.push((index, text));
            } else if !text.is_empty() {
                if let Some(why) = self.put(f, text, &mut out[start + f.at..start + f.at + f.bytes]) {
                    refused.push((line, f.name.clone(), why));
                }
            }
        }
        if let Some(end) = self.moved(of, &moved, line, &mut out[start..], refused) {
            if of.bytes == 0 && layout.shrinks && layout.form != Form::Fixed {
                bytes = end;
                out.truncate(start + bytes);
            }
        }
        if counted {
            let count = self.count(bytes);
            out[before..start].copy_from_slice(&count);
        }
        if layout.form == Form::Line {
            out.extend_from_slice(if layout.crlf { b"\r\n" } else { b"\n" });
        }
        (start, start + bytes)
    }

    /// Fields whose place or presence other fields decide, once those are written; where the record then ends, None when
    /// no table varies.
    fn moved(
        &self,
        of: &Kind,
        given: &[(usize, &str)],
        line: u32,
        body: &mut [u8],
        refused: &mut Vec<Refused>,
    ) -> Option<usize> {
        let varies = of.fields.iter().any(|f| !f.odo.is_empty());
        let mut end = 0;
        for (index, f) in of.fields.iter().enumerate() {
            let text = given.iter().find(|(i, _)| *i == index).map_or("", |(_, text)| text);
            let Some((from, to)) = self.reader.place(&self.layout, of, index, body) else {
                if !text.is_empty() {
                    refused.push((line, f.name.clone(), "not-there"));
                }
                continue;
            };
            end = end.max(to);
            let wanted = !f.odo.is_empty() && f.when.is_none() || f.when.is_some() && !text.is_empty();
            let why = if wanted { self.put(f, text, &mut body[from..to]) } else { None };
            if let Some(why) = why {
                refused.push((line, f.name.clone(), why));
            }
        }
        varies.then_some(end)
    }

    /// What stands before a record or a block of so many bytes.
    fn count(&self, bytes: usize) -> [u8; COUNT] {
        let n = bytes + if self.layout.inclusive { COUNT } else { 0 };
        let (high, low) = ((n >> 8) as u8, n as u8);
        if self.layout.big {
            [high, low, 0, 0]
        } else {
            [low, high, 0, 0]
        }
    }

    /// Records with their lengths in blocks of at most `layout.block` bytes, a longer record in one of its own; how
    /// many bytes of `data` they took.  Unless `last`, a block that may take more is left for the next call.
    pub fn blocks(&self, data: &[u8], last: bool, out: &mut Vec<u8>) -> usize {
        let (mut from, mut at) = (0, 0);
        while let Some(b) = data.get(at..at + COUNT) {
            let n = usize::from(if self.layout.big { b[0] } else { b[1] }) << 8
                | usize::from(if self.layout.big { b[1] } else { b[0] });
            let next = at + n + if self.layout.inclusive { 0 } else { COUNT };
            if at > from && next - from + COUNT > self.layout.block {
                out.extend_from_slice(&self.count(at - from));
                out.extend_from_slice(&data[from..at]);
                from = at;
            }
            at = next.max(at + COUNT).min(data.len());
        }
        if last && at > from {
            out.extend_from_slice(&self.count(at - from));
            out.extend_from_slice(&data[from..at]);
            from = at;
        }
        from
    }

    /// Writes a text into a field; why it does not fit.
    fn put(&self, f: &Field, text: &str, room: &mut [u8]) -> Option<&'static str> {
        let ways = self.reader.ways;
        if !matches!(f.kind, Type::X | Type::N | Type::M | Type::Edited) {
            return number(ways, f, text, room);
        }
        let codec = self.reader.codec();
        let mode = match f.kind {
            Type::N => Mode::Double,
            Type::M => Mode::Mixed,
            _ => Mode::Single,
        };
        let wide = codec.wide_space.to_be_bytes();
        if f.kind == Type::N && room.len() % 2 == 0 {
            room.chunks_exact_mut(2).for_each(|pair| pair.copy_from_slice(&wide));
        } else {
            room.fill(ways.space);
        }
        let mut raw = Vec::with_capacity(room.len());
        let missing = codec.encode(text, mode, &mut raw);
        if raw.len() > room.len() {
            return Some("too-long");
        }
        let start = if f.right { room.len() - raw.len() } else { 0 };
        room[start..start + raw.len()].copy_from_slice(&raw);
        (!missing.is_empty()).then_some("no-such-character")
    }
}

/// Writes a canonical number, or blanks; why it does not fit.
fn number(ways: Ways, f: &Field, text: &str, room: &mut [u8]) -> Option<&'static str> {
    if text.is_empty() {
        let never_blank = f.kind == Type::Float || (f.kind == Type::Binary && room.len() == 1);
        room.fill(if never_blank { 0 } else { ways.space });
        return None;
    }
    if f.kind == Type::Float {
        return float(ways, text, room);
    }
    let scale = f.scale.max(0);
    let places = text.split_once('.').map_or(0, |(_, b)| b.len());
    if places > scale.unsigned_abs() as usize {
        return Some("no-number");
    }
    let Some(mut v) = unscaled(text.as_bytes(), scale as u8) else { return Some("no-number") };
    for _ in f.scale..0 {
        if v % 10 != 0 {
            return Some("no-number");
        }
        v /= 10;
    }
    if v < 0 && !f.signed {
        return Some("no-number");
    }
    match f.kind {
        Type::Binary => binary(ways, v, f.signed, room),
        Type::Packed => packed(f, v, room),
        _ => zoned(ways, f, v, room),
    }
}

fn binary(ways: Ways, v: i128, signed: bool, room: &mut [u8]) -> Option<&'static str> {
    let bits = 8 * room.len() as u32 - u32::from(signed);
    if bits < 127 && (v >> bits) != 0 && (v >> bits) != -1 {
        return Some("too-long");
    }
    let raw = v.to_be_bytes();
    let n = room.len().min(16);
    room.copy_from_slice(&raw[16 - n..]);
    if ways.little {
        room.reverse();
    }
    None
}

fn packed(f: &Field, v: i128, room: &mut [u8]) -> Option<&'static str> {
    let mut left = v.unsigned_abs();
    let mut nibble = || {
        let digit = (left % 10) as u8;
        left /= 10;
        digit
    };
    for (i, b) in room.iter_mut().rev().enumerate() {
        let low = match (i, f.nibble) {
            (0, true) if !f.signed => 0x0F,
            (0, true) => 0x0C + u8::from(v < 0),
            _ => nibble(),
        };
        *b = nibble() << 4 | low;
    }
    (left > 0).then_some("too-long")
}

fn zoned(ways: Ways, f: &Field, v: i128, room: &mut [u8]) -> Option<&'static str> {
    let zone = if ways.ebcdic { 0xF0 } else { 0x30 };
    let separate = f.signed && f.sign.separate();
    let minus = v < 0;
    let mut left = v.unsigned_abs();
    let n = room.len();
    let (from, to) = match (separate, f.sign.leading()) {
        (false, _) => (0, n),
        (true, true) => (1, n),
        (true, false) => (0, n - 1),
    };
    for b in room[from..to].iter_mut().rev() {
        *b = zone | (left % 10) as u8;
        left /= 10;
    }
    if separate {
        let place = if f.sign.leading() { 0 } else { n - 1 };
        room[place] = match (ways.ebcdic, minus) {
            (true, false) => 0x4E,
            (true, true) => 0x60,
            (false, false) => 0x2B,
            (false, true) => 0x2D,
        };
    } else if f.signed {
        let place = if f.sign.leading() { 0 } else { n - 1 };
        let zone = match (ways.ebcdic, ways.netcobol, minus) {
            (true, _, false) => 0xC0,
            (true, _, true) => 0xD0,
            (false, true, false) => 0x40,
            (false, true, true) => 0x50,
            (false, false, false) => 0x30,
            (false, false, true) => 0x70,
        };
        room[place] = zone | room[place] & 15;
    }
    (left > 0).then_some("too-long")
}

fn float(ways: Ways, text: &str, room: &mut [u8]) -> Option<&'static str> {
    // Words such as "inf" are no numbers here, and a number beyond a float is infinite once it is read.
    let Some(v) = text.parse::<f64>().ok().filter(|v| v.is_finite()) else { return Some("no-number") };
    if ways.ieee {
        match room.len() {
            4 if !(v as f32).is_finite() => return Some("too-long"),
            4 => room.copy_from_slice(&(v as f32).to_be_bytes()),
            8 => room.copy_from_slice(&v.to_be_bytes()),
            _ => return Some("no-number"),
        }
    } else {
        room.fill(0);
        let (mut m, mut power) = (v.abs(), 64i32);
        if m > 0.0 {
            while m >= 1.0 {
                m /= 16.0;
                power += 1;
            }
            while m < 0.0625 {
                m *= 16.0;
                power -= 1;
            }
            if !(0..128).contains(&power) {
                return Some("too-long");
            }
            let digits = (m * 2f64.powi(8 * (room.len() as i32 - 1))).round() as u64;
            let n = room.len();
            room[1..].copy_from_slice(&digits.to_be_bytes()[8 - (n - 1)..]);
            room[0] = power as u8 | if v < 0.0 { 0x80 } else { 0 };
        }
    }
    if ways.little {
        room.reverse();
    }
    None
}

/// The fields of the record at `at`, their texts in `texts`; where the next begins.
fn csv_record(csv: &[u8], mut at: usize, texts: &mut Vec<u8>, fields: &mut Vec<(usize, usize)>) -> usize {
    texts.clear();
    fields.clear();
    loop {
        let start = texts.len();
        if csv.get(at) == Some(&b'"') {
            at += 1;
            while let Some(&b) = csv.get(at) {
                at += 1;
                if b == b'"' {
                    if csv.get(at) != Some(&b'"') {
                        break;
                    }
                    at += 1;
                }
                texts.push(b);
            }
        } else {
            let rest = &csv[at.min(csv.len())..];
            let n = rest.iter().position(|b| matches!(b, b',' | b'\r' | b'\n')).unwrap_or(rest.len());
            texts.extend_from_slice(&rest[..n]);
            at += n;
        }
        fields.push((start, texts.len()));
        match csv.get(at) {
            Some(b',') => at += 1,
            Some(b'\r') if csv.get(at + 1) == Some(&b'\n') => return at + 2,
            Some(_) => return at + 1,
            None => return at,
        }
    }
}
