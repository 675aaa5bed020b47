//! Rules for Prometheus, read and tried by its own tool.

use goodgate_lab::program::PROMTOOL;

use crate::{program, repository, said};

#[test]
fn promtool_takes_the_rules_and_each_fires_where_it_should() {
    for (command, file) in [("check", "goodgate.rules.yml"), ("test", "goodgate.rules.test.yml")] {
        let Some(mut promtool) = program(PROMTOOL) else { return };
        let folder = repository("contrib/prometheus");

        let output = promtool.args([command, "rules", file]).current_dir(folder).output();

        let output = output.expect("promtool runs");
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("SUCCESS"), "{}", said(&output));
    }
}
