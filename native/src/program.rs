//! A compiled program: the JSON of the plan with tables built, conditions resolved and accelerators chosen.

use crate::chars::Class;
use crate::chars::{is_private_use, CharOp};
use crate::charset::codec::Codec;
use crate::charset::lines::Lines;
use crate::charset::{Charset, Decoder};
use crate::checkdigit::{check_digit_ok, CheckDigit};
use crate::checks::{check, Codes, DataType, ItemCheck};
use crate::cleanse::{purges, Purge, Stretch};
use crate::dates::{DateOp, DateResult, Shape, Zeros};
use crate::fast::{days_of_iso, pack7, CodeFast, DateFast, DatePart, DigitsFast, Fast, TextFast};
use crate::keyed::{ENTRY, WIDE_ENTRY};
use crate::ops::{run_ops, Op, Side};
use crate::record::Dialect;
use crate::records::Records;
use crate::sink::{Expected, Out};
use crate::spec::{
    Action, CompareOp, Condition, EmptyQuoted, ItemSpec, Newline, OutKind, RowCheckSpec, Spec,
};
use crate::tables::{Table, Tables};
use crate::text::{flag, TextTable};
use crate::value::{Kind, Mask};
use std::collections::HashMap;
use std::sync::Arc;

pub struct Item {
    pub name: String,
    pub sources: Vec<usize>,
    pub ops: Vec<Op>,
    pub check: ItemCheck,
    pub mask: Mask,
    pub out: Out,
    pub rules: [Option<(u16, Action)>; Kind::COUNT],
    pub when: Vec<Cond>,
    pub applies_when: Vec<Cond>,
    pub required_when: Vec<Cond>,
    /// Operations that belong to cleansing rules.
    pub cleanse: Vec<Stretch>,
    pub required: bool,
    /// Required whatever the other items say, so that the cell alone decides.
    pub required_now: bool,
    /// Its text is needed between the cells.
    pub watched: bool,
    pub summed: bool,
    /// It has a source or operations; the others are blank in every record.
    pub active: bool,
    pub codes: Option<Vec<String>>,
    code_places: HashMap<Vec<u8>, i16>,
    pub expected: Expected,
}

impl Item {
    pub fn action(&self, kind: Kind) -> Option<Action> {
        self.rules[kind.index()].map(|(_, action)| action)
    }

    pub fn code_index(&self, code: &[u8]) -> Option<i16> {
        self.code_places.get(code).copied()
    }
}

/// What the hot loop needs of an active item, close together.
pub struct Step {
    pub item: usize,
    /// Delimiters before it.
    pub seps: usize,
    pub source: Option<usize>,
    pub joined: bool,
    pub has_when: bool,
    pub required_now: bool,
    pub watched: bool,
    pub summed: bool,
    pub fast: Fast,
}

pub struct Cond {
    /// Equal conditions of a program share one number, so that each is asked once a record.
    pub id: usize,
    pub item: usize,
    pub test: Test,
}

#[derive(Clone, PartialEq)]
pub enum Test {
    In(CodeList),
    NotIn(CodeList),
    Present(bool),
    /// A date before this one, in ISO form.
    Before(Box<[u8]>),
}

/// Values of a condition: the short ones as integers.
#[derive(Clone, PartialEq)]
pub struct CodeList {
    short: Vec<u64>,
    long: Vec<Box<[u8]>>,
}

impl CodeList {
    fn new(values: &[String]) -> Self {
        let bytes = values.iter().map(|v| v.as_bytes());
        Self {
            short: bytes.clone().filter_map(pack7).collect(),
            long: bytes.filter(|b| b.len() > 7).map(Into::into).collect(),
        }
    }

    pub fn has(&self, value: &[u8]) -> bool {
        match pack7(value) {
            Some(packed) => self.short.contains(&packed),
            None => self.long.iter().any(|v| **v == *value),
        }
    }
}

pub struct RowCheck {
    pub rule: u16,
    pub action: Action,
    /// The item the finding is about.
    pub item: usize,
    pub when: Vec<Cond>,
    pub numeric: bool,
    pub body: RowCheckBody,
}

pub enum RowCheckBody {
    Compare { op: CompareOp, right: usize },
    Implies { then: Vec<Cond> },
    Sum { plus: Vec<usize>, minus: Vec<usize>, scale: u8, tolerance: u64 },
    Dated { at: Day, spans: Vec<(String, String, String)> },
}

