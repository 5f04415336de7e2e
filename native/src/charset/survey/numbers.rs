//! Numbers of host records as text: packed (two digits a byte, a sign at the end) and zoned (a sign over the last digit).

/// How the bytes of a field are read.
#[derive(Clone, Copy)]
pub enum Reading {
    Text(crate::charset::codec::Mode),
    Packed,
    Zoned,
}

/// Appends the number; nothing for a blank field (spaces or NUL alone), `?` and the bytes for what is none.
pub fn read(bytes: &[u8], packed: bool, out: &mut Vec<u8>) {
    if bytes.iter().all(|b| matches!(b, 0x40 | 0x20 | 0)) && (!packed || bytes.iter().any(|b| *b != 0)) {
        return;
    }
    let start = out.len();
    let negative = if packed { self::packed(bytes, out) } else { zoned(bytes, out) };
    let Some(negative) = negative else {
        out.truncate(start);
        out.push(b'?');
        bytes.iter().for_each(|b| out.extend_from_slice(format!("{b:02X}").as_bytes()));
        return;
    };
    let zeros = out[start..].iter().take_while(|b| **b == b'0').count().min(out.len() - start - 1);
    out.drain(start..start + zeros);
    if negative {
        out.insert(start, b'-');
    }
}

/// Appends the digits; whether the number is negative, None when it is none.
fn packed(bytes: &[u8], out: &mut Vec<u8>) -> Option<bool> {
    let (last, rest) = bytes.split_last()?;
    for nibble in rest.iter().flat_map(|b| [b >> 4, b & 15]).chain([last >> 4]) {
        out.push(b'0' + (nibble < 10).then_some(nibble)?);
    }
    sign(last & 15)
}

fn zoned(bytes: &[u8], out: &mut Vec<u8>) -> Option<bool> {
    let (last, rest) = bytes.split_last()?;
    for b in rest {
        (matches!(b >> 4, 0xF | 3) && b & 15 < 10).then_some(())?;
        out.push(b'0' + (b & 15));
    }
    out.push(b'0' + (last & 15 < 10).then_some(last & 15)?);
    match last >> 4 {
        3 => Some(false),
        7 => Some(true),
        zone => sign(zone),
    }
}

fn sign(nibble: u8) -> Option<bool> {
    match nibble {
        0xB | 0xD => Some(true),
        0xA | 0xC | 0xE | 0xF => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], packed: bool) -> String {
        let mut out = Vec::new();
        read(bytes, packed, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn numbers_are_read() {
        assert_eq!(text(&[0x01, 0x23, 0x4C], true), "1234");
        assert_eq!(text(&[0x00, 0x00, 0x0D], true), "-0");
        assert_eq!(text(&[0x12, 0x3D], true), "-123");
        assert_eq!(text(&[0xF0, 0xF1, 0xD2], false), "-12");
        assert_eq!(text(&[0xF0, 0xF1, 0xF2], false), "12");
        assert_eq!(text(b"01r", false), "-12");
        assert_eq!(text(&[0x40, 0x40], true), "");
        assert_eq!(text(&[0x1A, 0x2C], true), "?1A2C");
        assert_eq!(text(&[], false), "");
    }
}
