//! What the facts of a host decide, and what they must not.

use std::time::Duration;

use goodgate_causes::{Case, State, Verdict, rank};
use goodgate_evidence::host::{
    Access, App, Blocks, Conntrack, Counter, Crash, Denial, Descriptors, FileKind, Folder, Found,
    Gateway, Host, Kill, Listener, Location, Module, Outgoing, Process, Purpose, Queue, Resolver,
    Role, Rule, Server, SocketFile, Unit, Usage, Victim,
};
use goodgate_evidence::probe::{Connect, Endpoint, Http};
use goodgate_evidence::{Observation, Product, Sign, Source, Timestamp};

use super::world::*;
use crate::{Examination, Window, of_host};

const BEGAN: Timestamp = Timestamp(1_000_000_000);
const ENDED: Timestamp = Timestamp(1_005_000_000);

/// A gateway that answers so, in front of an origin that refuses.
fn gateway_answers(status: u16) -> Examination {
    World::default().with(GATEWAY, move |ask| answers(ask, status)).of(guessed())
}

/// A gateway that answers 502 in front of an origin that answers us well.
fn only_the_gateway_fails() -> Examination {
    let world = World::default().with(GATEWAY, |ask| answers(ask, 502));
    world.with(ORIGIN, |ask| answers(ask, 200)).of(guessed())
}

/// A gateway that answers 504 in front of an origin that takes connections and says nothing.
fn origin_is_silent() -> Examination {
    let world = World::default().with(GATEWAY, |ask| answers(ask, 504));
    world.with(ORIGIN, |ask| ends(ask, Http::HeadTimedOut)).of(guessed())
}

/// A gateway that answers 504 in front of an origin to which nobody gets through.
fn nobody_gets_through() -> Examination {
    let world = World::default().with(GATEWAY, |ask| answers(ask, 504));
    world.with(ORIGIN, |ask| no_connection(ask, Connect::TimedOut)).of(guessed())
}

fn healthy() -> Examination {
    let world = World::default().with(GATEWAY, |ask| answers(ask, 200));
    world.with(ORIGIN, |ask| answers(ask, 200)).of(guessed())
}

fn shown_with(examination: &Examination, host: &Host, log: Vec<Observation>) -> Vec<Observation> {
    let mut seen = examination.observations();
    seen.extend(log);
    of_host(examination, host, &seen, Window { began: BEGAN, ended: ENDED })
}

fn signs(examination: &Examination, host: &Host) -> Vec<Sign> {
    shown_with(examination, host, Vec::new()).iter().map(|one| one.sign).collect()
}

fn verdict_with(examination: &Examination, host: &Host, log: Vec<Observation>) -> Verdict {
    let mut all = examination.observations();
    all.extend(log.clone());
    all.extend(shown_with(examination, host, log));
    rank(&Case { observations: &all, ..Case::default() }).verdict
}

/// The best candidate, where it is confident.
fn top(examination: &Examination, host: &Host, log: Vec<Observation>) -> String {
    let verdict = verdict_with(examination, host, log);
    let top = verdict.causes.first().filter(|top| top.confidence >= 0.8);
    top.map_or("none".to_owned(), |top| top.id.to_owned())
}

/// A line of the gateway's log.
fn logged(sign: Sign) -> Vec<Observation> {
    let seen = Observation::new(sign, Source::file("log", "error.log", 1));
    vec![seen.by(Product::Nginx)]
}

fn server(place: &str) -> Server {
    let place = match place.strip_prefix("unix:") {
        Some(path) => Endpoint::Unix(path.into()),
        None => Endpoint::Tcp(place.parse().expect("an address")),
    };
    Server {
        role: Role::Origin,
        place,
        location: Location::ThisHost,
        namespace_of: None,
        listeners: Vec::new(),
        socket: None,
        app: None,
        unit: None,
        claimants: Vec::new(),
        outgoing: None,
        overflows: None,
        somaxconn: Some(4096),
        rules: Vec::new(),
    }
}