/// The day on which a code is looked up: that of an item, or one for all records.
pub enum Day {
    Of(usize),
    Fixed(String),
}

impl RowCheckBody {
    /// The conditions that must hold.
    fn then(&self) -> &[Cond] {
        match self {
            Self::Implies { then } => then,
            _ => &[],
        }
    }

    fn then_mut(&mut self) -> Option<&mut Vec<Cond>> {
        match self {
            Self::Implies { then } => Some(then),
            _ => None,
        }
    }

    /// The items besides [`RowCheck::item`] whose values are judged.
    fn others(&self) -> impl Iterator<Item = usize> + '_ {
        let (one, plus, minus): (Option<usize>, &[usize], &[usize]) = match self {
            Self::Compare { right, .. } => (Some(*right), &[], &[]),
            Self::Implies { .. } => (None, &[], &[]),
            Self::Sum { plus, minus, .. } => (None, plus, minus),
            Self::Dated { at: Day::Of(at), .. } => (Some(*at), &[], &[]),
            Self::Dated { .. } => (None, &[], &[]),
        };
        one.into_iter().chain(plus.iter().copied()).chain(minus.iter().copied())
    }
}

pub struct Keyed {
    pub items: Vec<usize>,
    pub filter: Vec<Cond>,
    pub flag: Vec<Cond>,
    pub number: Option<usize>,
    pub amount: Option<(usize, u8)>,
    pub period: Option<(usize, usize)>,
    pub day: Option<usize>,
}

impl Keyed {
    /// Bytes of an entry.
    pub fn width(&self) -> usize {
        if self.amount.is_some() || self.period.is_some() || self.day.is_some() {
            WIDE_ENTRY
        } else {
            ENTRY
        }
    }

    /// The items whose values make an entry.
    fn used(&self) -> impl Iterator<Item = usize> + '_ {
        let amount = self.amount.map(|(item, _)| item);
        let period = self.period.map(|(first, last)| [first, last]);
        let values =
            self.number.into_iter().chain(amount).chain(self.day).chain(period.into_iter().flatten());
        self.items.iter().copied().chain(values)
    }
}

/// Rules about records as a whole.
#[derive(Default)]
pub struct Structure {
    pub ragged: Option<u16>,
    pub quote: Option<u16>,
    pub long: Option<u16>,
    pub nul: Option<u16>,
    pub truncated: Option<u16>,
    pub blank: Option<u16>,
    /// Of files of records.
    pub length: Option<u16>,
    pub kind: Option<u16>,
    pub field: Option<u16>,
    pub half: Option<u16>,
    pub shift: Option<u16>,
    pub parent: Option<u16>,
}

pub struct Program {
    /// How the file is cut into records; None for delimited files.
    pub records: Option<Records>,
    /// How a text in a charset that the pass doesn't divide by itself becomes UTF-8.
    pub lines: Option<Lines>,
    pub dialect: Dialect,
    pub decoder: Decoder,
    pub columns: usize,
    pub empty_is_value: bool,
    pub nul_is_broken: bool,
    pub items: Vec<Item>,
    /// Active items with the delimiters that stand before them.
    pub order: Vec<Step>,
    /// Delimiters behind the last active item, and the line end.
    pub row_end: Vec<u8>,
    pub out_delimiter: u8,
    pub quote_all: bool,
    pub residual: Vec<usize>,
    pub row_checks: Vec<RowCheck>,
    pub purges: Vec<Purge>,
    pub keyed: Vec<Keyed>,
    pub key: Vec<usize>,
    pub conditional: Vec<usize>,
    pub summed: Vec<usize>,
    pub structure: Structure,
    pub rule_count: usize,
    pub condition_count: usize,
    pub tables: Tables,
    pub weights: Vec<u32>,
    pub private_units: HashMap<char, u16>,
    /// Characters as they are, for residual items.
    pub plain_table: Option<Arc<TextTable>>,
}

impl Program {
    pub fn charset(&self) -> Charset {
        self.decoder.charset
    }

    pub fn accelerated(&self) -> Vec<String> {
        let fast = self.order.iter().filter(|step| !matches!(step.fast, Fast::None));
        fast.map(|step| self.items[step.item].name.clone()).collect()
    }

