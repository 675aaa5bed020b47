//! Real programs.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use goodgate_incident::IncidentId;
use tokio::sync::mpsc;

use super::{confirmed, read, table};
use crate::remedy::{Happened, Plan, Remedies, RemedyEvent, limits, run};

/// A folder of one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("goodgate-remedy-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// Writes a script; returns the plan to run it.
    fn plan(&self, script: &str, keys: &str) -> Plan {
        let path = self.path("script");
        fs::write(&path, script).unwrap();
        let command = format!("\"/bin/sh\", \"{path}\", \"an argument; $(false)\"");
        plan(&command, &format!("verify_after = \"0s\"\n{keys}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn plan(command: &str, keys: &str) -> Plan {
    let keys = format!("dry_run = false\n{keys}");
    Remedies::new(read(&table("reload", command, &keys))).consider(&confirmed(0)).unwrap()
}

/// Runs a plan; returns all that happened.
async fn carried_out(plan: Plan) -> Vec<RemedyEvent> {
    let (sender, mut receiver) = mpsc::channel(8);
    run(plan, sender).await;
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    events
}

/// Returns how a program has ended: the text of the step, the output, and whether it succeeded.
fn ending(events: &[RemedyEvent]) -> (String, String, bool) {
    let endings = events.iter().filter_map(|event| match &event.happened {
        Happened::Ended { text, output, is_success } => {
            Some((text.clone(), output.clone(), *is_success))
        }
        _ => None,
    });
    let all: Vec<_> = endings.collect();
    assert_eq!(all.len(), 1, "{events:?}");
    all.into_iter().next().unwrap()
}

fn is_alive(pid: &str) -> bool {
    // A zombie is dead.
    let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_program_is_run_without_a_shell_in_an_empty_environment() {
    let folder = Folder::new();
    let script = "env | sort\npwd\nprintf '%s\\n' \"$1\"\nread line || echo no input\nexit 3";

    let events = carried_out(folder.plan(script, "")).await;

    let (text, output, is_success) = ending(&events);
    let path = limits::PATH;
    let expected = format!(
        "GOODGATE_CAUSE=app_pool_exhausted\nGOODGATE_INCIDENT=7\nGOODGATE_MONITOR=shop\n\
         LANG=C.UTF-8\nPATH={path}\nPWD=/\n/\nan argument; $(false)\nno input"
    );
    // What the shell itself adds.
    let output: Vec<&str> = output
        .lines()
        .filter(|line| !line.starts_with("_=") && !line.starts_with("OLDPWD"))
        .collect();
    assert_eq!(output.join("\n"), expected);
    assert!(text.contains("ended with exit code 3 after") && text.ends_with("no input"), "{text}");
    assert!(!is_success);
    assert_eq!(events[0].incident, IncidentId(7));
    let Happened::Said { text } = &events[0].happened else { panic!("{events:?}") };
    assert!(text.contains("because of app_pool_exhausted on shop (90 % sure)"), "{text}");
    assert_eq!(events[2].happened, Happened::Verify, "then it is looked whether it helped");
}

#[tokio::test]
async fn a_program_that_lasts_too_long_is_killed_with_its_children() {
    let folder = Folder::new();
    let (one, two) = (folder.path("one"), folder.path("two"));
    // Neither of them ends when it is asked to.
    let script = format!(
        "trap '' TERM\n(trap '' TERM; echo $$ >{one}; while :; do sleep 1; done) &\n\
         echo $! >{two}; echo begun; while :; do sleep 1; done"
    );

    let begin = Instant::now();
    let events = carried_out(folder.plan(&script, "timeout = \"1s\"")).await;

    let (text, output, is_success) = ending(&events);
    assert!(text.contains("was killed with all it had started"), "{text}");
    assert_eq!((output.as_str(), is_success), ("begun", false));
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    for file in [one, two] {
        let pid = fs::read_to_string(file).unwrap();
        until("it is dead", || !is_alive(&pid)).await;
    }
}

#[tokio::test]
async fn what_is_asked_to_end_may_do_so_in_order() {
    let folder = Folder::new();
    let script = "trap 'echo tidied; exit 0' TERM\nwhile :; do sleep 0.1; done";

    let events = carried_out(folder.plan(script, "timeout = \"1s\"")).await;

    let output = ending(&events).1;
    assert!(output.ends_with("tidied"), "{output}");
}

#[tokio::test]
async fn a_service_that_a_program_leaves_behind_lives_on_and_holds_up_nothing() {
    let folder = Folder::new();
    let pid = folder.path("pid");
    let script = format!("sleep 600 &\necho $! >{pid}\necho started");

    let events = carried_out(folder.plan(&script, "")).await;

    let (text, output, is_success) = ending(&events);
    assert!(is_success && text.contains("exit code 0"), "{text}");
    assert_eq!(output, "started");
    let pid = fs::read_to_string(pid).unwrap();
    assert!(is_alive(&pid));
    let raw = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    rustix::process::kill_process(raw, rustix::process::Signal::KILL).unwrap();
}

#[tokio::test]
async fn output_without_end_is_bounded_and_the_end_of_it_is_told() {
    let folder = Folder::new();
    let script = "i=0; while [ $i -lt 5000 ]; do echo \"line $i of the output\"; i=$((i+1)); done\n\
                  printf 'password: hunter2\\n\\033[2Jlast words\\n' >&2";

    let events = carried_out(folder.plan(script, "")).await;

    let (text, output, _) = ending(&events);
    assert!(output.len() <= limits::OUTPUT + 200, "{}", output.len());
    assert!(output.starts_with("line 0 of the output"), "{output}");
    assert!(text.chars().count() <= limits::TEXT, "{}", text.chars().count());
    assert!(text.ends_with("last words"), "{text}");
    for shown in [&text, &output] {
        assert!(!shown.contains("hunter2") && !shown.contains('\x1b'), "{shown}");
    }
}

#[tokio::test]
async fn what_cannot_be_started_is_told_and_not_verified() {
    for (command, expected) in [
        ("\"/nonexistent/program\"", "could not start /nonexistent/program: No such file"),
        ("\"true\"", "not given by its whole path"),
    ] {
        let events = carried_out(plan(command, "")).await;

        let (text, _, is_success) = ending(&events);
        assert!(text.contains(expected) && !is_success, "{text}");
        assert!(events.iter().all(|event| event.happened != Happened::Verify));
    }
}

#[tokio::test]
async fn a_dry_run_only_says_what_would_be_done() {
    let folder = Folder::new();
    let done = folder.path("done");
    let mut plan = folder.plan(&format!("touch {done}"), "");
    plan.action = crate::remedy::Action::DryRun;

    let events = carried_out(plan).await;

    let (text, ..) = ending(&events);
    assert!(text.starts_with("would have run /bin/sh "), "{text}");
    assert!(text.contains("'an argument; $(false)'") && text.contains("dry_run = false"), "{text}");
    assert!(!PathBuf::from(done).exists());
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn whoever_drops_it_leaves_nothing_running() {
    let folder = Folder::new();
    let pid = folder.path("pid");
    let script = format!("sleep 600 & echo $! >{pid}.new; mv {pid}.new {pid}; wait");
    let (sender, _receiver) = mpsc::channel(8);
    let task = tokio::spawn(run(folder.plan(&script, ""), sender));
    until("it runs", || fs::exists(&pid).unwrap()).await;
    let child = fs::read_to_string(&pid).unwrap();
    assert!(is_alive(&child));

    task.abort();

    until("it is dead", || !is_alive(&child)).await;
}
