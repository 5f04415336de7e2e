//! Lines of text in a charset that the pass does not divide by itself: made UTF-8, with the way back to their bytes.
//!
//! Every line begins in the first state of its charset, whatever the line before left open, so that a record means the
//! same alone (in the rejects, on a second reading) as among the others.  The bytes of line ends are no part of a
//! double-byte code in any of these charsets.

use super::blob::Form;
use super::codec::{Codec, Kind, Mode, Place, Problem};

/// Bytes between two marks: places within are found by decoding them once more.
const PIECE: usize = 64;

/// A charset with the bytes that end its lines.
pub struct Lines {
    codec: Codec,
    newline: u8,
    ends: [bool; 256],
    /// What may stand before LF and belongs to the line end.
    carriage: Option<u8>,
}

#[derive(Clone, Copy)]
struct Mark {
    text: u32,
    source: u32,
    state: u32,
}

/// Text with the places of its source.
#[derive(Default)]
pub struct Text {
    pub text: Vec<u8>,
    marks: Vec<Mark>,
    /// Half characters and double-byte runs that their line leaves open, by their byte of the text.
    pub odd: Vec<(usize, Problem)>,
}

impl Lines {
    /// `newline` is LF or CR; an error says why the charset has no lines.
    pub fn new(codec: Codec, newline: u8) -> Result<Self, String> {
        if codec.form != Form::Table || codec.states.len() == 1 && codec.states[0].width == 2 {
            return Err("lines of this charset cannot be told by their bytes".into());
        }
        let is = |b: u8, c: char| {
            let (mut out, mut problems) = (Vec::new(), Vec::new());
            codec.decode(&[b], Mode::Single, &mut out, &mut problems);
            out == c.encode_utf8(&mut [0; 4]).as_bytes()
        };
        let mut ends = [false; 256];
        for b in 0..0x40u8 {
            // Hosts end lines with NL (15) as often as with LF (25).
            let next_line = newline == b'\n' && codec.space == 0x40 && is(b, '\u{85}');
            ends[usize::from(b)] = is(b, char::from(newline)) || next_line;
        }
        let carriage = (0..0x40).find(|b| newline == b'\n' && is(*b, '\r'));
        if !ends.contains(&true) {
            return Err("charset without line ends".into());
        }
        Ok(Self { codec, newline, ends, carriage })
    }

    /// Two-byte codes of user-defined characters.
    pub fn private_units(&self) -> std::collections::HashMap<char, u16> {
        let double =
            self.codec.states.iter().find(|s| s.width != 1).map(|s| &self.codec.tables[s.double].points);
        let units = double.into_iter().flatten().enumerate();
        let private =
            |v: u32| super::blob::chars_of(v).map(|(c, _)| c).filter(|c| super::blob::is_private(*c));
        units.filter_map(|(unit, v)| Some((private(*v)?, unit as u16))).collect()
    }

    /// Length of the first line of `data`, its end included; all of it without an end.
    pub fn first(&self, data: &[u8]) -> usize {
        data.iter().position(|b| self.ends[usize::from(*b)]).map_or(data.len(), |at| at + 1)
    }

    /// All of `data`, which begins with a line.
    pub fn text(&self, data: &[u8]) -> Text {
        let mut made = Text { text: Vec::with_capacity(data.len() * 2), ..Text::default() };
        let mut problems = Vec::new();
        let mut at = 0;
        while at < data.len() {
            let end = at + self.first(&data[at..]);
            let line = &data[at..end];
            let ended = line.last().is_some_and(|b| self.ends[usize::from(*b)]);
            let mut body = line.len() - usize::from(ended);
            let carriage = ended && body > 0 && Some(line[body - 1]) == self.carriage;
            body -= usize::from(carriage);
            self.line(data, at, at + body, &mut made, &mut problems);
            made.mark(at + body, 0);
            if carriage {
                made.text.push(b'\r');
            }
            if ended {
                made.text.push(self.newline);
            }
            at = end;
        }
        made.mark(data.len(), 0);
        let odd = problems.iter().filter(|p| matches!(p.kind, Kind::OddByte | Kind::MissingShiftOut));
        made.odd = odd.map(|p| (self.text_place(data, &made, p.offset as usize), *p)).collect();
        made.odd.sort_by_key(|(at, _)| *at);
        made
    }

    fn line(&self, data: &[u8], from: usize, to: usize, made: &mut Text, problems: &mut Vec<Problem>) {
        let mut place = Place { state: 0, offset: from as u64, shift: (0, 0) };
        let mut at = from;
        while at < to {
            made.mark(at, place.state);
            let stop = (at + PIECE).min(to);
            let taken =
                self.codec.decode_part(&data[at..stop], &mut place, stop == to, &mut made.text, problems);
            at += taken.max(1);
        }
        let state = &self.codec.states[place.state];
        if state.width == 1 && place.state != 0 {
            // Roman letters of JIS X 0201 are as good as ASCII at the end of a line; kana are not.
            let letters = &self.codec.tables[state.single].points[usize::from(b'A')];
            if *letters != u32::from(b'A') {
                let (offset, len) = place.shift;
                problems.push(Problem { offset, len, kind: Kind::MissingShiftOut });
            }
        }
    }

    /// Byte of `data` where a byte of the text begins.
    pub fn place(&self, data: &[u8], made: &Text, at: usize) -> usize {
        if at == made.text.len() && at > 0 {
            return data.len(); // behind shift codes at the end
        }
        let next = made.marks.partition_point(|m| (m.text as usize) < at);
        match made.marks.get(next) {
            None => data.len(),
            Some(m) if m.text as usize == at || next == 0 => m.source as usize,
            Some(to) => {
                let from = made.marks[next - 1];
                let piece = &data[from.source as usize..to.source as usize];
                let (taken, _) = self.reach(from, piece, |_, text| text >= at - from.text as usize);
                from.source as usize + taken
            }
        }
    }

    /// Byte of the text where a byte of `data` begins.
    fn text_place(&self, data: &[u8], made: &Text, at: usize) -> usize {
        let next = made.marks.partition_point(|m| (m.source as usize) <= at);
        let Some(from) = next.checked_sub(1).map(|i| made.marks[i]) else { return 0 };
        let piece = &data[from.source as usize..at];
        let (_, text) = self.reach(from, piece, |_, _| false);
        from.text as usize + text
    }

    /// Decodes longer and longer parts of a piece until `enough`; bytes taken and bytes of text.
    fn reach(&self, from: Mark, piece: &[u8], enough: impl Fn(usize, usize) -> bool) -> (usize, usize) {
        let (mut out, mut problems) = (Vec::new(), Vec::new());
        let mut reached = (0, 0);
        for n in 1..=piece.len() {
            out.clear();
            let mut place = Place { state: from.state as usize, ..Place::default() };
            let taken = self.codec.decode_part(&piece[..n], &mut place, false, &mut out, &mut problems);
            reached = (taken, out.len());
            if enough(taken, out.len()) {
                break;
            }
        }
        reached
    }
}

impl Text {
    fn mark(&mut self, source: usize, state: usize) {
        self.marks.push(Mark { text: self.text.len() as u32, source: source as u32, state: state as u32 });
    }
}