    /// Reads and links the JSON; the error says what doesn't fit.
    pub fn compile(json: &[u8], table: &[u8]) -> Result<Self, String> {
        let spec: Spec = serde_json::from_slice(json).map_err(|e| e.to_string())?;
        let charset = Charset::parse(&spec.charset).ok_or("unknown charset")?;
        let decoder = Decoder::new(charset, table)?;
        let tables = Tables::new(
            spec.tables
                .iter()
                .map(|(name, pairs)| (name.clone(), Table::new(pairs.iter().map(|(k, v)| (k, v))))),
        );
        let weights = spec.weights.get("juminhyo").cloned().unwrap_or_default();
        let out_delimiter = ascii(spec.out.delimiter)?;
        let mut items = Vec::with_capacity(spec.items.len());
        for raw in &spec.items {
            items.push(item(raw, &spec, &tables)?);
        }
        let mut program = Self {
            records: None,
            lines: None,
            dialect: dialect(&spec, charset)?,
            columns: spec.columns,
            empty_is_value: spec.empty_quoted == EmptyQuoted::Empty,
            nul_is_broken: spec.structure.contains_key("S-NUL"),
            order: order(&items),
            row_end: row_end(&items, out_delimiter, &spec.out.newline),
            out_delimiter,
            quote_all: spec.out.quote_all,
            residual: spec.residual.iter().map(|r| r.source).collect(),
            row_checks: row_checks(&spec, &items)?,
            purges: purges(&spec.purges, items.len())?,
            keyed: keyed(&spec, items.len())?,
            key: spec.key.clone(),
            conditional: Vec::new(),
            summed: Vec::new(),
            structure: structure(&spec.structure),
            rule_count: rule_count(&spec),
            condition_count: 0,
            tables,
            weights,
            private_units: private_units(&decoder),
            plain_table: None,
            decoder,
            items,
        };
        program.check_indices()?;
        program.number_conditions();
        program.link();
        if spec.fast {
            program.accelerate();
        }
        Ok(program)
    }

    /// The program reads files of records; an error when their fields are not its columns.
    pub fn of_records(&mut self, records: Records) -> Result<(), String> {
        if records.columns() != self.columns || self.charset() != Charset::Utf8 {
            return Err("the record layout is not that of the program".into());
        }
        self.private_units = records.private_units();
        self.records = Some(records);
        Ok(())
    }

    /// The program reads text in another charset, of which `lines` make UTF-8.
    pub fn of_lines(&mut self, codec: Codec) -> Result<(), String> {
        if self.charset() != Charset::Utf8 {
            return Err("lines of another charset are read as UTF-8".into());
        }
        let lines = Lines::new(codec, self.dialect.newline)?;
        self.private_units = lines.private_units();
        self.lines = Some(lines);
        Ok(())
    }

    fn check_indices(&self) -> Result<(), String> {
        let n = self.items.len();
        let conds = self.items.iter().flat_map(|i| [&i.when, &i.applies_when, &i.required_when]).flatten();
        if conds.into_iter().any(|c| c.item >= n) || self.key.iter().any(|k| *k >= n) {
            return Err("item index out of range".into());
        }
        let sources = self.items.iter().flat_map(|i| &i.sources).chain(&self.residual);
        if sources.into_iter().any(|s| *s >= self.columns) {
            return Err("source index out of range".into());
        }
        for (k, item) in self.items.iter().enumerate() {
            if let Some(c) = item.when.iter().find(|c| c.item >= k) {
                return Err(format!("when of item {k} refers to the later item {}", c.item));
            }
        }
        Ok(())
    }

    fn number_conditions(&mut self) {
        let items =
            self.items.iter_mut().flat_map(|i| [&mut i.when, &mut i.applies_when, &mut i.required_when]);
        let checks = self
            .row_checks
            .iter_mut()
            .flat_map(|check| std::iter::once(&mut check.when).chain(check.body.then_mut()));
        let checks = checks.chain(self.purges.iter_mut().map(|p| &mut p.when));
        let keyed = self.keyed.iter_mut().flat_map(|k| [&mut k.filter, &mut k.flag]);
        let mut known: Vec<(usize, Test)> = Vec::new();
        for cond in items.chain(checks).chain(keyed).flatten() {
            let same = known.iter().position(|(item, test)| *item == cond.item && *test == cond.test);
            cond.id = same.unwrap_or(known.len());
            if same.is_none() {
                known.push((cond.item, cond.test.clone()));
            }
        }
        self.condition_count = known.len();
    }

