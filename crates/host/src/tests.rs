//! Whole looks at trees of files that stand in for hosts.

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use goodgate_evidence::Timestamp;
use goodgate_evidence::host::{Counter, FileKind, Found, Host, Location, Role, Victim};
use goodgate_evidence::probe::Endpoint;

use crate::testing::{Answers, Tree};
use crate::{Asked, Beginning, Inspection, Question};

const NOW: Timestamp = Timestamp(1_000_000_000_000);

/// A process of the host.
struct Process<'a> {
    pid: u32,
    parent: u32,
    name: &'a str,
    command: &'a str,
    uid: u32,
    /// Inodes of its sockets.
    sockets: &'a [u64],
    namespace: &'a str,
}

const NGINX: Process<'_> = Process {
    pid: 10,
    parent: 1,
    name: "nginx",
    command: "nginx: master process nginx",
    uid: 0,
    sockets: &[50],
    namespace: "net:[1]",
};

const WORKER: Process<'_> =
    Process { pid: 11, parent: 10, command: "nginx: worker process", uid: 4_000_000, ..NGINX };

const APP: Process<'_> = Process {
    pid: 20,
    parent: 1,
    name: "python3",
    command: "/usr/bin/python3 serve.py --password geheim",
    uid: 33,
    sockets: &[60],
    namespace: "net:[1]",
};

fn put(tree: &Tree, process: &Process<'_>) {
    let Process { pid, parent, name, command, uid, sockets, namespace } = process;
    let folder = format!("/proc/{pid}");
    let zeros = "0 ".repeat(17);
    tree.put(&format!("{folder}/stat"), &format!("{pid} ({name}) S {parent} {zeros}500 0"));
    let ids = format!("{uid}\t{uid}\t{uid}\t{uid}");
    let status = format!("Uid:\t{ids}\nGid:\t{ids}\nThreads:\t1\nCapEff:\t0000000000000000\n");
    tree.put(&format!("{folder}/status"), &status);
    tree.put(&format!("{folder}/cmdline"), &command.replace(' ', "\0"));
    tree.put(&format!("{folder}/limits"), "Max open files            64        64       files\n");
    tree.put(&format!("{folder}/cgroup"), "0::/system.slice/app.service\n");
    tree.join(&format!("{folder}/ns/net"), namespace);
    tree.join(&format!("{folder}/root"), "/");
    for (number, inode) in sockets.iter().enumerate() {
        tree.join(&format!("{folder}/fd/{number}"), format!("socket:[{inode}]"));
    }
}

/// Rows of a table of TCP: own address, other address, state, queue, inode.
fn tcp(rows: &[(&str, &str, &str, u32, u64)]) -> String {
    let mut text = "  sl  local_address rem_address   st\n".to_owned();
    for (local, remote, state, queue, inode) in rows {
        let (local, remote) = (hex(local), hex(remote));
        writeln!(text, "0: {local} {remote} {state} 0:{queue:X} 0:0 0 0 0 {inode} 1").unwrap();
    }
    text
}

fn hex(address: &str) -> String {
    let address: std::net::SocketAddrV4 = address.parse().unwrap();
    let word = u32::from_ne_bytes(address.ip().octets());
    format!("{word:08X}:{:04X}", address.port())
}

/// The addresses of a namespace, as `fib_trie` lists them.
fn trie(addresses: &[&str]) -> String {
    let leaf = |ip: &&str| format!("     |-- {ip}\n        /32 host LOCAL\n");
    addresses.iter().map(leaf).collect::<Vec<_>>().concat()
}

const GATEWAY: (&str, &str, &str, u32, u64) = ("10.0.0.1:80", "0.0.0.0:0", "0A", 0, 50);

