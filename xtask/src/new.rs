//! `cargo xtask new cause SLUG`: writes the four pieces of a cause.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::tidy::registered;
use crate::tree;

/// The folder of the causes.
const FOLDER: &str = "crates/causes/src/catalogue";

/// The longest slug; it has to fit a column of the report.
const SLUG_MAX: usize = 40;

/// Writes source, page and fixture of a new cause and its line in the registry.
pub(crate) fn cause(slug: &str) -> anyhow::Result<()> {
    check_slug(slug)?;
    let folder = tree::root().join(FOLDER);
    let registry_path = folder.join("mod.rs");
    let registry = fs::read_to_string(&registry_path).with_context(|| FOLDER.to_owned())?;
    let registry = with_line(&registry, slug)?;
    write_new(&folder.join(format!("{slug}.rs")), &source(slug))?;
    write_new(&folder.join(format!("{slug}.md")), &page(slug))?;
    write_new(&folder.join(format!("{slug}.fixture")), FIXTURE)?;
    fs::write(&registry_path, registry).context("write mod.rs")?;
    println!("wrote {FOLDER}/{slug}.rs, .md, .fixture and its line in mod.rs");
    println!("fill them in; `cargo test -p goodgate-causes` says what is missing");
    Ok(())
}

/// A slug names the fault in `snake_case`.
fn check_slug(slug: &str) -> anyhow::Result<()> {
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let starts_well = slug.starts_with(|c: char| c.is_ascii_lowercase());
    ensure!(starts_well && slug.split('_').all(is_word), "{slug:?} is not snake_case");
    ensure!(slug.len() <= SLUG_MAX, "{slug:?} is longer than {SLUG_MAX} bytes");
    Ok(())
}

/// Puts a slug at its place in the sorted list of the registry.
fn with_line(registry: &str, slug: &str) -> anyhow::Result<String> {
    let listed = registered(registry);
    ensure!(!listed.contains(&slug), "{slug} exists");
    let (before, list) =
        registry.split_once("\nregistry! {\n").context("no `registry! {` in mod.rs")?;
    let (_, after) = list.split_once("\n}\n").context("no end of `registry! {` in mod.rs")?;
    let mut slugs = listed;
    slugs.push(slug);
    slugs.sort_unstable();
    let lines: Vec<String> = slugs.iter().map(|slug| format!("    {slug},\n")).collect();
    Ok(format!("{before}\nregistry! {{\n{}}}\n{after}", lines.concat()))
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    ensure!(!path.exists(), "{} exists", path.display());
    fs::write(path, text).with_context(|| format!("write {}", path.display()))
}

/// The source: it compiles, and the tests of the catalogue ask for what it lacks.
fn source(slug: &str) -> String {
    format!(
        "//! `{slug}`: one line that says what goes wrong.

use crate::cause::prelude::*;

pub(super) static ITEM: Cause = Cause {{
    id: \"{slug}\",
    summary: \"One sentence that says what goes wrong.\",
    kind: Kind::Mechanism,
    shows_as: &[],
    follows: &[],
    stage: Stage::Connect,
    blame: Blame::Origin,
    proxy_error: None,
    prior: -5.0,
    weighs: &[],
    contact: \"who can change it\",
}};
"
    )
}

fn page(slug: &str) -> String {
    let title = slug.replace('_', " ");
    format!(
        "# {title}: the fault in plain words

One or two sentences: what happened and what to do first.

## What it means

## How we know

## What rules it out

## How to fix it

### nginx

### Apache

### HAProxy

## How to prevent it

## Whom to call

## References
"
    )
}

/// The beginning of a fixture; the causes next to it show the form.
const FIXTURE: &str = "";

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "a\n\nregistry! {\n    alpha,\n    gamma,\n}\n\nz\n";

    #[test]
    fn a_new_line_stands_in_its_place() {
        let expected = "a\n\nregistry! {\n    alpha,\n    beta,\n    gamma,\n}\n\nz\n";

        assert_eq!(with_line(REGISTRY, "beta").unwrap(), expected);
    }

    #[test]
    fn a_cause_is_listed_once() {
        assert!(with_line(REGISTRY, "gamma").is_err());
    }

    #[test]
    fn a_slug_is_snake_case() {
        assert!(check_slug("connect_refused2").is_ok());
    }

    #[test]
    fn another_spelling_is_no_slug() {
        for slug in ["", "Connect", "connect-refused", "_a", "a__b", "2a", "../a"] {
            assert!(check_slug(slug).is_err(), "{slug}");
        }
    }
}
