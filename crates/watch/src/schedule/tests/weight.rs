//! What one monitor weighs in memory, counted from what it is made of.

use std::convert::Infallible;
use std::mem::size_of;
use std::path::Path;

use goodgate_evidence::Timestamp;

use crate::check::{Header, Http, Plan, Value};
use crate::schedule::Timetable;
use crate::settings::{Expect, read};

/// What the allocator adds to each piece.
const PIECE: usize = 16;

/// The bound of the whole watch is 40 MB for 1,000 monitors and 200 MB for 10,000; this is the part of
/// schedule and plan.
const MOST: usize = 2560;

fn plan(text: &str) -> Plan {
    let reading = read("goodgate.toml", text.as_bytes(), Path::new("/"), Timestamp(0));
    assert!(reading.is_sound(), "{}", reading.render());
    let fetch = |_: &_| -> Result<_, Infallible> { unreachable!("no secrets") };
    Plan::of(&reading.value.monitor[0], &reading.value.watch, fetch).unwrap()
}

/// The bytes of a plan with everything that hangs on it.
fn weight(plan: &Plan) -> usize {
    let counts = 2 * size_of::<usize>();
    let mut all = counts + size_of::<Plan>() + PIECE;
    all += counts + plan.monitor.0.len() + PIECE;
    all += counts + size_of::<Expect>() + PIECE + of_expect(&plan.expect);
    all += counts + plan.way.name_servers.len() * 32 + PIECE;
    all + plan.http().map_or(0, of_http)
}

fn of_expect(expect: &Expect) -> usize {
    let lists = expect.status.len() * 4 + PIECE;
    let texts = expect.body_contains.iter().chain(&expect.body_lacks);
    let texts: usize = texts.map(|text| size_of::<String>() + text.len() + PIECE).sum();
    let json: usize = expect.json.iter().map(|test| 120 + 3 * test.as_str().len() + PIECE).sum();
    // A node of a map has room for eleven entries.
    let maps =
        [expect.header_equals.len(), expect.header_contains.len(), expect.header_matches.len()];
    let maps: usize = maps.into_iter().filter(|len| *len > 0).map(|_| 11 * 48 + PIECE).sum();
    lists + texts + json + maps
}

fn of_http(http: &Http) -> usize {
    let url = &http.aim.url;
    let headers: usize = http.headers.iter().map(of_header).sum();
    let hosts: usize = http.follow_hosts.iter().map(|host| size_of::<String>() + host.len()).sum();
    let body = http.body.as_ref().map_or(0, |body| body.len());
    size_of::<Http>() + url.place.host.len() + url.target.len() + headers + hosts + body + 8 * PIECE
}

fn of_header(header: &Header) -> usize {
    let Value::Plain(value) = &header.value else { return 200 };
    size_of::<Header>() + header.name.len() + value.len() + 2 * PIECE
}

#[test]
fn a_usual_monitor_weighs_less_than_its_share() {
    let plan = plan(
        "[[monitor]]\nname = \"shop-frontend-europe-west\"\n\
         http = \"https://shop-europe-west.example.com/health?full=1\"\n\
         headers = { X-Probe = \"goodgate\", Accept = \"application/json\" }\n\
         expect.json = [\"$.status == \\\"ok\\\"\", \"$.queue.length < 100\"]\n\
         expect.body_contains = \"in stock\"\nexpect.certificate_days = 14\n",
    );
    let weight = weight(&plan) + Timetable::<std::sync::Arc<Plan>>::weight_of_one();

    println!("a plan has {} bytes, {weight} with all that hangs on it", size_of::<Plan>());
    assert!(weight <= MOST, "{weight}");
}
