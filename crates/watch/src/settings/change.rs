//! `[[change]]`: what is looked at for changes that people make.

use std::path::PathBuf;

use goodgate_config::section;

use super::values::Slug;

section! {
    /// A file or a git repository on this host that is looked at every 10 s: a change stands in the
    /// timeline of every incident of its time. Exactly one of `file` and `git` says which.
    pub struct Change {
        /// What it is called, in timelines.
        pub name: Slug;
        /// A file of at most 1 MiB; what it holds is compared.
        pub file: Option<PathBuf> = None;
        /// A work tree or a bare repository of git; the commit that is checked out is compared. No
        /// program is started.
        pub git: Option<PathBuf> = None;
        /// Tags of the monitors that it concerns; without any all.
        pub tags: Vec<Slug> = Vec::new();
    }
}
