//! Which steps of a record have something to do: most cells are blank, and what a blank cell does is mostly nothing.

use crate::program::{Item, Step};
use crate::record::Cut;

/// Steps and fields are taken by so many at once.
const WORD: usize = 128;
const FIELDS: usize = 64;

/// One bit for every step of a program.
#[derive(Default)]
pub struct Wake {
    columns: usize,
    /// Steps that blank sources do not excuse.
    always: Vec<u128>,
    /// Steps that read a field: of all fields those of the first word, then those of the second.
    of_field: Vec<u128>,
}

impl Wake {
    pub fn new(columns: usize, order: &[Step], items: &[Item]) -> Self {
        let words = order.len().div_ceil(WORD);
        let mut made = Self { columns, always: vec![0; words], of_field: vec![0; words * columns] };
        for (i, step) in order.iter().enumerate() {
            let (word, bit) = (i / WORD, 1 << (i % WORD));
            if !step.idle {
                made.always[word] |= bit;
            }
            for source in &items[step.item].sources {
                made.of_field[word * columns + source] |= bit;
            }
        }
        made
    }

    /// How many words of [`Wake::steps`] there are.
    pub fn words(&self) -> usize {
        self.always.len()
    }

    /// The steps of a record with such fields, of one word: the number of the first, and one bit each.
    #[inline]
    pub fn steps(&self, word: usize, fields: &Cut) -> (usize, u128) {
        let mut steps = self.always[word];
        let mut first = 0;
        while first < self.columns {
            let wanted = &self.of_field[word * self.columns + first..];
            let mut filled = fields.filled(first);
            while filled != 0 {
                steps |= wanted.get(filled.trailing_zeros() as usize).copied().unwrap_or(0);
                filled &= filled - 1;
            }
            first += FIELDS;
        }
        (word * WORD, steps)
    }
}
