//! Check digits of the numbers of persons, corporations and local governments.

use serde::Deserialize;

/// Which check digit an item has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckDigit {
    /// 個人番号: 12 digits (総務省令85号5条).
    MyNumber,
    /// 住民票コード: 11 digits; no published formula, so by weights of the settings (draft) or not at all.
    Juminhyo,
    /// 法人番号: 13 digits, the check digit first (財務省令).
    Houjin,
    /// 全国地方公共団体コード: 6 digits.
    Dantai,
    /// Modulus 11, weights 2 to 7 (住民記録システム標準仕様書 V1.0 1.1.13).
    M11w27,
}

/// Whether the check digit fits.  `digits` must be ASCII digits of the right length, else false.
///
/// `weights` are those of 住民票コード, from the left; without them every number of 11 digits passes.
pub fn check_digit_ok(kind: CheckDigit, digits: &[u8], weights: &[u32]) -> bool {
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    match kind {
        CheckDigit::MyNumber => {
            // A fixed length, so that the compiler makes one straight line of it.
            let Ok(digits) = <&[u8; 12]>::try_from(digits) else { return false };
            last_is(digits, mod11(weighted(digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])))
        }
        CheckDigit::Houjin => houjin(digits),
        CheckDigit::Dantai => {
            let Ok(digits) = <&[u8; 6]>::try_from(digits) else { return false };
            let rest = weighted(digits, &[6, 5, 4, 3, 2]) % 11;
            last_is(digits, (11 - rest) % 10)
        }
        CheckDigit::M11w27 => m11w27(digits),
        CheckDigit::Juminhyo => {
            digits.len() == 11 && (weights.is_empty() || last_is(digits, mod11(weighted(digits, weights))))
        }
    }
}

fn digit(byte: u8) -> u64 {
    u64::from(byte.saturating_sub(b'0'))
}

/// Sum of digit times weight from the left, as far as both go.
#[inline]
fn weighted(digits: &[u8], weights: &[u32]) -> u64 {
    digits.iter().zip(weights).map(|(b, w)| digit(*b) * u64::from(*w % 11)).sum()
}

/// 11 less the remainder; 0 when that has two digits.
fn mod11(sum: u64) -> u64 {
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

fn last_is(digits: &[u8], check: u64) -> bool {
    digits.last().is_some_and(|b| digit(*b) == check)
}

fn houjin(digits: &[u8]) -> bool {
    let Some((first, rest)) = digits.split_first() else {
        return false;
    };
    let sum: u64 = rest.iter().rev().zip([1, 2].into_iter().cycle()).map(|(b, w)| digit(*b) * w).sum();
    rest.len() == 12 && digit(*first) == 9 - sum % 9
}

fn m11w27(digits: &[u8]) -> bool {
    let Some((last, body)) = digits.split_last().filter(|(_, body)| !body.is_empty()) else {
        return false;
    };
    let sum: u64 = body.iter().rev().zip((2..8).cycle()).map(|(b, w)| digit(*b) * w).sum();
    // The remainder 1 gives the check 10, which the specification leaves open.
    sum % 11 == 1 || digit(*last) == (11 - sum % 11) % 11
}
