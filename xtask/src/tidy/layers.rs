//! Which crate may depend on which (DESIGN section 4): arrows point from top to shell to pure. What shells
//! have in common stands below them.
//!
//! Dependencies of tests are free: a test may look at the whole product.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde_json::Value;

/// A crate's place in the layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// Takes bytes, time and randomness as arguments; may use only these of our crates.
    Pure(&'static [&'static str]),
    /// Does I/O that several shells have in common; may use every pure crate and nothing else of ours.
    Common,
    /// Does I/O; may use every pure crate, what shells have in common, and no other shell.
    Shell,
    /// May use everything.
    Top,
}

/// Every crate and its layer. A new crate is entered here.
const LAYERS: &[(&str, Layer)] = &[
    ("goodgate", Layer::Top),
    ("goodgate-bench", Layer::Top),
    ("goodgate-causes", Layer::Pure(&["goodgate-evidence"])),
    ("goodgate-config", Layer::Pure(&[])),
    ("goodgate-dashboard", Layer::Shell),
    // The rules of every listener for operators.
    ("goodgate-door", Layer::Common),
    ("goodgate-evidence", Layer::Pure(&[])),
    ("goodgate-examine", Layer::Pure(&["goodgate-evidence", "goodgate-causes"])),
    ("goodgate-faults", Layer::Shell),
    ("goodgate-gateway", Layer::Shell),
    ("goodgate-host", Layer::Shell),
    ("goodgate-incident", Layer::Pure(&["goodgate-causes", "goodgate-evidence"])),
    ("goodgate-lab", Layer::Top),
    ("goodgate-lint", Layer::Pure(&["goodgate-evidence", "goodgate-causes"])),
    ("goodgate-logs", Layer::Pure(&["goodgate-evidence", "goodgate-causes", "goodgate-recognise"])),
    ("goodgate-probe", Layer::Shell),
    // Joins the watch and the probe, for the binary and its benchmark.
    ("goodgate-prober", Layer::Top),
    ("goodgate-recognise", Layer::Pure(&["goodgate-evidence", "goodgate-causes"])),
    ("goodgate-report", Layer::Pure(&["goodgate-causes", "goodgate-evidence"])),
    ("goodgate-resilience", Layer::Pure(&["goodgate-evidence"])),
    ("goodgate-watch", Layer::Shell),
    ("xtask", Layer::Top),
];

/// The beginnings of names of crates that do I/O, which no pure crate may reach.
const IMPURE: &[&str] =
    &["async-std", "hickory-", "hyper", "mio", "reqwest", "rustls", "smol", "socket2", "tokio"];

/// Who depends on whom, by package name, without the dependencies of tests.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    members: BTreeSet<String>,
    edges: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Reads the answer of `cargo metadata`.
    pub(crate) fn of_metadata(metadata: &Value) -> anyhow::Result<Self> {
        let names = names(metadata)?;
        let name = |id: &Value| id.as_str().and_then(|id| names.get(id)).cloned();
        let members = array(metadata, "/workspace_members")?.iter().filter_map(name).collect();
        let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in array(metadata, "/resolve/nodes")? {
            let from = node.get("id").and_then(name).context("node without a package")?;
            let to = array(node, "/deps")?.iter().filter(|edge| !is_of_tests_only(edge));
            let to = to.filter_map(|edge| edge.get("pkg").and_then(name));
            // Two versions of one package count as one.
            edges.entry(from).or_default().extend(to);
        }
        Ok(Self { members, edges })
    }

    fn direct(&self, package: &str) -> impl Iterator<Item = &str> {
        self.edges.get(package).into_iter().flatten().map(String::as_str)
    }

    /// Returns everything that `package` reaches, with the way to it.
    fn reached<'a>(&'a self, package: &'a str) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut ways: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut open = vec![(package, vec![package])];
        while let Some((at, way)) = open.pop() {
            for next in self.direct(at) {
                if !ways.contains_key(next) {
                    let way: Vec<&str> = way.iter().copied().chain([next]).collect();
                    ways.insert(next, way.clone());
                    open.push((next, way));
                }
            }
        }
        ways
    }
}

fn names(metadata: &Value) -> anyhow::Result<BTreeMap<String, String>> {
    let text = |package: &Value, key: &str| {
        package.get(key).and_then(Value::as_str).map(str::to_owned).context("package")
    };
    array(metadata, "/packages")?
        .iter()
        .map(|package| Ok((text(package, "id")?, text(package, "name")?)))
        .collect()
}

fn is_of_tests_only(edge: &Value) -> bool {
    let kinds = edge.get("dep_kinds").and_then(Value::as_array);
    kinds.is_some_and(|kinds| {
        kinds.iter().all(|kind| kind.get("kind").and_then(Value::as_str) == Some("dev"))
    })
}

fn array<'a>(value: &'a Value, pointer: &str) -> anyhow::Result<&'a Vec<Value>> {
    let found = value.pointer(pointer).and_then(Value::as_array);
    found.with_context(|| format!("no {pointer} in cargo metadata"))
}

