//! The general path of one cell: any operation, any input, every finding.

use crate::chars::{is_private_use, is_undecodable};
use crate::charset::Charset;
use crate::checks::check;
use crate::ops;
use crate::program::{Item, Program};
use crate::record::Quoting;
use crate::row::{Source, State};
use crate::spec::Action;
use crate::value::Kind;
use std::fmt::Write;

/// Buffers kept from cell to cell.
#[derive(Default)]
pub struct Scratch {
    sources: Vec<String>,
    raw: Vec<u8>,
    text: String,
}

/// What the general path makes of a cell.
pub struct Outcome {
    pub text: String,
    pub state: State,
    /// The value is not kept.
    pub nulled: bool,
    /// Kinds, and what to show when it is not the value itself (codes of characters, never personal).
    pub findings: Vec<(Kind, Option<String>)>,
}

impl Outcome {
    fn blank(state: State) -> Self {
        Self { text: String::new(), state, nulled: false, findings: Vec::new() }
    }
}

/// The text of a field, in `scratch`.
pub fn field_text<'s>(program: &Program, source: &Source, index: usize, scratch: &'s mut Scratch) -> &'s str {
    let Scratch { raw, text, .. } = scratch;
    text.clear();
    decode_field(program, source, index, raw, text);
    text
}

fn decode_field(program: &Program, source: &Source, index: usize, raw: &mut Vec<u8>, text: &mut String) {
    let (mut bytes, quoting) = source.field(index);
    if quoting == Quoting::Escaped {
        raw.clear();
        let quote = program.dialect.quote;
        let mut open = false;
        for &b in bytes {
            open = Some(b) == quote && !open;
            if !open {
                raw.push(b);
            }
        }
        bytes = raw;
    }
    program.decoder.decode(bytes, text);
}

/// The value of `item` before its operation number `op`; None when it is blank there or an earlier one fails.
pub fn value_before(
    program: &Program,
    item: &Item,
    source: &Source,
    scratch: &mut Scratch,
    op: usize,
) -> Option<String> {
    let texts: Vec<String> =
        item.sources.iter().map(|&i| field_text(program, source, i, scratch).to_string()).collect();
    let sources: Vec<Option<&str>> = texts.iter().map(|s| (!s.is_empty()).then_some(s.as_str())).collect();
    ops::run_ops(item.ops.get(..op)?, &sources, &program.tables, program.charset()).ok().flatten()
}

/// Runs the operations and checks of `item`.
pub fn cell(program: &Program, item: &Item, source: &Source, scratch: &mut Scratch) -> Outcome {
    if program.empty_is_value && item.sources.len() == 1 {
        let (bytes, quoting) = source.field(item.sources[0]);
        if bytes.is_empty() && quoting == Quoting::Quoted {
            let mut outcome = Outcome::blank(State::Empty);
            if item.required_now {
                outcome.findings.push((Kind::Req, None));
            }
            return outcome;
        }
    }
    scratch.sources.resize_with(item.sources.len().max(scratch.sources.len()), String::new);
    for (i, &index) in item.sources.iter().enumerate() {
        let Scratch { sources, raw, .. } = scratch;
        sources[i].clear();
        decode_field(program, source, index, raw, &mut sources[i]);
    }
    let sources: Vec<Option<&str>> =
        scratch.sources[..item.sources.len()].iter().map(|s| (!s.is_empty()).then_some(s.as_str())).collect();
    match ops::run_ops(&item.ops, &sources, &program.tables, program.charset()) {
        Ok(None) => {
            let mut outcome = Outcome::blank(State::Null);
            if item.required_now {
                outcome.findings.push((Kind::Req, None));
            }
            outcome
        }
        Ok(Some(text)) => checked(program, item, text),
        Err((kind, so_far)) => failed(item, kind, &sources, so_far),
    }
}

fn checked(program: &Program, item: &Item, text: String) -> Outcome {
    let found = check(&text, &item.check, &program.weights);
    if found.is_clean() {
        return Outcome { text, state: State::Value, nulled: false, findings: Vec::new() };
    }
    let findings: Vec<(Kind, Option<String>)> = found
        .kinds()
        .map(|kind| match kind {
            Kind::Enc => (kind, Some(undecodable_units(&text, program.charset()))),
            Kind::Gai => (kind, Some(private_codes(program, &text))),
            _ => (kind, None),
        })
        .collect();
    let nulled = findings.iter().any(|(kind, _)| item.action(*kind) == Some(Action::Null));
    let only_told = findings.iter().all(|(kind, _)| *kind == Kind::Gai || item.action(*kind).is_none());
    let state = if only_told { State::Value } else { State::Failed };
    Outcome { text, state, nulled, findings }
}

fn failed(item: &Item, kind: Kind, sources: &[Option<&str>], so_far: Option<String>) -> Outcome {
    let text = match so_far {
        Some(text) if sources.len() <= 1 => text,
        _ => sources.iter().flatten().copied().collect::<Vec<_>>().join(" "),
    };
    let keep = matches!(item.action(kind), Some(Action::Keep));
    Outcome {
        text: text.trim_matches(crate::chars::is_blank).to_string(),
        state: State::Failed,
        nulled: !keep,
        findings: vec![(kind, None)],
    }
}

/// The hexadecimal codes of what could not be decoded.
fn undecodable_units(text: &str, charset: Charset) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| is_undecodable(*c)).take(8) {
        let unit = c as u32 & 0xFFFF;
        let three_bytes = charset == Charset::EucJp && unit > 0xFF && unit & 0x80 == 0;
        let sep = if out.is_empty() { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = match unit {
            0..=0xFF => write!(out, "{sep}{unit:02X}"),
            _ if three_bytes => write!(out, "{sep}8F{:04X}", unit | 0x80),
            _ => write!(out, "{sep}{unit:04X}"),
        };
    }
    out
}

/// User-defined characters by their code point and their code in the source.
fn private_codes(program: &Program, text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| is_private_use(*c)).take(8) {
        let sep = if out.is_empty() { "" } else { " " };
        // Writing to a String cannot fail.
        let _ = match program.private_units.get(&c) {
            Some(unit) => write!(out, "{sep}{unit:04X}(U+{:04X})", c as u32),
            None => write!(out, "{sep}U+{:04X}", c as u32),
        };
    }
    out
}
