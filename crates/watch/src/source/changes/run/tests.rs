use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("goodgate-changes-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn watched(file: Option<&Path>, git: Option<&Path>) -> Watched {
    let change = Change {
        file: file.map(Path::to_owned),
        git: git.map(Path::to_owned),
        ..Change::default()
    };
    Watched { name: "release".to_owned(), ..Watched::of(&change).expect("one") }
}

fn look(watched: &mut Watched) -> Option<String> {
    watched.look(Timestamp(0)).map(|mark| mark.text)
}

const ONE: &str = "1111111111111111111111111111111111111111";
const TWO: &str = "2222222222222222222222222222222222222222";

#[test]
fn a_file_changes_when_it_holds_something_else() {
    let folder = Folder::new();
    let path = folder.write("app.conf", "a");
    let mut watched = watched(Some(&path), None);
    assert_eq!(look(&mut watched), None, "the first look remembers");

    folder.write("app.conf", "a");
    assert_eq!(look(&mut watched), None, "a new time is no change");
    folder.write("app.conf", "b");
    let changed = look(&mut watched).expect("a change");
    assert_eq!(changed, "release: the file changed, SHA-256 from ca978112ca1b to 3e23e8160039");
    fs::remove_file(&path).expect("removed");
    assert_eq!(look(&mut watched).as_deref(), Some("release: the file is gone"));
    folder.write("app.conf", "b");
    assert_eq!(look(&mut watched).as_deref(), Some("release: the file is there"));
}

#[test]
fn a_large_file_is_compared_by_its_size() {
    let folder = Folder::new();
    let path = folder.write("large", &"x".repeat(2 << 20));
    let mut watched = watched(Some(&path), None);
    assert_eq!(look(&mut watched), None);

    folder.write("large", &"x".repeat(3 << 20));

    assert_eq!(look(&mut watched).as_deref(), Some("release: the file changed"));
}

#[test]
fn what_cannot_be_looked_at_is_told_once() {
    let folder = Folder::new();
    let mut watched = watched(None, Some(&folder.0));

    let told = look(&mut watched).expect("a reason");

    assert!(told.contains("it is no git repository"), "{told}");
    assert_eq!(look(&mut watched), None);
}

#[test]
fn a_commit_is_found_in_its_file_and_among_packed_ones() {
    let folder = Folder::new();
    folder.write("app/.git/HEAD", "ref: refs/heads/main\n");
    folder.write("app/.git/refs/heads/main", &format!("{ONE}\n"));
    let app = folder.0.join("app");
    let mut watched = watched(None, Some(&app));
    assert_eq!(look(&mut watched), None);

    folder.write(
        "app/.git/packed-refs",
        &format!("# pack-refs\n{ONE} refs/heads/other\n{TWO} refs/heads/main\n^{ONE}\n"),
    );
    assert_eq!(look(&mut watched), None, "its own file comes first");
    fs::remove_file(app.join(".git/refs/heads/main")).expect("removed");

    assert_eq!(
        look(&mut watched).as_deref(),
        Some("release: from 111111111111 to 222222222222 (main)")
    );
}

#[test]
fn a_detached_head_a_bare_repository_and_a_linked_work_tree_are_read() {
    let folder = Folder::new();
    folder.write("bare/HEAD", &format!("{ONE}\n"));
    folder.write("bare/objects/x", "");
    assert_eq!(git::head(&folder.0.join("bare")).expect("one"), (None, Some(ONE.to_owned())));

    folder.write("linked/.git", "gitdir: ../bare/worktrees/linked\n");
    folder.write("bare/worktrees/linked/HEAD", "ref: refs/heads/x/y\n");
    folder.write("bare/worktrees/linked/commondir", "../..\n");
    folder.write("bare/refs/heads/x/y", TWO);
    let linked = git::head(&folder.0.join("linked")).expect("one");
    assert_eq!(linked, (Some("refs/heads/x/y".to_owned()), Some(TWO.to_owned())));

    folder.write("new/.git/HEAD", "ref: refs/heads/main\n");
    let new = git::head(&folder.0.join("new")).expect("one");
    assert_eq!(new, (Some("refs/heads/main".to_owned()), None));
}

#[test]
fn references_lead_neither_in_a_circle_nor_out_of_the_repository() {
    let folder = Folder::new();
    let head = |text: &str| {
        folder.write("app/.git/HEAD", text);
        git::head(&folder.0.join("app"))
    };
    folder.write("app/.git/refs/heads/a", "ref: refs/heads/a\n");

    for text in
        ["ref: refs/heads/a\n", "ref: refs/../../../etc/passwd\n", "ref: /etc/passwd\n", "x"]
    {
        assert!(head(text).is_err(), "{text}");
    }
}

#[test]
fn a_repository_of_git_itself_is_read_as_git_does() {
    let folder = Folder::new();
    let git = |arguments: &[&str]| {
        let run = Command::new("git")
            .arg("-C")
            .arg(&folder.0)
            .args(["-c", "user.name=a", "-c", "user.email=a@a.example"])
            .args(arguments)
            .output();
        let run = run.expect("git is installed");
        assert!(run.status.success(), "{run:?}");
        String::from_utf8_lossy(&run.stdout).trim().to_owned()
    };
    git(&["init", "-q"]);
    git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    let mut watched = watched(None, Some(&folder.0));
    assert_eq!(look(&mut watched), None);

    git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    let told = look(&mut watched).expect("a change");
    let commit = git(&["rev-parse", "HEAD"]);
    assert!(told.contains(commit.get(..12).expect("a commit")), "{told}");
    git(&["pack-refs", "--all"]);

    assert_eq!(look(&mut watched), None, "packing changes nothing");
    assert_eq!(git::head(&folder.0).expect("one").1, Some(commit));
}
