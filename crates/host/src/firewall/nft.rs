//! The rules of nftables, as `nft -j list ruleset` prints them (libnftables-json(5)).

use std::collections::BTreeMap;
use std::net::IpAddr;

use goodgate_evidence::host::Blocks;
use goodgate_evidence::text::{neutralise, shorten};
use serde_json::Value;

use super::{Act, Holds, Packet, Weighed, all, in_network};
use crate::limits::QUOTE_MAX;

/// Hooks that a connection between a gateway and its upstream passes on this host.
const HOOKS: &[&str] = &["input", "output", "forward", "prerouting", "postrouting", "ingress"];

/// Every rule with what it refers to.
#[derive(Clone, Debug, Default)]
pub(super) struct Ruleset {
    /// Base chains of a suitable hook, by family, table and name.
    base: Vec<String>,
    sets: BTreeMap<String, Vec<Value>>,
    rules: Vec<(String, String, Vec<Value>)>,
}

impl Ruleset {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_str(text)
            .map_err(|_| "nft printed something that is no JSON".to_owned())?;
        let mut ruleset = Self::default();
        for item in root.get("nftables").and_then(Value::as_array).into_iter().flatten() {
            ruleset.enter(item);
        }
        Ok(ruleset)
    }

    fn enter(&mut self, item: &Value) {
        if let Some(chain) = item.get("chain") {
            if HOOKS.contains(&word(chain, "hook")) {
                self.base.push(place(chain, "name"));
            }
        } else if let Some(set) = item.get("set") {
            let elements = set.get("elem").and_then(Value::as_array).cloned().unwrap_or_default();
            self.sets.insert(place(set, "name"), elements);
        } else if let Some(rule) = item.get("rule") {
            let expressions = rule.get("expr").and_then(Value::as_array).cloned();
            let table = format!("{} {}", word(rule, "family"), word(rule, "table"));
            self.rules.push((table, place(rule, "chain"), expressions.unwrap_or_default()));
        }
    }

    /// Weighs every rule for a packet.
    pub(super) fn weigh(&self, packet: Packet) -> Vec<Weighed> {
        let weigh = |(table, chain, expressions): &(String, String, Vec<Value>)| {
            let conditions: Vec<(Holds, bool)> = expressions
                .iter()
                .filter_map(|expression| self.condition(table, expression, packet))
                .collect();
            let in_family = family(table, packet);
            let holds = all(conditions.iter().map(|(holds, _)| *holds).chain([in_family]));
            Weighed {
                place: format!("nft {chain}"),
                text: text_of(expressions),
                act: act(expressions),
                holds,
                names_it: conditions.iter().any(|(holds, names)| *names && *holds == Holds::Yes),
                packets: expressions
                    .iter()
                    .find_map(|one| one.pointer("/counter/packets")?.as_u64()),
                is_base: self.base.contains(chain),
            }
        };
        self.rules.iter().map(weigh).collect()
    }

    /// Weighs a condition, and tells whether it names the port or the address; none for what is no
    /// condition.
    fn condition(&self, table: &str, expression: &Value, packet: Packet) -> Option<(Holds, bool)> {
        let (kind, body) = expression.as_object()?.iter().next()?;
        match kind.as_str() {
            "match" => Some(self.comparison(table, body, packet)),
            "counter" | "log" | "drop" | "reject" | "accept" | "jump" | "goto" | "return"
            | "comment" | "notrack" | "mangle" | "queue" => None,
            // A limit, a set of verdicts, a match of iptables that nft has no word for.
            _ => Some((Holds::Maybe, false)),
        }
    }

    fn comparison(&self, table: &str, body: &Value, packet: Packet) -> (Holds, bool) {
        let (Some(left), Some(right)) = (body.get("left"), body.get("right")) else {
            return (Holds::Maybe, false);
        };
        let negated = match word(body, "op") {
            "==" | "in" => false,
            "!=" => true,
            _ => return (Holds::Maybe, false),
        };
        let listed;
        let right = match right.as_str().and_then(|name| name.strip_prefix('@')) {
            Some(name) => {
                listed = Value::Array(
                    self.sets.get(&format!("{table} {name}")).cloned().unwrap_or_default(),
                );
                &listed
            }
            None => right,
        };
        let asks = |protocol: &str, field: &str| {
            left.pointer("/payload/protocol").and_then(Value::as_str) == Some(protocol)
                && left.pointer("/payload/field").and_then(Value::as_str) == Some(field)
        };
        let key = |path: &str| left.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let (holds, names) = if asks("tcp", "dport") || asks("th", "dport") {
            (includes_port(right, packet.port), true)
        } else if asks("ip", "daddr") || asks("ip6", "daddr") {
            (includes_address(right, packet.to), true)
        } else if asks("ip", "protocol") || asks("ip6", "nexthdr") || key("/meta/key") == "l4proto"
        {
            (includes_word(right, &["tcp", "6"]), false)
        } else if asks("udp", "dport") || asks("icmp", "type") || asks("icmpv6", "type") {
            (Holds::No, false)
        } else if key("/ct/key") == "state" {
            (includes_word(right, &["new"]), false)
        } else if matches!(key("/meta/key"), "iifname" | "oifname" | "iif" | "oif") {
            (through(right, packet.is_local), false)
        } else {
            (Holds::Maybe, false)
        };
        (holds.negated_if(negated), names && !negated)
    }
}

