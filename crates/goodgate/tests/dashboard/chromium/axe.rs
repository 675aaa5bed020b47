//! axe-core: the rules of accessibility that a program can check.
//!
//! `cargo xtask test --install` fetches it; it is no part of the repository because of its licence (MPL)
//! and its size.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use goodgate_lab::browser::Tab;
use serde_json::Value;

/// Names the file of axe-core that was fetched.
const AXE: &str = "GOODGATE_AXE";

/// Returns what is to be evaluated in a page before it can be checked.
pub(crate) fn source() -> anyhow::Result<String> {
    let path = std::env::var_os(AXE).map_or_else(beside_the_tests, PathBuf::from);
    fs::read_to_string(&path).with_context(|| {
        format!("no axe-core at {}: `cargo xtask test --install` fetches it", path.display())
    })
}

/// Where `cargo xtask test --install` puts it: in the folder of what cargo builds.
fn beside_the_tests() -> PathBuf {
    let binary = PathBuf::from(super::super::support::BINARY);
    let target = binary.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    target.join("axe-core").join("axe.min.js")
}

/// Lists what is serious or critical on a page.
pub(crate) fn serious(tab: &Tab, source: &str) -> anyhow::Result<Vec<String>> {
    tab.evaluate(&format!("{source}\n;typeof axe"))?;
    // What was checked comes along: a check of nothing would find nothing.
    let found = tab.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then((it) => ({ passes: it.passes.length, \
         found: it.violations.filter((one) => one.impact === 'serious' || one.impact === 'critical') \
         .map((one) => `${one.id} (${one.impact}): ${one.help}: ` + \
         one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')) }))",
    )?;
    let passes = found.get("passes").and_then(Value::as_u64).unwrap_or(0);
    ensure!(passes > 5, "axe-core checked nothing: {found}");
    let list = found.get("found").and_then(Value::as_array).context("no list")?;
    Ok(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
