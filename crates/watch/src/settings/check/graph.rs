//! Monitors that depend on each other.

use std::collections::BTreeMap;

use goodgate_config::Fault;

use super::Found;
use crate::settings::Settings;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    let by_name: BTreeMap<&str, usize> =
        settings.monitor.iter().enumerate().map(|(at, one)| (one.name.as_str(), at)).collect();
    let edges: Vec<Vec<usize>> = settings
        .monitor
        .iter()
        .map(|one| {
            one.depends_on.iter().filter_map(|to| by_name.get(to.as_str()).copied()).collect()
        })
        .collect();
    for cycle in cycles(&edges) {
        let name = |at: &usize| settings.monitor.get(*at).map_or("", |one| one.name.as_str());
        let mut names: Vec<&str> = cycle.iter().map(name).collect();
        let Some(first) = cycle.first() else { continue };
        let what = if let [alone] = names.as_slice() {
            format!("`{alone}` depends on itself")
        } else {
            names.push(name(first));
            format!("these depend on each other: {}", names.join(" → "))
        };
        found.error(format!("monitor[{first}].depends_on"), Fault::new(what));
    }
}

/// Whether a monitor has been looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Not,
    Open,
    Done,
}

/// Finds cycles: each monitor is on one of them at most. The time is linear in edges; there is no
/// recursion, as a chain may be as long as the list.
fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut seen = vec![Seen::Not; edges.len()];
    let mut cycles = Vec::new();
    for start in 0..edges.len() {
        // The way to the monitor at hand, with how many of its edges were followed.
        let mut way: Vec<(usize, usize)> = vec![(start, 0)];
        if seen.get(start) != Some(&Seen::Not) {
            continue;
        }
        mark(&mut seen, start, Seen::Open);
        while let Some((at, followed)) = way.last_mut() {
            let next = edges.get(*at).and_then(|to| to.get(*followed)).copied();
            *followed += 1;
            match next {
                None => {
                    mark(&mut seen, *at, Seen::Done);
                    way.pop();
                }
                Some(next) if seen.get(next) == Some(&Seen::Open) => {
                    let on_way = way.iter().map(|(at, _)| *at);
                    cycles.push(on_way.skip_while(|at| *at != next).collect());
                }
                Some(next) if seen.get(next) == Some(&Seen::Not) => {
                    mark(&mut seen, next, Seen::Open);
                    way.push((next, 0));
                }
                Some(_) => {}
            }
        }
    }
    cycles
}

fn mark(seen: &mut [Seen], at: usize, as_what: Seen) {
    if let Some(one) = seen.get_mut(at) {
        *one = as_what;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_and_chains_are_none() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![]]), Vec::<Vec<usize>>::new());
        assert_eq!(cycles(&[vec![1, 2], vec![2], vec![]]), Vec::<Vec<usize>>::new());
        assert_eq!(cycles(&[vec![0]]), [[0]]);
        assert_eq!(cycles(&[vec![1], vec![2], vec![1]]), [[1, 2]]);
        let long: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next % 100_000]).collect();
        assert_eq!(cycles(&long).first().map(Vec::len), Some(100_000));
    }
}