/// Returns family, table and the name of something.
fn place(item: &Value, name: &str) -> String {
    format!("{} {} {}", word(item, "family"), word(item, "table"), word(item, name))
}

fn word<'a>(item: &'a Value, key: &str) -> &'a str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn family(table: &str, packet: Packet) -> Holds {
    let is_v4 = packet.to.to_canonical().is_ipv4();
    match table.split(' ').next() {
        Some("ip") => Holds::of(is_v4),
        Some("ip6") => Holds::of(!is_v4),
        Some("inet") => Holds::Yes,
        Some("arp") => Holds::No,
        _ => Holds::Maybe,
    }
}

fn act(expressions: &[Value]) -> Act {
    let has = |kind: &str| expressions.iter().any(|one| one.get(kind).is_some());
    if has("drop") {
        Act::Blocks(Blocks::Drops)
    } else if has("reject") {
        Act::Blocks(Blocks::Rejects)
    } else if ["accept", "return", "jump", "goto", "vmap", "queue"].into_iter().any(has) {
        Act::Leaves
    } else {
        Act::GoesOn
    }
}

/// Goes through the values on the right of a comparison.
fn any(right: &Value, one: &impl Fn(&Value) -> Holds) -> Holds {
    let values = match right {
        Value::Array(values) => values,
        Value::Object(object) => match object.get("set") {
            Some(Value::Array(values)) => values,
            _ => return one(right),
        },
        _ => return one(right),
    };
    let mut all_known = true;
    for value in values {
        // An element of a set may carry a comment or a counter.
        let value = value.pointer("/elem/val").unwrap_or(value);
        match one(value) {
            Holds::Yes => return Holds::Yes,
            Holds::Maybe => all_known = false,
            Holds::No => {}
        }
    }
    if all_known { Holds::No } else { Holds::Maybe }
}

fn includes_port(right: &Value, port: u16) -> Holds {
    let port = u64::from(port);
    any(right, &|value| {
        let range = value.get("range").and_then(Value::as_array);
        let ends = range.and_then(|ends| Some((ends.first()?.as_u64()?, ends.get(1)?.as_u64()?)));
        match (value.as_u64(), ends) {
            (Some(number), _) => Holds::of(number == port),
            (None, Some((first, last))) => Holds::of((first..=last).contains(&port)),
            (None, None) => Holds::Maybe,
        }
    })
}

