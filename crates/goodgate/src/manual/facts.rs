//! What a page says of a command besides its arguments: exit codes, environment, files, other pages.

/// A word and what it means.
pub(super) type Said = (&'static str, &'static str);

/// What a page says besides the arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// Exit codes.
    pub(super) exit: &'static [Said],
    /// Variables of the environment that are read.
    pub(super) environment: &'static [Said],
    /// Files that are read or written.
    pub(super) files: &'static [Said],
    /// Names of other pages, each with its section.
    pub(super) see: &'static [&'static str],
}

const NO_COLOR: Said =
    ("NO_COLOR", "No colour where it is not empty, unless --color says otherwise.");
const COLUMNS: Said = ("COLUMNS", "How wide running text may be.");
const ANCHORS: Said = (
    "SSL_CERT_FILE, SSL_CERT_DIR",
    "Certificate authorities that are trusted instead of the system's.",
);
const WHO: Said = ("SUDO_USER, USER", "Who acts, unless --by says it.");

const CONFIG: Said = ("/etc/goodgate/goodgate.toml", "The configuration of the service.");
const HERE: Said = ("goodgate.toml", "The configuration, in the folder where one works.");
const SOCKET: Said = (
    "/var/lib/goodgate/goodgate.sock",
    "The socket of the watch, unless the configuration has its store elsewhere.",
);
const STORE: Said = ("/var/lib/goodgate/watch.db", "The store of the watch.");

const USAGE: Said = ("2", "The command line or a file that it names is wrong.");
const NO_WATCH: Said = ("3", "No watch answers.");

/// Those of a command that asks the watch and has nothing to complain about.
const ASKED: &[Said] = &[("0", "Done."), ("2", "What is asked for is wrong."), NO_WATCH];

const TERMINAL: &[Said] = &[NO_COLOR, COLUMNS];
const ACTOR: &[Said] = &[WHO, NO_COLOR, COLUMNS];
const PLACES: &[Said] = &[HERE, SOCKET];

/// Returns what is to be said of a command; `goodgate` is the whole.
pub(super) fn of(command: &str) -> Option<Facts> {
    of_work(command).or_else(|| of_beside(command)).or_else(|| of_asking(command))
}

/// Those of the commands that examine, explain and carry.
fn of_work(command: &str) -> Option<Facts> {
    let facts = match command {
        "goodgate" => Facts {
            exit: &[
                ("0", "Healthy, or nothing was found."),
                ("1", "A problem was found, even if its cause is unknown."),
                ("2", "Usage or configuration error."),
                ("3", "It could not be measured."),
            ],
            environment: &[NO_COLOR, COLUMNS, ANCHORS],
            files: &[CONFIG, HERE, STORE, SOCKET],
            see: &["systemd(1)", "curl(1)"],
        },
        "diagnose" => Facts {
            exit: &[
                ("0", "The target answers; 1xx to 4xx count as an answer of a working chain."),
                ("1", "A failure anywhere in the chain, or a 5xx."),
                ("2", "The URL or an option is wrong, or a log cannot be read."),
                ("3", "Our own side failed: no permission, no network, a source address not ours."),
            ],
            environment: &[
                NO_COLOR,
                COLUMNS,
                ANCHORS,
                (
                    "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY",
                    "Told where a browser would go through a proxy; not used, see --proxy.",
                ),
            ],
            files: &[("/etc/resolv.conf", "The name servers that are asked.")],
            see: &["goodgate-explain(1)", "goodgate-faults(1)", "curl(1)", "ssh(1)"],
        },
        "explain" => Facts {
            exit: &[
                ("0", "The topic was shown, or the text shows no problem."),
                ("1", "A fault was recognised in the text."),
                ("2", "There is no such topic or file."),
                ("3", "A file or standard input cannot be read."),
            ],
            environment: TERMINAL,
            files: &[],
            see: &["goodgate-diagnose(1)"],
        },
        "check" => Facts {
            exit: &[
                ("0", "The configuration has no error."),
                ("2", "It has errors, which are told with their places, or cannot be read."),
            ],
            environment: TERMINAL,
            files: &[CONFIG, HERE],
            see: &["goodgate-run(1)", "goodgate-monitor(1)"],
        },
        "run" => Facts {
            exit: &[
                ("0", "It ended in order."),
                ("2", "The configuration or an address is wrong."),
                ("3", "Something of this machine failed."),
            ],
            environment: &[
                (
                    "GOODGATE_START_SECONDS",
                    "How long a child may take to start: 1 to 86400, 600 unless it is set.",
                ),
                ("NOTIFY_SOCKET, WATCHDOG_USEC", "Where the service manager wants to be told."),
                ("LISTEN_FDS, LISTEN_FDNAMES", "Sockets that the service manager passes."),
                ("JOURNAL_STREAM", "Messages carry their weight where the journal reads them."),
                ANCHORS,
            ],
            files: &[
                CONFIG,
                STORE,
                SOCKET,
                ("/etc/resolv.conf", "The name servers that are asked for endpoints."),
                ("/var/log/goodgate", "A folder for the access log, where systemd runs it."),
            ],
            see: &["goodgate-check(1)", "goodgate-status(1)", "systemd.exec(5)"],
        },
        _ => return None,
    };
    Some(facts)
}

