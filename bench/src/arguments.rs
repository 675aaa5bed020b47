//! The options of all benchmarks.

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};

use crate::limits;

/// What the command line asks for; what is not given is for the benchmark to choose.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Arguments {
    /// Runs of each case.
    pub(crate) runs: Option<usize>,
    /// The length of one run or schedule.
    pub(crate) seconds: Option<f64>,
    /// Requests per second of the scoreboard.
    pub(crate) rate: Option<u32>,
    /// Cases or schedules with one of these words in their names.
    pub(crate) only: Vec<String>,
    /// Proxies with one of these names.
    pub(crate) proxies: Vec<String>,
    /// Our binary.
    pub(crate) goodgate: Option<PathBuf>,
    /// Short runs that show that everything works.
    pub(crate) quick: bool,
    /// Write no files.
    pub(crate) dry: bool,
    /// Fail where a bound is not kept.
    pub(crate) check: bool,
}

impl Arguments {
    /// Reads the words after the command.
    pub(crate) fn read(words: &[&str]) -> anyhow::Result<Self> {
        let mut read = Self::default();
        let mut rest = words;
        loop {
            rest = match rest {
                [] => break,
                ["--quick", after @ ..] => {
                    read.quick = true;
                    after
                }
                ["--dry", after @ ..] => {
                    read.dry = true;
                    after
                }
                ["--check", after @ ..] => {
                    read.check = true;
                    after
                }
                [name, value, after @ ..] => {
                    read.take(name, value)?;
                    after
                }
                [name] => bail!("{name}: needs a value, or does not exist"),
            };
        }
        Ok(read)
    }

    fn take(&mut self, name: &str, value: &str) -> anyhow::Result<()> {
        let wrong = || format!("{name}: {value}");
        match name {
            "--runs" => {
                let runs = value.parse().with_context(wrong)?;
                ensure!((1..=limits::RUNS_MAX).contains(&runs), "runs: 1 to {}", limits::RUNS_MAX);
                self.runs = Some(runs);
            }
            "--seconds" => {
                let seconds: f64 = value.parse().with_context(wrong)?;
                let range = limits::SECONDS_MIN..=limits::SECONDS_MAX;
                ensure!(range.contains(&seconds), "seconds: {range:?}");
                self.seconds = Some(seconds);
            }
            "--rate" => {
                let rate = value.parse().with_context(wrong)?;
                ensure!((1..=limits::RATE_MAX).contains(&rate), "rate: 1 to {}", limits::RATE_MAX);
                self.rate = Some(rate);
            }
            "--only" => self.only.push(value.to_owned()),
            "--proxy" => self.proxies.push(value.to_owned()),
            "--goodgate" => self.goodgate = Some(PathBuf::from(value)),
            _ => bail!("{name}: no such option"),
        }
        Ok(())
    }

    /// Says whether a case is asked for.
    pub(crate) fn wants_case(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }

    /// Says whether a proxy is asked for.
    pub(crate) fn wants_proxy(&self, name: &str) -> bool {
        self.proxies.is_empty() || self.proxies.iter().any(|other| other == name)
    }

    /// Says whether the results are complete enough for the README.
    pub(crate) fn writes(&self) -> bool {
        !self.dry && !self.quick && self.only.is_empty() && self.proxies.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_order() {
        let read = Arguments::read(&["--quick", "--runs", "3", "--only", "tls", "--dry"]).unwrap();

        let only = vec!["tls".to_owned()];
        let expected =
            Arguments { runs: Some(3), only, quick: true, dry: true, ..Arguments::default() };
        assert_eq!(read, expected);
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(Arguments::read(&["--fast", "1"]).is_err());
    }

    #[test]
    fn a_selection_writes_no_results() {
        assert!(!Arguments::read(&["--only", "tls"]).unwrap().writes());
    }
}