fn of(server: Server) -> Host {
    Host { servers: vec![server], ..Host::default() }
}

fn listens(bound: &str, waiting: u32, limit: u32) -> Listener {
    let queue = Queue { waiting, limit: Some(limit) };
    let bound = match bound.strip_prefix("unix:") {
        Some(path) => Endpoint::Unix(path.into()),
        None => Endpoint::Tcp(bound.parse().expect("an address")),
    };
    Listener { bound, v6_only: None, queue, queue_before: Some(queue) }
}

fn listening(bound: &str) -> Host {
    of(Server { listeners: vec![listens(bound, 0, 128)], ..server(ORIGIN) })
}

fn app(count: usize, busy: usize) -> App {
    App {
        product: Some(Product::Gunicorn),
        workers: Vec::new(),
        count,
        busy,
        busy_before: Some((busy, count)),
        one_at_a_time: true,
        limit: None,
        pool: None,
        gone: Vec::new(),
        born: 0,
        stopped: 0,
        descriptors: None,
        unit: None,
        oom_kills: None,
        shares_our_group: false,
    }
}

fn served(by: App, waiting: u32) -> Host {
    let listeners = vec![listens(ORIGIN, waiting, 128)];
    of(Server { listeners, app: Some(by), ..server(ORIGIN) })
}

fn process(pid: u32) -> Process {
    let name = "gunicorn".to_owned();
    Process { pid, name, command: String::new(), user: None, started: None }
}

fn socket(kind: FileKind, allowed: bool) -> Server {
    let why = "0660 root:root, www-data may not write".to_owned();
    let at = "/run/app.sock".to_owned();
    Server {
        socket: Some(SocketFile {
            kind,
            missing: (kind == FileKind::Missing).then(|| at.clone()),
            mode: Some("0660 root:root".to_owned()),
            access: Some(Access { allowed, at, why }),
            seen_through: None,
        }),
        ..server("unix:/run/app.sock")
    }
}

fn gateway() -> Gateway {
    Gateway {
        product: Some(Product::Nginx),
        name: "nginx".to_owned(),
        found: Found::Listens,
        workers: Vec::new(),
        user: None,
        descriptors: None,
        folders: Vec::new(),
        logs: Vec::new(),
        other_namespace: None,
        configuration: None,
    }
}

fn with_gateway(gateway: Gateway) -> Host {
    Host { gateway: Some(gateway), ..Host::default() }
}

fn folder() -> Folder {
    Folder {
        path: "/var/lib/nginx/proxy".to_owned(),
        purpose: Purpose::Buffers,
        free_bytes: 1 << 30,
        bytes: 2 << 30,
        free_inodes: Some(1000),
        read_only: false,
        access: None,
    }
}

fn kill(seconds_ago: i64, victim: Victim) -> Kill {
    Kill {
        at: Some(Timestamp(BEGAN.0 - seconds_ago * 1_000_000)),
        pid: 7,
        name: "gunicorn".to_owned(),
        group: None,
        victim,
        words: "Out of memory: Killed process 7 (gunicorn)".to_owned(),
    }
}

fn unit(active: &str, result: &str, lived_ms: u64) -> Unit {
    Unit {
        name: "app.service".to_owned(),
        active: active.to_owned(),
        sub: active.to_owned(),
        result: result.to_owned(),
        restarts: 0,
        exit: "exited 3".to_owned(),
        lived_ms: Some(lived_ms),
        ended: None,
    }
}

fn rule(verdict: Blocks, packets: Option<Counter>) -> Rule {
    Rule {
        place: "nft inet f in".to_owned(),
        text: "tcp dport 8000 drop".to_owned(),
        verdict,
        names_it: true,
        certain: true,
        packets,
    }
}

