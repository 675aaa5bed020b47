//! The rules of iptables, as `iptables-save -c` prints them.

use std::net::IpAddr;

use goodgate_evidence::host::Blocks;
use goodgate_evidence::text::{neutralise, shorten};

use super::{Act, Holds, Packet, Weighed, all, in_network};
use crate::limits::QUOTE_MAX;

/// Chains that every packet of the kind passes.
const BASE: &[&str] = &["INPUT", "OUTPUT", "FORWARD", "PREROUTING", "POSTROUTING"];

/// A table with its rules in order.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// `iptables filter` or `ip6tables filter`.
    name: String,
    is_v6: bool,
    rules: Vec<Saved>,
}

#[derive(Clone, Debug)]
struct Saved {
    chain: String,
    words: Vec<String>,
    packets: Option<u64>,
}

/// Reads the tables of a saved rule set.
pub(super) fn parse(text: &str) -> Vec<Table> {
    let is_v6 = text.contains("ip6tables-save");
    let program = if is_v6 { "ip6tables" } else { "iptables" };
    let mut tables: Vec<Table> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('*') {
            let name = format!("{program} {}", name.trim());
            tables.push(Table { name, is_v6, rules: Vec::new() });
        } else if let (Some(table), Some(rule)) = (tables.last_mut(), saved(line)) {
            table.rules.push(rule);
        }
    }
    tables
}

/// Reads `[4:240] -A INPUT -p tcp -m tcp --dport 8000 -j DROP`.
fn saved(line: &str) -> Option<Saved> {
    let (counters, rest) = match line.strip_prefix('[').and_then(|line| line.split_once(']')) {
        Some((counters, rest)) => (Some(counters), rest),
        None => (None, line),
    };
    let rest = rest.trim_start().strip_prefix("-A ")?;
    let mut words = words_of(rest).into_iter();
    let packets = counters.and_then(|counters| counters.split_once(':')?.0.parse().ok());
    Some(Saved { chain: words.next()?, words: words.collect(), packets })
}

/// Splits a rule into its words; a comment in quotes is one word.
fn words_of(rule: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in rule.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(format!("\"{part}\""));
        } else {
            words.extend(part.split_ascii_whitespace().map(str::to_owned));
        }
    }
    words
}

impl Table {
    /// Weighs every rule for a packet.
    pub(super) fn weigh(&self, packet: Packet) -> Vec<Weighed> {
        let weigh = |rule: &Saved| {
            let conditions = conditions(&rule.words, packet);
            let in_family = Holds::of(self.is_v6 != packet.to.to_canonical().is_ipv4());
            Weighed {
                place: format!("{} {}", self.name, rule.chain),
                text: shorten(&neutralise(&rule.words.join(" ")), QUOTE_MAX),
                act: act(&rule.words),
                holds: all(conditions.iter().map(|(holds, _)| *holds).chain([in_family])),
                names_it: conditions.iter().any(|(holds, names)| *names && *holds == Holds::Yes),
                packets: rule.packets,
                is_base: BASE.contains(&rule.chain.as_str()),
            }
        };
        self.rules.iter().map(weigh).collect()
    }
}

fn act(words: &[String]) -> Act {
    let mut words = words.iter().map(String::as_str);
    let target = words.find(|word| matches!(*word, "-j" | "-g")).and_then(|_| words.next());
    match target {
        Some("DROP") => Act::Blocks(Blocks::Drops),
        Some("REJECT") => Act::Blocks(Blocks::Rejects),
        // These let the packet go on in the same chain.
        Some("LOG" | "NFLOG" | "MARK" | "CONNMARK" | "TCPMSS" | "SECMARK" | "CT") | None => {
            Act::GoesOn
        }
        Some(_) => Act::Leaves,
    }
}

