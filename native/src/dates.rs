//! Dates: eras and the calendar; below, the shapes vendors write and 不詳日.
//!
//! Sources: eras and forms of 不詳日 as in `chukan_layout/plan/eras.py` (元号を改める政令, 太政官布告337号,
//! 住民記録システム標準仕様書 V1.0 年月日); what each setting means as in `plan/reference.py`.

mod read;
mod reader;
mod settings;
mod shapes;
mod unknown;
mod write;

pub use read::date;
pub use settings::{
    DateOp, DatePart, DatePartOp, DateResult, EraCodes, FormatDateOp, Nines, Shape, Unknown, WrittenShape,
    Zeros,
};
pub use write::{date_part, format_date, split_iso};

use crate::value::Kind;

/// Year, month, day of the Gregorian calendar.
pub type Ymd = (i32, u32, u32);

/// 年号 with its first and last day.
#[derive(Clone, Copy, Debug)]
pub struct Era {
    /// M T S H R
    pub letter: char,
    /// The name in kanji.
    pub name: &'static str,
    /// Western year = base + year of the era.
    pub base: i32,
    /// First day.
    pub first: Ymd,
    /// Last day.
    pub last: Ymd,
}

/// The eras since 明治, oldest first.
#[rustfmt::skip]
pub const ERAS: [Era; 5] = [
    Era { letter: 'M', name: "明治", base: 1867, first: (1868, 1, 25), last: (1912, 7, 30) },
    Era { letter: 'T', name: "大正", base: 1911, first: (1912, 7, 30), last: (1926, 12, 25) },
    Era { letter: 'S', name: "昭和", base: 1925, first: (1926, 12, 25), last: (1989, 1, 7) },
    Era { letter: 'H', name: "平成", base: 1988, first: (1989, 1, 8), last: (2019, 4, 30) },
    Era { letter: 'R', name: "令和", base: 2018, first: (2019, 5, 1), last: (9999, 12, 31) },
];

/// The Gregorian calendar begins here; 明治 dates before it can't be converted by arithmetic.
pub const FIRST_SOLAR_DAY: Ymd = (1873, 1, 1);
/// What zeros mean with `zeros = "min"`: 0000-01-01, the one date outside the calendar that passes.
pub const MIN_DAY: Ymd = (0, 1, 1);
/// What nines mean with `nines = "max"`.
pub const MAX_DAY: Ymd = (9999, 12, 31);

/// Days in a month; 0 for a month that isn't one.
pub const fn month_length(y: i32, m: u32) -> u32 {
    match m {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether the day exists in the Gregorian calendar (years 1 to 9999).
pub const fn is_calendar_day(y: i32, m: u32, d: u32) -> bool {
    1 <= y && y <= 9999 && 1 <= d && d <= month_length(y, m)
}

/// The day itself, or CAL.
pub fn western_day(y: i32, m: u32, d: u32) -> Result<Ymd, Kind> {
    if is_calendar_day(y, m, d) {
        Ok((y, m, d))
    } else {
        Err(Kind::Cal)
    }
}

/// The day of a year of an era (index into [`ERAS`]): CAL, LUN or ERA when there is no such day.
pub fn era_day(era: usize, y: u32, m: u32, d: u32) -> Result<Ymd, Kind> {
    let e = ERAS.get(era).ok_or(Kind::Era)?;
    if y < 1 {
        return Err(Kind::Cal);
    }
    let day = (e.base.saturating_add(i32::try_from(y).unwrap_or(i32::MAX)), m, d);
    if era == 0 && day < FIRST_SOLAR_DAY {
        return Err(Kind::Lun);
    }
    western_day(day.0, m, d)?;
    if e.first <= day && day <= e.last {
        Ok(day)
    } else {
        Err(Kind::Era)
    }
}

/// The era a day is written in: the later one where two meet; LUN before the solar calendar, ERA before 明治.
pub fn era_of(day: Ymd) -> Result<usize, Kind> {
    match ERAS.iter().rposition(|e| e.first <= day && day <= e.last) {
        Some(0) if day < FIRST_SOLAR_DAY => Err(Kind::Lun),
        Some(era) => Ok(era),
        None => Err(Kind::Era),
    }
}

/// Year, month and day of the days since 1970-01-01, in the proleptic Gregorian calendar (Hinnant, civil_from_days).
pub fn civil_from_days(days: i32) -> Ymd {
    let z = i64::from(days) + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

/// Days since 1970-01-01 (Arrow date32) of any day of the proleptic Gregorian calendar; years outside -9999 to
/// 99999 are clamped.
pub fn days_from_civil(y: i32, m: u32, d: u32) -> i32 {
    let m = m.min(12) as i32;
    let y = y.clamp(-9999, 99_999) - i32::from(m <= 2);
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d.min(31) as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}
