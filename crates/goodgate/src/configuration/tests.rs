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

    assert_eq!(read(GATEWAY).runs(), Runs::One(Part::Gateway));
    assert_eq!(read(WATCH).runs(), Runs::One(Part::Watch));
    assert_eq!(read(&both).runs(), Runs::Both);
    for text in [GATEWAY, WATCH, &both] {
        assert_eq!(told(text), "", "{text}");
    }
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
    let gateway = Part::Gateway.tables();

    assert!(Part::Watch.tables().iter().all(|table| !gateway.contains(table)));
}

#[test]
fn what_is_explained_reads_back_as_the_same() {
    for text in [GATEWAY.to_owned(), WATCH.to_owned(), format!("{GATEWAY}{WATCH}")] {
        let first = read(&text);

        let again = read(&first.explain());

        assert_eq!(again.runs(), first.runs(), "{text}");
        assert_eq!(again.reading().value, first.reading().value, "{}", first.explain());
    }
}