/// Lists the arrows that point the wrong way.
pub(crate) fn faults(graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    for package in &graph.members {
        match layer(package) {
            None => faults
                .push(format!("{package}: has no layer; enter it in xtask/src/tidy/layers.rs")),
            Some(Layer::Pure(allowed)) => faults.extend(pure_faults(graph, package, allowed)),
            Some(Layer::Common) => faults.extend(shell_faults(graph, package, is_pure)),
            Some(Layer::Shell) => {
                let is_below = |to| is_pure(to) || matches!(to, Some(Layer::Common));
                faults.extend(shell_faults(graph, package, is_below));
            }
            Some(Layer::Top) => {}
        }
    }
    faults
}

fn layer(package: &str) -> Option<Layer> {
    LAYERS.iter().find(|(name, _)| *name == package).map(|(_, layer)| *layer)
}

fn pure_faults(graph: &Graph, package: &str, allowed: &[&str]) -> Vec<String> {
    let ours = graph
        .direct(package)
        .filter(|to| graph.members.contains(*to) && !allowed.contains(to))
        .map(|to| format!("{package}: must not depend on {to}"));
    let impure = graph
        .reached(package)
        .into_iter()
        .filter(|(to, _)| !graph.members.contains(*to) && is_impure(to))
        .map(|(_, way)| format!("{package}: pure, but reaches I/O: {}", way.join(" → ")));
    ours.chain(impure).collect()
}

fn is_impure(package: &str) -> bool {
    IMPURE.iter().any(|start| package.starts_with(start))
}

const fn is_pure(layer: Option<Layer>) -> bool {
    matches!(layer, Some(Layer::Pure(_)))
}

fn shell_faults(
    graph: &Graph,
    package: &str,
    is_below: impl Fn(Option<Layer>) -> bool,
) -> Vec<String> {
    graph
        .direct(package)
        .filter(|to| graph.members.contains(*to) && !is_below(layer(to)))
        .map(|to| format!("{package}: a shell must not depend on {to}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a graph from `from -> to` pairs; what begins with `goodgate` or is `xtask` is ours.
    fn graph(pairs: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for (from, to) in pairs {
            graph.edges.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            let ours = [from, to].into_iter().filter(|name| name.starts_with("goodgate"));
            graph.members.extend(ours.map(|name| (*name).to_owned()));
        }
        graph
    }

    #[test]
    fn causes_may_use_evidence() {
        assert!(faults(&graph(&[("goodgate-causes", "goodgate-evidence")])).is_empty());
    }

    #[test]
    fn evidence_may_not_use_causes() {
        let faults = faults(&graph(&[("goodgate-evidence", "goodgate-causes")]));

        assert_eq!(faults, ["goodgate-evidence: must not depend on goodgate-causes"]);
    }

    #[test]
    fn a_pure_crate_may_not_reach_tokio_through_another() {
        let faults = faults(&graph(&[("goodgate-causes", "h2"), ("h2", "tokio")]));

        assert_eq!(
            faults,
            ["goodgate-causes: pure, but reaches I/O: goodgate-causes → h2 → tokio"]
        );
    }

    #[test]
    fn a_shell_may_use_tokio() {
        assert!(faults(&graph(&[("goodgate-probe", "tokio")])).is_empty());
    }

    #[test]
    fn a_shell_may_not_use_a_shell() {
        let faults = faults(&graph(&[("goodgate-watch", "goodgate-probe")]));

        assert_eq!(faults, ["goodgate-watch: a shell must not depend on goodgate-probe"]);
    }

    #[test]
    fn a_shell_may_use_what_shells_have_in_common() {
        let pairs = [("goodgate-watch", "goodgate-door"), ("goodgate-door", "goodgate-evidence")];

        assert!(faults(&graph(&pairs)).is_empty());
    }

    #[test]
    fn what_shells_have_in_common_may_use_no_shell() {
        let faults = faults(&graph(&[("goodgate-door", "goodgate-watch")]));

        assert_eq!(faults, ["goodgate-door: a shell must not depend on goodgate-watch"]);
    }

    #[test]
    fn a_pure_crate_may_not_use_what_shells_have_in_common() {
        let faults = faults(&graph(&[("goodgate-causes", "goodgate-door")]));

        assert_eq!(faults, ["goodgate-causes: must not depend on goodgate-door"]);
    }

    #[test]
    fn the_binary_may_use_a_shell() {
        assert!(faults(&graph(&[("goodgate", "goodgate-probe")])).is_empty());
    }

    #[test]
    fn a_crate_without_a_layer_is_a_fault() {
        assert_eq!(faults(&graph(&[("goodgate-new", "serde")])).len(), 1);
    }

    #[test]
    fn dependencies_of_tests_are_free() {
        let metadata = serde_json::json!({
            "packages": [{"id": "a", "name": "goodgate-evidence"}, {"id": "b", "name": "tokio"}],
            "workspace_members": ["a"],
            "resolve": {"nodes": [
                {"id": "a", "deps": [{"pkg": "b", "dep_kinds": [{"kind": "dev"}]}]},
                {"id": "b", "deps": []},
            ]},
        });

        let graph = Graph::of_metadata(&metadata).unwrap();

        assert!(faults(&graph).is_empty());
    }
}