fn includes_address(right: &Value, address: IpAddr) -> Holds {
    let parsed = |value: &Value| value.as_str()?.parse::<IpAddr>().ok();
    any(right, &|value| {
        if let Some(one) = parsed(value) {
            return Holds::of(one == address.to_canonical());
        }
        let network = value.pointer("/prefix/addr").and_then(parsed);
        let bits = value.pointer("/prefix/len").and_then(Value::as_u64);
        if let (Some(network), Some(bits)) = (network, bits) {
            return Holds::of(in_network(address, network, bits as u32));
        }
        let ends = value.get("range").and_then(Value::as_array);
        let end = |at: usize| ends.and_then(|ends| parsed(ends.get(at)?));
        match (end(0), end(1)) {
            (Some(first), Some(last)) => {
                Holds::of((first..=last).contains(&address.to_canonical()))
            }
            _ => Holds::Maybe,
        }
    })
}

fn includes_word(right: &Value, words: &[&str]) -> Holds {
    any(right, &|value| match value {
        Value::String(text) => Holds::of(words.contains(&text.as_str())),
        Value::Number(number) => Holds::of(words.contains(&number.to_string().as_str())),
        _ => Holds::Maybe,
    })
}

/// Which other interface a packet takes is not known; that it takes `lo` is.
fn through(right: &Value, is_local: bool) -> Holds {
    any(right, &|value| match (value.as_str(), is_local) {
        (Some("lo"), _) => Holds::of(is_local),
        (Some(_), true) => Holds::No,
        _ => Holds::Maybe,
    })
}

/// Writes a rule as `nft list` would, near enough to find it there.
fn text_of(expressions: &[Value]) -> String {
    let words: Vec<String> = expressions.iter().filter_map(expression_words).collect();
    shorten(&neutralise(&words.join(" ")), QUOTE_MAX)
}

fn expression_words(expression: &Value) -> Option<String> {
    let (kind, body) = expression.as_object()?.iter().next()?;
    match kind.as_str() {
        "match" => {
            let op = match word(body, "op") {
                "==" | "in" => String::new(),
                op => format!("{op} "),
            };
            Some(format!(
                "{} {op}{}",
                left_words(body.get("left")?),
                right_words(body.get("right")?)
            ))
        }
        // Its numbers change; the rule stays the same.
        "counter" => None,
        "reject" => {
            let with = [word(body, "type"), word(body, "expr")];
            let with: Vec<&str> = with.into_iter().filter(|word| !word.is_empty()).collect();
            if with.is_empty() {
                return Some("reject".to_owned());
            }
            Some(format!("reject with {}", with.join(" ")))
        }
        "jump" | "goto" => Some(format!("{kind} {}", word(body, "target"))),
        _ => Some(kind.clone()),
    }
}

fn left_words(left: &Value) -> String {
    let pair = |a: &str, b: &str| {
        Some(format!("{} {}", left.pointer(a)?.as_str()?, left.pointer(b)?.as_str()?))
    };
    let keyed = |kind: &str| Some(format!("{kind} {}", left.get(kind)?.get("key")?.as_str()?));
    pair("/payload/protocol", "/payload/field")
        .or_else(|| keyed("ct"))
        .or_else(|| Some(left.pointer("/meta/key")?.as_str()?.to_owned()))
        .unwrap_or_else(|| "…".to_owned())
}

fn right_words(right: &Value) -> String {
    match right {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.iter().map(right_words).collect::<Vec<_>>().join(","),
        Value::Object(object) => {
            if let Some(Value::Array(values)) = object.get("set") {
                let values: Vec<String> = values.iter().map(right_words).collect();
                return format!("{{ {} }}", values.join(", "));
            }
            if let Some(Value::Array(ends)) = object.get("range") {
                return ends.iter().map(right_words).collect::<Vec<_>>().join("-");
            }
            let prefix = |key: &str| right.pointer(&format!("/prefix/{key}")).map(right_words);
            match (prefix("addr"), prefix("len")) {
                (Some(address), Some(length)) => format!("{address}/{length}"),
                _ => "…".to_owned(),
            }
        }
        _ => "…".to_owned(),
    }
}
