//! The bounds of a report of a week or a month: it is read by people.

/// Monitors that are named one by one, the worst first.
pub const MONITORS: usize = 200;

/// Tags with sums of their own.
pub const TAGS: usize = 50;

/// Incidents that are named one by one, the latest first.
pub const INCIDENTS: usize = 100;

/// Budgets, what is spent most first.
pub const BUDGETS: usize = 100;

/// Causes, what took longest first.
pub const CAUSES: usize = 50;

/// Sentences about what was worst.
pub const WORST: usize = 10;

/// Settings that would have avoided failures.
pub const PROPOSALS: usize = 20;

/// Things that expire soon.
pub const EXPIRING: usize = 100;

/// Tags or monitors that are named with one thing.
pub const OF_EACH: usize = 20;

/// Findings of examinations.
pub const DIAGNOSED: usize = 200;

/// Things to do.
pub const FOLLOW_UPS: usize = 20;

/// The days within which something that expires is named: most certificates are renewed 30 days before
/// their end, and a domain wants a month of paper.
pub const EXPIRES_WITHIN_DAYS: i64 = 45;

/// The share of its checks below which a monitor was not looked at enough to speak of the whole time.
pub const COVERAGE: f64 = 0.95;

/// The share of the time that could not be measured from which on it is told.
pub const UNKNOWN: f64 = 0.001;
