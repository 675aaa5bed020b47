//! Writes results into `bench/README.md`, between markers, and into `bench/results`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// Returns the folder `bench` of the working tree.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Replaces what stands between the markers of `section`.
pub(crate) fn write_section(section: &str, text: &str) -> anyhow::Result<()> {
    let path = folder().join("README.md");
    let page = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let page = replaced(&page, section, text)?;
    fs::write(&path, page).with_context(|| path.display().to_string())
}

/// Writes `results/NAME.json`.
pub(crate) fn write_json(name: &str, value: &Value) -> anyhow::Result<()> {
    let path = folder().join("results").join(format!("{name}.json"));
    let text = serde_json::to_string_pretty(value)? + "\n";
    write(&path, &text)
}

/// Writes a file of results.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

fn replaced(page: &str, section: &str, text: &str) -> anyhow::Result<String> {
    let (begin, end) = (format!("<!-- begin {section} -->\n"), format!("<!-- end {section} -->"));
    let (before, rest) = page.split_once(&begin).with_context(|| format!("no {begin}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("no {end}"))?;
    ensure!(!text.contains(&end), "the text holds its own end");
    Ok(format!("{before}{begin}{}\n{end}{after}", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_is_replaced() {
        let page = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";

        let page = replaced(page, "x", "new\n").unwrap();

        assert_eq!(page, "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n");
    }

    #[test]
    fn a_page_without_markers_is_an_error() {
        assert!(replaced("a", "x", "new").is_err());
    }
}
