//! Finds the gateway that runs here: who listens at the target's address, else whose program has
//! the name of one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use goodgate_evidence::Product;
use goodgate_evidence::host::{Configuration, Descriptors, Found, Gateway, Process, User};
use goodgate_evidence::text::neutralise;

use crate::configuration::{self, Start};
use crate::descriptors::{self, Budget};
use crate::folders::{self, Writer};
use crate::limits::NAMED_MAX;
use crate::look::Look;
use crate::namespace::Namespace;
use crate::notes::Notes;
use crate::process::{self, Credentials, Row, Table};
use crate::root::Root;

/// Programs by the beginning of their name.
const PROGRAMS: &[(&str, Product)] = &[
    ("angie", Product::Nginx),
    ("apache2", Product::Apache),
    ("caddy", Product::Caddy),
    ("envoy", Product::Envoy),
    ("haproxy", Product::Haproxy),
    ("httpd", Product::Apache),
    ("lighttpd", Product::Lighttpd),
    ("nginx", Product::Nginx),
    ("openresty", Product::Openresty),
    ("squid", Product::Squid),
    ("traefik", Product::Traefik),
    ("traffic_server", Product::Ats),
    ("varnishd", Product::Varnish),
];

/// Programs that pass connections on for containers and are no gateway.
const PLUMBING: &[&str] = &["docker-proxy", "rootlesskit", "slirp4netns", "systemd"];

/// Returns the gateway with this name of a program.
pub(crate) fn product_of(name: &str) -> Option<Product> {
    PROGRAMS.iter().find(|(program, _)| name.starts_with(program)).map(|(_, product)| *product)
}

/// The gateway's processes.
#[derive(Clone, Debug)]
pub(crate) struct Family {
    pub(crate) pids: BTreeSet<u32>,
    pub(crate) found: Found,
    /// A process in its network namespace, where that is another one than ours.
    pub(crate) namespace_of: Option<u32>,
}

/// Finds the gateway's processes. `listening` are those that listen at the target's address, with
/// their namespace; `wrote` is who wrote the answer, where that is known.
pub(crate) fn find(
    root: &Root,
    table: &Table,
    own: &Namespace,
    listening: (&BTreeSet<u32>, Option<u32>),
    wrote: Option<Product>,
    notes: &mut Notes,
) -> Option<Family> {
    let (pids, namespace_of) = listening;
    let passes_on = |pid: &u32| {
        table.get(*pid).is_some_and(|row| PLUMBING.iter().any(|name| row.name.starts_with(name)))
    };
    let real: BTreeSet<u32> = pids.iter().copied().filter(|pid| !passes_on(pid)).collect();
    if !real.is_empty() {
        return Some(Family { pids: real, found: Found::Listens, namespace_of });
    }
    named(root, table, own, wrote, notes)
}

/// Finds a gateway by the name of its program, in our own network namespace before others.
fn named(
    root: &Root,
    table: &Table,
    own: &Namespace,
    wrote: Option<Product>,
    notes: &mut Notes,
) -> Option<Family> {
    let candidates: Vec<(&Row, Product, bool)> = table
        .all()
        .filter_map(|row| {
            let here = process::network_of(root, row.pid).is_none_or(|id| id == own.id);
            Some((row, product_of(&row.name)?, here))
        })
        .collect();
    for here in [true, false] {
        let of_place = || candidates.iter().filter(move |(_, _, at)| *at == here);
        let products: BTreeSet<Product> = of_place().map(|(_, product, _)| *product).collect();
        let chosen = match (products.len(), wrote.filter(|wrote| products.contains(wrote))) {
            (0, _) => continue,
            (_, Some(wrote)) => wrote,
            (1, None) => products.first().copied()?,
            _ => {
                notes.not_seen("the gateway", several(&products));
                return None;
            }
        };
        let rows: Vec<&Row> = of_place()
            .filter(|(_, product, _)| *product == chosen)
            .map(|(row, _, _)| *row)
            .collect();
        let pids: BTreeSet<u32> = rows.iter().map(|row| row.pid).collect();
        let first = rows.first().map(|row| row.pid);
        // Which of several instances is meant cannot be told.
        if heads(&rows, &pids) > 1 {
            let name = chosen.meaning();
            let why = format!("{name} runs several times, and never at the target's address");
            notes.not_seen("the gateway", why);
            return None;
        }
        return Some(Family { pids, found: Found::Named, namespace_of: first.filter(|_| !here) });
    }
    None
}

fn several(products: &BTreeSet<Product>) -> String {
    let names: Vec<&str> = products.iter().map(|product| product.meaning()).collect();
    format!("{} run here, and none of them listens at the target's address", names.join(" and "))
}

/// Counts the processes that are no child of another one of them.
fn heads(rows: &[&Row], pids: &BTreeSet<u32>) -> usize {
    rows.iter().filter(|row| !pids.contains(&row.parent)).count()
}

