//! Characters: width, kana, dashes and the classes of the checks.
//!
//! Every function works on one character, so that a table of a charset can be baked from it; the one pair
//! of characters that becomes one (half kana and its voiced mark) is [`compose`].
//! Meaning and sources of the rules: `chukan_layout/plan/reference.py`.

use serde::Deserialize;

/// Full-width kana and marks of U+FF61 to U+FF9F, in order.
#[rustfmt::skip]
const FULL_KANA: [char; 63] = [
    '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー',
    'ア', 'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ',
    'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ',
    'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン', '゛', '゜',
];
const HALF_KANA_START: u32 = 0xFF61;
const VOICED_MARK: char = 'ﾞ';
const SEMI_VOICED_MARK: char = 'ﾟ';
/// From a full-width character of U+FF01 to U+FF5E down to ASCII.
const WIDTH: u32 = 0xFEE0;

const KATAKANA_START: u32 = 0x30A0;
/// Half-width code of each character from U+30A0 on, 0 where there is none: the inverse of [`FULL_KANA`].
const HALF_OF_KANA: [u16; 96] = {
    let mut table = [0; 96];
    let mut i = 0;
    while i < FULL_KANA.len() {
        let code = FULL_KANA[i] as u32;
        if code >= KATAKANA_START {
            table[(code - KATAKANA_START) as usize] = HALF_KANA_START as u16 + i as u16;
        }
        i += 1;
    }
    table
};
/// The marks of [`FULL_KANA`] that stand before U+30A0.
const MARKS: [(char, u16); 6] =
    [('。', 0xFF61), ('「', 0xFF62), ('」', 0xFF63), ('、', 0xFF64), ('゛', 0xFF9E), ('゜', 0xFF9F)];

/// The four kinds of ASCII characters that width operations tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CharKind {
    /// 0-9
    Digit,
    /// A-Z a-z
    Alpha,
    /// the other printable characters
    Symbol,
    /// the blank
    Space,
}

/// A set of [`CharKind`], read from a list of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<CharKind>")]
pub struct CharKinds(u8);

impl CharKinds {
    /// All four kinds.
    pub const ALL: Self = Self(0b1111);

    /// Whether the set has `kind`.
    pub const fn has(self, kind: CharKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

impl Default for CharKinds {
    fn default() -> Self {
        Self::ALL
    }
}

impl From<Vec<CharKind>> for CharKinds {
    fn from(kinds: Vec<CharKind>) -> Self {
        Self(kinds.iter().fold(0, |set, kind| set | 1 << *kind as u8))
    }
}

/// Whose reading of the seven characters that CP932 and JIS map differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wave {
    /// Windows: ～ ∥ － ￠ ￡ ￢ ―
    Ms,
    /// JIS X 0221: 〜 ‖ − ¢ £ ¬ —
    #[default]
    Jis,
}

/// An operation that looks at one character at a time.
///
/// `KanaFull` also joins a half kana and its voiced mark: see [`compose`], which comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CharOp {
    /// ASCII to full width.
    ToFull(CharKinds),
    /// Full width to ASCII.
    ToHalf(CharKinds),
    /// Half-width kana to full width.
    KanaFull,
    /// Full-width kana to half width; a voiced kana becomes two characters.
    KanaHalf,
    /// Small kana to large.
    KanaLarge,
    /// Every hyphen, dash and minus to one character.
    Dash(char),
    /// The seven characters that CP932 and JIS map differently.
    WaveDash(Wave),
    /// Latin letters to capitals, either width.
    Upper,
    /// Characters that go.
    Remove(Box<str>),
}

/// What a character becomes: nothing, one or two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapped {
    /// The character is removed.
    None,
    /// One character, perhaps the same.
    One(char),
    /// A half kana and its mark.
    Two(char, char),
}

impl Mapped {
    /// Whether the character stays as it is.
    pub fn is_same(self, c: char) -> bool {
        self == Self::One(c)
    }

