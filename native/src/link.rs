//! Record linkage: candidate pairs from keys, and what each pair agrees on, as one number per pair.
//!
//! Nothing here knows names of columns or weighs anything: a [`features::Feature`] list says what is compared and how.

pub mod block;
pub mod clusters;
pub mod columns;
pub mod features;
pub mod patterns;
pub mod py;
pub mod similar;
