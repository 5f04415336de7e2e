//! What one value looks like: its kind of characters, and the shapes of dates, numbers and check digits.

use crate::checkdigit::{check_digit_ok, CheckDigit};

/// Kinds of values; each value has one.
pub const KINDS: [&str; 8] =
    ["digits", "number", "alnum", "ascii", "half_kana", "wide", "full_kana", "mixed"];
pub const DIGITS: usize = 0;
pub const NUMBER: usize = 1;
pub const ALNUM: usize = 2;
pub const ASCII: usize = 3;
pub const HALF_KANA: usize = 4;
pub const WIDE: usize = 5;
pub const FULL_KANA: usize = 6;
pub const MIXED: usize = 7;

/// Shapes of values; a value may have several.
pub const SHAPES: [&str; 19] = [
    "ymd8",
    "iso",
    "wareki_letter",
    "wareki_code1",
    "wareki_kanji",
    "ymd6",
    "month",
    "year",
    "timestamp",
    "time",
    "postal",
    "phone",
    "mynumber",
    "houjin",
    "dantai",
    "m11w27",
    "zero_led",
    "decimal",
    "negative",
];

fn bit(name: usize) -> u32 {
    1 << name
}

/// Classes of ASCII bytes, or-ed over a value.
pub const DIGIT: u8 = 1;
pub const LETTER: u8 = 2;
pub const POINT: u8 = 4;
pub const OTHER: u8 = 8;
pub const HIGH: u8 = 16;

pub static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [OTHER; 256];
    let mut b = 0;
    while b < 256 {
        if b >= 0x80 {
            table[b] = HIGH;
        } else if (b as u8).is_ascii_digit() {
            table[b] = DIGIT;
        } else if (b as u8).is_ascii_alphabetic() {
            table[b] = LETTER;
        }
        b += 1;
    }
    table[b'.' as usize] = POINT;
    table[b'-' as usize] = POINT;
    table[b'+' as usize] = POINT;
    table[b',' as usize] = POINT;
    table
}

/// The kind of an ASCII value whose classes are `classes`.
pub fn ascii_kind(value: &[u8], classes: u8) -> usize {
    match classes {
        DIGIT => DIGITS,
        c if c & !(DIGIT | POINT) == 0 && number(value) => NUMBER,
        c if c & !(DIGIT | LETTER) == 0 => ALNUM,
        _ => ASCII,
    }
}

fn number(value: &[u8]) -> bool {
    let body = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
    let body = match body {
        [rest @ .., b'-'] if rest.len() + 1 == value.len() => rest,
        _ => body,
    };
    let points = body.iter().filter(|b| **b == b'.').count();
    points <= 1
        && body.first().is_some_and(u8::is_ascii_digit)
        && body.last().is_some_and(u8::is_ascii_digit)
        && !body.iter().any(|b| matches!(b, b'-' | b'+'))
}

fn value_of(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, b| n * 10 + u32::from(b.wrapping_sub(b'0')))
}

fn calendar(y: u32, m: u32, d: u32) -> bool {
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let days = match m {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&d)
}

fn day8(v: &[u8]) -> bool {
    let year = value_of(&v[..4]);
    (1800..2101).contains(&year) && calendar(year, value_of(&v[4..6]), value_of(&v[6..8]))
}

/// A day of an era, whatever the era: year 1 to 99, 29 February always.
fn era_day(v: &[u8]) -> bool {
    value_of(&v[..2]) > 0 && calendar(2000, value_of(&v[2..4]), value_of(&v[4..6]))
}

/// The shapes of a value of ASCII digits.
pub fn digit_shapes(v: &[u8]) -> u32 {
    let mut found = u32::from(v.len() > 1 && v[0] == b'0') << 16;
    match v.len() {
        4 if (1900..=2100).contains(&value_of(v)) => found |= bit(7),
        6 => {
            if (1900..=2100).contains(&value_of(&v[..4])) && (1..=12).contains(&value_of(&v[4..])) {
                found |= bit(6);
            }
            if calendar(2000, value_of(&v[2..4]), value_of(&v[4..])) {
                found |= bit(5);
            }
            found |= u32::from(check_digit_ok(CheckDigit::Dantai, v, &[])) << 14;
        }
        7 if (b'1'..=b'5').contains(&v[0]) && era_day(&v[1..]) => found |= bit(3),
        8 if day8(v) => found |= bit(0),
        12 => found |= u32::from(check_digit_ok(CheckDigit::MyNumber, v, &[])) << 12,
        13 => found |= u32::from(check_digit_ok(CheckDigit::Houjin, v, &[])) << 13,
        14 | 17 | 20 if day8(v) && value_of(&v[8..10]) < 24 && value_of(&v[10..12]) < 60 => found |= bit(8),
        10 if v[0] == b'0' => found |= bit(11),
        11 if v[0] == b'0' && matches!(v[1], b'5' | b'7' | b'8' | b'9') => found |= bit(11),
        _ => {}
    }
    if (7..=11).contains(&v.len()) && check_digit_ok(CheckDigit::M11w27, v, &[]) {
        found |= bit(15);
    }
    found
}

