//! Every page under `docs/` can be reached from its first page.

use std::collections::BTreeSet;

use super::text_of;
use crate::tree::{File, has_ending};

/// Where a reader begins.
const STARTS: [&str; 2] = ["docs/README.md", "docs/SUMMARY.md"];

/// Lists the pages to which no link leads, and links that lead to no page.
pub(crate) fn faults(files: &[File]) -> Vec<String> {
    let pages: BTreeSet<&str> = files
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| path.starts_with("docs/") && has_ending(path, "md"))
        .collect();
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<String> = STARTS.iter().map(|path| (*path).to_owned()).collect();
    let mut faults = Vec::new();
    while let Some(path) = open.pop() {
        let Some(text) = text_of(files, &path) else { continue };
        if !reached.insert(path.clone()) {
            continue;
        }
        for target in links(text).filter_map(|link| resolve(&path, link)) {
            if target.starts_with("docs/") && !pages.contains(target.as_str()) {
                faults.push(format!("{path}: links to {target}, which does not exist"));
            }
            open.push(target);
        }
    }
    let lost = pages.into_iter().filter(|page| !reached.contains(*page));
    faults.extend(lost.map(|page| format!("{page}: not reachable from docs/README.md")));
    faults
}

/// Returns the targets of `[text](target)` that are relative paths to Markdown pages.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|link| has_ending(link, "md") && !link.contains("://"))
}

/// Resolves a link of the page at `path` to a path from the root; none when it leaves the tree.
fn resolve(path: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    #[test]
    fn a_page_is_reached_through_another() {
        let files = files(&[
            ("docs/README.md", "[a](a/b.md)"),
            ("docs/a/b.md", "[up](../c.md#part)"),
            ("docs/c.md", ""),
        ]);

        assert!(faults(&files).is_empty());
    }

    #[test]
    fn a_page_without_a_link_to_it_is_a_fault() {
        let files = files(&[("docs/README.md", ""), ("docs/a.md", "")]);

        assert_eq!(faults(&files), ["docs/a.md: not reachable from docs/README.md"]);
    }

    #[test]
    fn a_link_to_nowhere_is_a_fault() {
        assert_eq!(faults(&files(&[("docs/README.md", "[a](a.md)")])).len(), 1);
    }

    #[test]
    fn a_link_to_another_site_is_not_followed() {
        assert!(faults(&files(&[("docs/README.md", "[a](https://example.com/a.md)")])).is_empty());
    }
}
