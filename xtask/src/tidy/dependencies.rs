//! Every dependency has its reason, and comes from the one known registry.

use super::text_of;
use crate::tree::File;

/// What cargo writes for a package of the public registry.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Words of a cargo configuration that put another place before the public registry.
const OTHER_PLACES: &[&str] = &["replace-with", "[registries", "[source"];

/// Lists the dependencies without a reason and the sources that are not the public registry.
pub(crate) fn faults(files: &[File]) -> Vec<String> {
    let mut faults = reasons(text_of(files, "Cargo.toml").unwrap_or_default());
    faults.extend(sources(text_of(files, "Cargo.lock").unwrap_or_default()));
    for path in [".cargo/config.toml", ".cargo/config"] {
        let text = text_of(files, path).unwrap_or_default();
        let found = OTHER_PLACES.iter().filter(|word| text.contains(**word));
        faults.extend(found.map(|word| format!("{path}: {word} belongs to the machine")));
    }
    faults
}

/// Every line of `[workspace.dependencies]` stands under a comment.
///
/// Our own crates need none, and `serde_json` shares the one of `serde` when it follows it.
fn reasons(manifest: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut explained = String::new();
    let mut commented = false;
    for line in section(manifest, "[workspace.dependencies]") {
        let Some((name, value)) = dependency(line) else {
            commented = line.starts_with('#');
            continue;
        };
        let is_ours = value.contains("path = ");
        let follows = !explained.is_empty() && name.starts_with(&explained);
        if commented {
            name.clone_into(&mut explained);
        } else if !is_ours && !follows {
            faults.push(format!("Cargo.toml: {name} has no comment with its reason above it"));
        }
        commented = false;
    }
    faults
}

fn section<'a>(manifest: &'a str, header: &str) -> impl Iterator<Item = &'a str> {
    let after = manifest.lines().skip_while(move |line| *line != header).skip(1);
    after.take_while(|line| !line.starts_with('['))
}

fn dependency(line: &str) -> Option<(&str, &str)> {
    // Continued lines of a list are indented.
    if line.starts_with(['#', ' ', ']']) {
        return None;
    }
    let (name, value) = line.split_once(" = ")?;
    Some((name.split('.').next()?, value))
}

fn sources(lock: &str) -> Vec<String> {
    lock.lines()
        .filter_map(|line| line.strip_prefix("source = ")?.trim_matches('"').into())
        .filter(|source| *source != SOURCE)
        .map(|source| format!("Cargo.lock: a package comes from {source}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    fn manifest(lines: &str) -> Vec<String> {
        reasons(&format!("[workspace.dependencies]\n{lines}\n[profile]\nx = 1\n"))
    }

    #[test]
    fn a_dependency_with_a_comment_is_in_order() {
        assert!(manifest("# Why.\nserde = \"1\"").is_empty());
    }

    #[test]
    fn a_dependency_without_a_comment_is_a_fault() {
        assert_eq!(manifest("# Why.\nserde = \"1\"\nclap = \"4\"").len(), 1);
    }

    #[test]
    fn a_part_of_the_same_family_shares_the_comment() {
        assert!(manifest("# Why.\nserde = \"1\"\nserde_json = \"1\"").is_empty());
    }

    #[test]
    fn our_own_crates_need_no_comment() {
        assert!(manifest("goodgate-causes = { path = \"crates/causes\" }").is_empty());
    }

    #[test]
    fn a_package_from_another_registry_is_a_fault() {
        let lock = format!("source = \"{SOURCE}\"\nsource = \"git+https://example.com/a\"\n");

        assert_eq!(sources(&lock).len(), 1);
    }

    #[test]
    fn a_replaced_registry_is_a_fault() {
        assert_eq!(faults(&files(&[(".cargo/config.toml", "replace-with = \"m\"")])).len(), 1);
    }
}
