//! Large buffers go round: a chunk's memory serves the next chunk, so that the system need not clear fresh pages.

use std::sync::Mutex;

const LEAST: usize = 64 << 10;
const KEPT: usize = 24;

static FREE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// An empty vector with room for `bytes`.
pub fn take(bytes: usize) -> Vec<u8> {
    let mut best: Option<Vec<u8>> = None;
    if bytes >= LEAST {
        if let Ok(mut free) = FREE.lock() {
            let fits = |v: &Vec<u8>| v.capacity() >= bytes && v.capacity() <= bytes.saturating_mul(4);
            let at = free.iter().position(fits);
            best = at.map(|i| free.swap_remove(i));
        }
    }
    best.unwrap_or_else(|| Vec::with_capacity(bytes))
}

/// Gives a vector back for the next [`take`].
pub fn give(mut used: Vec<u8>) {
    if used.capacity() < LEAST {
        return;
    }
    used.clear();
    if let Ok(mut free) = FREE.lock() {
        if free.len() >= KEPT {
            free.remove(0);
        }
        free.push(used);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_empty() {
        let mut v = take(1 << 20);
        v.extend_from_slice(b"secret");
        let place = v.as_ptr();
        give(v);
        let again = take(1 << 20);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
    }
}
