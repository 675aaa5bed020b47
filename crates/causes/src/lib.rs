//! The taxonomy of gateway failures, and the ranking of evidence into a verdict.
//!
//! A [`Cause`] is written once: which observations speak for and against it (a file of the
//! [`catalogue`]), what it means and how to fix it (its [`Page`]). [`rank`] weighs observations
//! into a [`Verdict`]; [`status`] is the sheet of HTTP status codes; [`guides`] are the pages for
//! each kind of reader; [`markdown`] makes HTML of both.

mod answers;
pub mod catalogue;
mod cause;
mod experiment;
pub mod guides;
pub mod markdown;
mod page;
mod rank;
pub mod sets;
pub mod status;
mod verdict;

pub use cause::{Cause, Kind, ShowsAs, Weight};
pub use experiment::{ALL as EXPERIMENTS, Experiment, Outcome, Places};
pub use page::{Page, SECTIONS, Section};
pub use rank::{CONFIDENT, Case, rank, weigh};
pub use verdict::{
    Assessment, CandidateCause, Fix, Mechanism, NamedEvidence, NextStep, State, Verdict, WrittenBy,
};
