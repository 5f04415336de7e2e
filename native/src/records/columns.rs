//! Records as columns, without a program: for looking at a file, and for measuring.

use super::cut::{Cutter, Shape};
use super::field::Told;
use super::layout::{Field, Type};
use super::number::Number;
use super::Records;

/// Records that are taken field by field: few enough to stay in the cache.
const TOGETHER: usize = 256;

/// A field over all records: texts, or whole numbers that fit 64 bits; rows without a value.
pub struct Column {
    pub offsets: Vec<i32>,
    pub text: Vec<u8>,
    pub numbers: Vec<i64>,
    pub nulls: Vec<u32>,
    number: bool,
}

impl Column {
    fn new(f: &Field, rows: usize) -> Self {
        let number =
            matches!(f.kind, Type::Zoned | Type::Packed | Type::Binary) && f.scale == 0 && f.digits <= 18;
        let (texts, numbers) = if number { (0, rows) } else { (rows, 0) };
        let mut offsets = Vec::with_capacity(texts + 1);
        offsets.push(0);
        Self {
            offsets,
            text: Vec::with_capacity(texts * f.bytes.min(64)),
            numbers: Vec::with_capacity(numbers),
            nulls: Vec::new(),
            number,
        }
    }

    pub fn is_number(&self) -> bool {
        self.number
    }
}

impl Records {
    /// All fields of the kind that is read; the rows and how many values could not be read.
    pub fn columns_of(&self, data: &[u8]) -> (Vec<Column>, usize, u64) {
        let layout = &self.layout;
        let kind = &layout.kinds[layout.read];
        let guess = data.len() / layout.length.max(64) + 1;
        let mut columns: Vec<Column> = kind.fields.iter().map(|f| Column::new(f, guess)).collect();
        let (mut rows, mut bad) = (0usize, 0u64);
        let mut cutter = Cutter::new(layout, data, true);
        let mut bodies: Vec<&[u8]> = Vec::with_capacity(TOGETHER);
        loop {
            bodies.clear();
            for cut in cutter.by_ref() {
                let body = &data[cut.from..cut.to];
                if cut.shape == Shape::Whole && self.kind(body) == Some(layout.read) {
                    bodies.push(body);
                    if bodies.len() == TOGETHER {
                        break;
                    }
                }
            }
            if bodies.is_empty() {
                return (columns, rows, bad);
            }
            for (index, (f, column)) in kind.fields.iter().zip(&mut columns).enumerate() {
                bad += self.field_of(index, f, column, &bodies, rows as u32);
            }
            rows += bodies.len();
        }
    }

    /// One field of some records; how many could not be read.
    fn field_of(&self, index: usize, f: &Field, column: &mut Column, bodies: &[&[u8]], row: u32) -> u64 {
        let layout = &self.layout;
        let plain = f.odo.is_empty() && f.when.is_none();
        let (ways, end) = (self.reader.ways, f.at + f.bytes);
        let quick = plain && column.number && !f.signed && f.kind == Type::Zoned;
        let packed = plain && column.number && f.kind == Type::Packed && f.nibble;
        let mut bad = 0;
        for (row, body) in (row..).zip(bodies) {
            if plain && body.len() >= end {
                let bytes = &body[f.at..end];
                let n = if quick {
                    ways.plain_zoned(bytes)
                } else if packed {
                    ways.plain_packed(f.signed, bytes)
                } else {
                    None
                };
                if let Some(n) = n {
                    column.numbers.push(n);
                } else {
                    bad += u64::from(!self.take(f, column, Some(bytes), row));
                }
                continue;
            }
            let place = self.reader.place(layout, &layout.kinds[layout.read], index, body);
            bad += u64::from(!self.take(f, column, place.map(|(a, b)| &body[a..b]), row));
        }
        bad
    }

    #[inline]
    fn take(&self, f: &Field, column: &mut Column, bytes: Option<&[u8]>, row: u32) -> bool {
        let Some(bytes) = bytes else {
            self.none(column, row);
            return true;
        };
        if column.number {
            return match self.reader.ways.read(f, bytes) {
                Number::Whole(n) => {
                    column.numbers.push(n);
                    true
                }
                other => {
                    self.none(column, row);
                    other == Number::Blank
                }
            };
        }
        let before = column.text.len();
        let told = self.reader.text(f, bytes, &mut column.text);
        let good = matches!(told, Told::Fine | Told::Shift(_));
        if !good {
            column.text.truncate(before);
        }
        if column.text.len() == before {
            column.nulls.push(row);
        }
        column.offsets.push(column.text.len() as i32);
        good
    }

    #[cold]
    fn none(&self, column: &mut Column, row: u32) {
        column.nulls.push(row);
        if column.number {
            column.numbers.push(0);
        } else {
            column.offsets.push(column.text.len() as i32);
        }
    }
}
