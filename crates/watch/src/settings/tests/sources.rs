//! What is said about the tables of sources.

use super::reading;

const ROUTES: &str = r#"
[[traffic]]
route = "shop"
[[traffic]]
route = "shop"
client_handshakes = "50%"
[[traffic]]
route = " "
latency_p95 = "20s"
latency_p99 = "10s"
policy = "nobody"
"#;

#[test]
fn tables_of_routes_that_do_not_fit_together_are_told() {
    let told = reading(ROUTES).render();

    for part in [
        "the table in line 2 is for the same route",
        "the handshakes of clients belong to no route",
        "this is no name of a route",
        "`latency_p99` is less than `latency_p95`",
        "there is no policy `nobody`",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn a_change_is_of_a_file_or_a_repository() {
    let told = reading(
        "[[change]]\nname = \"a\"\n[[change]]\nname = \"b\"\nfile = \"x\"\ngit = \"y\"\n\
         [[change]]\nname = \"a\"\nfile = \"x\"\n",
    )
    .render();

    for part in [
        "it does not say what is looked at",
        "it is a file or a repository, not both",
        "is called `a` already",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn a_silence_finds_the_traffic_by_its_tags() {
    let text = "[[traffic]]\ntags = [\"front\"]\n[[silence]]\nreason = \"a\"\ntags = [\"front\"]\n\
                from = \"01:00\"\nuntil = \"02:00\"\n";

    assert!(reading(text).is_sound(), "{}", reading(text).render());
}
