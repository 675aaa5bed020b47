//! Firewall rules of a network namespace that drop or reject, and whether they speak of a server.

mod iptables;
mod nft;

use std::collections::BTreeMap;
use std::net::IpAddr;

use goodgate_evidence::host::{Blocks, Counter, Rule};

use crate::limits::RULES_MAX;
use crate::notes::Notes;
use crate::tools::Tools;

/// A new connection, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) to: IpAddr,
    pub(crate) port: u16,
    /// Whether it stays on this host, so that it goes over `lo`.
    pub(crate) is_local: bool,
}

/// Whether a condition holds for a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    /// It asks for something that is not known of the packet.
    Maybe,
}

impl Holds {
    fn of(condition: bool) -> Self {
        if condition { Self::Yes } else { Self::No }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
        }
    }

    fn negated_if(self, negated: bool) -> Self {
        if negated { self.not() } else { self }
    }
}

/// What a rule does in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Blocks(Blocks),
    /// The packet leaves the chain: accept, return, jump.
    Leaves,
    /// It goes on: a counter, a log.
    GoesOn,
}

/// A rule, weighed for one packet.
#[derive(Clone, Debug)]
struct Weighed {
    place: String,
    text: String,
    act: Act,
    holds: Holds,
    /// Whether a condition that holds names the port or the address.
    names_it: bool,
    packets: Option<u64>,
    /// Whether every packet of the kind passes the chain: it is a base chain of a suitable hook.
    is_base: bool,
}

/// The rules of a namespace, at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    nft: Option<nft::Ruleset>,
    iptables: Vec<iptables::Table>,
}

impl Rules {
    /// Asks for the rules.
    pub(crate) fn read(tools: &dyn Tools, notes: &mut Notes) -> Self {
        let listed = tools.run("nft", &["-j", "list", "ruleset"]);
        let nft = notes.seen("nftables rules", listed.and_then(|text| nft::Ruleset::parse(&text)));
        let mut iptables = Vec::new();
        for program in ["iptables-save", "ip6tables-save"] {
            let saved = tools.run(program, &["-c"]);
            if let Some(text) = notes.seen(&format!("rules of {program}"), saved) {
                // The newer iptables keeps its rules in nftables, where they were read already.
                let is_same = nft.is_some() && text.contains("(nf_tables)");
                iptables.extend(if is_same { Vec::new() } else { iptables::parse(&text) });
            }
        }
        Self { nft, iptables }
    }

    /// Returns the rules that may block a packet, with their counters before and now.
    pub(crate) fn about(&self, packet: Packet, before: Option<&Self>) -> Vec<Rule> {
        let earlier: BTreeMap<(String, String), u64> = before
            .into_iter()
            .flat_map(|before| before.weighed(packet))
            .filter_map(|rule| Some(((rule.place, rule.text), rule.packets?)))
            .collect();
        let mut rules = Vec::new();
        let mut may_leave: BTreeMap<String, bool> = BTreeMap::new();
        for rule in self.weighed(packet) {
            let leaves = may_leave.entry(rule.place.clone()).or_default();
            let (passes_by, is_first) = (rule.holds == Holds::No, !*leaves);
            match rule.act {
                _ if passes_by => {}
                Act::Leaves => *leaves = true,
                Act::GoesOn => {}
                Act::Blocks(verdict) => {
                    let key = (rule.place, rule.text);
                    let counted = |now| Counter { before: earlier.get(&key).copied(), now };
                    rules.push(Rule {
                        packets: rule.packets.map(counted),
                        certain: rule.is_base && is_first && rule.holds == Holds::Yes,
                        names_it: rule.names_it,
                        verdict,
                        place: key.0,
                        text: key.1,
                    });
                }
            }
        }
        // Rules that name the server first: there may be many that block everything else.
        rules.sort_by_key(|rule| !rule.names_it);
        rules.truncate(RULES_MAX);
        rules
    }

    fn weighed(&self, packet: Packet) -> Vec<Weighed> {
        let mut weighed = self.nft.as_ref().map(|rules| rules.weigh(packet)).unwrap_or_default();
        weighed.extend(self.iptables.iter().flat_map(|table| table.weigh(packet)));
        weighed
    }
}

