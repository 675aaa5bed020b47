//! Error budgets: how much of what may fail has failed, by the roll-ups of the store.
//!
//! Every objective (`[monitor.slo]`, `[[slo]]`) is a target `budget/NAME` that is bad while it is spent too
//! fast, by the burn rates of the Site Reliability Workbook.

mod member;
mod objective;
mod run;
mod view;

#[cfg(test)]
mod tests;

pub use member::{Member, bucket};
pub use objective::{Aim, aims};
pub use run::{Budgets, Running, run};
pub use view::{BudgetView, Cost};
