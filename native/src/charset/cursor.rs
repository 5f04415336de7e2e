//! Packed words (up to seven bytes of UTF-8, their number in the top byte) written one behind the other.

/// Writes packed words behind a vector, with room for so many of them; what was written counts once it is `done`.
pub struct Cursor<'a> {
    out: &'a mut Vec<u8>,
    at: *mut u8,
    left: usize,
    units: usize,
}

impl<'a> Cursor<'a> {
    /// Makes room for that many words.
    pub fn new(out: &'a mut Vec<u8>, units: usize) -> Self {
        out.reserve(units * 7 + 8);
        // SAFETY: the end of the vector lies within its allocation.
        let at = unsafe { out.as_mut_ptr().add(out.len()) };
        Self { out, at, left: units, units }
    }

    /// Appends up to seven bytes; what comes after the words that `new` was told of is left out.
    #[inline]
    pub fn put(&mut self, word: u64) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        // SAFETY: there was room for one more word.
        unsafe { self.write(word) };
    }

    /// As [`Self::put`] of up to three bytes with their number in the top byte.
    #[inline]
    pub fn put_short(&mut self, word: u32) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        // SAFETY: there was room for one more word of eight bytes; at most three count.
        unsafe {
            self.at.cast::<u32>().write_unaligned(word.to_le());
            self.at = self.at.add((word >> 24 & 3) as usize);
        }
    }

    /// Appends what `words` has for each byte, as far as there is room.
    #[inline]
    pub fn put_each(&mut self, bytes: &[u8], words: &[u64; 256]) {
        let n = bytes.len().min(self.left);
        self.left -= n;
        for &b in &bytes[..n] {
            // SAFETY: there was room for `n` more words.
            unsafe { self.write(words[usize::from(b)]) };
        }
    }

    /// # Safety
    /// At most `units` words may be written in all.
    #[inline]
    unsafe fn write(&mut self, word: u64) {
        // SAFETY: at most `units` words are written, each advancing by at most seven bytes, so that the eight bytes
        // written here lie within the room that `new` reserved.
        unsafe {
            self.at.cast::<u64>().write_unaligned(word.to_le());
            self.at = self.at.add((word >> 56 & 7) as usize);
        }
    }

    /// Ends the writing: the number of units written.
    pub fn done(self) -> usize {
        // SAFETY: `at` was made from this vector's pointer, and every byte between its end and `at` was written.
        unsafe {
            let len = self.at.offset_from(self.out.as_ptr());
            self.out.set_len(len as usize);
        }
        self.units - self.left
    }
}