    /// Appends the characters to `out`.
    pub fn push_to(self, out: &mut String) {
        match self {
            Self::None => {}
            Self::One(a) => out.push(a),
            Self::Two(a, b) => {
                out.push(a);
                out.push(b);
            }
        }
    }
}

/// What `op` makes of `c` where no voiced mark follows that [`compose`] joins with it.
pub fn map_char(op: &CharOp, c: char) -> Mapped {
    Mapped::One(match op {
        CharOp::ToFull(kinds) => to_full(c, *kinds),
        CharOp::ToHalf(kinds) => to_half(c, *kinds),
        CharOp::KanaFull => kana_full(c),
        CharOp::KanaHalf => return kana_half(c),
        CharOp::KanaLarge => kana_large(c),
        CharOp::Dash(to) => dash(c, *to),
        CharOp::WaveDash(to) => wave_dash(c, *to),
        CharOp::Upper => upper(c),
        CharOp::Remove(chars) if chars.contains(c) => return Mapped::None,
        CharOp::Remove(_) => c,
    })
}

fn kind(c: char) -> Option<CharKind> {
    match c {
        ' ' => Some(CharKind::Space),
        '0'..='9' => Some(CharKind::Digit),
        'A'..='Z' | 'a'..='z' => Some(CharKind::Alpha),
        '!'..='~' => Some(CharKind::Symbol),
        _ => None,
    }
}

fn shifted(c: char, up: bool) -> char {
    let code = c as u32;
    let moved = if up { code.saturating_add(WIDTH) } else { code.saturating_sub(WIDTH) };
    char::from_u32(moved).unwrap_or(c)
}

/// An ASCII character of `kinds` in full width; any other as it is.
pub fn to_full(c: char, kinds: CharKinds) -> char {
    match kind(c) {
        Some(k) if kinds.has(k) => {
            if c == ' ' {
                '\u{3000}'
            } else {
                shifted(c, true)
            }
        }
        _ => c,
    }
}

/// A full-width character of `kinds` in ASCII; any other as it is.
pub fn to_half(c: char, kinds: CharKinds) -> char {
    let half = narrow(c);
    match kind(half) {
        Some(k) if half != c && kinds.has(k) => half,
        _ => c,
    }
}

/// U+FF01 to U+FF5E and U+3000 in ASCII; any other as it is.
pub fn narrow(c: char) -> char {
    match c {
        '！'..='～' => shifted(c, false),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// A half-width kana or mark in full width, by itself.
pub fn kana_full(c: char) -> char {
    let at = (c as u32).wrapping_sub(HALF_KANA_START) as usize;
    FULL_KANA.get(at).copied().unwrap_or(c)
}

/// The voiced kana of a half-width kana and the half-width mark behind it, if there is one.
pub fn compose(base: char, mark: char) -> Option<char> {
    let full = match (base, mark) {
        ('ｳ', VOICED_MARK) => return Some('ヴ'),
        ('ｶ'..='ﾄ' | 'ﾊ'..='ﾎ', VOICED_MARK) => kana_full(base) as u32 + 1,
        ('ﾊ'..='ﾎ', SEMI_VOICED_MARK) => kana_full(base) as u32 + 2,
        _ => return None,
    };
    char::from_u32(full)
}

/// A full-width kana in half width; voiced kana are two characters, ヴ included (ヷ ヸ ヹ ヺ stay).
pub fn kana_half(c: char) -> Mapped {
    if let Some(half) = half_of(c) {
        return Mapped::One(half);
    }
    let base = |back: u32| (c as u32).checked_sub(back).and_then(char::from_u32).and_then(half_of);
    let two = |back, mark| base(back).filter(|b| compose(*b, mark) == Some(c)).map(|b| Mapped::Two(b, mark));
    match c {
        'ヴ' => Mapped::Two('ｳ', VOICED_MARK),
        'ガ'..='ポ' => two(1, VOICED_MARK).or_else(|| two(2, SEMI_VOICED_MARK)).unwrap_or(Mapped::One(c)),
        _ => Mapped::One(c),
    }
}

fn half_of(c: char) -> Option<char> {
    let code = c as u32;
    let half = match HALF_OF_KANA.get(code.wrapping_sub(KATAKANA_START) as usize) {
        Some(0) => return None,
        Some(half) => *half,
        None => MARKS.iter().find(|(full, _)| *full == c)?.1,
    };
    char::from_u32(u32::from(half))
}

/// A small kana as the large one, either width.
pub fn kana_large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ｧ' => 'ｱ',
        'ｨ' => 'ｲ',
        'ｩ' => 'ｳ',
        'ｪ' => 'ｴ',
        'ｫ' => 'ｵ',
        'ｬ' => 'ﾔ',
        'ｭ' => 'ﾕ',
        'ｮ' => 'ﾖ',
        'ｯ' => 'ﾂ',
        _ => c,
    }
}