/// Weighs the conditions of a rule, each with whether it names the port or the address.
fn conditions(words: &[String], packet: Packet) -> Vec<(Holds, bool)> {
    let mut conditions = Vec::new();
    let mut negated = false;
    let mut words = words.iter().map(String::as_str);
    while let Some(option) = words.next() {
        if option == "!" {
            negated = true;
            continue;
        }
        if matches!(option, "-j" | "-g") {
            break;
        }
        if !option.starts_with('-') {
            continue;
        }
        let weighed = match option {
            // Names a module; its options follow.
            "-m" => {
                words.next();
                None
            }
            "-p" => {
                words.next().map(|name| (Holds::of(matches!(name, "tcp" | "6" | "all")), false))
            }
            "--dport" | "--dports" => words.next().map(|list| (ports(list, packet.port), true)),
            "-d" => words.next().map(|network| (network_holds(network, packet.to), true)),
            "-i" | "-o" => words.next().map(|name| (interface(name, packet.is_local), false)),
            "--ctstate" | "--state" => {
                words.next().map(|states| (Holds::of(states.split(',').any(|s| s == "NEW")), false))
            }
            "--comment" => None,
            _ => Some((Holds::Maybe, false)),
        };
        if let Some((holds, names)) = weighed {
            conditions.push((holds.negated_if(negated), names && !negated));
        }
        negated = false;
    }
    conditions
}

fn ports(list: &str, port: u16) -> Holds {
    let one = |part: &str| {
        let (from, to) = part.split_once(':').unwrap_or((part, part));
        let range = from.parse::<u16>().ok()?..=to.parse::<u16>().ok()?;
        Some(range.contains(&port))
    };
    let parts: Option<Vec<bool>> = list.split(',').map(one).collect();
    parts.map_or(Holds::Maybe, |parts| Holds::of(parts.into_iter().any(|holds| holds)))
}

fn network_holds(text: &str, address: IpAddr) -> Holds {
    let (network, bits) = text.split_once('/').unwrap_or((text, ""));
    let Ok(network) = network.parse::<IpAddr>() else { return Holds::Maybe };
    let whole = if network.is_ipv4() { 32 } else { 128 };
    match bits {
        "" => Holds::of(in_network(address, network, whole)),
        bits => {
            bits.parse().map_or(Holds::Maybe, |bits| Holds::of(in_network(address, network, bits)))
        }
    }
}

fn interface(name: &str, is_local: bool) -> Holds {
    match (name, is_local) {
        ("lo", _) => Holds::of(is_local),
        (_, true) => Holds::No,
        (_, false) => Holds::Maybe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: Packet =
        Packet { to: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), port: 8000, is_local: true };

    fn holds(rule: &str) -> Holds {
        let text = format!("*filter\n{rule}\n");
        parse(&text)[0].weigh(PACKET)[0].holds
    }

    #[test]
    fn conditions_are_understood() {
        let cases = [
            ("-A INPUT -j DROP", Holds::Yes),
            ("-A INPUT -p udp -m udp --dport 8000 -j DROP", Holds::No),
            ("-A INPUT -p tcp -m multiport --dports 80,7999:8001 -j DROP", Holds::Yes),
            ("-A INPUT ! -i lo -p tcp -j DROP", Holds::No),
            ("-A OUTPUT -o lo -p tcp -j DROP", Holds::Yes),
            ("-A INPUT -i eth0 -j DROP", Holds::No),
            ("-A INPUT ! -d 127.0.0.0/8 -j DROP", Holds::No),
            ("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j DROP", Holds::No),
            ("-A INPUT -s 10.0.0.1/32 -j DROP", Holds::Maybe),
            ("-A INPUT -m limit --limit 3/min -j DROP", Holds::Maybe),
        ];
        for (rule, expected) in cases {
            assert_eq!(holds(rule), expected, "{rule}");
        }
    }

    #[test]
    fn a_comment_is_no_condition() {
        let rule = r#"-A INPUT -p tcp -m comment --comment "not -d 1.2.3.4 -j DROP" -j ACCEPT"#;

        assert_eq!(holds(rule), Holds::Yes);
        assert_eq!(act(&words_of(rule)), Act::Leaves);
    }

    #[test]
    fn an_ipv6_rule_is_not_about_an_ipv4_packet() {
        let tables = parse("# Generated by ip6tables-save v1.8.9\n*filter\n-A INPUT -j DROP\n");

        assert_eq!(tables[0].weigh(PACKET)[0].holds, Holds::No);
    }

    #[test]
    fn rubbish_shows_nothing() {
        for text in ["", "*", "[", "[:] -A", "-A", "*x\n-A \n[1] -A X -d -j"] {
            parse(text).iter().flat_map(|table| table.weigh(PACKET)).for_each(drop);
        }
    }
}
