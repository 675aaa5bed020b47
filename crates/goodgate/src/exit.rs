//! Exit codes and the one place where an error is told to the user.
//!
//! 0 healthy or nothing found, 1 a problem was found (even if its cause is unknown), 2 usage or
//! configuration error, 3 could not measure.

use std::io::{self, Write};
use std::process::ExitCode;

use goodgate_evidence::text::neutralise;

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing is wrong, or the question was answered.
    Fine,
    /// A problem was found.
    Problem,
    /// Nothing could be measured.
    CannotMeasure,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments are wrong; a hint may say what to do.
    Usage { message: String, hint: Option<String> },
    /// Something of ours failed.
    Broken(anyhow::Error),
}

impl Failure {
    /// A usage error without a hint.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: None }
    }

    /// A usage error with a hint.
    pub(crate) fn hinted(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

/// A bare error of input and output is one of writing the answer; every other one says what failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Broken(anyhow::Error::new(error).context("write the answer to standard output"))
    }
}

/// Ends the program with what a command came to. A reader that closed our output early (`| head`)
/// is no failure.
pub(crate) fn finish(outcome: Result<Outcome, Failure>) -> ExitCode {
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Problem) => ExitCode::from(1),
        Ok(Outcome::CannotMeasure) => ExitCode::from(3),
        Err(Failure::Usage { message, hint }) => {
            tell(&format!("error: {message}"), hint.as_deref());
            ExitCode::from(2)
        }
        Err(Failure::Broken(error)) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(Failure::Broken(error)) => {
            tell(&format!("error: {error:#}"), None);
            ExitCode::from(3)
        }
    }
}

/// Prints help, a version or a usage error of the command line.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    // Where nobody reads there is nobody to tell.
    error.print().ok();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn tell(message: &str, hint: Option<&str>) {
    let mut stderr = io::stderr().lock();
    // Where stderr is closed there is nobody left to tell.
    if writeln!(stderr, "{}", neutralise(message)).is_err() {
        return;
    }
    if let Some(hint) = hint {
        writeln!(stderr, "hint: {}", neutralise(hint)).ok();
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
