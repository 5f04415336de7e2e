//! UTF-8 CSV to a vendor's charset.

use crate::charset::Encoder;

/// The bytes, and the lines (from 1) whose character the charset hasn't got, with that character.
pub fn encode(encoder: &Encoder, data: &[u8]) -> (Vec<u8>, Vec<(u32, String)>) {
    let text = String::from_utf8_lossy(data);
    let mut out = Vec::with_capacity(data.len());
    let mut missing = Vec::new();
    let mut line = 1u32;
    for c in text.chars() {
        if !encoder.char_bytes(c, &mut out) {
            missing.push((line, c.to_string()));
            if !encoder.char_bytes('〓', &mut out) {
                encoder.char_bytes('?', &mut out);
            }
        }
        line = line.saturating_add(u32::from(c == '\n'));
    }
    (out, missing)
}
