//! Texts met lately: households share addresses and names, so that most texts need not be made a second time.

use crate::charset::Charset;
use crate::short::{load16, push16};
use crate::text::{decode_table, flag, Decoded, TextTable};

const SLOTS: usize = 1 << 10;
/// Longest text that is kept, and its longest result.
const LONGEST: usize = 16;
const ROOM: usize = 32;

/// A text by itself is not enough: what becomes of it depends on the table.
#[derive(Clone, Copy)]
struct Slot {
    text: u128,
    made: [u128; 2],
    of: u32,
    len: u8,
    made_len: u8,
    decoded: Decoded,
}

const FREE: Slot = Slot {
    text: 0,
    made: [0; 2],
    of: u32::MAX,
    len: 0,
    made_len: 0,
    decoded: Decoded { chars: 0, flags: flag::SLOW, replaced: false },
};

pub struct Memo {
    slots: Vec<Slot>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { slots: vec![FREE; SLOTS] }
    }
}

impl Memo {
    /// [`decode_table`], or what it gave the last time.
    #[inline]
    pub fn decode(&mut self, table: &TextTable, charset: Charset, src: &[u8], out: &mut Vec<u8>) -> Decoded {
        if src.len() > LONGEST {
            return decode_table(table, charset, src, out);
        }
        let (text, len) = (load16(src), src.len() as u8);
        let mixed =
            (text as u64 ^ ((text >> 64) as u64).rotate_left(29)).wrapping_add(u64::from(table.number));
        let at = (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize % SLOTS;
        let slot = &mut self.slots[at];
        if slot.text == text && slot.of == table.number && slot.len == len {
            let n = usize::from(slot.made_len);
            push16(out, slot.made[0], n.min(16));
            if n > 16 {
                push16(out, slot.made[1], n - 16);
            }
            return slot.decoded;
        }
        let start = out.len();
        let decoded = decode_table(table, charset, src, out);
        let made = &out[start..];
        if made.len() <= ROOM && decoded.flags & flag::SLOW == 0 {
            let (first, rest) = made.split_at(made.len().min(16));
            let made_len = made.len() as u8;
            *slot =
                Slot { text, made: [load16(first), load16(rest)], of: table.number, len, made_len, decoded };
        }
        decoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Decoder;

    #[test]
    fn the_second_time_is_like_the_first() {
        let decoder = Decoder::new(Charset::Utf8, &[]).unwrap();
        let table = |number, up: bool| {
            let apply = move |text: &str| Some(if up { text.to_uppercase() } else { text.to_string() });
            TextTable::build(number, &decoder, b',', &apply, &|_| false)
        };
        let tables = [table(0, false), table(1, true)];
        let mut memo = Memo::default();
        for text in ["abc", "abc", "", "\0", "あいうえお", "あいうえおabc,", "x", "あいうえお"]
        {
            for table in &tables {
                let (mut want, mut got) = (b"a".to_vec(), b"a".to_vec());
                let first = decode_table(table, Charset::Utf8, text.as_bytes(), &mut want);
                for _ in 0..2 {
                    got.truncate(1);
                    let second = memo.decode(table, Charset::Utf8, text.as_bytes(), &mut got);
                    assert_eq!((second.chars, second.flags), (first.chars, first.flags), "{text}");
                    assert_eq!(got, want, "{text}");
                }
            }
        }
    }
}