/// A host on which nginx listens at 10.0.0.1:80 and more in these rows.
fn host(rows: &[(&str, &str, &str, u32, u64)]) -> Tree {
    let all: Vec<_> = std::iter::once(GATEWAY).chain(rows.iter().copied()).collect();
    let tree = Tree::new()
        .link("/proc/self/ns/net", "net:[1]")
        .link("/proc/self/ns/cgroup", "cgroup:[4026531835]")
        .file("/proc/uptime", "1000.0 1.0\n")
        .file("/proc/net/tcp", &tcp(&all))
        .file("/proc/net/unix", "Num\n")
        .file("/proc/net/netstat", "TcpExt: ListenOverflows\nTcpExt: 0\n")
        .file("/proc/net/fib_trie", &trie(&["10.0.0.1", "10.0.0.7"]))
        .file("/proc/sys/net/ipv4/ip_local_port_range", "40000 40009\n")
        .file("/proc/sys/net/core/somaxconn", "4096\n")
        .file("/etc/passwd", "www-data:x:33:33:::\n");
    put(&tree, &NGINX);
    put(&tree, &WORKER);
    tree
}

fn asked(role: Role, place: &str) -> Asked {
    let place = match place.strip_prefix("unix:") {
        Some(path) => Endpoint::Unix(path.into()),
        None => Endpoint::Tcp(place.parse().unwrap()),
    };
    Asked { role, place }
}

/// Looks twice, and lets something happen between.
fn look_while(tree: &Tree, answers: &Answers, origin: &str, happens: impl FnOnce()) -> Host {
    let root = tree.root();
    let servers = vec![asked(Role::Target, "10.0.0.1:80"), asked(Role::Origin, origin)];
    let mut beginning = Beginning { ports: vec![80], ..Beginning::default() };
    match &servers[1].place {
        Endpoint::Tcp(address) => {
            beginning.ports.push(address.port());
            beginning.addresses.push(address.ip());
        }
        Endpoint::Unix(path) => beginning.paths.push(path.clone()),
    }
    let inspection = Inspection::begin(&root, answers, beginning, NOW);
    happens();
    let question = Question { servers, names: Vec::new(), wrote: None };
    inspection.finish(&question, NOW)
}

fn look(tree: &Tree, origin: &str) -> Host {
    look_while(tree, &Answers::default(), origin, || ())
}

#[test]
fn the_gateway_is_who_listens_at_the_target_with_its_workers_user() {
    let host = look(&host(&[]), "10.0.0.7:8000");

    let gateway = host.gateway.unwrap();
    assert_eq!((gateway.name.as_str(), gateway.found), ("nginx", Found::Listens));
    assert_eq!(gateway.user.map(|user| user.id), Some(4_000_000));
    assert_eq!(gateway.workers.iter().map(|worker| worker.pid).collect::<Vec<_>>(), [11]);
    assert_eq!(gateway.descriptors.map(|one| (one.open, one.limit)), Some((1, 64)));
}

#[test]
fn a_listener_on_loopback_is_seen_with_who_serves_it() {
    let tree = host(&[("127.0.0.1:8000", "0.0.0.0:0", "0A", 3, 60)]);
    put(&tree, &APP);

    let host = look(&tree, "10.0.0.7:8000");

    let server = host.server(Role::Origin).unwrap();
    assert_eq!(server.location, Location::ThisHost);
    assert!(!server.listeners[0].takes(&server.place));
    assert_eq!(server.listeners[0].queue.waiting, 3);
    let app = server.app.as_ref().unwrap();
    assert_eq!((app.count, app.busy, app.workers[0].pid), (1, 0, 20));
}

#[test]
fn no_secret_of_a_command_line_is_told() {
    let tree = host(&[("10.0.0.7:8000", "0.0.0.0:0", "0A", 0, 60)]);
    put(&tree, &APP);

    let host = look(&tree, "10.0.0.7:8000");

    let told = serde_json::to_string(&host).unwrap();
    assert!(told.contains("--password ***") && !told.contains("geheim"), "{told}");
}

#[test]
fn an_address_that_nobody_has_is_elsewhere() {
    let host = look(&host(&[]), "192.0.2.9:8000");

    let server = host.server(Role::Origin).unwrap();
    assert_eq!(server.location, Location::Elsewhere);
    assert!(server.listeners.is_empty() && server.app.is_none());
}

