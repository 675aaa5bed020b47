//! The store through its trait, on real files: what is guaranteed, what a crash and a full disk leave.

mod commit;
mod copies;
mod crash;
mod full;
mod measured;
mod opening;
mod retention;
mod support;
mod versions;
