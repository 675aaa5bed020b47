//! Hand-overs that do not come about: the process that serves goes on.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use goodgate_lab::Workdir;

use super::load::Load;
use super::origin::{BODY, Origin};
use super::support::{BINARY, Gateway, LISTEN, Signal, app, base, get, replace, send};

/// A copy of the binary that a test can replace.
fn installed(folder: &Workdir) -> PathBuf {
    let path = folder.join("goodgate");
    if fs::hard_link(BINARY, &path).is_err() {
        fs::copy(BINARY, &path).expect("copied");
    }
    path
}

/// Puts a shell script in place of the binary.
fn replace_binary(path: &Path, script: &str) {
    let beside = path.with_extension("script");
    fs::write(&beside, script).expect("written");
    fs::set_permissions(&beside, Permissions::from_mode(0o755)).expect("permissions");
    fs::rename(&beside, path).expect("replaced");
}

#[test]
fn a_new_process_that_is_killed_leaves_the_old_one_serving() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let binary = installed(&folder);
    let text = base(4, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::within(folder, Command::new(&binary), &text);
    let load = Load::start(gateway.address(), true);
    let pid = gateway.folder.join("pid");
    replace_binary(
        &binary,
        &format!("#!/bin/sh\necho $$ >{0}.new; mv {0}.new {0}\nexec sleep 600\n", pid.display()),
    );

    gateway.signal(Signal::USR2);
    let written = || Ok(fs::read_to_string(&pid).ok().and_then(|it| it.trim().parse::<u32>().ok()));
    let new = goodgate_lab::wait::wait_until("its id", goodgate_lab::wait::DEADLINE, written);
    send(new.expect("it starts"), Signal::KILL);

    gateway.wait_for("error: no hand-over: the new process");
    gateway.wait_for("signal: 9");
    gateway.wait_for("this process goes on serving");
    load.wait_for_more(true);
    assert_eq!(load.end().1, Vec::<String>::new());
}

#[test]
fn a_binary_that_does_not_start_leaves_the_old_one_serving() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let binary = installed(&folder);
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let mut gateway = Gateway::within(folder, Command::new(&binary), &text);

    replace_binary(&binary, "#!/bin/sh\necho 'no such library' >&2\nexit 127\n");
    gateway.signal(Signal::USR2);
    gateway.wait_for("ended before it was ready (exit status: 127)");
    gateway.wait_for("no such library");
    assert!(get(gateway.address(), "/").expect("it serves").ends_with(BODY));

    // What works again is taken.
    fs::remove_file(&binary).expect("removed");
    installed(&gateway.folder);
    gateway.signal(Signal::USR2);
    gateway.wait_for("serves from now on");
    assert!(gateway.ended().success());
    assert!(get(gateway.address(), "/").expect("it serves").ends_with(BODY));
}

#[test]
fn a_configuration_that_is_broken_leaves_the_old_one_serving() {
    let origin = Origin::start();
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let gateway = Gateway::with(&text);

    replace(&gateway.folder.join("goodgate.toml"), "nonsense");
    gateway.signal(Signal::USR2);

    gateway.wait_for("error: no hand-over");
    gateway.wait_for("cannot be used");
    assert!(get(gateway.address(), "/").expect("it serves").ends_with(BODY));
}

#[test]
fn addresses_change_with_a_hand_over() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let [goes, comes] = [folder.join("goes.sock"), folder.join("comes.sock")];
    let unix = |path: &Path| format!("[[listen]]\naddress = \"unix:{}\"\n", path.display());
    let text = base(2, "5s") + LISTEN;
    let app = app(origin.address);
    let command = super::support::command();
    let mut gateway = Gateway::within(folder, command, &(text.clone() + &unix(&goes) + &app));
    let address = gateway.address();

    gateway.write(&(text + &unix(&comes) + &app));
    gateway.signal(Signal::USR2);

    gateway.wait_for("serves from now on");
    assert!(gateway.ended().success());
    assert!(!goes.exists() && comes.exists());
    assert_eq!(gateway.address(), address);
    assert!(get(address, "/").expect("it serves").ends_with(BODY));
    gateway.signal(Signal::TERM);
    gateway.wait_for(&format!("[{}] ended", gateway.last_process()));
    assert!(!comes.exists());
}

#[test]
fn the_end_comes_before_a_hand_over_that_is_not_ready() {
    let origin = Origin::start();
    let folder = Workdir::new().expect("a folder");
    let binary = installed(&folder);
    let text = base(1, "5s") + LISTEN + &app(origin.address);
    let mut gateway = Gateway::within(folder, Command::new(&binary), &text);
    replace_binary(&binary, "#!/bin/sh\nexec sleep 600\n");

    gateway.signal(Signal::USR2);
    gateway.wait_for("handing over (SIGUSR2)");
    gateway.signal(Signal::TERM);

    assert!(gateway.ended().success());
}

/// `systemctl stop` sends SIGTERM to every process of the unit: also to one that still ends its
/// connections after a hand-over.
#[test]
fn the_first_signal_after_a_hand_over_cuts_nothing_off() {
    let origin = Origin::start();
    let mut gateway = Gateway::with(&(base(1, "10m") + LISTEN + &app(origin.address)));
    let mut stays = super::load::websocket(gateway.address()).expect("a WebSocket");
    let first = gateway.last_process();
    gateway.signal(Signal::USR2);
    gateway.wait_for("ending (handed over): 1 connection open, 600 s at most");

    send(first, Signal::TERM);
    gateway.signal(Signal::TERM);
    gateway.wait_for(&format!("[{}] ended", gateway.last_process()));
    super::reload::echoes(&mut stays);

    send(first, Signal::TERM);
    assert!(gateway.ended().success());
    gateway.wait_for("ending at once (SIGTERM again)");
}