/// A host on which everything is wrong that can be.
fn everything_wrong() -> Host {
    let bad = Server {
        rules: vec![rule(Blocks::Drops, None)],
        outgoing: Some(Outgoing {
            in_use: 100,
            time_wait: 0,
            time_wait_is_reused: false,
            range: 100,
        }),
        unit: Some(unit("failed", "exit-code", 10)),
        app: Some(App { gone: vec![process(7)], born: 1, ..app(2, 2) }),
        ..server(ORIGIN)
    };
    Host {
        gateway: Some(Gateway {
            descriptors: Some(Descriptors { pid: 1, open: 64, before: None, limit: 64 }),
            folders: vec![Folder { free_bytes: 0, purpose: Purpose::Logs, ..folder() }],
            ..gateway()
        }),
        servers: vec![bad],
        kills: vec![kill(1, Victim::App)],
        conntrack: Some(Conntrack {
            entries: Usage { used: 10, limit: 10 },
            before: None,
            drops: None,
            logged_full: Some(BEGAN),
        }),
        resolver: Some(Resolver { silent: vec!["127.0.0.53".to_owned()], ..Resolver::default() }),
        ..Host::default()
    }
}

#[test]
fn a_healthy_target_stays_healthy_whatever_the_host_shows() {
    let examination = healthy();

    let verdict = verdict_with(&examination, &everything_wrong(), Vec::new());

    assert_eq!(signs(&examination, &everything_wrong()), []);
    assert_eq!(verdict.state, State::Healthy);
}

#[test]
fn a_target_that_refuses_us_is_not_explained_by_what_lies_behind_it() {
    let examination = World::default().of(guessed());

    let shown = signs(&examination, &everything_wrong());

    let behind = [Sign::NoListener, Sign::FdExhausted, Sign::PoolExhausted, Sign::FirewallDrops];
    assert!(!behind.into_iter().any(|sign| shown.contains(&sign)), "{shown:?}");
}

#[test]
fn a_listener_on_loopback_decides_for_the_wrong_address() {
    let host = listening("127.0.0.1:8000");

    assert_eq!(top(&gateway_answers(502), &host, Vec::new()), "wrong_listen_address");
}

#[test]
fn a_listener_at_another_address_decides_for_the_wrong_address() {
    let host = listening("192.0.2.8:8000");

    assert_eq!(signs(&gateway_answers(502), &host), [Sign::ListensElsewhere]);
    assert_eq!(top(&gateway_answers(502), &host, Vec::new()), "wrong_listen_address");
}

#[test]
fn a_listener_of_the_other_family_decides_for_the_family() {
    let host = listening("[fd00::7]:8000");

    assert_eq!(top(&gateway_answers(502), &host, Vec::new()), "address_family_mismatch");
}

#[test]
fn a_port_without_a_listener_is_no_wrong_address() {
    let verdict = verdict_with(&gateway_answers(502), &of(server(ORIGIN)), Vec::new());

    assert_eq!(verdict.mechanism.map(|one| one.id), Some("connect_refused"));
    let wrong = verdict.causes.iter().find(|cause| cause.id == "wrong_listen_address");
    assert!(wrong.is_none_or(|cause| cause.confidence < 0.01));
}

#[test]
fn a_server_on_another_host_shows_no_missing_listener() {
    let host = of(Server { location: Location::Elsewhere, ..server(ORIGIN) });

    assert_eq!(signs(&gateway_answers(502), &host), []);
}

#[test]
fn what_the_log_names_counts_before_what_was_given() {
    let wrong = Server { role: Role::Logged, ..server("192.0.2.7:9000") };
    let fine = Server { listeners: vec![listens(ORIGIN, 0, 128)], ..server(ORIGIN) };
    let host = Host { servers: vec![fine, wrong], ..Host::default() };

    let shown = shown_with(&gateway_answers(502), &host, Vec::new());

    assert_eq!(shown.iter().map(|one| one.sign).collect::<Vec<_>>(), [Sign::NoListener]);
    assert!(shown[0].quote.contains("192.0.2.7:9000"));
}

#[test]
fn a_socket_that_the_gateway_may_not_open_decides() {
    let host = of(Server {
        listeners: vec![listens("unix:/run/app.sock", 0, 128)],
        ..socket(FileKind::Socket, false)
    });

    assert_eq!(top(&only_the_gateway_fails(), &host, Vec::new()), "unix_socket_denied");
}