/// Where the files of a process begin for us.
#[derive(Clone, Debug)]
pub(crate) struct Eyes {
    pub(crate) root: PathBuf,
    /// What to call it, where it is not our own root.
    pub(crate) through: Option<String>,
}

impl Eyes {
    /// Returns our own.
    pub(crate) fn ours(root: &Root) -> Self {
        Self { root: root.path("/"), through: None }
    }

    /// Returns those of a process: it may be confined to a folder, or have mounts of its own.
    pub(crate) fn of(root: &Root, pid: u32) -> Result<Self, String> {
        let link = format!("/proc/{pid}/root");
        let top = root.link(&link).map_err(|error| crate::root::reason(&error))?;
        let mounts = |process: &str| root.link(&format!("/proc/{process}/ns/mnt")).ok();
        let same = mounts("self") == mounts(&pid.to_string());
        if same {
            let through = (top != "/").then(|| neutralise(&top));
            return Ok(Self { root: root.path(Path::new(&top)), through });
        }
        Ok(Self { root: root.path(Path::new(&link)), through: Some(link) })
    }
}

/// The worker that stands for the gateway, with what counts of it.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) gateway: Gateway,
    pub(crate) who: Option<Credentials>,
    pub(crate) eyes: Eyes,
}

/// Looks at the gateway's processes.
pub(crate) fn describe(
    look: &Look<'_>,
    family: &Family,
    before: Option<&Look<'_>>,
    notes: &mut Notes,
) -> Option<Standing> {
    let root = look.root;
    let workers = look.table.workers(&family.pids);
    let first = workers.first()?;
    let users = &look.users;
    let credentials: Vec<(u32, Credentials)> = workers
        .iter()
        .filter_map(|row| Some((row.pid, Credentials::read(root, row.pid)?)))
        .collect();
    // A helper that kept its rights may be among them; requests are served without.
    let served_by = credentials.iter().find(|(_, who)| who.uid != 0).or(credentials.first());
    let who = served_by.map(|(_, who)| who.clone());
    let pid = served_by.map_or(first.pid, |(pid, _)| *pid);
    let eyes = notes
        .seen("the files as the gateway sees them", Eyes::of(root, pid))
        .unwrap_or_else(|| Eyes::ours(root));
    let described = workers.iter().take(NAMED_MAX);
    let processes: Vec<Process> =
        described.map(|row| process::describe(root, row, look.boot, users)).collect();
    let product = product_of(&first.name);
    let opened = opened(look, family);
    let arguments = arguments(look, family);
    let writer = Writer {
        product,
        arguments: &arguments,
        files: &opened,
        root: &eyes.root,
        who: who.as_ref(),
    };
    let gateway = Gateway {
        folders: folders::of(&writer, users),
        logs: folders::logs(&opened).take(NAMED_MAX).map(|file| neutralise(file)).collect(),
        product,
        name: neutralise(&first.name),
        found: family.found,
        workers: processes,
        user: who.as_ref().map(|who| User { id: who.uid, name: users.user(who.uid) }),
        descriptors: fullest(look, before, &workers, notes),
        other_namespace: family.namespace_of,
        configuration: configuration(look, family, (product, &arguments), notes),
    };
    Some(Standing { gateway, who, eyes })
}

/// Returns the descriptors of the worker that is nearest to its limit.
pub(crate) fn fullest(
    look: &Look<'_>,
    before: Option<&Look<'_>>,
    workers: &[&Row],
    notes: &mut Notes,
) -> Option<Descriptors> {
    let of_each: Vec<Descriptors> =
        workers.iter().filter_map(|row| descriptors::of_process(look.root, row.pid)).collect();
    if of_each.is_empty()
        && let Some(row) = workers.first()
    {
        let what = format!("the descriptors of {}", neutralise(&row.name));
        notes.not_seen(what, "we may not read them; run as root");
    }
    let fullest = of_each.into_iter().min_by_key(|one| one.limit.saturating_sub(one.open))?;
    let earlier = before.and_then(|before| before.descriptors.get(&fullest.pid).copied());
    Some(Descriptors { before: earlier, ..fullest })
}

/// Returns the files that a gateway has open.
fn opened(look: &Look<'_>, family: &Family) -> Vec<String> {
    let mut budget = Budget::default();
    let mut files: Vec<String> = Vec::new();
    for pid in family.pids.iter().take(NAMED_MAX) {
        // A process that we may not look into shows no file; that it does not is told already.
        let open = descriptors::open(look.root, *pid, &mut budget).unwrap_or_default();
        files.extend(open.files);
    }
    files.sort_unstable();
    files.dedup();
    files
}

/// Returns the arguments with which a gateway was started, which the process that manages the
/// others shows.
fn arguments(look: &Look<'_>, family: &Family) -> Vec<String> {
    let mut of_each =
        family.pids.iter().take(NAMED_MAX).map(|pid| process::arguments(look.root, *pid));
    let first = of_each.next().unwrap_or_default();
    let is_head = |arguments: &Vec<String>| arguments.iter().any(|word| word.contains("master"));
    if is_head(&first) { first } else { of_each.find(is_head).unwrap_or(first) }
}