/// The digits of a value that is digits in groups between other bytes, at most four groups.
fn groups(v: &[u8]) -> ([&[u8]; 4], usize) {
    let mut found: [&[u8]; 4] = [&[]; 4];
    let mut n = 0;
    for part in v.split(|b| !b.is_ascii_digit()) {
        if n == 4 {
            return (found, 5);
        }
        found[n] = part;
        n += 1;
    }
    (found, n)
}

/// The shapes of any other ASCII value.
pub fn ascii_shapes(v: &[u8], kind: usize) -> u32 {
    let mut found = 0;
    if kind == NUMBER {
        found |= u32::from(v.contains(&b'.')) << 17 | u32::from(v.contains(&b'-')) << 18;
    }
    if v.len() > 26 || v.len() < 4 {
        return found;
    }
    if matches!(v[0], b'M' | b'T' | b'S' | b'H' | b'R' | b'm' | b't' | b's' | b'h' | b'r') {
        let rest = &v[1..];
        let (parts, n) = groups(rest);
        let whole = n == 1 && rest.len() == 6 && era_day(rest);
        let apart = n == 3
            && (1..=2).contains(&parts[0].len())
            && value_of(parts[0]) > 0
            && parts[1..3].iter().all(|p| (1..=2).contains(&p.len()))
            && calendar(2000, value_of(parts[1]), value_of(parts[2]));
        return found | u32::from(whole || apart) << 2;
    }
    if !v[0].is_ascii_digit() {
        return found;
    }
    if v.len() >= 16 {
        // 2024-04-01 12:34:56, with T or a fraction
        let date = v.len() >= 19 && v[4] == v[7] && matches!(v[4], b'-' | b'/') && v[13] == b':';
        let digits: Vec<u8> = v[..10].iter().copied().filter(u8::is_ascii_digit).collect();
        return found | u32::from(date && digits.len() == 8 && day8(&digits)) << 8;
    }
    let (parts, n) = groups(v);
    match n {
        3 if parts[0].len() == 4 && parts[1..3].iter().all(|p| (1..=2).contains(&p.len())) => {
            let (y, m, d) = (value_of(parts[0]), value_of(parts[1]), value_of(parts[2]));
            if matches!(v[4], b'-' | b'/' | b'.') && (1800..2101).contains(&y) && calendar(y, m, d) {
                found |= bit(1);
            }
        }
        2 | 3 if v.contains(&b':') && parts[..n].iter().all(|p| (1..=2).contains(&p.len())) => {
            found |= u32::from(value_of(parts[0]) < 24 && value_of(parts[1]) < 60) << 9;
        }
        2 if v.len() == 8 && v[3] == b'-' => found |= bit(10),
        3 if v[0] == b'0' && v.contains(&b'-') && (10..=13).contains(&v.len()) => found |= bit(11),
        _ => {}
    }
    found
}

/// The shape of 昭和55年4月12日.
pub fn wide_shapes(v: &[u8]) -> u32 {
    const ERAS: [&str; 5] = ["明治", "大正", "昭和", "平成", "令和"];
    let era = ERAS.iter().any(|e| v.starts_with(e.as_bytes()));
    u32::from(era && v.ends_with("日".as_bytes()) && v.windows(3).any(|w| w == "年".as_bytes())) << 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<&'static str> {
        let v = text.as_bytes();
        let classes = v.iter().fold(0, |c, b| c | CLASSES[usize::from(*b)]);
        let found = if classes & HIGH != 0 {
            wide_shapes(v)
        } else {
            match ascii_kind(v, classes) {
                DIGITS => digit_shapes(v),
                kind => ascii_shapes(v, kind),
            }
        };
        // One value in six passes that check by chance.
        (0..SHAPES.len()).filter(|n| found >> n & 1 == 1 && *n != 15).map(|n| SHAPES[n]).collect()
    }

    #[test]
    fn shapes_of_values() {
        assert_eq!(shapes("20240229"), ["ymd8"]);
        assert!(shapes("20230229").is_empty());
        assert_eq!(shapes("S550412"), ["wareki_letter"]);
        assert_eq!(shapes("H1.4.12"), ["wareki_letter"]);
        assert!(shapes("3550412").contains(&"wareki_code1"));
        assert_eq!(shapes("昭和55年4月12日"), ["wareki_kanji"]);
        assert_eq!(shapes("2024-4-1"), ["iso"]);
        assert_eq!(shapes("2024-04-01T12:00:00"), ["timestamp"]);
        assert_eq!(shapes("12:30"), ["time"]);
        assert_eq!(shapes("999-0040"), ["postal"]);
        assert_eq!(shapes("03-1234-5678"), ["phone"]);
        assert_eq!(shapes("900000000010"), ["mynumber"]);
        assert_eq!(shapes("-1,200.5"), ["decimal", "negative"]);
        assert!(shapes("131016").contains(&"dantai"));
        assert!(shapes("").is_empty() && shapes("0").is_empty() && shapes("A").is_empty());
    }
}
