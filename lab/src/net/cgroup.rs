//! A limit on the memory of some processes.
//!
//! Machines have the memory controller in one of two places: in a hierarchy of its own (version 1)
//! or in the unified one (version 2). Both are looked for.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// Folders in which groups of version 2 can be made.
const UNIFIED: &[&str] = &["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];

/// The hierarchy of version 1.
const OWN: &str = "/sys/fs/cgroup/memory";

/// What the names of our groups begin with; the number of our process follows.
const PREFIX: &str = "goodgate-lab-";

/// A group of processes whose memory is limited; removed when the value is dropped.
#[derive(Debug)]
pub struct Cgroup {
    path: PathBuf,
}

impl Cgroup {
    /// Makes a group of at most `mebibytes`, swap included.
    ///
    /// # Errors
    ///
    /// When there is no memory controller, or we may not use it.
    pub fn new(name: &str, mebibytes: u64) -> anyhow::Result<Self> {
        let bytes = (mebibytes << 20).to_string();
        let name = format!("{PREFIX}{}-{name}", std::process::id());
        if let Some(root) = unified() {
            let group = Self::make(&root.join(name))?;
            group.set("memory.max", &bytes)?;
            // Without swap there is no such file.
            drop(group.set("memory.swap.max", "0"));
            return Ok(group);
        }
        if !Path::new(OWN).join("memory.limit_in_bytes").exists() {
            bail!("this machine has no memory controller for groups of processes");
        }
        let group = Self::make(&Path::new(OWN).join(name))?;
        group.set("memory.limit_in_bytes", &bytes)?;
        drop(group.set("memory.memsw.limit_in_bytes", &bytes));
        Ok(group)
    }

    /// Returns the file into which a process writes `0` to enter.
    pub fn entrance(&self) -> PathBuf {
        self.path.join("cgroup.procs")
    }

    fn make(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir(path).with_context(|| format!("make {}", path.display()))?;
        Ok(Self { path: path.to_owned() })
    }

    fn set(&self, file: &str, value: &str) -> anyhow::Result<()> {
        let path = self.path.join(file);
        fs::write(&path, value).with_context(|| format!("write {value} to {}", path.display()))
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Still in use when a process is only just ending; the next run removes it.
        drop(fs::remove_dir(&self.path));
    }
}

/// Removes the groups of runs that were killed.
pub fn remove_leftovers() {
    for root in UNIFIED.iter().chain(&[OWN]) {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let owner = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
            let Some(owner) = owner else { continue };
            if !Path::new("/proc").join(owner).exists() {
                drop(fs::remove_dir(entry.path()));
            }
        }
    }
}

/// Finds the unified hierarchy, if groups in it can have a limit of memory.
fn unified() -> Option<PathBuf> {
    let roots = UNIFIED.iter().map(Path::new);
    roots.filter(|root| has_memory(root)).map(Path::to_owned).next()
}

fn has_memory(root: &Path) -> bool {
    let control = fs::read_to_string(root.join("cgroup.subtree_control")).unwrap_or_default();
    control.split_ascii_whitespace().any(|controller| controller == "memory")
}
