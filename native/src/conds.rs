//! Conditions on the items of a record, answered as its cells are read: one bit each, so that any number of them that
//! must hold together is one comparison.

use crate::short::pack7;
use crate::spec::Condition;

const WORD: usize = u64::BITS as usize;

#[derive(Clone, PartialEq)]
pub enum Test {
    In(CodeList),
    NotIn(CodeList),
    Present(bool),
    /// A date before this one, in ISO form.
    Before(Box<[u8]>),
}

impl Test {
    /// Whether it holds for a cell without a value.
    fn of_blank(&self) -> bool {
        *self == Self::Present(false)
    }

    fn of(&self, value: &[u8]) -> bool {
        match self {
            Self::In(list) => list.has(value),
            Self::NotIn(list) => !list.has(value),
            Self::Present(wanted) => *wanted,
            Self::Before(day) => value < &**day,
        }
    }
}

/// Values of a condition: the short ones as integers.
#[derive(Clone, PartialEq)]
pub struct CodeList {
    short: Vec<u64>,
    long: Vec<Box<[u8]>>,
}

impl CodeList {
    fn new(values: &[String]) -> Self {
        let bytes = values.iter().map(|v| v.as_bytes());
        Self {
            short: bytes.clone().filter_map(pack7).collect(),
            long: bytes.filter(|b| b.len() > 7).map(Into::into).collect(),
        }
    }

    fn has(&self, value: &[u8]) -> bool {
        match pack7(value) {
            Some(packed) => self.short.contains(&packed),
            None => self.long.iter().any(|v| **v == *value),
        }
    }
}

/// Conditions that must hold together.
#[derive(Default)]
pub struct When {
    conds: Vec<(usize, Test)>,
    /// A word of the answers and the bits that must be set in it.
    need: (usize, u64),
    /// The same for further words.
    more: Vec<(usize, u64)>,
}

impl When {
    pub fn new(raw: &[Condition]) -> Self {
        let test = |c: &Condition| match (&c.among, &c.not_in, &c.before, c.present) {
            (Some(list), ..) => Test::In(CodeList::new(list)),
            (_, Some(list), ..) => Test::NotIn(CodeList::new(list)),
            (_, _, Some(day), _) => Test::Before(day.as_bytes().into()),
            (.., present) => Test::Present(present.unwrap_or(true)),
        };
        Self { conds: raw.iter().map(|c| (c.item, test(c))).collect(), ..Self::default() }
    }

    /// The same, and all of `items` have values.
    pub fn and_present(mut self, items: impl IntoIterator<Item = usize>) -> Self {
        self.conds.extend(items.into_iter().map(|item| (item, Test::Present(true))));
        self
    }

    /// Whether both ask the same; only once they have their numbers.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.need, &self.more) == (other.need, &other.more)
    }

    pub fn is_empty(&self) -> bool {
        self.conds.is_empty()
    }

    /// The items that are asked about.
    pub fn items(&self) -> impl Iterator<Item = usize> + '_ {
        self.conds.iter().map(|(item, _)| *item)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Truth {
    Yes,
    No,
    /// It hangs on a value that did not pass.
    Unknown,
}

/// The conditions on one item, as far as they stand in one word.
struct Asked {
    word: usize,
    mask: u64,
    /// Those that hold for any value there is.
    present: u64,
    /// Those that hang on the value.
    tests: Vec<(u64, Test)>,
    /// Answers by the place of a code in the item's list.
    of_code: Vec<u64>,
}

impl Asked {
    fn of(&self, value: &[u8]) -> u64 {
        let held = self.tests.iter().filter(|(_, test)| test.of(value));
        held.fold(self.present, |bits, (bit, _)| bits | bit)
    }
}

/// All conditions of a program; equal ones are one.
#[derive(Default)]
pub struct Conditions {
    of_item: Vec<Vec<Asked>>,
    of_blank: Vec<u64>,
}

impl Conditions {
    /// Gives the conditions of `all` their bits; `codes` are the code lists of the items.
    pub fn number(all: &mut [&mut When], codes: &[Option<&[String]>]) -> Self {
        let mut made = Self { of_item: codes.iter().map(|_| Vec::new()).collect(), of_blank: Vec::new() };
        let mut room = 0;
        for (item, list) in codes.iter().enumerate() {
            let mut tests: Vec<Test> = Vec::new();
            for (_, test) in all.iter().flat_map(|when| &when.conds).filter(|(of, _)| *of == item) {
                if !tests.contains(test) {
                    tests.push(test.clone());
                }
            }
            for part in tests.chunks(WORD) {
                // The conditions of one part share a word.
                if room < part.len() {
                    made.of_blank.push(0);
                    room = WORD;
                }
                let first = WORD - room;
                room -= part.len();
                made.place(item, first, part, list.unwrap_or(&[]));
                for when in all.iter_mut() {
                    when.find(item, made.of_blank.len() - 1, first, part);
                }
            }
        }
        made
    }

    fn place(&mut self, item: usize, first: usize, part: &[Test], codes: &[String]) {
        let word = self.of_blank.len() - 1;
        let bits = part.iter().enumerate().map(|(i, test)| (1 << (first + i), test));
        let picked = |wanted: &dyn Fn(&Test) -> bool| {
            bits.clone().filter(|(_, test)| wanted(test)).fold(0, |mask, (bit, _)| mask | bit)
        };
        let (mask, present) = (picked(&|_| true), picked(&|test| *test == Test::Present(true)));
        let by_value = |test: &Test| !matches!(test, Test::Present(_));
        self.of_blank[word] |= picked(&Test::of_blank);
        let tests = bits.clone().filter(|(_, test)| by_value(test)).map(|(bit, test)| (bit, test.clone()));
        let mut asked = Asked { word, mask, present, tests: tests.collect(), of_code: Vec::new() };
        asked.of_code = codes.iter().map(|code| asked.of(code.as_bytes())).collect();
        if let Some(all) = self.of_item.get_mut(item) {
            all.push(asked);
        }
    }

