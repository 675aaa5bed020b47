//! What a scenario is, and how its outcome is reported by name.

use std::fmt::{Debug, Formatter};
use std::fs::OpenOptions;
use std::io::Write as _;

use crate::program::Program;

/// What a scenario gives back: nothing, or why its claim does not hold.
pub type Held = anyhow::Result<()>;

/// Why a scenario failed, shown as the messages of its error without a backtrace.
pub struct Failure(anyhow::Error);

impl Debug for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

/// Makes a missing program a failure instead of a skip when set to `1`.
const REQUIRED: &str = "GOODGATE_LAB_REQUIRED";

/// Names the file to which outcomes are appended, one line each: a word and the scenario's name.
const RESULTS: &str = "GOODGATE_LAB_RESULTS";

/// Registers scenarios: each becomes a test with its own name.
///
/// A scenario is a function without arguments that returns [`Held`]; its name is a claim. In
/// brackets stand the programs it needs.
#[macro_export]
macro_rules! scenarios {
    ($($name:ident: [$($need:ident),* $(,)?]),+ $(,)?) => {
        mod scenario {
            $(
                #[test]
                fn $name() -> Result<(), $crate::scenario::Failure> {
                    let needs = [$($crate::program::$need),*];
                    $crate::scenario::run(stringify!($name), &needs, super::$name)
                }
            )+
        }
    };
}

/// Runs one scenario, or skips it when a program is missing, and reports the outcome.
///
/// # Errors
///
/// When the claim does not hold, or when a program is missing and the scenario is required.
pub fn run(name: &str, needs: &[Program], body: fn() -> Held) -> Result<(), Failure> {
    let missing = missing(needs);
    if !missing.is_empty() {
        let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
        report(if required { "failed" } else { "skipped" }, &format!("{name} needs {missing}"))?;
        return Ok(leave_out(name, &missing, required)?);
    }
    // A scenario that is killed leaves this line and no outcome.
    report("started", name)?;
    let outcome = body();
    report(if outcome.is_ok() { "passed" } else { "failed" }, name)?;
    Ok(outcome?)
}

/// Names the programs that are not installed.
fn missing(needs: &[Program]) -> String {
    let missing = needs.iter().filter(|program| program.find().is_none());
    let names: Vec<&str> = missing.map(|program| program.command).collect();
    names.join(", ")
}

#[expect(clippy::print_stderr, reason = "the test's own output says why it did nothing")]
fn leave_out(name: &str, missing: &str, required: bool) -> Held {
    anyhow::ensure!(!required, "{name} needs {missing}, and {REQUIRED}=1 allows no skip");
    eprintln!("SKIPPED {name}: needs {missing}");
    Ok(())
}

pub(crate) fn report(word: &str, name: &str) -> Held {
    let Some(path) = std::env::var_os(RESULTS) else { return Ok(()) };
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    // One short write in append mode: lines of parallel scenarios do not mix.
    file.write_all(format!("{word} {name}\n").as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_installed_is_named() {
        let program = Program { command: "no-such-program", package: "none" };

        assert_eq!(missing(&[program]), "no-such-program");
    }

    #[test]
    fn a_required_scenario_is_not_left_out() {
        assert!(leave_out("a", "nginx", true).is_err());
    }

    #[test]
    fn a_scenario_is_left_out_when_it_is_not_required() {
        assert!(leave_out("a", "nginx", false).is_ok());
    }
}
