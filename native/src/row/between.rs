//! The checks between the cells of a record: what applies, what is required, what must fit together.

use super::{Rows, Source, State};
use crate::conds::Truth;
use crate::findings::Place;
use crate::program::{Day, RowCheck, RowCheckBody};
use crate::short::load16;
use crate::sink::unscaled;
use crate::spec::{Action, CompareOp};
use crate::value::Kind;
use std::cmp::Ordering;

impl Rows<'_> {
    pub(super) fn between_cells(&mut self, source: &Source) {
        let program = self.program;
        let mut truths = std::mem::take(&mut self.truths);
        truths.clear();
        truths.extend(program.applies.iter().map(|k| self.all(&program.items[*k].applies_when)));
        for check in &program.conditional {
            let k = check.item;
            match (truths[check.applies], self.states[k]) {
                (Truth::Unknown, _) => {}
                (Truth::No, State::Null) => self.set_state(k, State::NotApplicable),
                (Truth::No, State::Empty) => {
                    self.state_counts[k][State::Empty as usize] -= 1;
                    self.set_state(k, State::NotApplicable);
                }
                (Truth::No, _) => {
                    let text = String::from_utf8_lossy(self.value(k)).into_owned();
                    self.blamed(k, Kind::Abs, source, &text);
                }
                (Truth::Yes, State::Null | State::Empty) if check.required => self.lacking(k, source),
                (Truth::Yes, _) => {}
            }
        }
        self.truths = truths;
        for check in &program.row_checks {
            if self.answers.hold(&check.when) {
                self.row_check(check, source);
            }
        }
    }

    /// A blank item that applies.
    fn lacking(&mut self, k: usize, source: &Source) {
        let item = &self.program.items[k];
        if item.required && !item.required_now {
            self.blamed(k, Kind::Req, source, "");
        } else if !item.required_when.is_empty() && self.answers.hold(&item.required_when) {
            self.blamed(k, Kind::Cnd, source, "");
        }
    }

    #[cold]
    fn blamed(&mut self, k: usize, kind: Kind, source: &Source, text: &str) {
        let item = &self.program.items[k];
        self.finding(k, item, kind, source.offset(item.sources.first()), text, false);
    }

    fn row_check(&mut self, check: &RowCheck, source: &Source) {
        let bad = match &check.body {
            RowCheckBody::Compare { op, right } => {
                !holds(*op, compare(self.value(check.item), self.value(*right), check.numeric))
            }
            RowCheckBody::Implies { then } => self.all(then) == Truth::No,
            RowCheckBody::Sum { plus, minus, scale, tolerance } => {
                self.sum_differs(check.item, plus, minus, *scale, *tolerance)
            }
            RowCheckBody::Dated { at, spans } => self.out_of_date(check.item, at, spans),
        };
        if !bad {
            return;
        }
        let item = &self.program.items[check.item];
        let text = if self.has_text(check.item) {
            String::from_utf8_lossy(self.value(check.item)).into_owned()
        } else {
            String::new()
        };
        self.count(check.rule);
        let offset = source.offset(item.sources.first());
        let place = Place { rule: check.rule, item: check.item as u16, line: self.line, offset };
        self.findings.push(place, &text, item.mask);
        self.rejected |= check.action == Action::Reject;
    }

    /// Whether the item is another number than `plus` less `minus`; values that are no numbers are not judged.
    fn sum_differs(&self, total: usize, plus: &[usize], minus: &[usize], scale: u8, tolerance: u64) -> bool {
        let amount = |k: &usize| match self.states[*k] {
            State::Value => unscaled(self.value(*k), scale),
            _ => Some(0),
        };
        let sum = |items: &[usize]| items.iter().map(amount).sum::<Option<i128>>();
        match (amount(&total), sum(plus), sum(minus)) {
            (Some(t), Some(p), Some(m)) => (t - (p - m)).unsigned_abs() > u128::from(tolerance),
            _ => false,
        }
    }

    /// Whether the code could not be given on its day; a day that is none is not judged.
    fn out_of_date(&self, item: usize, at: &Day, spans: &[(String, String, String)]) -> bool {
        let day = match at {
            Day::Fixed(day) => day.as_bytes(),
            Day::Of(k) => self.value(*k),
        };
        if day.len() != 10 {
            return false;
        }
        let code = self.value(item);
        let out = |(_, from, to): &(String, String, String)| {
            day < from.as_bytes() || (!to.is_empty() && day > to.as_bytes())
        };
        spans.iter().find(|span| span.0.as_bytes() == code).is_some_and(out)
    }
}

fn holds(op: CompareOp, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return true };
    match op {
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Ge => order != Ordering::Less,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
    }
}

/// Dates in ISO form and codes compare as text, numbers by value.
fn compare(left: &[u8], right: &[u8], numeric: bool) -> Option<Ordering> {
    if numeric {
        Some(unscaled(left, 9)?.cmp(&unscaled(right, 9)?))
    } else if left.len() == right.len() && left.len() <= 16 {
        Some(load16(left).swap_bytes().cmp(&load16(right).swap_bytes()))
    } else {
        Some(left.cmp(right))
    }
}
