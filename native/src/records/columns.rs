//! Records as columns, without a program: for looking at a file, and for measuring.

use super::cut::{Cutter, Shape};
use super::field::Told;
use super::layout::{Field, Type};
use super::number::Number;
use super::{words, Records};

/// Records that are taken field by field: few enough to stay in the nearest cache.
const TOGETHER: usize = 64;

/// Bytes that come from memory together.
const LINE: usize = 64;

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

    /// Ends the text that begins at `before`; false when it could not be read.
    #[inline]
    fn text_read(&mut self, told: Told, before: usize, row: u32) -> bool {
        let good = matches!(told, Told::Fine | Told::Shift(_));
        if !good {
            self.text.truncate(before);
        }
        if self.text.len() == before {
            self.nulls.push(row);
        }
        self.offsets.push(self.text.len() as i32);
        good
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
        let (mut rows, mut bad, mut touched) = (0usize, 0u64, 0u8);
        let mut cutter = Cutter::new(layout, data, true);
        let mut bodies: Vec<&[u8]> = Vec::with_capacity(TOGETHER);
        loop {
            bodies.clear();
            for cut in cutter.by_ref() {
                let body = &data[cut.from..cut.to];
                if cut.shape == Shape::Whole && self.kind(body) == Some(layout.read) {
                    // Read once in order: the memory foresees that, not the steps from record to record.
                    touched = body.iter().step_by(LINE).fold(touched, |t, b| t ^ b);
                    bodies.push(body);
                    if bodies.len() == TOGETHER {
                        break;
                    }
                }
            }
            std::hint::black_box(touched);
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
        let ways = self.reader.ways;
        let place = (index, f);
        // The kind of number is asked once, not for every record.
        match f.kind {
            _ if !f.odo.is_empty() || f.when.is_some() => self.rows_of(place, column, bodies, row, |_| None),
            Type::X if self.reader.host() => {
                self.texts_of(f, column, bodies, row, |b, out| self.reader.singles(f, b, out))
            }
            _ if !column.number => {
                self.texts_of(f, column, bodies, row, |b, out| self.reader.text(f, b, out))
            }
            Type::Zoned if !f.signed => {
                let zone = ways.zone();
                self.rows_of(place, column, bodies, row, |b| words::zoned(b, zone))
            }
            Type::Packed if f.nibble => {
                self.rows_of(place, column, bodies, row, |b| ways.plain_packed(f.signed, b))
            }
            _ => self.rows_of(place, column, bodies, row, |b| ways.plain(f, b)),
        }
    }

    /// Texts that stand at the same place in every record.
    #[inline]
    fn texts_of(
        &self,
        f: &Field,
        column: &mut Column,
        bodies: &[&[u8]],
        row: u32,
        text: impl Fn(&[u8], &mut Vec<u8>) -> Told,
    ) -> u64 {
        let mut bad = 0;
        for (row, body) in (row..).zip(bodies) {
            let before = column.text.len();
            let told = match body.get(f.at..(f.at + f.bytes).min(body.len())) {
                Some(bytes) if !bytes.is_empty() => text(bytes, &mut column.text),
                _ => Told::Fine,
            };
            bad += u64::from(!column.text_read(told, before, row));
        }
        bad
    }

    #[inline]
    fn rows_of(
        &self,
        (index, f): (usize, &Field),
        column: &mut Column,
        bodies: &[&[u8]],
        row: u32,
        quick: impl Fn(&[u8]) -> Option<i64>,
    ) -> u64 {
        let layout = &self.layout;
        let kind = &layout.kinds[layout.read];
        let plain = f.odo.is_empty() && f.when.is_none();
        let end = f.at + f.bytes;
        let mut bad = 0;
        for (row, body) in (row..).zip(bodies) {
            let bytes = match body.get(f.at..end) {
                Some(bytes) if plain => Some(bytes),
                _ => self.reader.place(layout, kind, index, body).map(|(a, b)| &body[a..b]),
            };
            match bytes.and_then(&quick) {
                Some(n) => column.numbers.push(n),
                None => bad += u64::from(!self.take(f, column, bytes, row)),
            }
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
        column.text_read(told, before, row)
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
