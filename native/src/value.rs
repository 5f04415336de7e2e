//! Kinds of findings and classes of secrecy: the small words that plan, kernel and report share.

use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// What a finding about one value says (CONTRACT B: the last part of a rule id).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[repr(u8)]
pub enum Kind {
    /// Required, but blank.
    Req,
    /// Required by a condition, but blank.
    Cnd,
    /// A value in an item that does not apply.
    Abs,
    /// Bytes of no character.
    Enc,
    /// A user-defined character is left.
    Gai,
    /// Not of the data type.
    Typ,
    /// Not a date.
    Dat,
    /// No such day in the calendar.
    Cal,
    /// Outside the era.
    Era,
    /// 明治5年 and before: the old calendar.
    Lun,
    /// 不詳日 where it is not allowed.
    Unk,
    /// A character outside the class of the item.
    Chr,
    /// Too many digits (桁数).
    Dig,
    /// Not in the code table.
    Cod,
    /// The check digit does not fit.
    Cdg,
    /// Out of range.
    Rng,
}

impl Kind {
    /// Number of kinds: the size of a table indexed by [`Kind::index`].
    pub const COUNT: usize = 16;

    /// All kinds in the order of their index.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Req,
        Self::Cnd,
        Self::Abs,
        Self::Enc,
        Self::Gai,
        Self::Typ,
        Self::Dat,
        Self::Cal,
        Self::Era,
        Self::Lun,
        Self::Unk,
        Self::Chr,
        Self::Dig,
        Self::Cod,
        Self::Cdg,
        Self::Rng,
    ];

    /// Position in [`Kind::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The three letters used in rule ids.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Req => "REQ",
            Self::Cnd => "CND",
            Self::Abs => "ABS",
            Self::Enc => "ENC",
            Self::Gai => "GAI",
            Self::Typ => "TYP",
            Self::Dat => "DAT",
            Self::Cal => "CAL",
            Self::Era => "ERA",
            Self::Lun => "LUN",
            Self::Unk => "UNK",
            Self::Chr => "CHR",
            Self::Dig => "DIG",
            Self::Cod => "COD",
            Self::Cdg => "CDG",
            Self::Rng => "RNG",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    /// The kind of three letters; an error that names the text when there is none.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("unknown kind of finding: {text}"))
    }
}

/// How a value is shown in findings (CONTRACT E; `secret` of an item).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mask {
    /// As it is.
    #[default]
    None,
    /// Its shape only.
    Personal,
    /// Its length only.
    Sensitive,
    /// Never.
    MyNumber,
}