    /// Marks the items whose text is needed between the cells.
    fn link(&mut self) {
        let mut watched = vec![false; self.items.len()];
        let mut watch = |conds: &[Cond]| conds.iter().for_each(|c| watched[c.item] = true);
        for item in &self.items {
            watch(&item.when);
            watch(&item.applies_when);
            watch(&item.required_when);
        }
        for keyed in &self.keyed {
            watch(&keyed.filter);
            watch(&keyed.flag);
        }
        self.purges.iter().for_each(|p| watch(&p.when));
        for check in &self.row_checks {
            watch(&check.when);
            watch(check.body.then());
        }
        for check in &self.row_checks {
            watched[check.item] = true;
            check.body.others().for_each(|k| watched[k] = true);
        }
        for k in self.keyed.iter().flat_map(Keyed::used).chain(self.key.iter().copied()) {
            watched[k] = true;
        }
        for (k, item) in self.items.iter_mut().enumerate() {
            item.watched = watched[k] || item.summed || !item.applies_when.is_empty();
            let conditional = !item.applies_when.is_empty() || !item.required_when.is_empty();
            if item.active && conditional {
                self.conditional.push(k);
            }
            if item.active && item.summed {
                self.summed.push(k);
            }
        }
        for step in &mut self.order {
            step.watched = self.items[step.item].watched;
        }
    }

    fn accelerate(&mut self) {
        let mut tables = HashMap::new();
        for i in 0..self.order.len() {
            let item = &self.items[self.order[i].item];
            self.order[i].fast = self.fast_of(item, &mut tables);
        }
        if !self.residual.is_empty() {
            self.plain_table = Some(Arc::new(self.text_table(&[])));
        }
    }

    fn fast_of(&self, item: &Item, cache: &mut HashMap<String, Arc<TextTable>>) -> Fast {
        let ops = &item.ops[..];
        let ranged = item.check.min.is_some() || item.check.max.is_some();
        if !item.active || !item.cleanse.is_empty() || (ranged && item.check.data_type != DataType::Date) {
            return Fast::None;
        }
        if let [Op::Const(text)] = ops {
            return self.const_fast(item, text);
        }
        if item.sources.len() == 1 {
            let (trim, rest) = leading_trim(ops);
            match rest {
                [Op::Map { table, default: None }] => {
                    return self.map_fast(item, trim, self.tables.get(table))
                }
                [] if item.codes.is_some() => return self.code_fast(item, trim),
                [Op::Date(op)] => return date_fast(item, trim, op),
                // A known date leaves nothing for the text, whatever is done to it behind.
                [Op::Date(op), behind @ ..]
                    if op.part == DateResult::UnknownText && behind.iter().all(is_charwise) =>
                {
                    return date_fast(item, trim, op)
                }
                [] if item.check.data_type == DataType::Date => return iso_fast(item, trim),
                _ => {}
            }
            if let Some(fast) = digits_fast(item, trim, rest, &self.weights) {
                return fast;
            }
        }
        self.text_fast(item, cache).unwrap_or(Fast::None)
    }

    fn const_fast(&self, item: &Item, text: &str) -> Fast {
        let plain = !text.is_empty() && crate::text::flags_of(text, self.out_delimiter) & flag::SPECIAL == 0;
        if !plain || !check(text, &item.check, &self.weights).is_clean() {
            return Fast::None;
        }
        Fast::Const { text: text.as_bytes().to_vec(), index: item.code_index(text.as_bytes()).unwrap_or(-1) }
    }

    fn map_fast(&self, item: &Item, trim: bool, table: Option<&Table>) -> Fast {
        let Some(table) = table else { return Fast::None };
        let pairs: Vec<(String, String)> =
            table.pairs().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        self.coded(item, trim, pairs)
    }

    fn code_fast(&self, item: &Item, trim: bool) -> Fast {
        let codes = item.codes.iter().flatten();
        self.coded(item, trim, codes.map(|c| (c.clone(), c.clone())).collect())
    }

