//! The settings of the operations `date`, `format_date` and `date_part`.

use super::ERAS;
use crate::value::Kind;
use serde::Deserialize;

/// The shapes of dates a source may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// 1980-04-12, 1980/4/12, 1980.4.12
    Iso,
    /// 19800412
    Ymd8,
    /// 800412, century by pivot
    Ymd6,
    /// 198004: day 01
    Ym6,
    /// 1980103: year and day of year
    Yj7,
    /// S550412, S55.04.12, S55/4/12
    WarekiLetter,
    /// 昭和55年4月12日, 平成元年1月8日
    WarekiKanji,
    /// 3550412: era code, two digits each
    WarekiCode1,
    /// 03550412: two-digit era code, two digits each
    WarekiCode2,
    /// Sources are year, month, day, or era, year, month, day.
    Parts,
}

/// What `date` gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateResult {
    /// YYYY-MM-DD
    #[default]
    Date,
    /// 1 for 不詳日, 0 for a date, else blank.
    UnknownFlag,
    /// The text of 不詳日, else blank.
    UnknownText,
}

/// What zeros mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zeros {
    /// Blank.
    #[default]
    Null,
    /// 0000-01-01
    Min,
    /// DAT
    Error,
}

/// What nines mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nines {
    /// Blank.
    #[default]
    Null,
    /// 9999-12-31
    Max,
    /// DAT
    Error,
}

/// What 不詳日 gives when the date is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Blank.
    Null,
    /// UNK
    #[default]
    Error,
}

/// Era codes of a vendor, in the order of [`ERAS`]; what has no era is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct EraCodes(Vec<Box<str>>);

impl Default for EraCodes {
    fn default() -> Self {
        Self(["1", "2", "3", "4", "5"].map(Box::from).to_vec())
    }
}

impl EraCodes {
    /// The codes with the index of their era.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().map(AsRef::as_ref).take(ERAS.len()).enumerate()
    }

    /// The code of an era; ERA when the vendor has none.
    pub fn code(&self, era: usize) -> Result<&str, Kind> {
        self.0.get(era).map(AsRef::as_ref).ok_or(Kind::Era)
    }
}

/// The settings of the operation `date`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateOp {
    /// Tried in order; the first that fits decides.
    pub shapes: Vec<Shape>,
    /// What to give.
    pub part: DateResult,
    /// What zeros mean.
    pub zeros: Zeros,
    /// What nines mean.
    pub nines: Nines,
    /// What 不詳日 means.
    pub unknown: Unknown,
    /// Two-digit years below it are of 2000, others of 1900.
    pub pivot: u32,
    /// Era codes of `wareki_code1`, `wareki_code2` and `parts`.
    pub eras: EraCodes,
}

/// The shapes `format_date` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrittenShape {
    /// 1980-04-12
    Iso,
    /// 19800412
    Ymd8,
    /// S550412
    WarekiLetter,
    /// 昭和55年4月12日
    WarekiKanji,
    /// 3550412
    WarekiCode1,
    /// 03550412
    WarekiCode2,
}

/// The settings of the operation `format_date`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatDateOp {
    /// How to write.
    pub shape: WrittenShape,
    /// Era codes of `wareki_code1` and `wareki_code2`.
    pub eras: EraCodes,
    /// What a blank becomes.
    pub null: Box<str>,
}

/// The part of a date that `date_part` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The Western year.
    Year,
    /// The era code.
    Era,
    /// The year of the era.
    EraYear,
    /// The month.
    Month,
    /// The day.
    Day,
}

/// The settings of the operation `date_part`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePartOp {
    /// Which part.
    pub part: DatePart,
    /// Zeros are put in front up to this many characters.
    pub width: u8,
    /// Era codes of `era`.
    pub eras: EraCodes,
}