/// Joins conditions: all have to hold.
fn all(conditions: impl IntoIterator<Item = Holds>) -> Holds {
    conditions.into_iter().fold(Holds::Yes, |so_far, next| match (so_far, next) {
        (Holds::No, _) | (_, Holds::No) => Holds::No,
        (Holds::Maybe, _) | (_, Holds::Maybe) => Holds::Maybe,
        _ => Holds::Yes,
    })
}

/// Tells whether an address lies in a network.
fn in_network(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address.to_canonical(), network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(bits)).unwrap_or(0);
            u32::from(a) & mask == u32::from(n) & mask
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(bits)).unwrap_or(0);
            u128::from(a) & mask == u128::from(n) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Answers;

    const PACKET: Packet = Packet {
        to: IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 7)),
        port: 8000,
        is_local: false,
    };

    fn rules(answers: &Answers) -> Rules {
        Rules::read(answers, &mut Notes::default())
    }

    /// An answer of `nft` with one chain and these rules, each a list of expressions.
    fn nft(chain: &str, rules: &[&str]) -> String {
        let rule = |expressions: &&str| {
            format!(
                r#"{{"rule":{{"family":"inet","table":"filter","chain":"input","handle":4,"expr":[{expressions}]}}}}"#
            )
        };
        let rules: Vec<String> = rules.iter().map(|one| format!(",{}", rule(one))).collect();
        let rules = rules.concat();
        format!(
            r#"{{"nftables":[{{"metainfo":{{"json_schema_version":1}}}},{{"chain":{{"family":"inet","table":"filter","name":"input","handle":1{chain}}}}}{rules}]}}"#
        )
    }

    const BASE: &str = r#","type":"filter","hook":"input","prio":0,"policy":"accept""#;
    const PORT: &str = r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":8000}}"#;

    fn about_nft(chain: &str, lines: &[&str]) -> Vec<Rule> {
        let answers = Answers::default().with("nft -j list ruleset", &nft(chain, lines));
        rules(&answers).about(PACKET, None)
    }

    #[test]
    fn a_drop_of_the_port_is_certain() {
        let found = about_nft(BASE, &[&format!(r#"{PORT},{{"drop":null}}"#)]);

        assert_eq!(found.len(), 1);
        assert!(found[0].certain && found[0].names_it);
        assert_eq!(found[0].verdict, Blocks::Drops);
        assert_eq!(found[0].place, "nft inet filter input");
        assert_eq!(found[0].text, "tcp dport 8000 drop");
    }

    #[test]
    fn a_counter_that_moves_is_told() {
        let with = |packets: u64| {
            let counter = format!(r#"{{"counter":{{"packets":{packets},"bytes":60}}}}"#);
            nft(BASE, &[&format!(r#"{PORT},{counter},{{"reject":{{"type":"tcp reset"}}}}"#)])
        };
        let answers = Answers::default()
            .with("nft -j list ruleset", &with(3))
            .with("nft -j list ruleset", &with(5));
        let before = rules(&answers);

        let found = rules(&answers).about(PACKET, Some(&before));

        assert_eq!(found[0].verdict, Blocks::Rejects);
        assert_eq!(found[0].packets, Some(Counter { before: Some(3), now: 5 }));
        assert_eq!(found[0].packets.map(Counter::growth), Some(2));
    }

    #[test]
    fn a_rule_behind_an_accept_is_not_certain() {
        let found = about_nft(
            BASE,
            &[&format!(r#"{PORT},{{"accept":null}}"#), &format!(r#"{PORT},{{"drop":null}}"#)],
        );

        assert!(!found[0].certain);
    }

    #[test]
    fn an_accept_of_something_else_changes_nothing() {
        let other = PORT.replace("8000", "22");

        let found = about_nft(
            BASE,
            &[&format!(r#"{other},{{"accept":null}}"#), &format!(r#"{PORT},{{"drop":null}}"#)],
        );

        assert!(found[0].certain);
    }

    #[test]
    fn a_rule_for_another_port_is_not_told() {
        let other = PORT.replace("8000", "8001");

        assert!(about_nft(BASE, &[&format!(r#"{other},{{"drop":null}}"#)]).is_empty());
    }

    #[test]
    fn a_rule_for_everything_names_nothing() {
        let found = about_nft(BASE, &[r#"{"drop":null}"#]);

        assert!(found[0].certain && !found[0].names_it);
    }

    #[test]
    fn a_chain_that_is_only_jumped_to_is_not_certain() {
        let found = about_nft("", &[&format!(r#"{PORT},{{"drop":null}}"#)]);

        assert!(!found[0].certain && found[0].names_it);
    }

    #[test]
    fn what_is_established_already_is_no_new_connection() {
        let state = r#"{"match":{"op":"in","left":{"ct":{"key":"state"}},"right":["established","related"]}}"#;

        assert!(about_nft(BASE, &[&format!(r#"{state},{PORT},{{"drop":null}}"#)]).is_empty());
    }

    #[test]
    fn sets_ranges_and_networks_are_understood() {
        let matches = [
            r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[80,8000]}}}"#,
            r#"{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"range":[7999,8001]}}}"#,
            r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"daddr"}},"right":{"prefix":{"addr":"10.0.0.0","len":24}}}}"#,
            r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"daddr"}},"right":"10.0.0.7"}}"#,
            r#"{"match":{"op":"!=","left":{"payload":{"protocol":"ip","field":"daddr"}},"right":"10.0.0.8"}}"#,
        ];
        for one in matches {
            let found = about_nft(BASE, &[&format!(r#"{one},{{"drop":null}}"#)]);
            assert!(found.first().is_some_and(|rule| rule.certain), "{one}");
        }
    }

    #[test]
    fn what_is_not_known_of_the_packet_is_not_certain() {
        let source = r#"{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"10.0.0.1"}}"#;

        let found = about_nft(BASE, &[&format!(r#"{source},{PORT},{{"drop":null}}"#)]);

        assert!(!found[0].certain && found[0].names_it);
    }

    #[test]
    fn rules_of_iptables_are_read() {
        let saved = "# Generated by iptables-save v1.8.9\n*filter\n:INPUT ACCEPT [10:600]\n\
                     [4:240] -A INPUT -d 10.0.0.7/32 -p tcp -m tcp --dport 8000 -j REJECT --reject-with icmp-port-unreachable\n\
                     COMMIT\n";
        let answers = Answers::default().with("iptables-save -c", saved);

        let found = rules(&answers).about(PACKET, None);

        assert_eq!(found[0].place, "iptables filter INPUT");
        assert_eq!(found[0].verdict, Blocks::Rejects);
        assert!(found[0].certain && found[0].names_it);
        assert_eq!(found[0].packets, Some(Counter { before: None, now: 4 }));
    }

    #[test]
    fn rules_that_iptables_keeps_in_nftables_count_once() {
        let saved = "# Generated by iptables-save v1.8.9 (nf_tables)\n*filter\n:INPUT ACCEPT [0:0]\n\
                     [4:240] -A INPUT -p tcp -m tcp --dport 8000 -j DROP\nCOMMIT\n";
        let answers = Answers::default()
            .with("iptables-save -c", saved)
            .with("nft -j list ruleset", &nft(BASE, &[]));

        assert!(rules(&answers).about(PACKET, None).is_empty());
    }

    #[test]
    fn tools_that_are_not_there_are_named() {
        let mut notes = Notes::default();

        Rules::read(&Answers::default(), &mut notes);

        let names: Vec<String> = notes.into_list().into_iter().map(|note| note.what).collect();
        assert_eq!(names, ["nftables rules", "rules of iptables-save", "rules of ip6tables-save"]);
    }

    #[test]
    fn networks_of_every_length_are_compared() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();

        assert!(in_network(ip("10.0.0.7"), ip("0.0.0.0"), 0));
        assert!(in_network(ip("10.0.0.7"), ip("10.0.0.7"), 32));
        assert!(!in_network(ip("10.0.1.7"), ip("10.0.0.0"), 24));
        assert!(in_network(ip("fd00::1"), ip("fd00::"), 8));
        assert!(!in_network(ip("fd00::1"), ip("10.0.0.0"), 8));
    }
}
