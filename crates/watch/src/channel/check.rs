//! What is wrong between the keys of channels, beyond what each key says of itself.

use std::collections::BTreeSet;

use goodgate_config::Fault;

use crate::message::template;

use super::{ChannelSettings, KINDS};

/// What is wrong with one of the channels.
#[derive(Clone, Debug)]
pub struct ChannelFault {
    /// Its place in the list, counted from 0.
    pub index: usize,
    /// The key, with dots: `email.user`.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Says what is wrong with channels: names that are taken twice, kinds, fallbacks that do not exist or go
/// round in a circle, templates that fail.
pub fn check(channels: &[ChannelSettings]) -> Vec<ChannelFault> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for (index, channel) in channels.iter().enumerate() {
        let mut tell = |key: String, fault| faults.push(ChannelFault { index, key, fault });
        if !names.insert(&channel.name) {
            tell(
                "name".to_owned(),
                Fault::new(format!("two channels are named `{}`", channel.name)),
            );
        }
        if let Some(fault) = fallback(channel, channels) {
            tell("fallback".to_owned(), fault);
        }
        let kinds = channel.kinds();
        if kinds.len() != 1 {
            tell(
                "name".to_owned(),
                not_one(&kinds.iter().map(|(word, _)| *word).collect::<Vec<_>>()),
            );
        }
        for (word, kind) in &kinds {
            for (key, fault) in kind.faults() {
                tell(format!("{word}.{key}"), fault);
            }
        }
        let json_body = kinds.first().is_none_or(|(_, kind)| kind.has_json_body());
        for (key, error) in template::faults(&channel.templates, json_body) {
            tell(format!("templates.{key}"), Fault::new(error.to_string()));
        }
    }
    faults
}

fn not_one(kinds: &[&str]) -> Fault {
    let hint = format!("write one table, such as [channel.email]; there are {}", KINDS.join(", "));
    match kinds {
        [] => Fault::new("this channel has no kind"),
        more => Fault::new(format!("this channel has {} kinds: {}", more.len(), more.join(", "))),
    }
    .hint(hint)
}

/// Says what is wrong with the fallback of a channel: it must exist, and the way from fallback to fallback
/// must end.
fn fallback(channel: &ChannelSettings, channels: &[ChannelSettings]) -> Option<Fault> {
    let mut seen = BTreeSet::from([&channel.name]);
    let mut next = channel.fallback.as_ref();
    let mut is_first = true;
    while let Some(name) = next {
        let Some(found) = channels.iter().find(|other| other.name == *name) else {
            return is_first.then(|| Fault::new(format!("there is no channel named `{name}`")));
        };
        if !seen.insert(&found.name) {
            // Told where the circle is, not by every channel that leads into it.
            let own = found.name == channel.name;
            return own.then(|| Fault::new("this fallback leads back to the channel itself"));
        }
        is_first = false;
        next = found.fallback.as_ref();
    }
    None
}
