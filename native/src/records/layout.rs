//! The JSON of a record layout, as `chukan_layout.plan.records` makes it, and what it says once read.

use serde::Deserialize;

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    Fixed,
    Line,
    Rdw,
    Bdw,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Header,
    Data,
    Trailer,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    X,
    N,
    M,
    #[serde(rename = "zoned")]
    Zoned,
    #[serde(rename = "packed")]
    Packed,
    #[serde(rename = "binary")]
    Binary,
    #[serde(rename = "float")]
    Float,
    #[serde(rename = "edited")]
    Edited,
}

impl Type {
    pub fn name(self) -> &'static str {
        match self {
            Self::X => "X",
            Self::N => "N",
            Self::M => "M",
            Self::Zoned => "zoned",
            Self::Packed => "packed",
            Self::Binary => "binary",
            Self::Float => "float",
            Self::Edited => "edited",
        }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    Trailing,
    Leading,
    TrailingSeparate,
    LeadingSeparate,
}

impl Sign {
    pub fn separate(self) -> bool {
        matches!(self, Self::TrailingSeparate | Self::LeadingSeparate)
    }

    pub fn leading(self) -> bool {
        matches!(self, Self::Leading | Self::LeadingSeparate)
    }
}

/// The counter of an OCCURS DEPENDING ON, a field of the same kind; `element` 0 for fields behind the table.
#[derive(Deserialize, Clone, Debug)]
pub struct Odo {
    pub counter: usize,
    pub most: usize,
    pub stride: usize,
    pub element: usize,
}

#[derive(Deserialize, Clone, Debug)]
pub struct When {
    pub field: usize,
    pub among: Vec<String>,
}

#[derive(Deserialize, Clone, Debug)]
pub struct Field {
    pub name: String,
    pub at: usize,
    pub bytes: usize,
    #[serde(rename = "type")]
    pub kind: Type,
    pub digits: usize,
    pub scale: i32,
    pub signed: bool,
    pub sign: Sign,
    /// False: packed without a sign nibble.
    pub nibble: bool,
    /// A blank number is zero, not null.
    pub zero: bool,
    /// Spaces on the left are padding.
    pub right: bool,
    /// Its bytes are never shown.
    #[serde(default)]
    pub secret: bool,
    pub when: Option<When>,
    pub odo: Vec<Odo>,
}

#[derive(Deserialize, Debug)]
pub struct Kind {
    pub role: Role,
    pub code: Vec<String>,
    /// 0 when records of this kind differ in length.
    pub bytes: usize,
    pub fields: Vec<Field>,
    /// Fields of a header or trailer whose values are told.
    pub values: Vec<usize>,
}

#[derive(Deserialize, Clone, Copy, Debug)]
pub struct CodeAt {
    pub at: usize,
    pub bytes: usize,
}

#[derive(Deserialize, Debug)]
pub struct Layout {
    pub form: Form,
    pub length: usize,
    pub crlf: bool,
    pub big: bool,
    pub inclusive: bool,
    pub shrinks: bool,
    /// Most bytes of a block that is written, its length included.
    #[serde(default = "block")]
    pub block: usize,
    /// A host charset: one byte a character in X, two in N.
    pub host: bool,
    /// Binaries with the low byte first, IEEE floats.
    pub little: bool,
    pub ieee: bool,
    /// Zones 4 and 5 as signs of ASCII digits (NetCOBOL), else 3 and 7.
    pub netcobol: bool,
    pub code: Option<CodeAt>,
    pub kinds: Vec<Kind>,
    pub read: usize,
    pub parent: Option<usize>,
    /// Of each source column: its kind (the one read, or its parent) and the field.
    pub columns: Vec<(usize, usize)>,
    /// Fields of data kinds that are added up.
    pub sums: Vec<(usize, usize)>,
}

fn block() -> usize {
    32_760
}

impl Layout {
    /// Reads the JSON; the error says what doesn't fit.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let layout: Self = serde_json::from_slice(json).map_err(|e| e.to_string())?;
        layout.check()?;
        Ok(layout)
    }

    pub fn check(&self) -> Result<(), String> {
        let field =
            |&(kind, field): &(usize, usize)| self.kinds.get(kind).is_some_and(|k| field < k.fields.len());
        if self.read >= self.kinds.len() || self.parent.is_some_and(|p| p >= self.kinds.len()) {
            return Err("record kind out of range".into());
        }
        if !self.columns.iter().chain(&self.sums).all(field) {
            return Err("record field out of range".into());
        }
        for kind in &self.kinds {
            let n = kind.fields.len();
            let odo = kind.fields.iter().flat_map(|f| f.odo.iter().map(|o| o.counter));
            let when = kind.fields.iter().flat_map(|f| f.when.iter().map(|w| w.field));
            if odo.chain(when).chain(kind.values.iter().copied()).any(|i| i >= n) {
                return Err("record field out of range".into());
            }
            if kind.fields.iter().any(|f| f.bytes == 0 || f.digits > 38 || f.scale.abs() > 18) {
                return Err("record field without a size".into());
            }
        }
        let longest = self.kinds.iter().map(|k| k.bytes).chain([self.length, self.block]).max().unwrap_or(0);
        if matches!(self.form, Form::Rdw | Form::Bdw) && longest > 0xFFFF - 8 {
            return Err("a length of two bytes is too short for the records".into());
        }
        if self.form == Form::Fixed && self.length == 0 {
            return Err("fixed records need a length".into());
        }
        Ok(())
    }
}
