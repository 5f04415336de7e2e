//! The table of a charset as Python hands it over (`chukan_layout.charset.blob`).
//!
//! `CHC1`, the length of the header (u32), the header (JSON), then the tables: little-endian u32 per code, 256 or
//! 65,536 of them.  An entry is a code point; with bit 31 set it is a base (bits 0-20) and a second character (bits 21-30,
//! an index: variation selectors from U+E0100, then those of `SECONDS`); 0xFFFFFFFF is a code without character.

use serde::Deserialize;

pub const UNDEFINED: u32 = 0xFFFF_FFFF;
const SELECTORS: u32 = 240;
/// Second characters that are no variation selectors (JIS X 0213, IBM 1390: U+309A and the accents; two half spaces).
const SECONDS: [char; 7] = ['\u{309A}', '\u{300}', '\u{301}', '\u{2E5}', '\u{2E9}', '\u{3099}', ' '];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Form {
    #[serde(rename = "table")]
    Table,
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

/// Number of bytes after a lead byte, and which bytes may follow.
#[derive(Debug, Default, Deserialize)]
pub struct LeadBytes {
    #[serde(default)]
    classes: String,
    #[serde(default)]
    trails: String,
}

impl LeadBytes {
    #[inline]
    pub fn class(&self, b: u8) -> u8 {
        self.classes.as_bytes()[usize::from(b)] - b'0'
    }

    #[inline]
    pub fn trail(&self, b: u8) -> bool {
        self.trails.as_bytes()[usize::from(b)] == b'1'
    }
}

#[derive(Debug, Deserialize)]
pub struct Header {
    pub form: Form,
    /// Seven-bit codes with escapes (ISO-2022): shifts may repeat, double-byte codes have no high bit.
    #[serde(default)]
    pub seven: bool,
    #[serde(default)]
    states: Vec<StateSpec>,
    #[serde(default)]
    pub lead_bytes: LeadBytes,
    /// Lengths of the tables.
    #[serde(default)]
    tables: Vec<usize>,
    /// (table, first code, last code) whose characters are written with another code where there is one.
    #[serde(default)]
    pub decode_only: Vec<(usize, u32, u32)>,
    #[serde(default)]
    pub reset: Vec<u8>,
    pub space: u8,
    pub wide_space: u16,
    /// Filled in here: 00-7F of the first table are ASCII.
    #[serde(skip)]
    pub ascii: bool,
}

#[derive(Debug, Deserialize)]
struct StateSpec {
    width: u8,
    single: Option<usize>,
    double: Option<usize>,
    triple: Option<usize>,
    #[serde(default)]
    enter: Vec<String>,
    #[serde(default)]
    mask: u32,
}

/// A state of the decoder: one byte a character, two bytes, or (0) as the lead byte says.
#[derive(Debug)]
pub struct State {
    pub width: u8,
    pub single: usize,
    pub double: usize,
    pub triple: usize,
    /// Shift codes that lead here; the first is the one that is written.
    pub enter: Vec<Vec<u8>>,
    /// What tells apart the kept codes of the states.
    pub mask: u32,
}

pub struct Table {
    /// Up to seven bytes of UTF-8 with their number in bits 56-58; bit 63 where the entry needs a closer look.
    pub words: Vec<u64>,
    pub points: Vec<u32>,
}

/// The one or two characters of an entry.
pub fn chars_of(value: u32) -> Option<(char, Option<char>)> {
    if value == UNDEFINED {
        return None;
    }
    if value >> 31 == 0 {
        return char::from_u32(value).map(|c| (c, None));
    }
    let base = char::from_u32(value & 0x1F_FFFF)?;
    let second = value >> 21 & 0x3FF;
    let second = if second < SELECTORS {
        char::from_u32(0xE_0100 + second)
    } else {
        SECONDS.get((second - SELECTORS) as usize).copied()
    };
    Some((base, Some(second?)))
}

/// A private-use character of the first plane or of plane 16.
pub fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{100000}'..='\u{10FFFF}')
}

fn word_of(value: u32) -> u64 {
    const HARD: u64 = 1 << 63;
    let Some((base, second)) = chars_of(value) else { return HARD };
    let mut text = String::from(base);
    text.extend(second);
    if text.len() > 7 || is_private(base) {
        return HARD;
    }
    let mut raw = [0; 8];
    raw[..text.len()].copy_from_slice(text.as_bytes());
    u64::from_le_bytes(raw) | (text.len() as u64) << 56
}

/// Header, states and tables; an error says what doesn't fit.
pub fn parse(blob: &[u8]) -> Result<(Header, Vec<State>, Vec<Table>), String> {
    let rest = blob.strip_prefix(b"CHC1").ok_or("no charset table")?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or("charset table is cut")?;
    let length = u32::from_le_bytes(*length) as usize;
    let head = rest.get(..length).ok_or("charset table is cut")?;
    let mut header: Header = serde_json::from_slice(head).map_err(|e| format!("charset header: {e}"))?;
    let mut rest = &rest[length..];
    let mut tables = Vec::new();
    for &entries in &header.tables {
        if entries != 256 && entries != 65_536 {
            return Err(format!("charset table of {entries} entries"));
        }
        let bytes = rest.get(..entries * 4).ok_or("charset table is cut")?;
        rest = &rest[entries * 4..];
        let points: Vec<u32> =
            bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        tables.push(Table { words: points.iter().map(|p| word_of(*p)).collect(), points });
    }
    if !rest.is_empty() {
        return Err("charset table is too long".into());
    }
    let states = header.states.iter().map(|s| state(s, &tables)).collect::<Result<Vec<_>, String>>()?;
    if header.form == Form::Table {
        check(&header, &states)?;
        header.ascii =
            states[0].width != 2 && (0..0x80).all(|b| tables[states[0].single].points[b] == b as u32);
    }
    Ok((header, states, tables))
}

fn check(header: &Header, states: &[State]) -> Result<(), String> {
    if states.is_empty() {
        return Err("charset without states".into());
    }
    let lead = &header.lead_bytes;
    let fits = |text: &str, most: u8| text.len() == 256 && text.bytes().all(|b| (b'0'..=most).contains(&b));
    let triple = states.iter().any(|s| s.triple != usize::MAX);
    if states.iter().any(|s| s.width == 0)
        && !(fits(&lead.classes, if triple { b'2' } else { b'1' }) && fits(&lead.trails, b'1'))
    {
        return Err("lead and trail bytes of a charset need 256 digits".into());
    }
    Ok(())
}

fn state(spec: &StateSpec, tables: &[Table]) -> Result<State, String> {
    let find = |index: Option<usize>, entries: usize, needed: bool| match index {
        Some(i) if tables.get(i).is_some_and(|t| t.points.len() == entries) => Ok(i),
        None if !needed => Ok(usize::MAX),
        _ => Err(format!("a state needs a table of {entries} entries")),
    };
    if spec.width > 2 {
        return Err(format!("a state of {} bytes", spec.width));
    }
    Ok(State {
        width: spec.width,
        single: find(spec.single, 256, spec.width < 2)?,
        double: find(spec.double, 65_536, spec.width != 1)?,
        triple: find(spec.triple, 65_536, false)?,
        enter: spec.enter.iter().map(|hex| bytes_of(hex)).collect::<Result<_, _>>()?,
        mask: spec.mask,
    })
}

fn bytes_of(hex: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("shift code {hex} is not hexadecimal");
    if hex.is_empty() || hex.len() % 2 == 1 || !hex.is_ascii() {
        return Err(wrong());
    }
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).map_err(|_| wrong())).collect()
}
