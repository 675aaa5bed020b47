//! The application that serves a listener: its workers, how busy they are, who went and who came.

use std::collections::BTreeSet;
use std::path::Path;

use goodgate_evidence::Product;
use goodgate_evidence::host::{App, Counter, Process, Unit};
use goodgate_evidence::probe::Endpoint;
use goodgate_evidence::text::neutralise;

use crate::cgroup::Groups;
use crate::gateway::{self, Eyes};
use crate::limits::NAMED_MAX;
use crate::look::Look;
use crate::notes::Notes;
use crate::php_fpm::{self, Pool};
use crate::process::{self, Row};
use crate::tools::Tools;
use crate::unit;

/// Programs by a word of their command line or their name, the narrower first.
const PROGRAMS: &[(&str, Product)] = &[
    ("php-fpm", Product::PhpFpm),
    ("uvicorn", Product::Uvicorn),
    ("gunicorn", Product::Gunicorn),
    ("uwsgi", Product::Uwsgi),
    ("puma", Product::Puma),
    ("passenger", Product::Passenger),
    ("catalina", Product::Tomcat),
    ("node", Product::Node),
    ("python", Product::Python),
];

/// Words of a gunicorn's or uWSGI's command line with which a worker serves many at a time.
const MANY_AT_A_TIME: &[&str] = &[
    "gevent",
    "eventlet",
    "gthread",
    "tornado",
    "uvicorn",
    "--threads",
    "--enable-threads",
    "aiohttp",
];

/// What an application is looked at with.
pub(crate) struct Means<'a> {
    pub(crate) look: &'a Look<'a>,
    pub(crate) before: Option<&'a Look<'a>>,
    pub(crate) tools: &'a dyn Tools,
    /// Why systemd cannot be asked.
    pub(crate) without_units: Option<&'a str>,
}

/// Describes the application whose processes hold a listener: those that hold it now, and those
/// that held it before the first request.
pub(crate) fn describe(
    means: &Means<'_>,
    pids: &BTreeSet<u32>,
    pids_before: &BTreeSet<u32>,
    dialled: &Endpoint,
    notes: &mut Notes,
) -> Option<App> {
    let Means { look, before, .. } = means;
    let workers = look.table.workers(pids);
    let first = workers.first()?;
    let command = process::command(look.root, first.pid);
    let product = product_of(&first.name, &command);
    let pool = (product == Some(Product::PhpFpm)).then(|| pool(look, pids, dialled)).flatten();
    let workers = of_pool(look, workers, pool.as_ref());
    let busy = |look: &Look<'_>, rows: &[&Row]| {
        rows.iter().filter(|row| look.held.get(&row.pid).is_some_and(|held| *held > 0)).count()
    };
    let earlier = before.map(|before| before.table.workers(pids_before)).unwrap_or_default();
    let gone = earlier.iter().filter(|row| !look.table.same(row));
    let born = workers.iter().filter(|row| !earlier.contains(row)).count();
    let groups = workers.first().and_then(|row| Groups::read(look.root, row.pid));
    let own = Groups::own(look.root).map(|groups| groups.memory);
    let memory = groups.as_ref().map(|groups| groups.memory.clone());
    if memory.as_ref().is_some_and(|group| group != "/" && !look.oom_kills.contains_key(group)) {
        let why = "/sys/fs/cgroup does not have them here (`ip netns exec` and containers hide it)";
        notes.not_seen("the counters of control groups", why);
    }
    let described = workers.iter().take(NAMED_MAX);
    Some(App {
        product: product.or_else(|| gateway::product_of(&workers.first()?.name)),
        count: workers.len(),
        busy: busy(look, &workers),
        busy_before: before
            .filter(|_| !earlier.is_empty())
            .map(|before| (busy(before, &earlier), earlier.len())),
        one_at_a_time: is_one_at_a_time(product, &command, look, &workers),
        limit: pool.as_ref().and_then(|pool| pool.children_max),
        pool: pool.map(|pool| neutralise(&pool.name)),
        gone: gone.take(NAMED_MAX).map(|row| bare(row)).collect(),
        born: if earlier.is_empty() { 0 } else { born },
        stopped: workers.iter().filter(|row| matches!(row.state, 'T' | 't')).count(),
        descriptors: gateway::fullest(look, *before, &workers, notes),
        unit: groups.as_ref().and_then(|groups| unit_of(means, groups, notes)),
        oom_kills: memory.as_ref().and_then(|memory| {
            let now = *look.oom_kills.get(memory)?;
            let before = before.and_then(|before| before.oom_kills.get(memory).copied());
            Some(Counter { before, now })
        }),
        shares_our_group: memory.is_some() && memory == own,
        workers: described
            .map(|row| process::describe(look.root, row, look.boot, &look.users))
            .collect(),
    })
}

