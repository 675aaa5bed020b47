//! Names: each once, and those that are referred to exist.

use std::collections::BTreeMap;

use goodgate_config::{Fault, nearest};

use super::Found;
use crate::settings::Settings;
use crate::settings::values::Slug;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    once("monitor", settings.monitor.iter().map(|one| &one.name), found);
    once("policy", settings.policy.iter().map(|one| &one.name), found);
    once("remedy", settings.remedy.iter().map(|one| &one.name), found);
    once("slo", settings.slo.iter().map(|one| &one.name), found);
    references(settings, found);
}

/// No two tables of a kind have the same name.
fn once<'a>(table: &str, names: impl Iterator<Item = &'a Slug>, found: &mut Found<'_>) {
    let mut seen: BTreeMap<&Slug, usize> = BTreeMap::new();
    for (index, name) in names.enumerate() {
        let Some(first) = seen.get(name).filter(|_| !name.is_missing()) else {
            seen.insert(name, index);
            continue;
        };
        let line = found.line(&format!("{table}[{first}]"));
        let what = format!("the {table} in line {line} is called `{name}` already");
        found.error(format!("{table}[{index}].name"), Fault::new(what));
    }
}

fn references(settings: &Settings, found: &mut Found<'_>) {
    let monitors: Vec<&str> = settings.monitor.iter().map(|one| one.name.as_str()).collect();
    let policies: Vec<&str> = settings.policy.iter().map(|one| one.name.as_str()).collect();
    let tags: Vec<&str> =
        settings.monitor.iter().flat_map(|one| &one.tags).map(Slug::as_str).collect();
    let providers: Vec<&str> =
        settings.monitor.iter().filter_map(|one| one.provider.as_ref()).map(Slug::as_str).collect();
    let mut all = Vec::new();
    for (index, monitor) in settings.monitor.iter().enumerate() {
        let path = format!("monitor[{index}]");
        all.push((format!("{path}.policy"), "policy", &policies, monitor.policy.as_ref()));
        all.extend(each(&format!("{path}.depends_on"), "monitor", &monitors, &monitor.depends_on));
    }
    for (index, silence) in settings.silence.iter().enumerate() {
        let path = format!("silence[{index}]");
        all.extend(each(&format!("{path}.monitors"), "monitor", &monitors, &silence.monitors));
        all.extend(each(&format!("{path}.tags"), "monitor with the tag", &tags, &silence.tags));
    }
    for (index, remedy) in settings.remedy.iter().enumerate() {
        let path = format!("remedy[{index}]");
        all.extend(each(&format!("{path}.monitors"), "monitor", &monitors, &remedy.monitors));
        all.extend(each(&format!("{path}.tags"), "monitor with the tag", &tags, &remedy.tags));
    }
    for (index, slo) in settings.slo.iter().enumerate() {
        let path = format!("slo[{index}]");
        all.push((format!("{path}.tag"), "monitor with the tag", &tags, slo.tag.as_ref()));
        let provider = slo.provider.as_ref();
        all.push((format!("{path}.provider"), "monitor with the provider", &providers, provider));
    }
    for (path, what, known, name) in all {
        if let Some(name) = name.filter(|name| !known.contains(&name.as_str())) {
            found.error(path, unknown(what, name, known));
        }
    }
}

type Reference<'a> = (String, &'static str, &'a Vec<&'a str>, Option<&'a Slug>);

/// The references of a list, each with its place.
fn each<'a>(
    path: &str,
    what: &'static str,
    known: &'a Vec<&'a str>,
    names: &'a [Slug],
) -> Vec<Reference<'a>> {
    // One name may stand without brackets and then has no place of its own.
    let place = |index: usize| {
        if names.len() == 1 { path.to_owned() } else { format!("{path}[{index}]") }
    };
    names.iter().enumerate().map(|(index, name)| (place(index), what, known, Some(name))).collect()
}

fn unknown(what: &str, name: &Slug, known: &[&str]) -> Fault {
    let fault = Fault::new(format!("there is no {what} `{name}`"));
    match nearest(name.as_str(), known.iter().copied()) {
        Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
        None => fault,
    }
}
