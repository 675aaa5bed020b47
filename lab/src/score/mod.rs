//! How answers compare with the truth: [`verdict`] reads an answer, [`judge`] compares it,
//! [`figures`] counts, [`report`] writes, [`wrong`] says what is wrong, [`gate`] compares with what is committed.

pub mod contradiction;
pub mod figures;
pub mod gate;
pub mod judge;
pub mod record;
pub mod report;
pub mod verdict;
pub mod watch;
pub mod wrong;