    fn coded(&self, item: &Item, trim: bool, pairs: Vec<(String, String)>) -> Fast {
        let encoder = self.decoder.encoder();
        let good = pairs.into_iter().filter_map(|(from, to)| {
            let special =
                crate::text::flags_of(&to, self.out_delimiter) & (flag::SPECIAL | flag::CONTROL) != 0;
            let clean = !to.is_empty() && !special && check(&to, &item.check, &self.weights).is_clean();
            let blank = from.chars().all(crate::chars::is_blank);
            let index = item.code_index(to.as_bytes());
            if !clean || blank || (item.out == Out::Dict && index.is_none()) {
                return None;
            }
            Some((encoder.text(&from)?, to, index.unwrap_or(-1)))
        });
        Fast::Code(CodeFast::new(trim, good))
    }

    /// Character-wise operations on text without codes and check digits.
    fn text_fast(&self, item: &Item, cache: &mut HashMap<String, Arc<TextTable>>) -> Option<Fast> {
        let c = &item.check;
        let text = matches!(c.data_type, DataType::X | DataType::N) && item.out == Out::Text;
        if !text || c.codes.is_some() || c.check_digit.is_some() || self.quote_all {
            return None;
        }
        let (joins, separator, rest) = match item.ops.split_first() {
            Some((Op::Concat(separator), rest)) => (true, separator.as_bytes().to_vec(), rest),
            _ if item.sources.len() == 1 => (false, Vec::new(), &item.ops[..]),
            _ => return None,
        };
        let (trim, chars) = leading_trim(rest);
        if !chars.iter().all(is_charwise) {
            return None;
        }
        let key = format!("{chars:?}");
        let table = cache.entry(key).or_insert_with(|| Arc::new(self.text_table(chars))).clone();
        let forbidden = flag::SLOW
            | flag::SPECIAL
            | match c.class {
                Class::Half => flag::WIDE | flag::CONTROL,
                Class::Full => flag::HALF | flag::CONTROL,
                Class::Kana => flag::NOT_KANA,
                Class::Digit => flag::NOT_DIGIT,
                Class::Alnum => flag::NOT_ALNUM,
                Class::Any => flag::CONTROL,
            };
        let max_chars = u32::try_from(c.digits).unwrap_or(u32::MAX);
        Some(Fast::Text(TextFast {
            table,
            charset: self.charset(),
            trim,
            joins,
            separator,
            forbidden,
            max_chars,
            min_chars: if c.exact { max_chars } else { 0 },
        }))
    }

    fn text_table(&self, ops: &[Op]) -> TextTable {
        let apply = |text: &str| {
            let run = run_ops(ops, &[Some(text)], &self.tables, self.charset());
            run.ok().map(Option::unwrap_or_default)
        };
        let same = |text: &str| Some(text.to_string());
        if ops.is_empty() {
            TextTable::build(&self.decoder, self.out_delimiter, &same, &|_| false)
        } else {
            TextTable::build(&self.decoder, self.out_delimiter, &apply, &|text| self.replaces(ops, text))
        }
    }
}

impl Program {
    /// Whether a gaiji operation among `ops` changes something of `text`.
    fn replaces(&self, ops: &[Op], text: &str) -> bool {
        ops.iter().enumerate().any(|(i, op)| match op {
            Op::Gaiji(table) => {
                let before = run_ops(&ops[..i], &[Some(text)], &self.tables, self.charset());
                let value = before.ok().flatten().unwrap_or_default();
                self.tables.get(table).is_some_and(|t| value.chars().any(|c| t.get_char(c).is_some()))
            }
            _ => false,
        })
    }
}

/// Operations that look at one character at a time (kana pairs apart) and keep blanks blank.
fn is_charwise(op: &Op) -> bool {
    match op {
        Op::Char(CharOp::Dash(to)) => !crate::chars::is_blank(*to),
        Op::Char(_) | Op::Gaiji(_) => true,
        _ => false,
    }
}

fn leading_trim(ops: &[Op]) -> (bool, &[Op]) {
    match ops.split_first() {
        Some((Op::Trim(Side::Both), rest)) => (true, rest),
        _ => (false, ops),
    }
}

