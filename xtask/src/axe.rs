//! axe-core, which the tests of pages evaluate in a browser: fetched from the npm registry, as it was when
//! it was entered here, into the folder of what cargo builds. It is no part of the repository because of
//! its licence (MPL-2.0) and its size.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::process::{capture, run as run_command};
use crate::tree;

/// The package and its version.
const PACKAGE: &str = "axe-core@4.14.1";

/// What npm says of the archive: SHA-512 in base64.
const INTEGRITY: &str = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==";

/// The one file of it that is used.
const FILE: &str = "package/axe.min.js";

/// Fetches it where it is missing.
pub(crate) fn install() -> anyhow::Result<()> {
    let folder = tree::target()?.join("axe-core");
    let file = folder.join("axe.min.js");
    if file.is_file() {
        return Ok(());
    }
    let scratch = folder.join(format!("of-{}", std::process::id()));
    fs::create_dir_all(&scratch).with_context(|| format!("make {}", scratch.display()))?;
    let mut npm = Command::new("npm");
    npm.args(["pack", PACKAGE, "--json", "--pack-destination"]).arg(&scratch);
    let told: Value = serde_json::from_str(&capture(npm.current_dir(&scratch))?)?;
    let archive = archive(&told)?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(scratch.join(archive)).arg("-C").arg(&scratch).arg(FILE);
    run_command(&mut tar)?;
    // Put there whole: a test that begins now finds all of it or nothing.
    fs::rename(scratch.join(FILE), &file).with_context(|| format!("put {}", file.display()))?;
    fs::remove_dir_all(&scratch).with_context(|| format!("remove {}", scratch.display()))
}

/// Returns the name of the archive that npm wrote, if it is the one that is entered here: npm has computed
/// the sum from what came.
fn archive(told: &Value) -> anyhow::Result<&str> {
    let at = |place: &str| told.pointer(place).and_then(Value::as_str);
    let sum = at("/0/integrity").with_context(|| format!("npm says no sum: {told}"))?;
    ensure!(sum == INTEGRITY, "{PACKAGE} is another one than is entered: {sum}");
    at("/0/filename").context("npm says no name")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_archive_under_the_same_name_is_refused() {
        let told = |sum: &str| json!([{"integrity": sum, "filename": "axe.tgz"}]);

        assert_eq!(archive(&told(INTEGRITY)).unwrap(), "axe.tgz");
        assert!(archive(&told("sha512-AAAA")).is_err());
    }
}
