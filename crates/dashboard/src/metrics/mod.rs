//! What the gateway counts, read from its metrics at two moments: what has happened between them.

mod growth;
mod reader;
mod scrapes;

pub(crate) use growth::Growth;
pub(crate) use scrapes::Scrapes;

/// Compares two texts of metrics that were taken some seconds apart.
#[cfg(test)]
pub(crate) fn grown(before: &str, after: &str, seconds: u64) -> Option<Growth> {
    let passed = std::time::Duration::from_secs(seconds);
    Growth::between(&reader::counters(before), &reader::counters(after), passed)
}