#[test]
fn an_origin_in_a_container_is_found_by_its_address() {
    let tree = host(&[]);
    put(&tree, &Process { namespace: "net:[2]", ..APP });
    tree.put("/proc/20/net/tcp", &tcp(&[("172.17.0.2:8000", "0.0.0.0:0", "0A", 0, 60)]));
    tree.put("/proc/20/net/unix", "Num\n");
    tree.put("/proc/20/net/fib_trie", &trie(&["172.17.0.2"]));

    let host = look(&tree, "172.17.0.2:8000");

    let server = host.server(Role::Origin).unwrap();
    assert_eq!((server.location, server.namespace_of), (Location::OtherNamespace, Some(20)));
    assert_eq!(server.app.as_ref().map(|app| app.workers[0].pid), Some(20));
}

#[test]
fn an_address_of_two_containers_is_not_guessed() {
    let tree = host(&[]);
    for (pid, namespace) in [(20, "net:[2]"), (21, "net:[3]")] {
        put(&tree, &Process { pid, namespace, ..APP });
        tree.put(&format!("/proc/{pid}/net/tcp"), &tcp(&[]));
        tree.put(&format!("/proc/{pid}/net/unix"), "Num\n");
        tree.put(&format!("/proc/{pid}/net/fib_trie"), &trie(&["172.17.0.2"]));
    }

    let host = look(&tree, "172.17.0.2:8000");

    assert_eq!(host.server(Role::Origin).unwrap().location, Location::Unclear);
    assert!(host.not_seen.iter().any(|note| note.what == "what listens at 172.17.0.2:8000"));
}

#[test]
fn a_socket_is_judged_with_the_gateways_eyes() {
    let tree = host(&[]).file("/run/app/x", "");
    let path = tree.path("/run/app/app.sock");
    let _listener = UnixListener::bind(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o660)).unwrap();

    let host = look(&tree, "unix:/run/app/app.sock");

    let socket = host.server(Role::Origin).unwrap().socket.as_ref().unwrap();
    assert_eq!(socket.kind, FileKind::Socket);
    let access = socket.access.as_ref().unwrap();
    assert_eq!((access.allowed, access.at.as_str()), (false, "/run/app/app.sock"));
}

#[test]
fn a_socket_that_is_missing_is_told_with_the_first_missing_folder() {
    let host = look(&host(&[]).file("/run/x", ""), "unix:/run/app/app.sock");

    let socket = host.server(Role::Origin).unwrap().socket.as_ref().unwrap();
    assert_eq!(socket.missing.as_deref(), Some("/run/app"));
}

#[test]
fn workers_with_a_connection_are_busy() {
    let tree = host(&[
        ("10.0.0.7:8000", "0.0.0.0:0", "0A", 2, 60),
        ("10.0.0.7:8000", "10.0.0.1:40000", "01", 0, 61),
    ]);
    put(&tree, &APP);
    put(&tree, &Process { pid: 21, parent: 20, sockets: &[60, 61], ..APP });
    put(&tree, &Process { pid: 22, parent: 20, ..APP });

    let host = look(&tree, "10.0.0.7:8000");

    let app = host.server(Role::Origin).unwrap().app.as_ref().unwrap();
    assert_eq!((app.count, app.busy, app.busy_before), (2, 1, Some((1, 2))));
}

#[test]
fn children_of_php_fpm_are_held_against_the_limit_of_their_pool() {
    let tree = host(&[("10.0.0.7:9000", "0.0.0.0:0", "0A", 0, 60)])
        .file("/etc/php/fpm.conf", "[global]\n[www]\nlisten = 9000\npm.max_children = 5\n");
    let child = Process { name: "php-fpm8.2", command: "php-fpm: pool www", ..APP };
    put(&tree, &Process { command: "php-fpm: master process (/etc/php/fpm.conf)", ..child });
    put(&tree, &Process { pid: 21, parent: 20, ..child });

    let host = look(&tree, "10.0.0.7:9000");

    let app = host.server(Role::Origin).unwrap().app.as_ref().unwrap();
    assert_eq!((app.count, app.limit, app.pool.as_deref()), (1, Some(5), Some("www")));
    assert!(app.one_at_a_time);
}

