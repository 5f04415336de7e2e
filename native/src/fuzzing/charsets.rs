//! Bytes to text and back, in every charset.

use super::{chosen, files};
use crate::charset::codec::{Codec, Kind, Mode, Place, Problem};
use crate::charset::{utf16_to_utf8, Charset, Decoder, Encoder};
use std::sync::OnceLock;

static CODECS: OnceLock<Vec<(String, Codec)>> = OnceLock::new();
static DECODERS: OnceLock<Vec<(Decoder, Encoder)>> = OnceLock::new();

fn text(raw: Vec<u8>) -> String {
    String::from_utf8(raw).expect("a decoder writes UTF-8")
}

/// Every codec of the catalogue: charset, mode and a place to cut at, then bytes.
pub fn codecs(data: &[u8]) {
    let all = CODECS.get_or_init(|| {
        let made =
            files("codecs").into_iter().map(|(name, table)| (name, Codec::new(&table).expect("a table")));
        made.collect()
    });
    let Some(((name, codec), [ways, bytes @ ..])) = chosen(all, data) else { return };
    let mode = [Mode::Mixed, Mode::Single, Mode::Double, Mode::Mixed][usize::from(ways & 3)];
    let (mut out, mut problems) = (Vec::new(), Vec::new());
    codec.decode(bytes, mode, &mut out, &mut problems);
    let whole = text(out);
    problems.iter().for_each(|p| assert!(p.offset as usize + usize::from(p.len) <= bytes.len(), "{name}"));
    if mode == Mode::Mixed {
        in_parts(codec, bytes, usize::from(ways >> 2), &whole, &problems);
    }
    let mut back = Vec::new();
    let missing = codec.encode(&whole, mode, &mut back);
    // A character of plane 15 in Unicode looks like a kept byte; a shift code that changes nothing leaves no trace;
    // a field without shift codes is a thing of hosts, and an escape that is no shift code may become one.
    let unicode = name.starts_with("utf") || name.starts_with("ucs");
    let shifts = |p: &Problem| matches!(p.kind, Kind::MissingShiftOut | Kind::RedundantShift);
    if unicode && whole.chars().any(|c| c as u32 >= 0xF_0000)
        || problems.iter().any(shifts)
        || name.starts_with("iso-2022") && (mode != Mode::Mixed || whole.contains('\u{1B}'))
        || name.starts_with("euc") && joins(&whole)
    {
        return;
    }
    assert!(missing.is_empty(), "{name} {mode:?}");
    let (mut again, mut others) = (Vec::new(), Vec::new());
    codec.decode(&back, mode, &mut again, &mut others);
    assert_eq!(text(again), whole, "{name} {mode:?}");
}

/// A stream that comes in two parts gives the same as the whole.
fn in_parts(codec: &Codec, bytes: &[u8], cut: usize, whole: &str, problems: &[Problem]) {
    let (mut out, mut listed, mut place) = (Vec::new(), Vec::new(), Place::default());
    let cut = cut.min(bytes.len());
    let taken = codec.decode_part(&bytes[..cut], &mut place, false, &mut out, &mut listed);
    assert!(taken <= cut);
    let rest = codec.decode_part(&bytes[taken..], &mut place, true, &mut out, &mut listed);
    assert_eq!(taken + rest, bytes.len());
    assert_eq!(place.offset, bytes.len() as u64);
    assert_eq!(text(out), whole);
    assert!(listed.iter().map(|p| (p.offset, p.kind)).eq(problems.iter().map(|p| (p.offset, p.kind))));
}

const PLAIN: [&str; 7] = ["cp932", "euc-jp", "euc-jp-strict", "shift-jis", "utf-8", "utf-16le", "utf-16be"];

/// The decoders of delimited files.
pub fn decoders(data: &[u8]) {
    let all = DECODERS.get_or_init(|| {
        let made = PLAIN.iter().map(|name| {
            let charset = Charset::parse(name).expect("a charset");
            let table = if charset.is_utf16() || charset == Charset::Utf8 {
                Vec::new()
            } else {
                super::read(&format!("decoders/{name}.bin"))
            };
            let decoder = Decoder::new(charset, &table).expect("a table");
            let encoder = decoder.encoder();
            (decoder, encoder)
        });
        made.collect()
    });
    let Some(((decoder, encoder), bytes)) = chosen(all, data) else { return };
    let decoded = |bytes: &[u8]| {
        if decoder.charset.is_utf16() {
            return utf16_to_utf8(bytes, decoder.charset == Charset::Utf16Be).0;
        }
        let mut out = String::new();
        decoder.decode(bytes, &mut out);
        out
    };
    let whole = decoded(bytes);
    assert!(whole.len() <= 4 * bytes.len());
    let unicode = decoder.charset.is_utf16() || decoder.charset == Charset::Utf8;
    if unicode && whole.chars().any(|c| c as u32 >= 0xF_0000) {
        return;
    }
    if decoder.charset == Charset::EucJp && joins(&whole) {
        return;
    }
    let back = encoder.text(&whole).expect("every kept byte is written");
    assert_eq!(decoded(&back), whole, "{:?}", decoder.charset);
}

/// Whether a lone first byte stands before a character of three bytes that is written with two: nothing in EUC
/// keeps them apart.
fn joins(text: &str) -> bool {
    let lone = |c: char| matches!(c as u32, 0xF_008E | 0xF_008F | 0xF_00A1..=0xF_00FE);
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| lone(a) && !b.is_ascii())
}
