//! The JSON that `chukan_layout.plan` compiles a layout and a mapping into.

use crate::checks::ItemCheck;
use crate::ops::Op;
use crate::value::{Kind, Mask};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize)]
pub struct Spec {
    pub charset: String,
    pub delimiter: char,
    pub quote: Option<char>,
    pub newline: Newline,
    pub columns: usize,
    #[serde(default)]
    pub empty_quoted: EmptyQuoted,
    pub max_record: usize,
    pub items: Vec<ItemSpec>,
    #[serde(default)]
    pub residual: Vec<ResidualSpec>,
    #[serde(default)]
    pub row_checks: Vec<RowCheckSpec>,
    /// Records that are not needed.
    #[serde(default)]
    pub purges: Vec<PurgeSpec>,
    #[serde(default)]
    pub keyed: Vec<KeyedSpec>,
    pub key: Vec<usize>,
    pub structure: HashMap<String, u16>,
    #[serde(default)]
    pub tables: HashMap<String, Vec<(String, String)>>,
    #[serde(default)]
    pub codes: HashMap<String, Vec<String>>,
    #[serde(default)]
    pub weights: HashMap<String, Vec<u32>>,
    pub out: OutSpec,
    /// False turns the accelerators off (tests prove that they change nothing).
    #[serde(default = "yes")]
    pub fast: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Newline {
    Lf,
    Crlf,
    Cr,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
pub enum EmptyQuoted {
    #[default]
    Null,
    Empty,
}

#[derive(Deserialize)]
pub struct OutSpec {
    pub delimiter: char,
    pub newline: String,
    #[serde(default)]
    pub quote_all: bool,
}

#[derive(Deserialize)]
pub struct ResidualSpec {
    pub source: usize,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    Keep,
    Null,
    Reject,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OutKind {
    Text,
    Date,
    Int,
    Decimal,
    Dict,
}

#[derive(Deserialize)]
pub struct ItemSpec {
    pub name: String,
    #[serde(default)]
    pub sources: Vec<usize>,
    #[serde(default)]
    pub ops: Vec<Op>,
    #[serde(flatten)]
    pub check: ItemCheck,
    #[serde(default)]
    pub code: Option<String>,
    pub mask: Mask,
    pub out: OutKind,
    #[serde(default)]
    pub rules: HashMap<Kind, (u16, Action)>,
    #[serde(default)]
    pub when: Vec<Condition>,
    #[serde(default)]
    pub applies_when: Vec<Condition>,
    #[serde(default)]
    pub required_when: Vec<Condition>,
    /// Cleansing rules: number, first operation, operation behind the last.
    #[serde(default)]
    pub cleanse: Vec<(u16, usize, usize)>,
}

#[derive(Deserialize)]
pub struct PurgeSpec {
    pub rule: u16,
    pub when: Vec<Condition>,
}

#[derive(Deserialize, Clone)]
pub struct Condition {
    pub item: usize,
    #[serde(default, rename = "in")]
    pub among: Option<Vec<String>>,
    #[serde(default)]
    pub not_in: Option<Vec<String>>,
    #[serde(default)]
    pub present: Option<bool>,
    /// A date before this one (ISO).
    #[serde(default)]
    pub before: Option<String>,
}

#[derive(Deserialize, Clone)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum RowCheckSpec {
    Compare {
        rule: u16,
        action: Action,
        left: usize,
        op: CompareOp,
        right: usize,
        #[serde(default)]
        when: Vec<Condition>,
    },
    Implies {
        rule: u16,
        action: Action,
        when: Vec<Condition>,
        then: Vec<Condition>,
        item: usize,
    },
    Sum {
        rule: u16,
        action: Action,
        total: usize,
        plus: Vec<usize>,
        #[serde(default)]
        minus: Vec<usize>,
        /// Decimal places at which the amounts are compared.
        scale: u8,
        tolerance: u64,
        #[serde(default)]
        when: Vec<Condition>,
    },
    Dated {
        rule: u16,
        action: Action,
        item: usize,
        /// The item that holds the day; else `day`.
        #[serde(default)]
        at: Option<usize>,
        #[serde(default)]
        day: Option<String>,
        /// Code, first and last day; a blank end is open.
        spans: Vec<(String, String, String)>,
        #[serde(default)]
        when: Vec<Condition>,
    },
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    #[serde(rename = "<=")]
    Le,
    #[serde(rename = "<")]
    Lt,
    #[serde(rename = ">=")]
    Ge,
    #[serde(rename = ">")]
    Gt,
    #[serde(rename = "==")]
    Eq,
    #[serde(rename = "!=")]
    Ne,
}

#[derive(Deserialize)]
pub struct KeyedSpec {
    pub items: Vec<usize>,
    #[serde(default, rename = "where")]
    pub filter: Vec<Condition>,
    #[serde(default)]
    pub flag: Vec<Condition>,
    #[serde(default)]
    pub number: Option<usize>,
    /// An item and the decimal places of its smallest unit.
    #[serde(default)]
    pub amount: Option<(usize, u8)>,
    /// First and last day.
    #[serde(default)]
    pub period: Option<(usize, usize)>,
    /// A date.
    #[serde(default)]
    pub day: Option<usize>,
}
