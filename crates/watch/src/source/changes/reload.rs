//! Reloads of our own configuration.

use std::collections::BTreeSet;

use goodgate_incident::Timestamp;

use super::marker;
use crate::settings::Settings;
use crate::store::Marker;

/// Says what a reload of the watch's configuration has changed; nothing where all is the same.
pub fn reloaded(before: &Settings, after: &Settings, at: Timestamp) -> Option<Marker> {
    if before == after {
        return None;
    }
    let mut changes = Vec::new();
    let monitors = |it: &Settings| -> BTreeSet<String> {
        it.monitor.iter().map(|one| one.name.to_string()).collect()
    };
    let (old, new) = (monitors(before), monitors(after));
    changes.extend(listed("new monitors", new.difference(&old)));
    changes.extend(listed("monitors that are gone", old.difference(&new)));
    let other = after
        .monitor
        .iter()
        .filter(|one| before.monitor.iter().any(|then| then.name == one.name && then != *one));
    let other: Vec<String> = other.map(|one| one.name.to_string()).collect();
    changes.extend(listed("other settings of", other.iter()));
    let tables = [
        ("watch", before.watch != after.watch),
        ("channel", before.channel != after.channel),
        ("policy", before.policy != after.policy),
        ("silence", before.silence != after.silence),
        ("remedy", before.remedy != after.remedy),
        ("slo", before.slo != after.slo),
        ("traffic", before.traffic != after.traffic),
        ("change", before.change != after.change),
    ];
    let tables: Vec<String> = tables
        .into_iter()
        .filter(|(_, is_other)| *is_other)
        .map(|(name, _)| format!("[{name}]"))
        .collect();
    changes.extend(listed("other settings in", tables.iter()));
    if changes.is_empty() {
        changes.push("the order of monitors".to_owned());
    }
    let text = format!("the watch was reloaded: {}", changes.join("; "));
    Some(marker("reload", &text, at, BTreeSet::new()))
}

fn listed<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Option<String> {
    let names: Vec<&str> = names.map(String::as_str).collect();
    (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn settings(text: &str) -> Settings {
        let reading = crate::settings::read("a", text.as_bytes(), Path::new("/"), Timestamp(0));
        assert!(reading.is_sound(), "{}", reading.render());
        reading.value
    }

    #[test]
    fn what_a_reload_changes_is_named() {
        let table = |name: &str, interval: &str| {
            format!(
                "[[monitor]]\nname = \"{name}\"\ntcp = \"a.example:1\"\ninterval = \"{interval}\"\n"
            )
        };
        let before = settings(&(table("a", "5s") + &table("b", "5s")));
        let after =
            settings(&(table("b", "9s") + &table("c", "5s") + "[[traffic]]\nrequests = 9\n"));

        let mark = reloaded(&before, &after, Timestamp(5)).expect("a marker");

        assert_eq!(
            mark.text,
            "the watch was reloaded: new monitors c; monitors that are gone a; other settings of b; \
             other settings in [traffic]"
        );
        assert_eq!((&*mark.kind, mark.at), ("reload", Timestamp(5)));
        assert_eq!(reloaded(&after, &after, Timestamp(6)), None);
    }
}
