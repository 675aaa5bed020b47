//! The commit that a git repository is at, read from its files as gitrepository-layout(5) describes them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::source::limits::{GIT_FILE, GIT_LINKS};

/// Returns what is checked out in a work tree, a linked work tree or a bare repository: the reference, as
/// `refs/heads/main`, where there is one, and the commit, where there is one yet.
///
/// # Errors
///
/// What the system says, and [`io::ErrorKind::InvalidData`] for what is no repository, or one that keeps
/// its references in another form (`reftable`).
pub fn head(path: &Path) -> io::Result<(Option<String>, Option<String>)> {
    let folder = folder(path)?;
    let common = common(&folder)?;
    if common.join("reftable").is_dir() {
        return Err(wrong("its references are in a `reftable`, which is not read"));
    }
    let mut reference = String::from("HEAD");
    let mut branch = None;
    for _ in 0..GIT_LINKS {
        let Some(text) = resolve(&folder, &common, &reference)? else {
            return Ok((branch, None));
        };
        match text.strip_prefix("ref:") {
            Some(next) => {
                next.trim().clone_into(&mut reference);
                if !is_reference(&reference) {
                    return Err(wrong("HEAD leads to no reference"));
                }
                branch.get_or_insert_with(|| reference.clone());
            }
            None if is_commit(&text) => return Ok((branch, Some(text))),
            None => return Err(wrong("a reference holds no commit")),
        }
    }
    Err(wrong("its references lead to each other"))
}

/// Finds the folder of a repository.
fn folder(path: &Path) -> io::Result<PathBuf> {
    let inside = path.join(".git");
    if inside.is_dir() {
        return Ok(inside);
    }
    if inside.is_file() {
        // A linked work tree or a submodule.
        let text = read(&inside)?.unwrap_or_default();
        let leads = text.trim().strip_prefix("gitdir:").map(str::trim);
        let leads = leads.filter(|leads| !leads.is_empty());
        return leads.map(|leads| path.join(leads)).ok_or_else(|| wrong("its .git leads nowhere"));
    }
    if path.join("HEAD").is_file() && path.join("objects").is_dir() {
        return Ok(path.to_owned());
    }
    Err(wrong("it is no git repository"))
}

/// The folder that linked work trees share.
fn common(folder: &Path) -> io::Result<PathBuf> {
    let text = read(&folder.join("commondir"))?;
    Ok(text.map_or_else(|| folder.to_owned(), |text| folder.join(text.trim())))
}

/// Returns what a reference holds: in its own file, or among the packed ones.
fn resolve(folder: &Path, common: &Path, reference: &str) -> io::Result<Option<String>> {
    for place in [folder, common] {
        if let Some(text) = read(&place.join(reference))? {
            return Ok(Some(text.trim().to_owned()));
        }
    }
    let packed = read(&common.join("packed-refs"))?.unwrap_or_default();
    let found = packed.lines().find_map(|line| {
        let (commit, name) = line.split_once(' ')?;
        (name.trim() == reference && is_commit(commit)).then(|| commit.to_owned())
    });
    Ok(found)
}

/// Whether a text names a reference: a path that stays in the repository (git-check-ref-format(1)).
fn is_reference(text: &str) -> bool {
    let parts_fit = text.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    text.starts_with("refs/") && parts_fit && !text.contains("..") && !text.contains('\0')
}

/// Whether a text is a commit, by SHA-1 or SHA-256.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a file; [`None`] where there is none.
fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        // What would be a folder may be a reference above it.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(GIT_FILE).read_to_end(&mut bytes)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn wrong(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