fn digits_fast(item: &Item, trim: bool, ops: &[Op], weights: &[u32]) -> Option<Fast> {
    let c = &item.check;
    let number = c.data_type == DataType::Unsigned && item.out == Out::Int;
    let text = c.data_type == DataType::X && item.out == Out::Text;
    let class = matches!(c.class, Class::Half | Class::Digit | Class::Alnum | Class::Any);
    if !(number || text) || !class || c.codes.is_some() {
        return None;
    }
    let (pad, strip_zeros) = match ops {
        [] => (0, false),
        [Op::Pad { width, fill: '0' }] => (usize::from(*width), false),
        [Op::Strip('0')] => (0, true),
        [Op::Number(0)] => (0, true),
        _ => return None,
    };
    // Texts that are seldom digits are better off with the character table.
    if text && ops.is_empty() && !(c.exact || c.check_digit.is_some()) {
        return None;
    }
    let check = match c.check_digit {
        None => None,
        Some(CheckDigit::MyNumber) => Some(mynumber_ok as fn(&[u8]) -> bool),
        Some(CheckDigit::Dantai) => Some(dantai_ok as fn(&[u8]) -> bool),
        Some(CheckDigit::Houjin) => Some(houjin_ok as fn(&[u8]) -> bool),
        Some(CheckDigit::M11w27) => Some(m11w27_ok as fn(&[u8]) -> bool),
        Some(CheckDigit::Juminhyo) if weights.is_empty() && c.exact && c.digits == 11 => None,
        Some(CheckDigit::Juminhyo) => return None,
    };
    Some(Fast::Digits(DigitsFast {
        trim,
        pad,
        max: c.digits.min(18),
        min: if c.exact && text { c.digits } else { 0 },
        strip_zeros,
        check,
    }))
}

fn mynumber_ok(v: &[u8]) -> bool {
    check_digit_ok(CheckDigit::MyNumber, v, &[])
}
fn dantai_ok(v: &[u8]) -> bool {
    check_digit_ok(CheckDigit::Dantai, v, &[])
}
fn houjin_ok(v: &[u8]) -> bool {
    check_digit_ok(CheckDigit::Houjin, v, &[])
}
fn m11w27_ok(v: &[u8]) -> bool {
    check_digit_ok(CheckDigit::M11w27, v, &[])
}

fn date_fast(item: &Item, trim: bool, op: &DateOp) -> Fast {
    let part = match op.part {
        DateResult::Date => DatePart::Day,
        DateResult::UnknownFlag => DatePart::UnknownFlag,
        DateResult::UnknownText => DatePart::UnknownText,
    };
    let date_item = item.check.data_type == DataType::Date && item.out == Out::Date;
    let flag_item = part == DatePart::UnknownFlag && item.check.data_type == DataType::X;
    let good_flag = flag_item && item.codes.as_ref().is_none_or(|c| c.iter().any(|c| c == "0"));
    if !((part == DatePart::Day && date_item) || good_flag || part == DatePart::UnknownText) {
        return Fast::None;
    }
    let before =
        |shape: Shape| !op.shapes.iter().take_while(|s| **s != shape).any(|s| *s == Shape::WarekiCode2);
    Fast::Date(DateFast {
        trim,
        part,
        ymd8: op.shapes.contains(&Shape::Ymd8) && before(Shape::Ymd8),
        letter: op.shapes.contains(&Shape::WarekiLetter),
        iso: false,
        zeros_blank: op.zeros == Zeros::Null,
        span: day_span(&item.check),
    })
}

fn iso_fast(item: &Item, trim: bool) -> Fast {
    Fast::Date(DateFast {
        trim,
        part: DatePart::Day,
        ymd8: false,
        letter: false,
        iso: true,
        zeros_blank: false,
        span: day_span(&item.check),
    })
}

/// The days that min and max allow; a bound that is no day leaves its side open.
fn day_span(check: &ItemCheck) -> (i32, i32) {
    let day = |bound: &Option<Box<str>>| bound.as_deref().and_then(|b| days_of_iso(b.as_bytes()));
    (day(&check.min).unwrap_or(i32::MIN), day(&check.max).unwrap_or(i32::MAX))
}

fn ascii(c: char) -> Result<u8, String> {
    u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| format!("not ASCII: {c:?}"))
}

fn dialect(spec: &Spec, charset: Charset) -> Result<Dialect, String> {
    let delimiter = ascii(spec.delimiter)?;
    Ok(Dialect {
        delimiter,
        quote: spec.quote.map(ascii).transpose()?,
        newline: if spec.newline == Newline::Cr { b'\r' } else { b'\n' },
        max_record: spec.max_record.max(1),
        columns: spec.columns,
        trail_aware: charset == Charset::Cp932 && delimiter >= 0x40,
    })
}