#[test]
fn a_worker_that_ends_meanwhile_is_told() {
    let tree = host(&[("10.0.0.7:8000", "0.0.0.0:0", "0A", 0, 60)]);
    put(&tree, &APP);
    put(&tree, &Process { pid: 21, parent: 20, ..APP });

    let host = look_while(&tree, &Answers::default(), "10.0.0.7:8000", || {
        fs::remove_dir_all(tree.path("/proc/21")).unwrap();
        put(&tree, &Process { pid: 22, parent: 20, ..APP });
    });

    let app = host.server(Role::Origin).unwrap().app.as_ref().unwrap();
    assert_eq!(app.gone.iter().map(|gone| gone.pid).collect::<Vec<_>>(), [21]);
    assert_eq!(app.born, 1);
}

#[test]
fn a_worker_that_is_killed_meanwhile_is_the_applications() {
    let tree = host(&[("10.0.0.7:8000", "0.0.0.0:0", "0A", 0, 60)])
        .file("/dev/kmsg", "")
        .file("/sys/fs/cgroup/system.slice/app.service/memory.events", "oom_kill 1\n");
    put(&tree, &APP);
    put(&tree, &Process { pid: 21, parent: 20, ..APP });

    let host = look_while(&tree, &Answers::default(), "10.0.0.7:8000", || {
        fs::remove_dir_all(tree.path("/proc/21")).unwrap();
        let line = "3,1,999000000,-;Out of memory: Killed process 21 (python3) total-vm:1kB\n\
                    3,2,999000000,-;Out of memory: Killed process 99 (cc1) total-vm:1kB\n";
        tree.put("/dev/kmsg", line);
        tree.put("/sys/fs/cgroup/system.slice/app.service/memory.events", "oom_kill 2\n");
    });

    let victims: Vec<Victim> = host.kills.iter().map(|kill| kill.victim).collect();
    assert_eq!(victims, [Victim::App, Victim::Other]);
    let app = host.server(Role::Origin).unwrap().app.as_ref().unwrap();
    assert_eq!(app.oom_kills, Some(Counter { before: Some(1), now: 2 }));
}

#[test]
fn the_unit_that_names_the_port_is_told_where_nothing_listens() {
    let tree = host(&[]).file("/run/systemd/system/x", "");
    put(&tree, &Process { command: "/usr/bin/python3 serve.py --port 8000", sockets: &[], ..APP });
    let listed = "Id=app.service\nActiveState=failed\nSubState=failed\nResult=exit-code\n\
                  ExecStart={ path=/app ; argv[]=/app --port 8000 ; }\n\n\
                  Id=cron.service\nActiveState=active\nExecStart={ argv[]=/usr/sbin/cron -f ; }\n";
    let properties = "--property=Id,ActiveState,SubState,Result,NRestarts,ExecMainCode,\
                      ExecMainStatus,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic \
                      --property=ExecStart,Environment,RuntimeDirectory";
    let answers =
        Answers::default().with(&format!("systemctl show {properties} -- *.service"), listed);

    let host = look_while(&tree, &answers, "10.0.0.7:8000", || ());

    let server = host.server(Role::Origin).unwrap();
    assert_eq!(server.unit.as_ref().map(|unit| unit.name.as_str()), Some("app.service"));
    assert_eq!(server.claimants.iter().map(|one| one.pid).collect::<Vec<_>>(), [20]);
}

#[test]
fn a_firewall_rule_is_told_with_what_it_counted_meanwhile() {
    let nft = |packets: u32| {
        format!(
            r#"{{"nftables":[{{"chain":{{"family":"ip","table":"f","name":"in","hook":"input"}}}},{{"rule":{{"family":"ip","table":"f","chain":"in","expr":[{{"match":{{"op":"==","left":{{"payload":{{"protocol":"tcp","field":"dport"}}}},"right":8000}}}},{{"counter":{{"packets":{packets},"bytes":0}}}},{{"drop":null}}]}}}}]}}"#
        )
    };
    let answers = Answers::default()
        .with("nft -j list ruleset", &nft(3))
        .with("nft -j list ruleset", &nft(7));

    let host = look_while(&host(&[]), &answers, "10.0.0.7:8000", || ());

    let rule = &host.server(Role::Origin).unwrap().rules[0];
    assert_eq!(rule.packets, Some(Counter { before: Some(3), now: 7 }));
}

