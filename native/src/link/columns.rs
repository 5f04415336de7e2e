//! Columns of codes laid out row by row, so that a comparison touches two places of memory and not forty.

/// Texts that codes stand for, and how common each is.
#[derive(Default)]
pub struct Words {
    starts: Vec<u32>,
    chars: Vec<u32>,
    bins: Vec<u8>,
}

impl Words {
    /// `offsets` and `data` as Arrow has them; `bins` (a small number per code) may be empty.
    pub fn new(offsets: &[i64], data: &[u8], bins: Vec<u8>) -> Result<Self, String> {
        let mut words = Self { starts: vec![0], chars: Vec::with_capacity(data.len() / 2), bins };
        for pair in offsets.windows(2) {
            let range = usize::try_from(pair[0]).ok().zip(usize::try_from(pair[1]).ok());
            let raw = range.and_then(|(a, b)| data.get(a..b)).ok_or("offsets do not fit the data")?;
            let text = std::str::from_utf8(raw).map_err(|e| e.to_string())?;
            words.chars.extend(text.chars().map(|c| c as u32));
            words.starts.push(u32::try_from(words.chars.len()).map_err(|_| "too much text")?);
        }
        Ok(words)
    }

    /// The text of a code; empty for a code without one.
    pub fn text(&self, code: i32) -> &[u32] {
        let at = code.max(0) as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(a), Some(b)) => &self.chars[*a as usize..*b as usize],
            _ => &[],
        }
    }

    /// How common the value of a code is.
    pub fn bin(&self, code: i32) -> u8 {
        self.bins.get(code.max(0) as usize).copied().unwrap_or(0)
    }
}

/// All records: `width` cells each, -1 where there is nothing.
pub struct Table {
    pub rows: usize,
    pub width: usize,
    cells: Vec<i32>,
    pub words: Vec<Words>,
}

impl Table {
    /// A table of `rows` records without columns but with room for `width` of them.
    pub fn new(rows: usize, width: usize) -> Self {
        Self { rows, width, cells: vec![-1; rows * width], words: Vec::with_capacity(width) }
    }

    /// Fill the next column.
    pub fn push(&mut self, codes: impl ExactSizeIterator<Item = i32>, words: Words) -> Result<(), String> {
        let at = self.words.len();
        if at >= self.width || codes.len() != self.rows {
            return Err(format!("column {at}: {} codes for {} records", codes.len(), self.rows));
        }
        for (row, code) in codes.enumerate() {
            self.cells[row * self.width + at] = code;
        }
        self.words.push(words);
        Ok(())
    }

    pub fn row(&self, at: usize) -> &[i32] {
        &self.cells[at * self.width..(at + 1) * self.width]
    }
}