/// Reads the configuration with the eyes of the process that manages the others.
fn configuration(
    look: &Look<'_>,
    family: &Family,
    (product, arguments): (Option<Product>, &[String]),
    notes: &mut Notes,
) -> Option<Configuration> {
    let root = look.root;
    let is_head =
        |pid: &&u32| look.table.get(**pid).is_some_and(|row| !family.pids.contains(&row.parent));
    let head = *family.pids.iter().find(is_head)?;
    let eyes = Eyes::of(root, head).unwrap_or_else(|_| Eyes::ours(root));
    let ours = Eyes::ours(root).root;
    let mut roots = vec![eyes.root];
    // One that confined itself to a folder of ours read its configuration before.
    let shares = !eyes.through.is_some_and(|through| through.starts_with("/proc/"));
    if shares && !roots.contains(&ours) {
        roots.push(ours);
    }
    let folder = root.link(&format!("/proc/{head}/cwd")).ok().map(PathBuf::from);
    configuration::read(&Start { product, arguments, folder, roots }, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Tree;

    /// A host with processes: number, name, parent, network namespace.
    fn host(processes: &[(u32, &str, u32, &str)]) -> (Tree, Table, Namespace) {
        let mut tree = Tree::new().link("/proc/self/ns/net", "net:[1]");
        for (pid, name, parent, namespace) in processes {
            let stat = format!("{pid} ({name}) S {parent} {}1 0", "0 ".repeat(17));
            tree = tree
                .file(&format!("/proc/{pid}/stat"), &stat)
                .link(&format!("/proc/{pid}/ns/net"), namespace);
        }
        let table = Table::read(&tree.root()).unwrap();
        let own = Namespace::own(&tree.root());
        (tree, table, own)
    }

    fn found(
        processes: &[(u32, &str, u32, &str)],
        listening: &[u32],
        wrote: Option<Product>,
    ) -> (Option<Family>, usize) {
        let (tree, table, own) = host(processes);
        let mut notes = Notes::default();
        let listening: BTreeSet<u32> = listening.iter().copied().collect();
        let family = find(&tree.root(), &table, &own, (&listening, None), wrote, &mut notes);
        (family, notes.into_list().len())
    }

    #[test]
    fn who_listens_at_the_target_is_the_gateway() {
        let processes = [
            (7, "myproxy", 1, "net:[1]"),
            (8, "nginx", 1, "net:[1]"),
            (9, "haproxy", 1, "net:[1]"),
        ];

        let (family, _) = found(&processes, &[7], None);

        let family = family.unwrap();
        assert_eq!((family.pids, family.found), (BTreeSet::from([7]), Found::Listens));
    }

    #[test]
    fn a_name_finds_the_gateway_where_nobody_listens_at_the_target() {
        let (family, _) =
            found(&[(8, "nginx", 1, "net:[1]"), (9, "nginx", 8, "net:[1]")], &[], None);

        let family = family.unwrap();
        assert_eq!((family.pids, family.found), (BTreeSet::from([8, 9]), Found::Named));
    }

    #[test]
    fn of_two_products_the_one_that_wrote_the_page_is_meant() {
        let processes = [(8, "nginx", 1, "net:[1]"), (9, "haproxy", 1, "net:[1]")];

        let (family, _) = found(&processes, &[], Some(Product::Haproxy));
        let (unclear, notes) = found(&processes, &[], None);

        assert_eq!(family.unwrap().pids, BTreeSet::from([9]));
        assert!(unclear.is_none() && notes == 1);
    }

    #[test]
    fn our_own_namespace_comes_first() {
        let (family, _) =
            found(&[(8, "nginx", 1, "net:[2]"), (9, "nginx", 1, "net:[1]")], &[], None);

        assert_eq!(family.unwrap().pids, BTreeSet::from([9]));
    }

    #[test]
    fn one_gateway_in_a_container_is_found() {
        let processes = [
            (7, "docker-proxy", 1, "net:[1]"),
            (8, "nginx", 1, "net:[2]"),
            (9, "nginx", 8, "net:[2]"),
        ];

        let (family, _) = found(&processes, &[7], None);

        let family = family.unwrap();
        assert_eq!((family.pids, family.namespace_of), (BTreeSet::from([8, 9]), Some(8)));
    }

    #[test]
    fn of_several_containers_none_is_guessed() {
        let (family, notes) =
            found(&[(8, "nginx", 1, "net:[2]"), (9, "nginx", 1, "net:[3]")], &[], None);

        assert!(family.is_none() && notes == 1);
    }

    #[test]
    fn a_process_that_is_confined_sees_a_folder_as_its_root() {
        let tree = Tree::new().link("/proc/7/root", "/var/lib/haproxy");

        let eyes = Eyes::of(&tree.root(), 7).unwrap();

        assert_eq!(eyes.root, tree.path("/var/lib/haproxy"));
        assert_eq!(eyes.through.as_deref(), Some("/var/lib/haproxy"));
    }
}