#[test]
fn local_ports_towards_the_origin_are_counted() {
    let tree = host(&[
        ("10.0.0.1:40000", "192.0.2.9:8000", "01", 0, 70),
        ("10.0.0.1:40001", "192.0.2.9:8000", "06", 0, 0),
        ("10.0.0.1:40002", "192.0.2.9:8001", "01", 0, 71),
    ]);

    let host = look(&tree, "192.0.2.9:8000");

    let outgoing = host.server(Role::Origin).unwrap().outgoing.unwrap();
    assert_eq!((outgoing.in_use, outgoing.time_wait, outgoing.range), (1, 1, 10));
}

#[test]
fn dropped_connections_are_counted_from_the_first_look() {
    let tree = host(&[("10.0.0.7:8000", "0.0.0.0:0", "0A", 5, 60)]);
    put(&tree, &APP);

    let host = look_while(&tree, &Answers::default(), "10.0.0.7:8000", || {
        tree.put("/proc/net/netstat", "TcpExt: ListenOverflows\nTcpExt: 4\n");
    });

    let overflows = host.server(Role::Origin).unwrap().overflows;
    assert_eq!(overflows.map(Counter::growth), Some(4));
}

#[test]
fn a_host_without_a_part_in_the_case_is_not_concerned() {
    let tree = Tree::new().link("/proc/self/ns/net", "net:[1]").file("/proc/net/fib_trie", "");
    let root = tree.root();
    let answers = Answers::default();
    let inspection = Inspection::begin(&root, &answers, Beginning::default(), NOW);
    let servers = vec![asked(Role::Target, "192.0.2.9:80")];

    let host = inspection.finish(&Question { servers, ..Question::default() }, NOW);

    assert!(!host.is_concerned());
}

#[test]
fn everything_that_is_not_there_is_named() {
    let tree = Tree::new().link("/proc/self/ns/net", "net:[1]");
    let root = tree.root();
    let answers = Answers::default();

    let host = Inspection::begin(&root, &answers, Beginning::default(), NOW)
        .finish(&Question::default(), NOW);

    let named: Vec<&str> = host.not_seen.iter().map(|note| note.what.as_str()).collect();
    let expected = [
        "listening sockets",
        "dropped connections",
        "nftables rules",
        "unit states",
        "the connection tracking table",
        "the resolver's files",
        "the clock's offset",
        "the kernel's log",
        "denials of SELinux or AppArmor",
    ];
    for what in expected {
        assert!(named.contains(&what), "{what} in {named:?}");
    }
}

#[test]
fn rubbish_in_every_file_shows_nothing() {
    let rubbish =
        "\u{0}\u{1b}[31m é é é ] ) ( [ 99999999999999999999999 : , ; = -1 0A\n".repeat(50);
    let tree = host(&[]);
    for file in [
        "/proc/net/tcp",
        "/proc/net/tcp6",
        "/proc/net/unix",
        "/proc/net/fib_trie",
        "/proc/net/netstat",
        "/proc/10/stat",
        "/proc/11/status",
        "/proc/11/limits",
        "/proc/11/cgroup",
        "/proc/uptime",
        "/dev/kmsg",
        "/etc/resolv.conf",
        "/etc/passwd",
        "/var/log/audit/audit.log",
        "/proc/sys/net/ipv4/ip_local_port_range",
    ] {
        tree.put(file, &rubbish);
    }

    let host = look(&tree, "10.0.0.7:8000");

    assert!(host.kills.is_empty() && host.servers.iter().all(|one| one.listeners.is_empty()));
}
