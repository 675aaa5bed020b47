//! Every cause has its source, its page, its fixture and its line in the registry.

use std::collections::BTreeSet;

use super::text_of;
use crate::tree::File;

/// The folder of the causes.
const FOLDER: &str = "crates/causes/src/catalogue/";

/// The file that lists them.
const REGISTRY: &str = "crates/causes/src/catalogue/mod.rs";

/// The pieces of a cause next to its source.
const ENDINGS: [&str; 3] = [".rs", ".md", ".fixture"];

/// Lists the causes that lack a piece, and a registry that is not sorted.
pub(crate) fn faults(files: &[File]) -> Vec<String> {
    let Some(registry) = text_of(files, REGISTRY) else {
        return vec![format!("{REGISTRY}: missing")];
    };
    let listed = registered(registry);
    let mut faults = Vec::new();
    if !listed.is_sorted() {
        faults.push(format!("{REGISTRY}: the list is not sorted"));
    }
    for slug in slugs(files).union(&listed.iter().copied().collect()) {
        for ending in ENDINGS {
            let path = format!("{FOLDER}{slug}{ending}");
            // An empty fixture says nothing about the cause.
            if text_of(files, &path).is_none_or(|text| text.trim().is_empty()) {
                faults.push(format!("{path}: missing or empty"));
            }
        }
        if !listed.contains(slug) {
            faults.push(format!("{FOLDER}{slug}.rs: not listed in mod.rs"));
        }
    }
    faults
}

/// Returns the words between `registry! {` and `}`.
pub(crate) fn registered(registry: &str) -> Vec<&str> {
    registry
        .lines()
        .skip_while(|line| *line != "registry! {")
        .skip(1)
        .take_while(|line| *line != "}")
        .map(|line| line.trim().trim_end_matches(','))
        .filter(|word| !word.is_empty() && !word.starts_with("//"))
        .collect()
}

/// Returns the names of the files in the folder, whatever piece of a cause they are.
fn slugs(files: &[File]) -> BTreeSet<&str> {
    let name = |file: &'_ File| -> Option<(usize, usize)> {
        let name = file.path.strip_prefix(FOLDER)?;
        let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))?;
        (stem != "mod" && !stem.contains('/')).then_some((FOLDER.len(), FOLDER.len() + stem.len()))
    };
    files
        .iter()
        .filter_map(|file| name(file).and_then(|(from, to)| file.path.get(from..to)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    const ONE: &str = "registry! {\n    one,\n}\n";

    #[test]
    fn the_words_of_the_registry_are_found() {
        assert_eq!(registered("x\nregistry! {\n    a,\n    // c\n    b_c,\n}\nd,\n"), ["a", "b_c"]);
    }

    #[test]
    fn a_complete_cause_has_no_fault() {
        let one = |ending| format!("{FOLDER}one{ending}");
        let (source, page, fixture) = (one(".rs"), one(".md"), one(".fixture"));

        let files = files(&[(REGISTRY, ONE), (&source, "x"), (&page, "x"), (&fixture, "x")]);

        assert!(faults(&files).is_empty());
    }

    #[test]
    fn a_listed_cause_without_a_page_is_a_fault() {
        let one = |ending| format!("{FOLDER}one{ending}");

        let files = files(&[(REGISTRY, ONE), (&one(".rs"), "x"), (&one(".fixture"), "x")]);

        assert_eq!(faults(&files), [format!("{FOLDER}one.md: missing or empty")]);
    }

    #[test]
    fn a_file_that_is_not_listed_is_a_fault() {
        let path = format!("{FOLDER}two.rs");

        let files = files(&[(REGISTRY, "registry! {\n}\n"), (&path, "x")]);

        assert!(faults(&files).contains(&format!("{path}: not listed in mod.rs")));
    }
}