fn item(raw: &ItemSpec, spec: &Spec, tables: &Tables) -> Result<Item, String> {
    let mut ops = raw.ops.clone();
    for op in &mut ops {
        op.resolve(tables).map_err(|e| format!("{}: {e}", raw.name))?;
    }
    let codes = match &raw.code {
        None => None,
        Some(name) => {
            Some(spec.codes.get(name).ok_or_else(|| format!("no code table named {name}"))?.clone())
        }
    };
    let mut check = raw.check.clone();
    check.codes = codes.as_ref().map(|c| Arc::new(Codes::new(c)));
    let mut rules = [None; Kind::COUNT];
    for (kind, rule) in &raw.rules {
        rules[kind.index()] = Some(*rule);
    }
    let required = raw.check.required;
    // REQ on a blank value is decided by the row, which knows whether the item applies.
    check.required = false;
    let places = codes.iter().flatten().enumerate();
    let code_places =
        places.filter_map(|(i, c)| Some((c.as_bytes().to_vec(), i16::try_from(i).ok()?))).collect();
    let out = match raw.out {
        OutKind::Text => Out::Text,
        OutKind::Date => Out::Date,
        OutKind::Int => Out::Int,
        OutKind::Decimal => Out::Decimal(scale(raw)?),
        OutKind::Dict if codes.is_some() => Out::Dict,
        OutKind::Dict => return Err(format!("{}: dict without codes", raw.name)),
    };
    Ok(Item {
        name: raw.name.clone(),
        active: !raw.sources.is_empty() || !ops.is_empty(),
        sources: raw.sources.clone(),
        ops,
        summed: matches!(check.data_type, DataType::Unsigned | DataType::Signed),
        mask: raw.mask,
        out,
        rules,
        when: conds(&raw.when),
        applies_when: conds(&raw.applies_when),
        required_when: conds(&raw.required_when),
        cleanse: stretches(raw)?,
        required,
        required_now: required && raw.applies_when.is_empty(),
        watched: false,
        check,
        codes,
        code_places,
        expected: Expected::default(),
    })
}

fn stretches(raw: &ItemSpec) -> Result<Vec<Stretch>, String> {
    let of = |&(rule, from, to): &(u16, usize, usize)| {
        let whole = from <= to && to <= raw.ops.len();
        whole.then_some(Stretch { rule, from, to }).ok_or_else(|| format!("{}: cleanse", raw.name))
    };
    raw.cleanse.iter().map(of).collect()
}

fn scale(raw: &ItemSpec) -> Result<u8, String> {
    u8::try_from(raw.check.scale).map_err(|_| format!("{}: scale", raw.name))
}

pub fn conds(raw: &[Condition]) -> Vec<Cond> {
    raw.iter()
        .map(|c| Cond {
            id: 0,
            item: c.item,
            test: match (&c.among, &c.not_in, &c.before, c.present) {
                (Some(list), ..) => Test::In(CodeList::new(list)),
                (_, Some(list), ..) => Test::NotIn(CodeList::new(list)),
                (_, _, Some(day), _) => Test::Before(day.as_bytes().into()),
                (.., present) => Test::Present(present.unwrap_or(true)),
            },
        })
        .collect()
}

fn order(items: &[Item]) -> Vec<Step> {
    let mut written = 0;
    let active = items.iter().enumerate().filter(|(_, item)| item.active);
    let steps = active.map(|(k, item)| Step {
        item: k,
        seps: k - std::mem::replace(&mut written, k),
        source: item.sources.first().copied(),
        joined: item.sources.len() > 1,
        has_when: !item.when.is_empty(),
        required_now: item.required_now,
        watched: false,
        summed: item.summed,
        fast: Fast::None,
    });
    steps.collect()
}

fn row_end(items: &[Item], delimiter: u8, newline: &str) -> Vec<u8> {
    let last = items.iter().rposition(|i| i.active).unwrap_or(0);
    let mut end = vec![delimiter; items.len().saturating_sub(1) - last.min(items.len().saturating_sub(1))];
    end.extend_from_slice(newline.as_bytes());
    end
}

