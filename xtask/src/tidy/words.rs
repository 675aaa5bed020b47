//! Words that do not belong into the tree.

use crate::tree::{File, has_ending};

/// The one file with a pause: it waits for a condition with a deadline.
const PAUSE: &str = "lab/src/wait.rs";

/// The rules themselves have to name what they forbid, in pieces.
const IGNORE: &str = concat!("#[ig", "nore]");
const SLEEP: &str = concat!("thread::sl", "eep");
/// The same for tasks: a service may wait, a test waits for something.
const TASK_SLEEP: &str = concat!("time::sl", "eep");

/// Hosts of package registries. Where packages come from is the machine's affair. The product, which
/// fetches none, knows some of them from logs.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("archive.ub", "untu.com"),
    concat!("deb.de", "bian.org"),
    concat!("files.python", "hosted.org"),
    concat!("index.cra", "tes.io"),
    concat!("proxy.go", "lang.org"),
    concat!("py", "pi.org"),
    concat!("registry.np", "mjs.org"),
    concat!("registry.ya", "rnpkg.com"),
    concat!("repo.maven.apa", "che.org"),
    concat!("ruby", "gems.org"),
    concat!("static.cra", "tes.io"),
];

/// Lists the places of such words.
pub(crate) fn faults(files: &[File]) -> Vec<String> {
    files.iter().flat_map(file_faults).collect()
}

fn file_faults(file: &File) -> Vec<String> {
    let is_source = has_ending(&file.path, "rs");
    let is_product = is_source && file.path.starts_with("crates/");
    let mut faults = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let place = format!("{}:{}", file.path, index + 1);
        if is_source && line.contains(IGNORE) {
            faults.push(format!("{place}: an ignored test needs a reason: #[ignore = \"…\"]"));
        }
        let is_test = file.path.contains("/tests/");
        let pauses = line.contains(SLEEP) || (is_test && line.contains(TASK_SLEEP));
        if is_source && pauses && file.path != PAUSE {
            faults.push(format!("{place}: wait for a condition with a deadline, not for a time"));
        }
        let registry = REGISTRY_HOSTS.iter().find(|host| !is_product && line.contains(**host));
        if let Some(host) = registry {
            faults.push(format!("{place}: names the package registry {host}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    #[test]
    fn an_ignored_test_without_a_reason_is_a_fault() {
        assert_eq!(faults(&files(&[("a.rs", IGNORE)])).len(), 1);
    }

    #[test]
    fn an_ignored_test_with_a_reason_is_none() {
        assert!(faults(&files(&[("a.rs", "#[ignore = \"needs a name server\"]")])).is_empty());
    }

    #[test]
    fn a_pause_is_a_fault_outside_its_file() {
        let line = format!("    std::{SLEEP}(PAUSE);");

        assert_eq!(faults(&files(&[("a.rs", &line), (PAUSE, &line)])).len(), 1);
    }

    #[test]
    fn a_pause_of_a_task_is_a_fault_in_a_test() {
        let line = format!("    tokio::{TASK_SLEEP}(PAUSE).await;");

        assert_eq!(faults(&files(&[("a/src/b.rs", &line), ("a/tests/b.rs", &line)])).len(), 1);
    }

    #[test]
    fn a_registry_host_is_a_fault_in_any_file() {
        let line = format!("see https://{}/", REGISTRY_HOSTS.first().unwrap());

        assert_eq!(faults(&files(&[("a.md", &line)])).len(), 1);
    }

    #[test]
    fn a_package_registry_is_a_fault_outside_the_product() {
        let host = REGISTRY_HOSTS[0];

        let listed = faults(&files(&[("install.sh", host), ("crates/a/src/a.rs", host)]));

        assert_eq!(listed, [format!("install.sh:1: names the package registry {host}")]);
    }
}