    /// Whether any condition is on `item`.
    pub fn ask(&self, item: usize) -> bool {
        self.of_item.get(item).is_some_and(|asked| !asked.is_empty())
    }
}

impl When {
    fn find(&mut self, item: usize, word: usize, first: usize, part: &[Test]) {
        for (_, test) in self.conds.iter().filter(|(of, _)| *of == item) {
            let Some(at) = part.iter().position(|t| t == test) else { continue };
            let bit = 1 << (first + at);
            if self.need.1 == 0 || self.need.0 == word {
                self.need = (word, self.need.1 | bit);
                continue;
            }
            match self.more.iter_mut().find(|(w, _)| *w == word) {
                Some((_, bits)) => *bits |= bit,
                None => self.more.push((word, bit)),
            }
        }
    }
}

/// The answers for one record.
#[derive(Default)]
pub struct Answers {
    yes: Vec<u64>,
    unknown: Vec<u64>,
}

impl Answers {
    /// A record all of whose cells are blank so far.
    pub fn begin(&mut self, conditions: &Conditions) {
        self.yes.clear();
        self.yes.extend_from_slice(&conditions.of_blank);
        self.unknown.clear();
        self.unknown.resize(self.yes.len(), 0);
    }

    /// `item` has a value; `code` is its place in the code list, if that is known.
    #[inline]
    pub fn value(&mut self, conditions: &Conditions, item: usize, value: &[u8], code: Option<usize>) {
        for asked in &conditions.of_item[item] {
            let bits = match code.and_then(|code| asked.of_code.get(code)) {
                Some(bits) => *bits,
                None => asked.of(value),
            };
            if let Some(yes) = self.yes.get_mut(asked.word) {
                *yes = *yes & !asked.mask | bits;
            }
        }
    }

    /// The value of `item` did not pass.
    pub fn failed(&mut self, conditions: &Conditions, item: usize) {
        for asked in &conditions.of_item[item] {
            if let (Some(yes), Some(unknown)) =
                (self.yes.get_mut(asked.word), self.unknown.get_mut(asked.word))
            {
                *yes &= !asked.mask;
                *unknown |= asked.mask;
            }
        }
    }

    /// Whether all of `when` hold: No when one does not, whatever the others.
    #[inline]
    pub fn all(&self, when: &When) -> Truth {
        if when.more.is_empty() && self.lacking(when.need) == 0 {
            return Truth::Yes;
        }
        let mut truth = Truth::Yes;
        for &need in std::iter::once(&when.need).chain(&when.more) {
            let lacking = self.lacking(need);
            if lacking & !self.unknown.get(need.0).copied().unwrap_or(0) != 0 {
                return Truth::No;
            }
            if lacking != 0 {
                truth = Truth::Unknown;
            }
        }
        truth
    }

    #[inline]
    fn lacking(&self, (word, need): (usize, u64)) -> u64 {
        need & !self.yes.get(word).copied().unwrap_or(0)
    }

    /// Whether all of `when` are known to hold.
    #[inline]
    pub fn hold(&self, when: &When) -> bool {
        self.lacking(when.need) == 0 && when.more.iter().all(|need| self.lacking(*need) == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn when(json: &str) -> When {
        When::new(&serde_json::from_str::<Vec<Condition>>(json).unwrap())
    }

    #[test]
    fn answers_by_value_code_and_failure() {
        let codes = ["1".to_string(), "2".to_string()];
        let mut one = when(r#"[{"item": 0, "in": ["1", "long value"]}, {"item": 1, "present": false}]"#);
        let mut two = when(r#"[{"item": 0, "not_in": ["1"]}]"#);
        let mut day = when(r#"[{"item": 1, "before": "2000-01-01"}]"#);
        let all = Conditions::number(&mut [&mut one, &mut two, &mut day], &[Some(&codes), None]);
        let mut a = Answers::default();
        a.begin(&all);
        assert_eq!([a.all(&one), a.all(&two), a.all(&day)], [Truth::No; 3]);
        a.value(&all, 0, b"1", Some(0));
        assert_eq!([a.all(&one), a.all(&two)], [Truth::Yes, Truth::No]);
        a.value(&all, 0, b"3", None);
        assert_eq!([a.all(&one), a.all(&two)], [Truth::No, Truth::Yes]);
        a.value(&all, 0, b"long value", None);
        a.failed(&all, 1);
        assert_eq!([a.all(&one), a.all(&day)], [Truth::Unknown; 2]);
        a.value(&all, 0, b"2", Some(1));
        assert_eq!(a.all(&one), Truth::No);
        assert_eq!(a.all(&When::default()), Truth::Yes);
    }

    #[test]
    fn more_conditions_than_a_word_holds() {
        let lists: Vec<When> = (0..200)
            .map(|n| {
                when(&format!(r#"[{{"item": {}, "in": ["{n}"]}}, {{"item": 2, "present": true}}]"#, n % 2))
            })
            .collect();
        let mut lists = lists;
        let all = Conditions::number(&mut lists.iter_mut().collect::<Vec<_>>(), &[None, None, None]);
        let mut a = Answers::default();
        a.begin(&all);
        a.value(&all, 0, b"150", None);
        a.value(&all, 1, b"7", None);
        a.value(&all, 2, b"x", None);
        let held = (0..200).filter(|n| a.all(&lists[*n]) == Truth::Yes).collect::<Vec<_>>();
        assert_eq!(held, [7, 150]);
    }
}
