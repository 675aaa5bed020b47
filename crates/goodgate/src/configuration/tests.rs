//! The whole file: what it is for, and whose problem a problem is.

use std::path::Path;

use super::*;

const GATEWAY: &str = "\
[[listen]]
address = \"127.0.0.1:8080\"
[upstream.app]
endpoints = [\"http://127.0.0.1:3000\"]
[[route]]
upstream = \"app\"
";

const WATCH: &str = "\
[[monitor]]
name = \"shop\"
http = \"http://127.0.0.1:3000/\"
";

const DASHBOARD: &str = "[dashboard]\n";

fn runs(text: &str) -> Vec<Part> {
    read(text).runs().parts().collect()
}

fn read(text: &str) -> Configuration {
    let bytes = text.as_bytes().to_vec();
    let base = Path::new("/etc/goodgate").to_owned();
    Configuration::read(&Text { name: "g.toml".to_owned(), bytes, base }, Timestamp(0))
}

fn told(text: &str) -> String {
    read(text).reading().render()
}

#[test]
fn what_stands_in_the_file_decides_what_runs() {
    let both = format!("{GATEWAY}{WATCH}");

    assert_eq!(read(GATEWAY).runs(), Runs::one(Part::Gateway));
    assert_eq!(read(WATCH).runs(), Runs::one(Part::Watch));
    assert_eq!(runs(&both), [Part::Gateway, Part::Watch]);
    assert_eq!(runs(&format!("{WATCH}{DASHBOARD}")), [Part::Watch, Part::Dashboard]);
    assert_eq!(runs(&format!("{DASHBOARD}{GATEWAY}")), [Part::Gateway, Part::Dashboard]);
    let all = format!("{both}[[dashboard.user]]\nname = \"anna\"\npassword = \"env:ANNA\"\n");
    assert_eq!(runs(&all), Part::ALL);
    for text in [GATEWAY, WATCH, &both, &all] {
        assert_eq!(told(text), "", "{text}");
    }
}

#[test]
fn the_first_part_is_the_one_that_the_others_are_about() {
    let first = |parts: &[Part]| Runs::these(parts.iter().copied()).map(Runs::first);

    assert_eq!(first(&[Part::Watch, Part::Dashboard]), Some(Part::Watch));
    assert_eq!(first(&Part::ALL), Some(Part::Gateway));
    assert_eq!(first(&[]), None);
}

#[test]
fn the_parts_are_named_in_a_sentence() {
    let named = |parts: &[Part]| Runs::these(parts.iter().copied()).map(Runs::named);

    assert_eq!(named(&[Part::Watch]).as_deref(), Some("the watch"));
    assert_eq!(named(&Part::ALL).as_deref(), Some("the gateway, the watch and the dashboard"));
}

#[test]
fn a_dashboard_of_nothing_is_refused_and_one_of_another_watch_is_not() {
    let other = format!("{DASHBOARD}watch_socket = \"/run/watch.sock\"\n");

    let nothing = told(DASHBOARD);

    assert!(nothing.contains("error: there is nothing to show"), "{nothing}");
    assert!(nothing.contains("[[monitor]]") && nothing.contains("[[listen]]"), "{nothing}");
    assert_eq!(told(&other), "");
    assert_eq!(read(&other).runs(), Runs::one(Part::Dashboard));
}

#[test]
fn a_dashboard_asks_the_watch_and_the_gateway_of_its_file() {
    let shown = |text: &str| read(text).dashboard().expect("a sound file");
    let store = "[watch]\nstore = \"/srv/w/watch.db\"\n";

    let all = shown(&format!("{GATEWAY}{WATCH}{store}{DASHBOARD}"));
    let gateway = shown(&format!("admin = \"off\"\n{GATEWAY}{DASHBOARD}"));
    let watch = shown(&format!("{WATCH}{DASHBOARD}watch_socket = \"other.sock\"\n"));

    assert_eq!(all.watch.as_deref(), Some(Path::new("/srv/w/goodgate.sock")));
    assert!(all.has_gateway && all.admin.is_some());
    assert_eq!((gateway.watch, gateway.has_gateway, gateway.admin), (None, true, None));
    assert_eq!(watch.watch.as_deref(), Some(Path::new("/etc/goodgate/other.sock")));
    assert!(!watch.has_gateway && watch.admin.is_none());
}

#[test]
fn an_error_of_the_others_is_none_of_a_dashboard_alone() {
    let text = format!("{GATEWAY}body_size = 5\n{WATCH}interval = 5\n{DASHBOARD}");
    let own = format!("{text}idle = 5\n");

    assert!(read(&text).dashboard().is_err());
    assert!(read(&text).alone(Part::Dashboard).dashboard().is_ok());
    assert!(read(&own).alone(Part::Dashboard).dashboard().is_err());
}

#[test]
fn an_empty_file_lacks_a_listener() {
    assert!(told("").contains("there is no listener"));
}

#[test]
fn a_misspelled_table_is_refused_with_a_suggestion() {
    let told = told(&format!("{GATEWAY}[[montior]]\nname = \"shop\"\n"));

    assert!(told.contains("error: `montior` is not known here"), "{told}");
    assert!(told.contains("did you mean `monitor`?"), "{told}");
}

#[test]
fn tables_that_nobody_uses_are_warned_of() {
    let watch = told(&format!("[workers]\ncount = 2\n{WATCH}"));
    let gateway = told(&format!("{GATEWAY}[watch]\nlateness = \"1s\"\n"));

    assert!(watch.contains("warning: `workers` does nothing: the file has no gateway"), "{watch}");
    assert!(gateway.contains("warning: `watch` does nothing: nothing is watched"), "{gateway}");
}

#[test]
fn an_error_of_the_watch_is_none_of_a_gateway_alone() {
    let text = format!("{GATEWAY}{WATCH}interval = 5\n");

    assert!(read(&text).gateway().usable().is_err());
    assert!(read(&text).alone(Part::Gateway).gateway().usable().is_ok());
    assert!(read(&text).alone(Part::Watch).watch().is_err());
}

#[test]
fn an_error_of_the_gateway_is_none_of_a_watch_alone() {
    let text = format!("{GATEWAY}body_size = 5\n{WATCH}");

    assert!(read(&text).watch().is_err());
    assert!(read(&text).alone(Part::Watch).watch().is_ok());
    assert!(read(&text).alone(Part::Gateway).gateway().sound().is_err());
}

#[test]
fn an_unknown_table_is_everybodys_problem() {
    let text = format!("{GATEWAY}{WATCH}[nonsense]\n");

    assert!(read(&text).alone(Part::Watch).watch().is_err());
    assert!(read(&text).alone(Part::Gateway).gateway().usable().is_err());
}

#[test]
fn the_store_has_its_name() {
    let told = told(&format!("[watch]\nstore = \"/tmp/other.db\"\n{WATCH}"));

    assert!(told.contains("error: the file of the store is always called watch.db"), "{told}");
}

#[test]
fn the_parts_have_no_table_in_common() {
    let mut all: Vec<&str> = Part::ALL.into_iter().flat_map(Part::tables).collect();
    let count = all.len();

    all.sort_unstable();
    all.dedup();

    assert_eq!(all.len(), count);
}

#[test]
fn what_is_explained_reads_back_as_the_same() {
    let both = format!("{GATEWAY}{WATCH}");
    let all = format!("{both}{DASHBOARD}");
    let watched = format!("{WATCH}{DASHBOARD}");
    for text in [GATEWAY, WATCH, &both, &all, &watched] {
        let first = read(text);

        let again = read(&first.explain());

        assert_eq!(again.runs(), first.runs(), "{text}");
        assert_eq!(again.reading().value, first.reading().value, "{}", first.explain());
    }
}
