//! One bad address of four is found within two minutes, and named.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::names;
use super::origin::Origin;
use super::sink::Sink;
use super::support::{Watch, are_well, hook};

/// The time to tell somebody of one bad address of four at an interval of 5 s.
const TOLD_WITHIN: Duration = Duration::from_mins(2);

/// Four servers on one port, each at an address of its own.
fn four() -> Vec<Origin> {
    let first = Origin::at("127.0.0.11:0".parse().expect("an address"));
    let port = first.address.port();
    let others = (12..=14).map(|number| Origin::at(SocketAddr::from(([127, 0, 0, number], port))));
    std::iter::once(first).chain(others).collect()
}

fn components(told: &Value) -> Vec<&str> {
    told["components"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn one_bad_address_of_four_is_partial_and_named() {
    let (four, sink) = (four(), Sink::new());
    let names = names::serve(
        "127.0.0.1:0".parse().expect("an address"),
        &["shop.test=127.0.0.11,127.0.0.12,127.0.0.13,127.0.0.14"],
    );
    let port = four[0].address.port();
    let text = format!(
        "name_servers = [\"{names}\"]\n[[monitor]]\nname = \"shop\"\ninterval = \"5s\"\n\
         http = \"http://shop.test:{port}/\"\n{}",
        hook("ops", &sink)
    );
    let watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, 1));

    let began = Instant::now();
    four[2].refuse();
    let told = sink.wait_within(TOLD_WITHIN, "opened", |_| true);

    eprintln!("told after {:?}", began.elapsed());
    assert_eq!(told["incident"]["state"], "partial", "{told:#}");
    assert_eq!(told["verdict"]["cause"], "connect_refused", "{told:#}");
    let bad = format!("address {}", four[2].address);
    assert_eq!(components(&told), [bad.as_str()], "{told:#}");
    let list = watch.json(&["incident"]);
    assert_eq!(list["incidents"].as_array().map(Vec::len), Some(1), "{list:#}");
}

#[test]
fn one_bad_endpoint_of_four_behind_a_gateway_is_named() {
    let (four, sink) = (four(), Sink::new());
    let listen = goodgate_lab::port::reserve().expect("a port");
    let endpoints: Vec<String> =
        four.iter().map(|one| format!("\"http://{}\"", one.address)).collect();
    // Nothing that would keep the failures from users, so that they are seen.
    let text = format!(
        "[[listen]]\naddress = \"{listen}\"\n[admin]\naddress = \"unix:FOLDER/admin.sock\"\n\
         [log]\naccess = \"off\"\n[upstream.app]\nendpoints = [{}]\nbalance = \"round_robin\"\n\
         breaker = \"off\"\nejection = \"off\"\n[[route]]\nupstream = \"app\"\nretry = \"off\"\n\
         hold = \"off\"\nhedge = \"off\"\nproxy_status = \"details\"\n\
         [[monitor]]\nname = \"shop\"\ninterval = \"5s\"\nhttp = \"http://{listen}/\"\n{}",
        endpoints.join(", "),
        hook("ops", &sink)
    );
    let watch = Watch::new(&text);
    watch.until(&["status"], |status| are_well(status, 2));

    let began = Instant::now();
    four[2].refuse();
    let told = sink.wait_within(TOLD_WITHIN, "opened", |_| true);

    eprintln!("told after {:?}", began.elapsed());
    assert_eq!(told["incident"]["state"], "partial", "{told:#}");
    let bad = format!("endpoint {}", four[2].address);
    assert!(components(&told).contains(&bad.as_str()), "{told:#}");
}
