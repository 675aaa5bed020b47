//! What a start makes of a file with errors.

use super::{LEAST, checked};
use crate::settings::values::{Bind, Endpoint, Url};
use crate::settings::{Settings, Usable};
use goodgate_config::Text as _;

fn usable(more: &str) -> Option<Usable> {
    checked(&format!("{LEAST}{more}\n")).usable().ok()
}

#[test]
fn a_route_with_an_error_is_left_out_and_says_why() {
    let usable = usable("[[route]]\npath = \"/x\"\nupstream = \"ap\"").unwrap();

    assert_eq!(usable.settings.route.len(), 2);
    let why = usable.disabled.get(&1).unwrap();
    assert_eq!(why, "goodgate.toml:11: there is no upstream `ap`");
}

#[test]
fn an_upstream_with_an_error_takes_its_routes_with_it() {
    let more = "[upstream.b]\nendpoints = \"b\"\n[[route]]\npath = \"/x\"\nupstream = \"b\"";

    let usable = usable(more).unwrap();

    assert_eq!(usable.settings.upstream.len(), 1);
    assert_eq!(usable.disabled.into_keys().collect::<Vec<_>>(), [1]);
}

#[test]
fn a_route_that_does_not_know_its_requests_ends_the_start() {
    for more in [
        "host = \"a b\"",
        "hots = \"a\"",
        "path = 1",
        "header = 1",
        "[[route]]\nupstream = \"app\"",
    ] {
        assert_eq!(usable(more), None, "{more}");
    }
}

#[test]
fn errors_elsewhere_end_the_start() {
    for more in [
        "[log]\nacces = \"x\"",
        "[admin]\naddress = \"x\"",
        "x = ",
        "[upstream.\"a b\"]",
        "[[listen]]",
    ] {
        assert_eq!(usable(more), None, "{more}");
    }
}

#[test]
fn a_reload_takes_no_errors() {
    let broken = checked(&format!("{LEAST}[[route]]\npath = \"/x\"\nupstream = \"ap\"\n"));

    assert!(broken.sound().is_err());
    assert!(checked(LEAST).sound().is_ok());
}

#[test]
fn simple_settings_are_those_of_the_least_file() {
    let url = Url::from_text("http://10.0.0.7:3000").unwrap();

    let simple = Settings::simple(Bind::loopback(8080), Endpoint::from(url));

    assert_eq!(&simple, checked(LEAST).settings());
}
