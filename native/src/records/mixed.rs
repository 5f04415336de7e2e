//! Fields of single and double bytes with shift codes between them, the plain ones.

use super::field::Reader;
use crate::charset::codec::Codec;
use crate::charset::cursor::Cursor;

/// What a byte is between characters of a mixed field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// No shift code begins with it.
    No,
    Double,
    Single,
    /// A shift code of several bytes, one to another set of characters, or an end of line.
    Hard,
}

/// The shift codes of one byte between the two sets of characters that X and N fields have.
pub fn turns(codec: &Codec) -> [Turn; 256] {
    std::array::from_fn(|b| match codec.turn(b as u8) {
        None => Turn::No,
        Some(Some(false)) => Turn::Single,
        Some(Some(true)) => Turn::Double,
        Some(None) => Turn::Hard,
    })
}

impl Reader {
    /// Appends the text of a mixed field; false, and nothing appended, when it needs a closer look.
    #[inline]
    pub fn plain_mixed(&self, b: &[u8], out: &mut Vec<u8>) -> bool {
        let Some(pairs) = self.pairs() else { return false };
        let mut cursor = Cursor::new(out, b.len());
        let (mut at, mut wide) = (0, false);
        while let Some(&c) = b.get(at) {
            match self.turns[usize::from(c)] {
                Turn::No => {}
                Turn::Hard => return false,
                turn => {
                    wide = turn == Turn::Double;
                    at += 1;
                    continue;
                }
            }
            if wide {
                let Some(&t) = b.get(at + 1) else { return false };
                at += 2;
                if !self.put_pair(pairs[usize::from(c) << 8 | usize::from(t)], &mut cursor) {
                    return false;
                }
            } else {
                at += 1;
                cursor.put(self.single[usize::from(c)]);
            }
        }
        if !wide {
            cursor.done();
        }
        !wide
    }
}
