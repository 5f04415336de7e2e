//! Records as columns, without a program: for looking at a file, and for measuring.

use super::cut::{Cutter, Shape};
use super::field::Told;
use super::group::touch;
use super::layout::{Field, Sign, Type};
use super::number::Number;
use super::{words, Records};

/// Records that are taken field by field: few enough to stay in the nearest cache.
const TOGETHER: usize = 64;

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
        let (mut rows, mut bad) = (0usize, 0u64);
        let mut cutter = Cutter::new(layout, data, true);
        let mut bodies: Vec<&[u8]> = Vec::with_capacity(TOGETHER);
        loop {
            bodies.clear();
            for cut in cutter.by_ref() {
                let body = &data[cut.from..cut.to];
                if cut.shape == Shape::Whole && self.kind(body) == Some(layout.read) {
                    touch(body);
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
        let (ways, reader) = (self.reader.ways, &self.reader);
        let place = (index, f);
        let (n, zone) = (f.bytes, ways.zone());
        let (plain, short) = (f.odo.is_empty() && f.when.is_none(), n <= 8);
        // The kind of a field is asked once, not for every record.
        if column.number {
            return match f.kind {
                _ if !plain => self.numbers_of(place, column, bodies, row, |_, _| None),
                Type::Zoned if short && !f.signed => {
                    self.numbers_of(place, column, bodies, row, |body, end| {
                        words::zoned_word(words::word_before(body, end, n), n, zone)
                    })
                }
                Type::Zoned if short && f.sign == Sign::Trailing => {
                    self.numbers_of(place, column, bodies, row, |body, end| {
                        ways.signed_zoned(n, words::word_before(body, end, n))
                    })
                }
                Type::Packed if short && f.nibble => {
                    self.numbers_of(place, column, bodies, row, |body, end| {
                        ways.signed_packed(f.signed, words::packed_word(words::word_before(body, end, n))?)
                    })
                }
                Type::Binary if short => self.numbers_of(place, column, bodies, row, |body, end| {
                    ways.signed_binary(f.signed, n, words::word_before(body, end, n))
                }),
                _ => self
                    .numbers_of(place, column, bodies, row, |body, end| ways.plain(f, &body[end - n..end])),
            };
        }
        match f.kind {
            _ if !plain => self.texts_of(place, column, bodies, row, |b, out| reader.text(f, b, out)),
            Type::X if reader.single(f) => match n.div_ceil(8) {
                1 => self.singles_of::<1>(place, column, bodies, row),
                2 => self.singles_of::<2>(place, column, bodies, row),
                3 => self.singles_of::<3>(place, column, bodies, row),
                4 => self.singles_of::<4>(place, column, bodies, row),
                _ => self.texts_of(place, column, bodies, row, |b, out| reader.text(f, b, out)),
            },
            Type::N if reader.host() => {
                self.texts_of(place, column, bodies, row, |b, out| reader.doubles(f, b, out))
            }
            Type::M if reader.host() => {
                self.texts_of(place, column, bodies, row, |b, out| reader.mixed(f, b, out))
            }
            _ => self.texts_of(place, column, bodies, row, |b, out| reader.text(f, b, out)),
        }
    }

    /// A record from the field on; None when the field isn't there.
    #[inline(always)]
    fn from<'a>(&self, (index, f): (usize, &Field), body: &'a [u8]) -> Option<&'a [u8]> {
        if f.odo.is_empty() && f.when.is_none() {
            return body.get(f.at..).filter(|rest| !rest.is_empty());
        }
        let kind = &self.layout.kinds[self.layout.read];
        let (from, _) = self.reader.place(&self.layout, kind, index, body)?;
        Some(&body[from..])
    }

    /// Whole numbers; `quick` is given a record and where the field ends.
    #[inline(always)]
    fn numbers_of(
        &self,
        place: (usize, &Field),
        column: &mut Column,
        bodies: &[&[u8]],
        row: u32,
        quick: impl Fn(&[u8], usize) -> Option<i64>,
    ) -> u64 {
        let end = place.1.at + place.1.bytes;
        let mut values = [0; TOGETHER];
        let mut bad = 0;
        for ((value, body), row) in values.iter_mut().zip(bodies).zip(row..) {
            *value = match Some(end).filter(|end| *end <= body.len()).and_then(|end| quick(body, end)) {
                Some(n) => n,
                None => match self.number(place, body) {
                    Number::Whole(n) => n,
                    other => {
                        column.nulls.push(row);
                        bad += u64::from(other != Number::Blank);
                        0
                    }
                },
            };
        }
        column.numbers.extend_from_slice(&values[..bodies.len().min(TOGETHER)]);
        bad
    }

    #[cold]
    fn number(&self, (index, f): (usize, &Field), body: &[u8]) -> Number {
        let Some(record) = self.from((index, f), body) else { return Number::Blank };
        self.reader.ways.read(f, &record[..f.bytes.min(record.len())])
    }

    /// Texts; `text` is given a record from the field on.
    #[inline(always)]
    fn texts_of(
        &self,
        place: (usize, &Field),
        column: &mut Column,
        bodies: &[&[u8]],
        row: u32,
        text: impl Fn(&[u8], &mut Vec<u8>) -> Told,
    ) -> u64 {
        let mut bad = 0;
        for (row, body) in (row..).zip(bodies) {
            let before = column.text.len();
            let told = self.from(place, body).map_or(Told::Fine, |record| text(record, &mut column.text));
            bad += u64::from(!column.text_read(told, before, row));
        }
        bad
    }

    /// Texts of single bytes: room for all of them is made at once, and none waits for the length of the one before it to
    /// be stored.  From the first on that is not plain, they go the way of all texts.
    #[inline(always)]
    fn singles_of<const STEPS: usize>(
        &self,
        place: (usize, &Field),
        column: &mut Column,
        bodies: &[&[u8]],
        row: u32,
    ) -> u64 {
        let (reader, f) = (&self.reader, place.1);
        let (wide, blank) = reader.wide_singles(f, bodies, &mut column.text, &mut column.offsets);
        if blank {
            let stops = column.offsets[column.offsets.len() - wide - 1..].windows(2);
            column.nulls.extend((row..).zip(stops).filter(|(_, s)| s[0] == s[1]).map(|(row, _)| row));
        }
        let (bodies, row) = (&bodies[wide..], row + wide as u32);
        let mut end = column.text.len();
        let mut ends = [0; TOGETHER];
        let mut done = 0;
        column.text.resize(end + 8 * STEPS * bodies.len(), 0);
        for ((stop, body), row) in ends.iter_mut().zip(bodies).zip(row..) {
            let record = body.get(f.at..).unwrap_or_default();
            let Some(kept) = reader.plain_singles::<STEPS>(f, record, &mut column.text[end..]) else { break };
            if kept == 0 {
                column.nulls.push(row);
            }
            end += kept;
            *stop = end as i32;
            done += 1;
        }
        column.text.truncate(end);
        column.offsets.extend_from_slice(&ends[..done]);
        let singles = |b: &[u8], out: &mut Vec<u8>| reader.any_singles(f, b, out);
        self.texts_of(place, column, &bodies[done..], row + done as u32, singles)
    }
}