/// Those of the commands beside that work.
fn of_beside(command: &str) -> Option<Facts> {
    let facts = match command {
        "faults" => Facts {
            exit: &[
                ("0", "It ended on a signal, or the list was written."),
                ("2", "The arguments or the schedule are wrong."),
                ("3", "It cannot listen, or cannot write a file."),
            ],
            environment: &[ANCHORS],
            files: &[],
            see: &["goodgate-diagnose(1)", "goodgate-run(1)"],
        },
        "demo" => Facts {
            exit: &[
                ("0", "What it shows has happened, or it was ended by a signal."),
                ("1", "Something that it shows did not happen, or one of its processes died."),
                (
                    "2",
                    "The arguments are wrong, or no folder can be made; TMPDIR names another place.",
                ),
                ("3", "It cannot start."),
            ],
            environment: &[NO_COLOR, COLUMNS, ("TMPDIR", "Where its folder is made.")],
            files: &[],
            see: &["goodgate-faults(1)", "goodgate-run(1)", "goodgate-diagnose(1)"],
        },
        "password" => Facts {
            exit: &[
                ("0", "The hash was written."),
                ("2", "The password cannot be used, or the two differ."),
                ("3", "It could not be read."),
            ],
            environment: &[],
            files: &[],
            see: &["goodgate-run(1)"],
        },
        "completions" => Facts {
            exit: &[("0", "They were written."), USAGE],
            environment: &[],
            files: &[],
            see: &["bash(1)", "zsh(1)", "fish(1)"],
        },
        "man" => Facts {
            exit: &[("0", "Written or shown."), USAGE, ("3", "The folder cannot be written.")],
            environment: &[("MANPAGER, PAGER", "Read by man(1), which shows the page.")],
            files: &[],
            see: &["man(1)"],
        },
        _ => return None,
    };
    Some(facts)
}

/// Those of the commands about a watch and its store.
fn of_asking(command: &str) -> Option<Facts> {
    let facts = match command {
        "status" => Facts {
            exit: &[("0", "No incident is open."), ("1", "An incident is open."), USAGE, NO_WATCH],
            environment: TERMINAL,
            files: PLACES,
            see: &["goodgate-incident(1)", "goodgate-alert(1)"],
        },
        "incident" => Facts {
            exit: &[
                ("0", "None that is listed or shown is open, or what was said is written."),
                ("1", "One that is listed or shown is open."),
                ("2", "There is no such incident, or it cannot be done."),
                NO_WATCH,
            ],
            environment: ACTOR,
            files: PLACES,
            see: &["goodgate-status(1)", "goodgate-silence(1)"],
        },
        "report" => Facts {
            exit: &[
                ("0", "It is written, and no incident in it is open."),
                ("1", "It is written, and an incident in it is open."),
                ("2", "There is no such incident, or the time or the form is wrong."),
                ("3", "No watch answers, or the file cannot be written."),
            ],
            environment: &[],
            files: PLACES,
            see: &["goodgate-incident(1)"],
        },
        "monitor" => Facts {
            exit: &[
                ("0", "It is up."),
                ("1", "It fails."),
                ("2", "The file has an error, or no such monitor."),
                ("3", "This machine could not measure."),
            ],
            environment: &[NO_COLOR, COLUMNS, ANCHORS],
            files: &[HERE],
            see: &["goodgate-check(1)", "goodgate-run(1)"],
        },
        "event" => {
            Facts { exit: ASKED, environment: ACTOR, files: PLACES, see: &["goodgate-incident(1)"] }
        }
        "alert" => Facts {
            exit: &[
                ("0", "Every test message was accepted, or nothing was given up."),
                ("1", "A test message was not accepted, or an alert was given up."),
                ("2", "There is no such channel."),
                NO_WATCH,
            ],
            environment: TERMINAL,
            files: PLACES,
            see: &["goodgate-status(1)", "goodgate-silence(1)"],
        },
        "silence" => Facts {
            exit: ASKED,
            environment: ACTOR,
            files: PLACES,
            see: &["goodgate-alert(1)", "goodgate-incident(1)"],
        },
        "backup" => Facts {
            exit: &[("0", "The copy is whole."), ("2", "It cannot go there."), ("3", "It failed.")],
            environment: &[],
            files: &[HERE, STORE, SOCKET],
            see: &["goodgate-restore(1)"],
        },
        "restore" => Facts {
            exit: &[
                ("0", "The copy is in the place of the store."),
                ("2", "The watch runs, or the file is no whole copy."),
                ("3", "It failed."),
            ],
            environment: &[],
            files: &[HERE, STORE],
            see: &["goodgate-backup(1)"],
        },
        _ => return None,
    };
    Some(facts)
}

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::super::{below, tree};
    use super::*;

    #[test]
    fn every_command_has_its_facts() {
        let tree = tree();

        for name in below(&tree).map(Command::get_name).chain(["goodgate"]) {
            let facts = of(name).unwrap_or_else(|| panic!("no facts of {name}"));

            assert!(!facts.exit.is_empty(), "{name}");
            assert!(!facts.see.is_empty(), "{name}");
        }
    }

    #[test]
    fn pages_of_ours_that_are_named_exist() {
        let tree = tree();
        let names: Vec<&str> = below(&tree).map(Command::get_name).collect();

        for name in &names {
            for other in of(name).unwrap().see {
                if let Some(ours) = other.strip_prefix("goodgate-") {
                    let ours = ours.strip_suffix("(1)").unwrap();
                    assert!(names.contains(&ours) && ours != *name, "{name}: {other}");
                }
            }
        }
    }
}
