//! `goodgate diagnose`: examines a URL and says what is wrong where.

use crate::{cli, exit};

/// Examines what the arguments name and writes the verdict.
pub(crate) fn run(_arguments: &cli::Diagnose) -> Result<exit::Outcome, exit::Failure> {
    Ok(exit::Outcome::CannotMeasure)
}
