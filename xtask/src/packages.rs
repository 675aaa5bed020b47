//! The Debian packages that scenarios need.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::{process, tree};

/// The list, one package a line.
const LIST: &str = "lab/debian-packages.txt";

/// Debian's packages ask this program before they start a service.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Says no to every start of a service.
const FORBID: &str =
    "#!/bin/sh\n# Written by cargo xtask test for the time of an installation.\nexit 101\n";

/// Returns the packages of the list that are not installed.
pub(crate) fn missing() -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(tree::root().join(LIST)).with_context(|| LIST.to_owned())?;
    Ok(listed(&text).into_iter().filter(|package| !is_installed(package)).collect())
}

/// Installs packages without starting a service.
pub(crate) fn install(packages: &[String]) -> anyhow::Result<()> {
    ensure!(is_root(), "only root can install packages: {}", packages.join(" "));
    process::run(apt_get().arg("update"))?;
    let _policy = Policy::forbid(Path::new(POLICY))?;
    process::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    // Another apt may be at work on a new machine.
    command.args(["-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0", "--quiet"]);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn listed(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

fn is_installed(package: &str) -> bool {
    Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// Says whether we are root.
pub(crate) fn is_root() -> bool {
    // The owner of our own entry is who we are.
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// Forbids services to start until it is dropped, then restores what was there.
#[derive(Debug)]
struct Policy {
    path: PathBuf,
    saved: PathBuf,
}

impl Policy {
    fn forbid(path: &Path) -> anyhow::Result<Self> {
        let policy = Self { path: path.to_owned(), saved: path.with_extension("d.goodgate-saved") };
        // What an interrupted run left: the saved file is then the real one.
        let is_ours = fs::read_to_string(path).is_ok_and(|text| text == FORBID);
        if !is_ours {
            match fs::rename(path, &policy.saved) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("save {}", path.display()));
                }
                _ => {}
            }
        }
        fs::write(path, FORBID).with_context(|| format!("write {}", path.display()))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
        Ok(policy)
    }

    fn restore(&self) -> std::io::Result<()> {
        match fs::rename(&self.saved, &self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => fs::remove_file(&self.path),
            outcome => outcome,
        }
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        if let Err(error) = self.restore() {
            eprintln!("xtask: {} was not restored: {error}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("xtask-{}-{test}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn policy(&self) -> PathBuf {
            self.0.join("policy-rc.d")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn comments_are_no_packages() {
        assert_eq!(listed("# one\n\nnginx\n"), ["nginx"]);
    }

    #[test]
    fn a_policy_is_forbidding_while_it_lives() {
        let folder = Folder::new("forbid");
        let path = folder.policy();

        let _policy = Policy::forbid(&path).unwrap();

        assert!(fs::read_to_string(&path).unwrap().ends_with("exit 101\n"));
    }

    #[test]
    fn no_policy_is_left_where_none_was() {
        let folder = Folder::new("none");
        let path = folder.policy();

        drop(Policy::forbid(&path).unwrap());

        assert!(!path.exists());
    }

    #[test]
    fn the_former_policy_comes_back() {
        let folder = Folder::new("former");
        let path = folder.policy();
        fs::write(&path, "former").unwrap();

        drop(Policy::forbid(&path).unwrap());

        assert_eq!(fs::read_to_string(&path).unwrap(), "former");
    }

    #[test]
    fn the_former_policy_comes_back_after_an_interrupted_run() {
        let folder = Folder::new("interrupted");
        let path = folder.policy();
        fs::write(&path, "former").unwrap();
        std::mem::forget(Policy::forbid(&path).unwrap());

        drop(Policy::forbid(&path).unwrap());

        assert_eq!(fs::read_to_string(&path).unwrap(), "former");
    }
}