fn product_of(name: &str, command: &str) -> Option<Product> {
    let has = |word: &str| name.contains(word) || command.contains(word);
    PROGRAMS.iter().find(|(word, _)| has(word)).map(|(_, product)| *product)
}

/// A process that is gone: its name is what is left of it.
fn bare(row: &Row) -> Process {
    Process {
        pid: row.pid,
        name: neutralise(&row.name),
        command: String::new(),
        user: None,
        started: None,
    }
}

fn unit_of(means: &Means<'_>, groups: &Groups, notes: &mut Notes) -> Option<Unit> {
    let name = groups.unit().filter(|_| means.without_units.is_none())?;
    notes.seen("unit states", unit::of_name(means.tools, name, means.look.boot)).flatten()
}

/// Whether a worker serves one connection at a time: php-fpm always; the synchronous workers of
/// gunicorn and uWSGI, which have one thread and hold one connection at most.
fn is_one_at_a_time(
    product: Option<Product>,
    command: &str,
    look: &Look<'_>,
    workers: &[&Row],
) -> bool {
    match product {
        Some(Product::PhpFpm) => true,
        Some(Product::Gunicorn | Product::Uwsgi) => {
            let single = |row: &&Row| {
                let held = look.held.get(&row.pid).copied().unwrap_or(0);
                held <= 1 && threads(look, row.pid) == Some(1)
            };
            let many = MANY_AT_A_TIME.iter().any(|word| command.contains(word));
            !many && workers.iter().all(single)
        }
        _ => false,
    }
}

fn threads(look: &Look<'_>, pid: u32) -> Option<u32> {
    let status = look.root.read(&format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("Threads:")?.trim().parse().ok())
}

/// Finds the pool of php-fpm that serves an endpoint.
fn pool(look: &Look<'_>, pids: &BTreeSet<u32>, dialled: &Endpoint) -> Option<Pool> {
    let title = |pid: &u32| process::command(look.root, *pid);
    // Children do not name the configuration, their parent does; it holds the socket as well, or it
    // is the parent of those that do.
    let parents = look.rows(pids).into_iter().map(|row| row.parent);
    let candidates: BTreeSet<u32> = pids.iter().copied().chain(parents).collect();
    let (master, path) =
        candidates.iter().find_map(|pid| Some((*pid, php_fpm::configuration(&title(pid))?)))?;
    let eyes = Eyes::of(look.root, master).unwrap_or_else(|_| Eyes::ours(look.root));
    let pools = php_fpm::pools(&eyes.root, &path);
    let served: Option<String> =
        pids.iter().find_map(|pid| php_fpm::pool_of_child(&title(pid)).map(str::to_owned));
    let by_name = served.and_then(|name| pools.iter().find(|pool| pool.name == name));
    by_name.or_else(|| pools.iter().find(|pool| serves(pool, dialled))).cloned()
}

fn serves(pool: &Pool, dialled: &Endpoint) -> bool {
    match dialled {
        Endpoint::Unix(path) => Path::new(&pool.listen) == path,
        Endpoint::Tcp(address) => {
            let port = pool.listen.rsplit(':').next().unwrap_or_default();
            !pool.listen.starts_with('/') && port == address.port().to_string()
        }
    }
}

/// Leaves the children of other pools out, which hold the same socket in no case but share a
/// parent.
fn of_pool<'a>(look: &Look<'_>, workers: Vec<&'a Row>, pool: Option<&Pool>) -> Vec<&'a Row> {
    let Some(pool) = pool else { return workers };
    let belongs = |row: &&Row| {
        let title = process::command(look.root, row.pid);
        php_fpm::pool_of_child(&title).is_none_or(|name| name == pool.name)
    };
    workers.into_iter().filter(belongs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_told_by_name_or_command() {
        let python = product_of("gunicorn", "/usr/bin/python3 /usr/bin/gunicorn app");

        assert_eq!(python, Some(Product::Gunicorn));
        assert_eq!(product_of("php-fpm8.2", "php-fpm: pool www"), Some(Product::PhpFpm));
        assert_eq!(product_of("mysvc", "/usr/bin/mysvc"), None);
    }

    #[test]
    fn a_pool_serves_what_it_listens_on() {
        let pool = |listen: &str| Pool { listen: listen.to_owned(), ..Pool::default() };
        let tcp = Endpoint::Tcp("127.0.0.1:9000".parse().unwrap());
        let unix = Endpoint::Unix("/run/php/www.sock".into());

        assert!(serves(&pool("127.0.0.1:9000"), &tcp) && serves(&pool("9000"), &tcp));
        assert!(serves(&pool("/run/php/www.sock"), &unix));
        assert!(!serves(&pool("/run/php/9000"), &tcp) && !serves(&pool("9001"), &tcp));
    }
}