#[test]
fn a_socket_that_is_missing_decides() {
    let host = of(socket(FileKind::Missing, true));

    assert_eq!(top(&only_the_gateway_fails(), &host, Vec::new()), "unix_socket_missing");
}

#[test]
fn a_socket_on_which_nothing_listens_refuses() {
    let host = of(socket(FileKind::Socket, true));

    assert_eq!(top(&only_the_gateway_fails(), &host, Vec::new()), "connect_refused");
}

#[test]
fn a_queue_that_was_full_before_decides() {
    let host = of(Server { listeners: vec![listens(ORIGIN, 129, 128)], ..server(ORIGIN) });

    assert_eq!(top(&nobody_gets_through(), &host, Vec::new()), "accept_queue_full");
}

#[test]
fn a_queue_that_only_our_own_requests_filled_decides_nothing() {
    let mut listener = listens(ORIGIN, 2, 1);
    listener.queue_before = Some(Queue { waiting: 0, limit: Some(1) });
    let host = of(Server { listeners: vec![listener], ..server(ORIGIN) });

    assert!(!signs(&nobody_gets_through(), &host).contains(&Sign::ListenQueueFull));
}

#[test]
fn a_queue_with_room_speaks_against_a_full_one() {
    let verdict = verdict_with(&nobody_gets_through(), &listening(ORIGIN), Vec::new());

    let full = verdict.causes.iter().find(|cause| cause.id == "accept_queue_full");
    assert!(full.is_none_or(|cause| cause.confidence < 0.05));
}

#[test]
fn a_pool_whose_children_were_all_busy_is_exhausted() {
    let pool = App { limit: Some(2), product: Some(Product::PhpFpm), ..app(2, 2) };
    assert_eq!(top(&origin_is_silent(), &served(pool, 1), Vec::new()), "app_pool_exhausted");
}

#[test]
fn a_pool_that_may_grow_is_not_exhausted() {
    let pool = App { limit: Some(5), product: Some(Product::PhpFpm), ..app(2, 2) };

    assert_eq!(signs(&origin_is_silent(), &served(pool, 1)), []);
}

#[test]
fn workers_that_our_own_requests_keep_busy_are_no_exhausted_pool() {
    let idle_before = App { busy_before: Some((0, 2)), ..app(2, 2) };

    assert_eq!(signs(&origin_is_silent(), &served(idle_before, 1)), []);
}

#[test]
fn connections_of_a_program_that_serves_many_at_a_time_exhaust_nothing() {
    let many = App { one_at_a_time: false, ..app(1, 1) };

    assert_eq!(signs(&origin_is_silent(), &served(many, 0)), []);
}

#[test]
fn a_kill_of_the_application_decides() {
    let examination = World::default()
        .with(GATEWAY, |ask| answers(ask, 502))
        .with(ORIGIN, |ask| ends(ask, Http::ClosedBeforeHead))
        .of(guessed());
    let host = Host { kills: vec![kill(1, Victim::App)], ..served(app(2, 0), 0) };

    assert_eq!(top(&examination, &host, Vec::new()), "app_oom_killed");
}

#[test]
fn a_kill_of_an_hour_ago_says_nothing_of_an_application_that_runs() {
    let host = Host { kills: vec![kill(3000, Victim::App)], ..served(app(2, 0), 0) };

    assert_eq!(signs(&only_the_gateway_fails(), &host), []);
}

#[test]
fn a_kill_of_an_hour_ago_counts_where_nothing_listens_since() {
    let host = Host { kills: vec![kill(3000, Victim::App)], ..of(server(ORIGIN)) };

    assert_eq!(top(&gateway_answers(502), &host, Vec::new()), "app_oom_killed");
}