/// Whether `c` is a hyphen, dash or minus (not the long-vowel mark).
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{FE63}')
}

/// A hyphen, dash or minus as `to`.
pub fn dash(c: char, to: char) -> char {
    if is_dash(c) {
        to
    } else {
        c
    }
}

/// The seven characters that CP932 and JIS map differently, read as `to` reads them.
pub fn wave_dash(c: char, to: Wave) -> char {
    #[rustfmt::skip]
    const PAIRS: [(char, char); 7] =
        [('～', '〜'), ('∥', '‖'), ('－', '−'), ('￠', '¢'), ('￡', '£'), ('￢', '¬'), ('―', '—')];
    PAIRS
        .iter()
        .map(|&(ms, jis)| if to == Wave::Jis { (ms, jis) } else { (jis, ms) })
        .find(|&(from, _)| from == c)
        .map_or(c, |(_, target)| target)
}

/// A small Latin letter as the capital, either width.
pub fn upper(c: char) -> char {
    match c {
        'a'..='z' => c.to_ascii_uppercase(),
        'ａ'..='ｚ' => char::from_u32((c as u32).saturating_sub(32)).unwrap_or(c),
        _ => c,
    }
}

/// The long-vowel mark that a dash becomes behind `before`; None when `before` is no kana.
pub fn long_vowel_after(before: char) -> Option<char> {
    match before {
        'ｦ'..='ﾟ' => Some('ｰ'),
        'ァ'..='ヺ' | 'ー' => Some('ー'),
        _ => None,
    }
}

/// Blanks that trim takes: space, tab, full-width space.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{3000}')
}

/// A character that stands for bytes of no character (plane 15, see [`crate::charset`]).
pub fn is_undecodable(c: char) -> bool {
    matches!(c, '\u{F0000}'..='\u{FFFFF}')
}

/// A user-defined character (外字), plane 16 with them: the slices of sources, and what hosts' broken pairs keep.
pub fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{100000}'..='\u{10FFFF}')
}

/// A variation selector: part of the character before it, not counted in 桁数.
pub fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Control characters of ASCII and Latin-1, which no class allows.
pub fn is_control(c: char) -> bool {
    matches!(c, '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}')
}

/// ASCII printable or half-width kana.
pub fn is_half(c: char) -> bool {
    matches!(c, ' '..='~' | '｡'..='ﾟ')
}

/// Character class of an item (`charset` of a layout line).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// ASCII printable and half-width kana.
    Half,
    /// Anything but half width; user-defined and undecodable characters have findings of their own.
    Full,
    /// Full-width kana, middle dot and blank.
    Kana,
    /// 0-9
    Digit,
    /// 0-9 A-Z a-z
    Alnum,
    /// Anything but control characters.
    Any,
}

/// Whether an item of `class` may have `c`.
pub fn class_ok(c: char, class: Class) -> bool {
    match class {
        Class::Half => is_half(c),
        Class::Digit => c.is_ascii_digit(),
        Class::Alnum => c.is_ascii_alphanumeric(),
        Class::Kana => {
            matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | '\u{3000}') || is_private_use(c) || is_undecodable(c)
        }
        Class::Full => !is_control(c) && !is_half(c),
        Class::Any => !is_control(c),
    }
}
