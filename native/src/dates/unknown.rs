//! 不詳日: the fourteen forms of a date that is not known to the day.
//!
//! Source: 住民記録システム標準仕様書 V1.0 年月日; the forms stand in `chukan_layout/plan/eras.py`.

use super::reader::Reader;

/// Some when the narrowed text is one of the fourteen forms.
pub(super) fn unknown_form(t: &[char]) -> Option<()> {
    let mut r = Reader(t);
    if r.has("年月日不詳") {
        return r.end();
    }
    let estimated = r.has("推定");
    if r.era_name().is_some() {
        r.era_year()?;
    } else {
        r.digits(4, 4)?;
    }
    r.literal("年")?;
    if estimated {
        estimated_tail(r)
    } else {
        year_tail(r)
    }
}

/// Behind 推定 and the year: a month, perhaps a day.
fn estimated_tail(mut r: Reader) -> Option<()> {
    r.digits(1, 2)?;
    r.literal("月")?;
    if r.end().is_some() {
        return Some(());
    }
    r.digits(1, 2)?;
    r.literal("日")?;
    r.end()
}

/// Behind the year: 頃, a season, 月日不詳, or a month.
fn year_tail(mut r: Reader) -> Option<()> {
    if r.has("頃") || ["春", "夏", "秋", "冬"].iter().any(|season| r.has(season)) {
        return r.end();
    }
    if r.digits(1, 2).is_none() {
        r.optional(" ");
        r.literal("月日不詳")?;
        return r.end();
    }
    r.literal("月")?;
    month_tail(r)
}

/// Behind the month: 頃, a third with or without 頃, 日不詳, 推定 and two days, or a day.
fn month_tail(mut r: Reader) -> Option<()> {
    if r.has("頃") {
        return r.end();
    }
    if ["上旬", "中旬", "下旬"].iter().any(|third| r.has(third)) {
        r.optional("頃");
        return r.end();
    }
    if r.has("推定") {
        r.digits(1, 2)?;
        r.literal("日から")?;
        r.digits(1, 2)?;
        r.literal("日までの間")?;
        return r.end();
    }
    if r.digits(1, 2).is_none() {
        r.optional(" ");
        r.literal("日不詳")?;
        return r.end();
    }
    r.literal("日")?;
    day_tail(r)
}

/// Behind the day: 頃, or the other end of a span.
fn day_tail(mut r: Reader) -> Option<()> {
    if r.has("頃から") {
        r.digits(1, 2)?;
    } else if r.has("から") {
        r.digits(1, 2)?;
        r.literal("月")?;
        r.digits(1, 2)?;
    } else {
        r.literal("頃")?;
        return r.end();
    }
    r.literal("日頃までの間")?;
    r.end()
}