#[test]
fn a_kill_of_somebody_else_says_nothing() {
    let host = Host { kills: vec![kill(1, Victim::Other)], ..of(server(ORIGIN)) };

    assert_eq!(signs(&gateway_answers(502), &host), [Sign::NoListener]);
}

#[test]
fn a_kill_of_nobody_known_is_a_hint_and_no_proof() {
    let host = Host { kills: vec![kill(1, Victim::Unclear)], ..of(server(ORIGIN)) };

    let verdict = verdict_with(&gateway_answers(502), &host, Vec::new());

    let oom = verdict.causes.iter().find(|cause| cause.id == "app_oom_killed").expect("named");
    assert!((0.05..0.5).contains(&oom.confidence), "{}", oom.confidence);
}

#[test]
fn a_crash_of_the_application_decides() {
    let examination = World::default()
        .with(GATEWAY, |ask| answers(ask, 502))
        .with(ORIGIN, |ask| ends(ask, Http::ResetBeforeHead))
        .of(guessed());
    let crash = Crash {
        at: Some(BEGAN),
        pid: 7,
        name: "gunicorn".to_owned(),
        victim: Victim::App,
        words: "gunicorn[7]: segfault at 0".to_owned(),
    };
    let host = Host { crashes: vec![crash], ..served(app(2, 0), 0) };

    assert_eq!(top(&examination, &host, Vec::new()), "app_worker_crash");
}

#[test]
fn workers_that_ended_count_only_where_a_request_ended_with_them() {
    let changed = || served(App { gone: vec![process(7)], born: 1, ..app(2, 0) }, 0);
    let ended = World::default()
        .with(GATEWAY, |ask| answers(ask, 502))
        .with(ORIGIN, |ask| ends(ask, Http::ClosedBeforeHead))
        .of(guessed());

    assert_eq!(signs(&ended, &changed()), [Sign::WorkerExited]);
    assert_eq!(signs(&only_the_gateway_fails(), &changed()), []);
}

#[test]
fn a_worker_that_ended_late_may_have_been_killed_for_being_slow() {
    let late = |ask: &crate::Ask| {
        let mut asked = answers(ask, 502);
        if let Some(exchange) = &mut asked.exchange {
            exchange.took = Duration::from_secs(3);
            exchange.first_byte = Some(exchange.took);
        }
        asked
    };
    let examination = World::default()
        .with(GATEWAY, late)
        .with(ORIGIN, |ask| ends(ask, Http::ClosedBeforeHead))
        .of(guessed());
    let host = served(App { gone: vec![process(7)], born: 1, ..app(2, 0) }, 0);

    assert_eq!(signs(&examination, &host), [Sign::WorkerReplaced]);
    assert_ne!(top(&examination, &host, Vec::new()), "app_worker_crash");
}

#[test]
fn descriptors_at_their_limit_decide() {
    let spent = Descriptors { pid: 9, open: 63, before: None, limit: 64 };
    let host = with_gateway(Gateway { descriptors: Some(spent), ..gateway() });

    assert_eq!(signs(&only_the_gateway_fails(), &host), [Sign::FdExhausted]);
}

#[test]
fn a_gateway_that_was_only_found_by_name_proves_nothing() {
    let spent = Descriptors { pid: 9, open: 64, before: None, limit: 64 };
    let named = Gateway { descriptors: Some(spent), found: Found::Named, ..gateway() };

    assert_eq!(signs(&only_the_gateway_fails(), &with_gateway(named)), []);
}

#[test]
fn a_folder_for_buffers_that_is_full_decides_and_one_for_logs_does_not() {
    let full = |purpose| {
        let folders = vec![Folder { free_bytes: 0, purpose, ..folder() }];
        with_gateway(Gateway { folders, ..gateway() })
    };

    assert_eq!(signs(&only_the_gateway_fails(), &full(Purpose::Buffers)), [Sign::DiskFull]);
    assert_eq!(signs(&only_the_gateway_fails(), &full(Purpose::Logs)), []);
}

