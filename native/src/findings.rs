//! Findings of one chunk: compact while reading, columns at the end.

use crate::chars::{is_private_use, is_undecodable};
use crate::value::Mask;

const SHOWN: usize = 40;
const STARS: usize = 20;
pub const NO_ITEM: u16 = u16::MAX;

/// `value` as it may be shown: class none as it is; personal as its shape (digits 9, Latin letters A and a,
/// あ, ア, ｱ, 漢, 外 for user-defined characters); sensitive as stars; 個人番号 never, not even its length.
pub fn masked(value: &str, mask: Mask, reveal: bool, out: &mut String) {
    if value.is_empty() {
        return;
    }
    let shown = value.chars().take(SHOWN);
    match mask {
        Mask::MyNumber => return out.push_str("●●●●"),
        Mask::Personal if !reveal => out.extend(shown.map(shape)),
        // A column may have slipped: what does not look like a code is not shown as one.
        Mask::None if !reveal && is_twelve_digits(value) => return out.push_str("●●●●"),
        Mask::None if !reveal && !value.is_ascii() => out.extend(shown.map(shape)),
        Mask::Sensitive if !reveal => out.extend(value.chars().take(STARS).map(|_| '＊')),
        Mask::None | Mask::Personal | Mask::Sensitive => out.extend(shown.map(visible)),
    }
    if value.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
}

fn is_twelve_digits(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit())
}

/// Control characters as their pictures, undecodable bytes as a sign: a terminal must not obey a value.
fn visible(c: char) -> char {
    match c as u32 {
        n @ 0..=0x1F => char::from_u32(0x2400 + n).unwrap_or('␀'),
        0x7F => '␡',
        0x80..=0x9F => '�',
        _ if is_undecodable(c) => '�',
        _ => c,
    }
}

fn shape(c: char) -> char {
    match c {
        '0'..='9' => '9',
        '０'..='９' => '９',
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        'Ａ'..='Ｚ' => 'Ａ',
        'ａ'..='ｚ' => 'ａ',
        'ぁ'..='ゖ' => 'あ',
        'ァ'..='ヺ' => 'ア',
        'ｦ'..='ﾝ' => 'ｱ',
        _ if is_private_use(c) => '外',
        _ if is_undecodable(c) => '�',
        '々' | '〆' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => '漢',
        _ => visible(c),
    }
}

/// Texts one behind the other, with their offsets (an Arrow string column).
pub struct Texts {
    pub offsets: Vec<i32>,
    pub data: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { offsets: vec![0], data: Vec::new() }
    }
}

impl Texts {
    pub fn push(&mut self, text: &[u8]) {
        self.data.extend_from_slice(text);
        self.offsets.push(self.data.len() as i32);
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Forgets everything behind the first `n` texts.
    pub fn truncate(&mut self, n: usize) {
        self.offsets.truncate(n + 1);
        self.data.truncate(self.offsets.last().map_or(0, |o| *o as usize));
    }
}

/// What a finding says and where.
#[derive(Clone, Copy)]
pub struct Place {
    pub rule: u16,
    pub item: u16,
    pub line: u32,
    pub offset: u64,
}

#[derive(Default)]
pub struct Findings {
    /// Values are shown as they are (個人番号 never).
    reveal: bool,
    pub rule: Vec<u16>,
    pub item: Vec<u16>,
    /// Physical line of the record within the chunk, from 1.
    pub line: Vec<u32>,
    /// Byte of the field within the chunk.
    pub offset: Vec<u64>,
    pub key: Texts,
    pub value: Texts,
    scratch: String,
}

impl Findings {
    pub fn new(reveal: bool) -> Self {
        Self { reveal, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.rule.len()
    }

    /// Forgets everything behind the first `n` findings; their rules.
    pub fn truncate(&mut self, n: usize) -> Vec<u16> {
        self.item.truncate(n);
        self.line.truncate(n);
        self.offset.truncate(n);
        self.key.truncate(n);
        self.value.truncate(n);
        self.rule.split_off(n.min(self.rule.len()))
    }

    /// A finding without its key, which is known only when the record is done: see [`Findings::set_keys`].
    pub fn push(&mut self, place: Place, value: &str, mask: Mask) {
        self.rule.push(place.rule);
        self.item.push(place.item);
        self.line.push(place.line);
        self.offset.push(place.offset);
        self.scratch.clear();
        masked(value, mask, self.reveal, &mut self.scratch);
        self.value.push(self.scratch.as_bytes());
    }

    /// The same with words of our own instead of a value.
    pub fn push_note(&mut self, place: Place, note: &str) {
        self.push(place, "", Mask::None);
        if let Some(end) = self.value.offsets.last_mut() {
            self.value.data.extend_from_slice(note.as_bytes());
            *end = self.value.data.len() as i32;
        }
    }

    /// Gives every finding that has no key yet this one.
    pub fn set_keys(&mut self, key: &[u8]) {
        while self.key.offsets.len() <= self.rule.len() {
            self.key.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(value: &str, mask: Mask, reveal: bool) -> String {
        let mut out = String::new();
        masked(value, mask, reveal, &mut out);
        out
    }

    #[test]
    fn personal_values_keep_their_shape_only() {
        assert_eq!(
            show("架空 太郎カナｶﾅあS550412\u{E000}", Mask::Personal, false),
            "漢漢 漢漢アアｱｱあA999999外"
        );
    }

    #[test]
    fn my_number_is_never_shown() {
        assert_eq!(show("123456789012", Mask::MyNumber, true), "●●●●");
    }

    #[test]
    fn controls_become_pictures() {
        assert_eq!(show("a\u{1b}[31m", Mask::None, false), "a␛[31m");
    }

    #[test]
    fn open_values_that_look_like_no_code_are_masked() {
        assert_eq!(show("B01", Mask::None, false), "B01");
        assert_eq!(show("架空　太郎", Mask::None, false), "漢漢　漢漢");
        assert_eq!(show("983205673214", Mask::None, false), "●●●●");
    }

    #[test]
    fn sensitive_values_are_stars() {
        assert_eq!(show("秘密", Mask::Sensitive, false), "＊＊");
        assert_eq!(show("秘密", Mask::Sensitive, true), "秘密");
    }
}
