//! Completions, asked for by real shells.

use goodgate_lab::Workdir;
use goodgate_lab::program::{BASH, FISH, ZSH};

use crate::{goodgate, program, said};

/// Writes the completions of a shell into a file.
fn completions(shell: &str) -> (Workdir, String) {
    let folder = Workdir::new().expect("a folder");
    let path = folder.write("completions", &goodgate(&["completions", shell])).expect("a file");
    (folder, path.to_str().expect("text").to_owned())
}

/// Lets bash complete the last of some words.
fn bash(words: &[&str]) -> Option<String> {
    let mut bash = program(BASH)?;
    let (_folder, path) = completions("bash");
    let script = r#"source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
        _goodgate goodgate "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\n' "${COMPREPLY[@]}"; complete -p goodgate"#;
    bash.args(["--norc", "-euc", script, "bash", &path]).args(words);
    let output = bash.output().expect("bash runs");
    assert!(output.status.success(), "{}", said(&output));
    Some(said(&output))
}

#[test]
fn bash_completes_a_command() {
    let Some(said) = bash(&["goodgate", "dia"]) else { return };

    assert!(said.lines().any(|line| line == "diagnose"), "{said}");
    assert!(!said.lines().any(|line| line == "explain"), "{said}");
    assert!(said.contains("-F _goodgate goodgate"), "{said}");
}

#[test]
fn bash_completes_an_option_and_its_values() {
    let Some(option) = bash(&["goodgate", "diagnose", "--thor"]) else { return };
    let value = bash(&["goodgate", "run", "--only", "ga"]).expect("it was there before");

    assert!(option.lines().any(|line| line == "--thorough"), "{option}");
    assert!(value.lines().any(|line| line == "gateway"), "{value}");
}

#[test]
fn fish_completes_a_command_and_an_option() {
    let Some(mut fish) = program(FISH) else { return };
    let (folder, path) = completions("fish");
    let script = "source $argv[1]; complete --do-complete 'goodgate dia'; \
                  complete --do-complete 'goodgate diagnose --thor'";

    let output = fish.args(["--no-config", "--command", script, &path]);
    let output = output.env("HOME", folder.join("")).output().expect("fish runs");

    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.lines().any(|line| line.starts_with("diagnose\t")), "{said}");
    assert!(said.lines().any(|line| line.starts_with("--thorough\t")), "{said}");
}

#[test]
fn zsh_takes_the_function_and_asks_it() {
    let Some(mut zsh) = program(ZSH) else { return };
    let folder = Workdir::new().expect("a folder");
    folder.write("_goodgate", &goodgate(&["completions", "zsh"])).expect("a file");
    // Without a terminal nobody presses the key; that the system of completion has found the function,
    // and that it can be loaded, is what can be seen.
    let script = "fpath=($1 $fpath); autoload -Uz compinit; compinit -u -D; \
                  print -r -- ${_comps[goodgate]}; autoload -Uz +X _goodgate && whence -w _goodgate; \
                  _goodgate_commands 2>/dev/null; zsh -n $1/_goodgate && print syntax is fine";

    let output = zsh.args(["-f", "-c", script, "zsh"]).arg(folder.join("")).output();

    let said = said(&output.expect("zsh runs"));
    for line in ["_goodgate", "_goodgate: function", "syntax is fine"] {
        assert!(said.lines().any(|it| it == line), "no {line:?} in\n{said}");
    }
}

#[test]
fn powershell_and_elvish_get_every_command() {
    for shell in ["powershell", "elvish"] {
        let text = goodgate(&["completions", shell]);

        for command in ["diagnose", "explain", "run", "incident", "man"] {
            let quoted = [format!("'{command}'"), format!("cand {command} ")];
            assert!(quoted.iter().any(|it| text.contains(it)), "{shell}: {command}");
        }
    }
}
