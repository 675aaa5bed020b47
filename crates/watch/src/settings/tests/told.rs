//! What people read when something is wrong.

use super::reading;

/// A monitor to add to.
const ONE: &str = "[[monitor]]\nname = \"a\"\nhttp = \"https://a.example/\"\n";

#[test]
fn a_dependency_that_does_not_exist_is_told_with_its_place() {
    let text = format!(
        "[[monitor]]\nname = \"database\"\ntcp = \"db:1\"\n{ONE}depends_on = \"databse\"\n"
    );

    let expected = "\
goodgate.toml:7:14: error: there is no monitor `databse`
  |
7 | depends_on = \"databse\"
  |              ^^^^^^^^^
  = hint: did you mean `database`?

";
    assert_eq!(reading(&text).render(), expected);
}

#[test]
fn a_cycle_is_told_whole() {
    let text = "\
[[monitor]]
name = \"a\"
tcp = \"a:1\"
depends_on = [\"b\"]
[[monitor]]
name = \"b\"
tcp = \"b:1\"
depends_on = [\"a\"]
";
    let expected = "\
goodgate.toml:4:14: error: these depend on each other: a → b → a
  |
4 | depends_on = [\"b\"]
  |              ^^^^^
";
    assert!(reading(text).render().starts_with(expected), "{}", reading(text).render());
}

#[test]
fn a_secret_in_the_file_is_told_and_not_repeated() {
    for line in [
        "secret_headers = { Authorization = \"hunter2\" }",
        "headers = { Authorization = \"hunter2\" }",
        "http = \"https://me:hunter2@a.example/\"",
        "beat = \"hunter2\"",
        "token = \"hunter2\"",
        "headers = { X-A = \"hunter2\\u0001\" }",
    ] {
        let text = if line.starts_with("http") {
            format!("[[monitor]]\nname = \"a\"\n{line}\n")
        } else {
            format!("{ONE}{line}\n")
        };
        let told = reading(&text).render();

        assert!(told.contains("error: ") && !told.contains("hunter2"), "{line}\n{told}");
    }
}

/// Lines after [`ONE`], unless they begin with a table, and a part of what is told.
const ERRORS: &[(&str, &str)] = &[
    // Kinds.
    ("tcp = \"a:1\"", "a monitor does one thing, and `http` is there"),
    ("[[monitor]]\nname = \"b\"", "this monitor checks nothing"),
    ("[[monitor]]\ntcp = \"a:1\"", "`name` is missing"),
    ("grace = \"1s\"", "`grace` means nothing for a monitor with `http`"),
    ("[[monitor]]\nname = \"b\"\ntcp = \"b:1\"\nmethod = \"HEAD\"", "`method` means nothing"),
    ("[[monitor]]\nname = \"b\"\ntcp = \"b:1\"\nexpect.json = \"$\"", "`json` means nothing"),
    (
        "[[monitor]]\nname = \"b\"\nheartbeat = \"1m\"\ninterval = \"5s\"",
        "`interval` means nothing",
    ),
    // Names.
    ("[[monitor]]\nname = \"a\"\ntcp = \"a:1\"", "the monitor in line 1 is called `a` already"),
    ("[[monitor]]\nname = \"api/a\"\ntcp = \"a:1\"", "made over the API"),
    ("[[monitor]]\nname = \"My Shop\"\ntcp = \"a:1\"", "write \"my-shop\""),
    (
        "policy = \"nigth\"\n[[channel]]\nname = \"m\"\nslack.url = \"env:S\"\n[[policy]]\nname = \"night\"\nsteps = [{ channels = \"m\" }]",
        "did you mean `night`?",
    ),
    ("depends_on = \"a\"", "`a` depends on itself"),
    ("[[slo]]\nname = \"x\"\ntag = \"eu\"", "there is no monitor with the tag `eu`"),
    ("tags = \"eu\"\n[[slo]]\nname = \"x\"\ntag = \"ue\"", "did you mean"),
    // Times.
    ("interval = \"500ms\"", "500ms is less than the least, 1s"),
    ("interval = \"5s\"\ntimeout = \"6s\"", "`timeout` is more than `interval`"),
    ("timeout = \"2s\"\nexpect.response_time = \"3s\"", "so that it is never reached"),
    ("interval = \"2s\"\nexpect.response_time = \"3s\"", "so that it is never reached"),
    // Requests.
    ("body = \"x\"", "a body is not sent with GET"),
    ("method = \"HEAD\"\nexpect.body_contains = \"x\"", "the answer to HEAD has no body"),
    ("method = \"FETCH\"", "is none of the words"),
    ("expect.status = []", "no status is good"),
    ("expect.status = \"2xx\"", "write \"200-299\""),
    ("follow = 0\nfollow_hosts = \"b\"", "does nothing while `follow` is 0"),
    ("follow = 11", "11 is more than the most, 10"),
    ("headers = { Content-Length = \"1\" }", "belongs to the connection"),
    ("headers = { X-A = \"1\" }\nsecret_headers = { x-a = \"env:A\" }", "stands in `headers` too"),
    ("headers = { A = \"1\", a = \"2\" }", "is set twice"),
    // Assertions.
    ("expect.body_matches = \"(\"", "this is no regular expression"),
    ("expect.body_matches = \"a{1000}{1000}\"", "needs too much memory"),
    ("expect.header_matches = { Via = \"(?=x)\" }", "look-around"),
    ("expect.json = \"status == 1\"", "expected `$` at character 1"),
    ("expect.json = \"$.a = 1\"", "expected a comparison at character 5"),
    // Ways.
    ("family = \"ipv6\"\nsource = \"10.0.0.1\"", "of another family than `ipv6`"),
    (
        "[[monitor]]\nname = \"b\"\ntcp = \"10.0.0.1:1\"\nfamily = \"ipv6\"",
        "the target is an address of another family",
    ),
    (
        "[[monitor]]\nname = \"b\"\ntcp = \"10.0.0.1:1\"\nsource = \"::1\"",
        "another family than the target",
    ),
    (
        "[[monitor]]\nname = \"b\"\nhttp = \"http://b/\"\nserver_name = \"c\"",
        "for a URL without https://",
    ),
    // Maintenance.
    ("maintenance = [{ from = \"2:00\", until = \"03:00\" }]", "is no time"),
    ("maintenance = [{ from = \"02:00\", until = \"02:00\" }]", "it ends when it begins"),
    ("maintenance = [{ from = \"02:00\", until = \"2027-01-01 00:00\" }]", "not of the same kind"),
    (
        "maintenance = [{ from = \"2027-01-02 00:00\", until = \"2027-01-01 00:00\" }]",
        "it never is",
    ),
    (
        "maintenance = [{ from = \"2027-01-01 00:00\", until = \"2027-01-02 00:00\", days = \"mon\" }]",
        "`days` means nothing",
    ),
    (
        "maintenance = [{ from = \"02:00\", until = \"03:00\", days = \"monday\" }]",
        "is none of the words",
    ),
    (
        "maintenance = [{ from = \"02:00\", until = \"03:00\", zone = \"Europe/Berln\" }]",
        "did you mean \"Europe/Berlin\"?",
    ),
    (
        "maintenance = [{ from = \"02:00\", until = \"03:00\", zone = \"CET5X\" }]",
        "there is no time zone",
    ),
    ("maintenance = [{ until = \"03:00\" }]", "`from` is missing"),
    // Policies, remedies, objectives.
    (
        "[[channel]]\nname = \"mail\"\nslack.url = \"env:S\"\n[[policy]]\nname = \"p\"\nsteps = [{ channels = \"mial\" }]",
        "did you mean `mail`?",
    ),
    ("[[channel]]\nname = \"mail\"", "there are"),
    ("[[policy]]\nname = \"p\"\nsteps = []", "tells nobody"),
    ("[[policy]]\nname = \"p\"\nsteps = [{ channels = [] }]", "from 1 to 64 channels"),
    (
        "[[policy]]\nname = \"p\"\nsteps = [{ channels = \"a\" }, { channels = \"b\" }]",
        "not after the step before",
    ),
    ("[[remedy]]\nname = \"r\"\ncauses = []\ncommand = \"/bin/true\"", "never used"),
    (
        "[[remedy]]\nname = \"r\"\ncauses = \"app_boot_failure\"\ncommand = []",
        "there is no program",
    ),
    (
        "[[remedy]]\nname = \"r\"\ncauses = \"app_boot_failure\"\ncommand = \"systemctl restart x\"",
        "no shell reads it",
    ),
    (
        "[[remedy]]\nname = \"r\"\ncauses = \"app_boot_failur\"\ncommand = \"/bin/true\"",
        "did you mean \"app_boot_failure\"?",
    ),
    (
        "[[remedy]]\nname = \"r\"\ncauses = \"app_boot_failure\"\ncommand = \"/bin/true\"\nverify_after = \"1h\"",
        "`verify_after` is more than `every`",
    ),
    ("[watch]\nlisten = \"0.0.0.0:9503\"", "there is no `token`"),
    ("[watch]\nlisten = \"127.0.0.1:1\"\nurl = \"https://a/watch\"", "it has a path"),
    ("[[slo]]\nname = \"x\"", "does not say for what it is"),
    ("slo.objective = \"100%\"", "leaves no room"),
    (
        "tags = \"t\"\nprovider = \"p\"\n[[slo]]\nname = \"x\"\ntag = \"t\"\nprovider = \"p\"",
        "not for both",
    ),
];

#[test]
fn every_contradiction_is_told() {
    for (lines, expected) in ERRORS {
        let text = format!("{ONE}{lines}\n");
        let reading = reading(&text);
        let told = reading.render();

        assert!(!reading.is_sound() && told.contains(expected), "{lines}\n{told}");
        let first = told.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("goodgate.toml:") && !first.starts_with("goodgate.toml:1:1:"),
            "{told}"
        );
    }
}

#[test]
fn what_may_be_a_mistake_is_a_warning() {
    for (lines, expected) in [
        ("method = \"DELETE\"", "may change something each time"),
        ("verify = false", "is not noticed"),
        (
            "maintenance = [{ from = \"2026-01-01 00:00\", until = \"2026-01-02 00:00\" }]",
            "it is over and never comes again",
        ),
        (
            "[[silence]]\nreason = \"x\"\nfrom = \"01:00\"\nuntil = \"02:00\"",
            "it silences everything",
        ),
        (
            "[[monitor]]\nname = \"b\"\nhttp = \"http://b/\"\nsecret_headers = { x-a = \"env:A\" }",
            "secrets are sent without encryption",
        ),
        ("[watch]\nurl = \"https://watch.example\"", "nothing listens"),
        ("[watch]\ntoken = \"env:A\"", "where nothing listens"),
    ] {
        let text = format!("{ONE}{lines}\n");
        let reading = reading(&text);

        assert!(
            reading.is_sound() && reading.render().contains(expected),
            "{lines}\n{}",
            reading.render()
        );
    }
}

#[test]
fn a_short_interval_needs_no_timeout_beside_it() {
    let reading = reading(&format!("{ONE}interval = \"1s\"\n"));

    assert_eq!(reading.render(), "");
    let monitor = reading.value.monitor.first().unwrap();
    assert_eq!(monitor.time_limit(), std::time::Duration::from_secs(1));
}

#[test]
fn what_could_not_be_read_is_told_once() {
    let told = reading("[[monitor]]\nname = \"a\"\nhttp = \"nonsense\"\n").render();

    assert_eq!(told.matches("error: ").count(), 1, "{told}");
}