fn row_checks(spec: &Spec, items: &[Item]) -> Result<Vec<RowCheck>, String> {
    let numeric = |k: usize| items.get(k).is_some_and(|i| i.check.data_type.is_number());
    spec.row_checks
        .iter()
        .map(|raw| {
            let check = match raw {
                RowCheckSpec::Compare { rule, action, left, op, right, when } => RowCheck {
                    rule: *rule,
                    action: *action,
                    item: *left,
                    when: conds(when),
                    numeric: numeric(*left) && numeric(*right),
                    body: RowCheckBody::Compare { op: *op, right: *right },
                },
                RowCheckSpec::Implies { rule, action, when, then, item } => RowCheck {
                    rule: *rule,
                    action: *action,
                    item: *item,
                    when: conds(when),
                    numeric: false,
                    body: RowCheckBody::Implies { then: conds(then) },
                },
                RowCheckSpec::Sum { rule, action, total, plus, minus, scale, tolerance, when } => RowCheck {
                    rule: *rule,
                    action: *action,
                    item: *total,
                    when: conds(when),
                    numeric: true,
                    body: RowCheckBody::Sum {
                        plus: plus.clone(),
                        minus: minus.clone(),
                        scale: *scale,
                        tolerance: *tolerance,
                    },
                },
                RowCheckSpec::Dated { rule, action, item, at, day, spans, when } => RowCheck {
                    rule: *rule,
                    action: *action,
                    item: *item,
                    when: conds(when),
                    numeric: false,
                    body: RowCheckBody::Dated {
                        at: match (at, day) {
                            (Some(at), None) => Day::Of(*at),
                            (None, Some(day)) => Day::Fixed(day.clone()),
                            _ => return Err("a dated check has an item or a day".into()),
                        },
                        spans: spans.clone(),
                    },
                },
            };
            let asked = check.when.iter().chain(check.body.then()).map(|c| c.item);
            if asked.chain(check.body.others()).chain([check.item]).any(|k| k >= items.len()) {
                return Err("item index of a row check out of range".into());
            }
            Ok(check)
        })
        .collect()
}

fn keyed(spec: &Spec, items: usize) -> Result<Vec<Keyed>, String> {
    spec.keyed
        .iter()
        .map(|raw| {
            let keyed = Keyed {
                items: raw.items.clone(),
                filter: conds(&raw.filter),
                flag: conds(&raw.flag),
                number: raw.number,
                amount: raw.amount,
                period: raw.period,
                day: raw.day,
            };
            let conds = keyed.filter.iter().chain(&keyed.flag).map(|c| c.item);
            if keyed.used().chain(conds).any(|k| k >= items) {
                return Err("item index of a keyed check out of range".into());
            }
            Ok(keyed)
        })
        .collect()
}

fn structure(rules: &HashMap<String, u16>) -> Structure {
    let rule = |name: &str| rules.get(name).copied();
    Structure {
        ragged: rule("S-RAGGED"),
        quote: rule("S-QUOTE"),
        long: rule("S-LONG"),
        nul: rule("S-NUL"),
        truncated: rule("S-TRUNC"),
        blank: rule("S-BLANK"),
        length: rule("S-LENGTH"),
        kind: rule("S-KIND"),
        field: rule("S-FIELD"),
        half: rule("S-HALF"),
        shift: rule("S-SHIFT"),
        parent: rule("S-PARENT"),
    }
}

fn rule_count(spec: &Spec) -> usize {
    let items = spec.items.iter().flat_map(|i| i.rules.values().map(|r| r.0));
    let rows = spec.row_checks.iter().map(|c| match c {
        RowCheckSpec::Compare { rule, .. }
        | RowCheckSpec::Implies { rule, .. }
        | RowCheckSpec::Sum { rule, .. }
        | RowCheckSpec::Dated { rule, .. } => *rule,
    });
    let all = items.chain(rows).chain(spec.structure.values().copied());
    all.max().map_or(0, |n| usize::from(n) + 1)
}

/// Codes of the user area, for findings that name them.
fn private_units(decoder: &Decoder) -> HashMap<char, u16> {
    (0x100..=u16::MAX)
        .filter_map(|unit| Some((decoder.unit(unit)?, unit)))
        .filter(|(c, _)| is_private_use(*c))
        .collect()
}