#[test]
fn a_gateway_that_cannot_buffer_fails_in_part_although_this_request_goes_well() {
    let folders = vec![Folder { free_bytes: 0, ..folder() }];
    let host = with_gateway(Gateway { folders, ..gateway() });

    let verdict = verdict_with(&healthy(), &host, Vec::new());

    assert_eq!(verdict.state, State::Partial);
    assert_eq!(verdict.causes.first().map(|cause| cause.id), Some("gateway_disk_full"));
}

#[test]
fn a_folder_without_inodes_is_full() {
    let folders = vec![Folder { free_inodes: Some(0), ..folder() }];

    let host = with_gateway(Gateway { folders, ..gateway() });

    assert_eq!(signs(&only_the_gateway_fails(), &host), [Sign::DiskFull]);
}

#[test]
fn what_the_log_is_sure_of_is_not_contradicted() {
    let spent = Descriptors { pid: 9, open: 64, before: None, limit: 64 };
    let folders = vec![Folder { free_bytes: 0, ..folder() }];
    let host = with_gateway(Gateway { descriptors: Some(spent), folders, ..gateway() });

    let shown = shown_with(&gateway_answers(502), &host, logged(Sign::ConnectRefused));

    assert!(shown.is_empty(), "{shown:?}");
}

#[test]
fn ports_that_are_all_in_use_decide() {
    let outgoing = Outgoing { in_use: 60, time_wait: 40, time_wait_is_reused: false, range: 100 };
    let far = |outgoing| Server {
        location: Location::Elsewhere,
        outgoing: Some(outgoing),
        ..server(ORIGIN)
    };

    let examination = only_the_gateway_fails();

    assert_eq!(signs(&examination, &of(far(outgoing))), [Sign::ConnectNoFreePort]);
    let reused = Outgoing { time_wait_is_reused: true, ..outgoing };
    assert_eq!(signs(&examination, &of(far(reused))), []);
}

#[test]
fn a_full_connection_table_decides() {
    let full = Conntrack {
        entries: Usage { used: 100, limit: 100 },
        before: None,
        drops: None,
        logged_full: None,
    };
    let host = Host { conntrack: Some(full), ..Host::default() };

    assert_eq!(top(&nobody_gets_through(), &host, Vec::new()), "conntrack_full");
}

#[test]
fn a_rule_that_counts_meanwhile_decides() {
    let counts = Some(Counter { before: Some(3), now: 5 });
    let dropped = of(Server { rules: vec![rule(Blocks::Drops, counts)], ..server(ORIGIN) });
    let rejected = of(Server {
        rules: vec![rule(Blocks::Rejects, counts)],
        listeners: vec![listens(ORIGIN, 0, 128)],
        ..server(ORIGIN)
    });

    assert_eq!(top(&nobody_gets_through(), &dropped, Vec::new()), "connect_filtered");
    assert_eq!(top(&gateway_answers(502), &rejected, Vec::new()), "connect_rejected");
}

#[test]
fn a_rule_that_stands_still_decides_nothing() {
    let still =
        Rule { certain: false, ..rule(Blocks::Drops, Some(Counter { before: Some(3), now: 3 })) };
    let server =
        Server { rules: vec![still], listeners: vec![listens(ORIGIN, 0, 128)], ..server(ORIGIN) };

    assert_eq!(signs(&only_the_gateway_fails(), &of(server)), []);
}

#[test]
fn a_rule_for_everything_that_counts_other_packets_decides_nothing() {
    let wide = Rule {
        certain: false,
        names_it: false,
        ..rule(Blocks::Drops, Some(Counter { before: Some(3), now: 900 }))
    };
    let server =
        Server { rules: vec![wide], listeners: vec![listens(ORIGIN, 0, 128)], ..server(ORIGIN) };

    assert_eq!(signs(&only_the_gateway_fails(), &of(server)), []);
}

