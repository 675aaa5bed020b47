//! Which channels there are, which there were, and who is told instead of whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::store::ChannelName;

use super::limits;
use super::opened::Opened;

/// The name under which the store remembers who is told instead of whom.
pub(super) const MEMORY: &str = "delivery.channels";

/// The channels.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    live: BTreeMap<ChannelName, Arc<Opened>>,
    /// Those that are gone, with the fallback that they had. Alerts of them may still wait.
    gone: BTreeMap<ChannelName, Option<ChannelName>>,
}

impl Roster {
    /// Returns a channel that there is.
    pub(super) fn live(&self, name: &ChannelName) -> Option<&Arc<Opened>> {
        self.live.get(name)
    }

    /// Returns the names of all that somebody has to look after.
    pub(super) fn names(&self) -> impl Iterator<Item = &ChannelName> {
        self.live.keys().chain(self.gone.keys())
    }

    /// Replaces the channels; those that are not among them are gone.
    pub(super) fn set(&mut self, channels: Vec<Opened>) {
        let before = std::mem::take(&mut self.live);
        self.live = channels.into_iter().map(|opened| (opened.name(), Arc::new(opened))).collect();
        let gone = before.into_iter().map(|(name, opened)| (name, opened.fallback()));
        self.bury(gone.collect::<Vec<_>>());
    }

    /// Takes over what is remembered of a time before.
    pub(super) fn recall(&mut self, memory: &str) {
        let known: BTreeMap<String, Option<String>> =
            serde_json::from_str(memory).unwrap_or_default();
        let name = |text: String| ChannelName(text.into());
        self.bury(known.into_iter().map(|(of, to)| (name(of), to.map(name))));
    }

    fn bury(&mut self, channels: impl IntoIterator<Item = (ChannelName, Option<ChannelName>)>) {
        let live = &self.live;
        self.gone.retain(|name, _| !live.contains_key(name));
        for (name, fallback) in channels {
            let has_room = self.gone.len() < limits::GONE || self.gone.contains_key(&name);
            if !live.contains_key(&name) && has_room {
                self.gone.insert(name, fallback);
            }
        }
    }

    /// Forgets a channel that is gone. Those that had it as their fallback have its own from then on.
    pub(super) fn forget(&mut self, name: &ChannelName) {
        let next = self.gone.remove(name).flatten();
        for fallback in self.gone.values_mut().filter(|to| to.as_ref() == Some(name)) {
            fallback.clone_from(&next);
        }
    }

    /// Returns the names of the channels that are gone.
    pub(super) fn gone(&self) -> Vec<ChannelName> {
        self.gone.keys().cloned().collect()
    }

    /// Writes what has to be remembered.
    pub(super) fn memory(&self) -> String {
        let live = self.live.iter().map(|(name, opened)| (name, opened.fallback()));
        let gone = self.gone.iter().map(|(name, fallback)| (name, fallback.clone()));
        let all: serde_json::Map<String, serde_json::Value> = live
            .chain(gone)
            .map(|(of, to)| (of.to_string(), to.map(|to| to.to_string()).into()))
            .collect();
        serde_json::Value::Object(all).to_string()
    }

    /// Returns who is told when a channel has failed for good: the next in the chain that there is. A chain
    /// that leads back to its begin, as it can between one configuration and the next, ends there.
    pub(super) fn after(&self, name: &ChannelName) -> Option<ChannelName> {
        let mut at = name.clone();
        for _ in 0..=self.live.len() + self.gone.len() {
            at = match self.live.get(&at) {
                Some(opened) => opened.fallback()?,
                None => self.gone.get(&at)?.clone()?,
            };
            if at == *name {
                return None;
            }
            if self.live.contains_key(&at) {
                return Some(at);
            }
        }
        None
    }
}
