//! The admin listener of the running gateway: what it shows, what it changes, and whom it refuses.

mod changes;
mod counterfactual;
mod failures;
mod metrics;
mod rights;
mod states;
mod support;
