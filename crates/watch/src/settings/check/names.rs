//! Names: each once, and those that are referred to exist.

use std::collections::BTreeMap;

use goodgate_config::{Fault, nearest};

use super::Found;
use crate::channel::values::ChannelName;
use crate::settings::Settings;
use crate::settings::values::Slug;

pub(super) fn check(settings: &Settings, found: &mut Found<'_>) {
    once("monitor", settings.monitor.iter().map(|one| &one.name), found);
    once("policy", settings.policy.iter().map(|one| &one.name), found);
    once("remedy", settings.remedy.iter().map(|one| &one.name), found);
    once("slo", settings.slo.iter().map(|one| &one.name), found);
    once("change", settings.change.iter().map(|one| &one.name), found);
    once("report", settings.report.iter().map(|one| &one.name), found);
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
    // Silences find the gateway's traffic as well.
    let of_traffic = settings.traffic.iter().flat_map(|one| &one.tags).map(Slug::as_str);
    let silenced: Vec<&str> = tags.iter().copied().chain(of_traffic).collect();
    let providers: Vec<&str> =
        settings.monitor.iter().filter_map(|one| one.provider.as_ref()).map(Slug::as_str).collect();
    let mut all = Vec::new();
    for (index, monitor) in settings.monitor.iter().enumerate() {
        let path = format!("monitor[{index}]");
        let policy = monitor.policy.as_ref().map(Slug::as_str);
        all.push((format!("{path}.policy"), "policy", &policies, policy));
        all.extend(each(&format!("{path}.depends_on"), "monitor", &monitors, &monitor.depends_on));
    }
    let channels: Vec<&str> = settings.channel.iter().map(|one| one.name.as_str()).collect();
    for (index, policy) in settings.policy.iter().enumerate() {
        for (at, step) in policy.steps.iter().enumerate() {
            let path = format!("policy[{index}].steps[{at}].channels");
            all.extend(each(&path, "channel", &channels, &step.channels));
        }
    }
    for (index, report) in settings.report.iter().enumerate() {
        let path = format!("report[{index}]");
        all.extend(each(&format!("{path}.send"), "channel", &channels, &report.send));
        all.extend(each(&format!("{path}.tags"), "monitor with the tag", &tags, &report.tags));
    }
    for (index, domain) in settings.domain.iter().enumerate() {
        let path = format!("domain[{index}].tags");
        all.extend(each(&path, "monitor with the tag", &tags, &domain.tags));
    }
    for (index, silence) in settings.silence.iter().enumerate() {
        let path = format!("silence[{index}]");
        all.extend(each(&format!("{path}.monitors"), "monitor", &monitors, &silence.monitors));
        all.extend(each(&format!("{path}.tags"), "monitor with the tag", &silenced, &silence.tags));
    }
    for (index, remedy) in settings.remedy.iter().enumerate() {
        let path = format!("remedy[{index}]");
        all.extend(each(&format!("{path}.monitors"), "monitor", &monitors, &remedy.monitors));
        all.extend(each(&format!("{path}.tags"), "monitor with the tag", &tags, &remedy.tags));
    }
    for (index, slo) in settings.slo.iter().enumerate() {
        let path = format!("slo[{index}]");
        let tag = slo.tag.as_ref().map(Slug::as_str);
        all.push((format!("{path}.tag"), "monitor with the tag", &tags, tag));
        let provider = slo.provider.as_ref().map(Slug::as_str);
        all.push((format!("{path}.provider"), "monitor with the provider", &providers, provider));
    }
    for (index, traffic) in settings.traffic.iter().enumerate() {
        let policy = traffic.policy.as_ref().map(Slug::as_str);
        all.push((format!("traffic[{index}].policy"), "policy", &policies, policy));
    }
    for (path, what, known, name) in all {
        if let Some(name) = name.filter(|name| !known.contains(name)) {
            found.error(path, unknown(what, name, known));
        }
    }
}

/// A place, what has to be there, the names that are, and the name that is meant.
type Reference<'a> = (String, &'static str, &'a Vec<&'a str>, Option<&'a str>);

/// The references of a list, each with its place.
fn each<'a, N: Named>(
    path: &str,
    what: &'static str,
    known: &'a Vec<&'a str>,
    names: &'a [N],
) -> Vec<Reference<'a>> {
    // One name may stand without brackets and then has no place of its own.
    let place = |index: usize| {
        if names.len() == 1 { path.to_owned() } else { format!("{path}[{index}]") }
    };
    names
        .iter()
        .enumerate()
        .map(|(index, name)| (place(index), what, known, Some(name.name())))
        .collect()
}

/// Something that is a name.
trait Named {
    fn name(&self) -> &str;
}

impl Named for Slug {
    fn name(&self) -> &str {
        self.as_str()
    }
}

impl Named for ChannelName {
    fn name(&self) -> &str {
        self.as_str()
    }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Fault {
    let fault = Fault::new(format!("there is no {what} `{name}`"));
    match nearest(name, known.iter().copied()) {
        Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
        None => fault,
    }
}
