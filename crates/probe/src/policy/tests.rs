use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn permits(policy: &Policy, text: &str) -> bool {
    policy.permits(text.parse().unwrap())
}

#[test]
fn sites_of_the_world_are_dialled_on_their_ports() {
    let policy = Policy::default();

    for address in ["1.1.1.1:443", "93.184.215.14:80", "8.8.8.8:8443", "[2606:4700::1111]:8080"] {
        assert!(permits(&policy, address), "{address}");
    }
    for address in ["1.1.1.1:22", "1.1.1.1:25", "1.1.1.1:6379", "1.1.1.1:3000", "1.1.1.1:0"] {
        assert!(!permits(&policy, address), "{address}");
    }
}

#[test]
fn nothing_that_is_not_for_everybody_is_dialled() {
    let policy = Policy::default();
    let addresses = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "168.63.129.16",
        "100.100.100.200",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:7f00:1::",
        "2001:2::1",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:808:808::1",
        "3ffe::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2606:4700::5efe:7f00:1",
        "2606:4700::200:5efe:a00:1",
    ];

    for address in addresses {
        for port in PUBLIC_PORTS {
            assert!(!policy.permits(SocketAddr::new(ip(address), port)), "{address} {port}");
        }
        assert!(!is_global(ip(address)), "{address}");
    }
    assert!(permits(&policy, "[64:ff9b::1.1.1.1]:443"), "the way to IPv4 of a network without it");
    assert!(permits(&policy, "[::ffff:1.1.1.1]:443"), "it is an address of IPv4");
}

#[test]
fn what_is_allowed_is_dialled_and_nothing_beside_it() {
    let networks = ["10.1.0.0", "127.0.0.0"].map(|it| Network::new(ip(it), 16).unwrap());
    let policy =
        Policy::default().with_networks(networks).with_address("10.9.0.7:9".parse().unwrap());

    for address in
        ["10.1.2.3:80", "10.1.2.3:3000", "127.0.0.1:8000", "10.9.0.7:9", "[::ffff:10.1.2.3]:80"]
    {
        assert!(permits(&policy, address), "{address}");
    }
    for address in ["10.2.0.1:80", "10.1.2.3:22", "127.1.0.1:8000", "10.9.0.7:10", "[::1]:8000"] {
        assert!(!permits(&policy, address), "{address}");
    }
    assert!(Network::new(ip("10.0.0.0"), 33).is_none());
}

#[test]
fn a_monitored_name_may_lead_to_private_use_and_never_to_this_host() {
    let policy = Policy::default().with_private_at(8080);

    for address in ["10.0.0.1:8080", "192.168.1.1:8080", "[fd12::1]:8080"] {
        assert!(permits(&policy, address), "{address}");
    }
    for address in ["10.0.0.1:8081", "127.0.0.1:8080", "[::1]:8080", "169.254.169.254:8080"] {
        assert!(!permits(&policy, address), "{address}");
    }
}

#[test]
fn what_is_never_dialled_cannot_be_allowed() {
    let all = [Network::new(ip("0.0.0.0"), 0).unwrap(), Network::new(ip("::"), 0).unwrap()];
    let metadata = "169.254.169.254:80".parse().unwrap();
    let policy = Policy::default().with_networks(all).with_address(metadata).with_private_at(80);

    for address in [
        "169.254.169.254",
        "169.254.0.1",
        "0.0.0.0",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "255.255.255.255",
        "224.0.0.1",
        "::",
        "fe80::1",
        "ff02::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::ffff:169.254.169.254",
        "64:ff9b::169.254.169.254",
    ] {
        assert!(!policy.permits(SocketAddr::new(ip(address), 80)), "{address}");
    }
}

#[test]
fn our_own_listeners_are_never_dialled() {
    let loopback = Network::new(ip("127.0.0.0"), 8).unwrap();
    let exact = "127.0.0.1:9504".parse().unwrap();
    let policy = Policy::default()
        .with_networks([loopback])
        .with_address(exact)
        .without_listeners([9504, 9502]);

    for address in ["127.0.0.1:9504", "127.0.0.2:9502", "[::ffff:127.0.0.1]:9504"] {
        assert!(!permits(&policy, address), "{address}");
    }
    assert!(permits(&policy, "127.0.0.1:9505"));
}

proptest! {
    #[test]
    fn no_address_of_ipv4_passes_that_the_registry_keeps_apart(bits in any::<u32>(), port in any::<u16>()) {
        let address = Ipv4Addr::from(bits);
        let [a, b, ..] = address.octets();
        let apart = address.is_private() || address.is_loopback() || address.is_link_local()
            || address.is_broadcast() || address.is_documentation() || address.is_multicast()
            || a == 0 || a >= 224 || (a == 100 && b & 0xc0 == 64) || (a == 198 && b & 0xfe == 18);

        let is_permitted = Policy::default().permits(SocketAddr::new(address.into(), port));

        prop_assert!(!(apart && is_permitted), "{address}");
        prop_assert!(!is_permitted || PUBLIC_PORTS.contains(&port));
    }

    #[test]
    fn no_form_of_a_private_address_passes(bits in prop_oneof![
        Just(0x7f00_0001_u32), Just(0xa9fe_a9fe), 0x0a00_0000..=0x0aff_ffff_u32, 0xc0a8_0000..=0xc0a8_ffff_u32,
        0xac10_0000..=0xac1f_ffff_u32, 0x6440_0000..=0x647f_ffff_u32, 0x7f00_0000..=0x7fff_ffff_u32,
    ]) {
        let private = Ipv4Addr::from(bits);
        let low = u128::from(bits);
        let forms: [Ipv6Addr; 8] = [
            private.to_ipv6_mapped(),
            private.to_ipv6_compatible(),
            (0x64_ff9b_u128 << 96 | low).into(),
            (0x2002_u128 << 112 | low << 80 | 1).into(),
            (0x2001_u128 << 112 | low).into(),
            (0x2606_4700_u128 << 96 | 0x5efe << 32 | low).into(),
            (0x2606_4700_u128 << 96 | 0x0200_5efe << 32 | low).into(),
            (0xffff_u128 << 48 | low).into(),
        ];

        for form in forms {
            for port in PUBLIC_PORTS {
                prop_assert!(!Policy::default().permits(SocketAddr::new(form.into(), port)), "{form}");
            }
        }
    }

    #[test]
    fn no_address_of_ipv6_passes_outside_global_unicast(bits in any::<u128>()) {
        let address = Ipv6Addr::from(bits);
        let is_unicast = address.segments()[0] & 0xe000 == 0x2000;

        let is_permitted = Policy::default().permits(SocketAddr::new(address.into(), 443));

        prop_assert!(is_unicast || !is_permitted || address.to_ipv4_mapped().is_some(), "{address}");
    }
}
