//! Reading as a whole: what is told of a broken file, and what no file may do.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{SecretSource, Size};

crate::section! {
    /// All of it.
    pub(super) struct Root {
        /// The gates.
        pub gate: Vec<Gate> = Vec::new();
        /// The places.
        pub place: BTreeMap<String, Place> = BTreeMap::new();
        /// Who may ask.
        pub token: Option<SecretSource> = None;
    }
}

crate::section! {
    /// A gate.
    pub(super) struct Gate {
        /// What it is called.
        pub name: String;
        /// How long.
        pub time: Option<Duration> = Some(Duration::from_secs(5)), in Duration::from_secs(1)..=Duration::from_mins(1);
        /// Whether it is open.
        pub open: bool = false;
    }
}

crate::section! {
    /// A place.
    pub(super) struct Place {
        /// How large.
        pub size: Size = Size::kib(1), in Size::kib(1)..=Size::mib(1);
        /// The numbers.
        pub numbers: Vec<u32> = vec![1], in 1..=9;
    }
}

fn reading(text: &str) -> Reading<Root> {
    read("g.toml", text.as_bytes(), Path::new("/base"))
}

fn faults(text: &str) -> Vec<(usize, String)> {
    let reading = reading(text);
    let told =
        |problem: &Problem| (problem.place(&reading.source).line, problem.fault.what.clone());
    reading.problems.iter().map(told).collect()
}

#[test]
fn values_and_their_origins_are_read() {
    let reading = reading("[[gate]]\nname = \"a\"\ntime = \"2s\"\n[place.x]\nnumbers = 3\n");

    assert_eq!(reading.problems, []);
    assert_eq!(reading.value.gate[0].time, Some(Duration::from_secs(2)));
    assert_eq!(reading.value.place["x"].numbers, [3]);
    assert_eq!(reading.origins.line("gate[0].time"), Some(3));
    assert_eq!(reading.origins.line("gate[0].open"), None);
}

#[test]
fn every_problem_is_told() {
    let found = faults(
        "[[gate]]\nopen = 1\ntime = \"2\"\n[place.x]\nsize = \"1B\"\nnumbers = [1, 10]\nsiez = 1\n",
    );

    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 3, 5, 6, 7], "{found:?}");
}

#[test]
fn a_misspelled_key_is_told_once() {
    let found = faults("[[gate]]\nnmae = \"a\"\n");

    assert_eq!(found, [(2, "`nmae` is not known in `gate`".to_owned())]);
}

#[test]
fn a_key_in_the_wrong_table_is_sent_home() {
    let reading = reading("numbers = 1\n");

    assert_eq!(
        reading.problems[0].fault.hint.as_deref(),
        Some("`numbers` belongs into `[place.NAME]`")
    );
}

#[test]
fn one_bracket_instead_of_two_is_told() {
    let reading = reading("[gate]\nname = \"a\"\n");

    assert_eq!(
        reading.problems[0].fault.hint.as_deref(),
        Some("write [[gate]], with two brackets")
    );
}

#[test]
fn off_is_a_value_of_what_is_optional() {
    let reading = reading("[[gate]]\nname = \"off\"\ntime = \"off\"\n");

    assert_eq!(reading.problems, []);
    assert_eq!(reading.value.gate[0].time, None);
    assert_eq!(reading.value.gate[0].name, "off");
}

#[test]
fn errors_of_syntax_and_of_meaning_are_told_together() {
    let found = faults("[[gate]]\nopen = maybe\n[place.x]\nnumbers = 10\n");

    let expected = [(2, "text stands without quotes"), (4, "10 is more than the most, 9")];
    assert_eq!(found, expected.map(|(line, what)| (line, what.to_owned())));
}

#[test]
fn what_a_broken_file_does_not_show_is_not_missing() {
    assert_eq!(faults("[[gate]]\nname = \n").len(), 1);
}

#[test]
fn a_table_that_stands_twice_is_told() {
    let found = faults("[place.x]\n[place.x]\n");

    assert_eq!(found[0].1, "the table `x` stands twice");
}

#[test]
fn a_secret_in_the_file_is_not_repeated() {
    for text in [
        "token = \"hunter2\"",
        "tokne = \"hunter2\"",
        "token = hunter2",
        "token = [\"hunter2\"]",
        "token = \"hunter2",
        "token = '''\nhunter2'''",
        "token = \"a\" \"hunter2\"",
        "token = {a = \"hunter2\"}",
    ] {
        let reading = reading(text);

        assert!(!reading.problems.is_empty(), "{text}");
        assert!(!reading.render().contains("hunter2"), "{}", reading.render());
        assert!(!format!("{:?}", reading.problems).contains("hunter2"), "{:?}", reading.problems);
    }
}

#[test]
fn where_a_secret_is_may_be_said() {
    assert_eq!(
        reading("token = \"file:t\"").value.token,
        Some(SecretSource::File("/base/t".into()))
    );
    assert_eq!(
        reading("token = \"env:T\"").value.token,
        Some(SecretSource::Environment("T".into()))
    );
}

#[test]
fn what_is_no_text_is_told_with_its_place() {
    let reading: Reading<Root> = read("g.toml", b"a = 1\nb = \"\xff\"\n", Path::new("/"));

    assert_eq!(
        reading.problems[0].place(&reading.source),
        crate::Place { line: 2, column: 6, width: 0 }
    );
}

#[test]
fn hostile_files_are_errors() {
    let many = "x = 1\n".repeat(20_000);
    let cases = [
        "a = ".to_owned() + &"[".repeat(500_000),
        "a = ".to_owned() + &"{b=".repeat(300_000),
        "a.".repeat(100_000) + "b = 1",
        format!("[{}b]", "a.".repeat(100_000)),
        many,
        "[[gate]]\n".repeat(20_000),
        "= ]\n".repeat(20_000),
        "\0".repeat(1000),
        format!("a = {}", "9".repeat(100_000)),
        format!("[[gate]]\ntime = \"{}s\"", "9".repeat(100_000)),
        format!("[place.x]\nnumbers = [{}]", "1,".repeat(200_000)),
        "[[gate]]\nname = \"\"\"a\n\"\"\"\n".to_owned(),
        "x".repeat(limits::FILE + 1),
    ];
    for text in cases {
        let reading = reading(&text);

        let start = text.get(..20).unwrap_or(&text);
        assert!(!reading.is_sound(), "{start}");
        assert!(reading.problems.len() <= limits::PROBLEMS, "{start}");
        assert!(reading.render().len() < 100_000, "{start}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let reading: Reading<Root> = read("g.toml", &bytes, Path::new("/"));

        prop_assert!(reading.render().len() < 1_000_000);
    }

    #[test]
    fn what_is_explained_reads_back(
        name in "[^\\x00-\\x1f\\x7f-\\x9f]{1,20}", seconds in 1_u64..=60, open: bool, size in 1024_u64..=1_048_576,
        numbers in proptest::collection::vec(1_u32..=9, 0..4), place in "[^\\x00-\\x1f\\x7f-\\x9f]{1,9}",
    ) {
        let time = (seconds > 1).then_some(Duration::from_secs(seconds));
        let size = Size::bytes(size);
        let value = Root {
            gate: vec![Gate { name, time, open }, Gate { name: "b".into(), ..Gate::default() }],
            place: BTreeMap::from([(place, Place { size, numbers })]),
            token: Some(SecretSource::File("/base/\u{202e}x\"y".into())),
        };

        let again = reading(&crate::explain(&value, &Origins::default()));

        prop_assert_eq!(&again.problems, &[]);
        prop_assert_eq!(again.value, value);
    }
}