#[test]
fn units_are_told_apart_by_how_they_ended() {
    let shown = |unit: Unit| {
        let host = of(Server { unit: Some(unit), ..server(ORIGIN) });
        signs(&gateway_answers(502), &host).into_iter().find(|sign| *sign != Sign::NoListener)
    };
    let again = |mut unit: Unit| {
        unit.sub = "auto-restart".to_owned();
        unit.restarts = 5;
        unit
    };
    let killed = |mut unit: Unit| {
        unit.exit = "killed 9".to_owned();
        unit
    };

    assert_eq!(shown(unit("failed", "exit-code", 300)), Some(Sign::BootFailed));
    assert_eq!(shown(unit("failed", "exit-code", 9_000_000)), Some(Sign::WorkerExited));
    assert_eq!(shown(unit("failed", "start-limit-hit", 300)), Some(Sign::CrashLoop));
    assert_eq!(shown(again(unit("activating", "exit-code", 300))), Some(Sign::CrashLoop));
    assert_eq!(shown(unit("failed", "oom-kill", 9_000_000)), Some(Sign::OomKill));
    assert_eq!(shown(killed(unit("failed", "signal", 9_000_000))), Some(Sign::WorkerKilled));
    assert_eq!(shown(unit("failed", "core-dump", 9_000_000)), Some(Sign::WorkerCrashed));
    assert_eq!(shown(unit("inactive", "success", 9_000_000)), None);
}

#[test]
fn a_unit_that_cannot_start_decides() {
    let host = of(Server { unit: Some(unit("failed", "exit-code", 300)), ..server(ORIGIN) });

    assert_eq!(top(&gateway_answers(502), &host, Vec::new()), "app_boot_failure");
}

#[test]
fn a_process_that_has_just_started_and_does_not_listen_yet_is_starting() {
    let started = Some(Timestamp(BEGAN.0 - 5_000_000));
    let young = Process { started, ..process(7) };
    let old = Process { started: Some(Timestamp(0)), ..process(8) };
    let host = |claimants| of(Server { claimants, ..server(ORIGIN) });

    let examination = gateway_answers(502);

    assert!(signs(&examination, &host(vec![young])).contains(&Sign::AppBooting));
    assert!(!signs(&examination, &host(vec![old])).contains(&Sign::AppBooting));
}

#[test]
fn a_denial_of_that_time_decides() {
    let denied = |at| Host {
        denials: vec![Denial { at: Some(at), by: Module::Selinux, words: "avc:".to_owned() }],
        ..Host::default()
    };

    assert_eq!(signs(&only_the_gateway_fails(), &denied(BEGAN)), [Sign::SelinuxDenied]);
    assert_eq!(signs(&only_the_gateway_fails(), &denied(Timestamp(0))), []);
}

#[test]
fn a_silent_name_server_counts_only_where_a_lookup_failed() {
    let host = Host {
        resolver: Some(Resolver { silent: vec!["127.0.0.53".to_owned()], ..Resolver::default() }),
        ..Host::default()
    };

    let shown = shown_with(&gateway_answers(502), &host, logged(Sign::DnsTimeout));

    assert_eq!(shown.iter().map(|one| one.sign).collect::<Vec<_>>(), [Sign::ResolverUnreachable]);
    assert_eq!(signs(&gateway_answers(502), &host), []);
}

#[test]
fn a_target_that_gives_no_answer_is_looked_at_itself() {
    let examination = World::default()
        .with(GATEWAY, |ask| no_connection(ask, Connect::Refused))
        .of(target(GATEWAY));
    let host = of(Server {
        role: Role::Target,
        listeners: vec![listens("127.0.0.1:80", 0, 128)],
        ..server(GATEWAY)
    });

    assert_eq!(top(&examination, &host, Vec::new()), "wrong_listen_address");
}

#[test]
fn secrets_in_the_words_of_facts_are_masked() {
    let mut secret = unit("failed", "exit-code", 300);
    secret.name = "app?token=geheim.service".to_owned();
    let host = of(Server { unit: Some(secret), ..server(ORIGIN) });

    let shown = shown_with(&gateway_answers(502), &host, Vec::new());

    assert!(!shown.iter().any(|one| one.quote.contains("geheim")));
}
