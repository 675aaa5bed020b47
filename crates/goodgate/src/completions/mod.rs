//! `goodgate completions`: what a shell needs to complete our command line.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::ask::write;
use crate::cli::Cli;
use crate::exit::{Failure, Outcome};

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = "The Debian package has those of bash, zsh and fish.

Examples:
  goodgate completions bash > ~/.local/share/bash-completion/completions/goodgate
  goodgate completions zsh > /usr/local/share/zsh/site-functions/_goodgate
  goodgate completions fish > ~/.config/fish/completions/goodgate.fish
  goodgate completions powershell >> $PROFILE
  goodgate completions elvish > ~/.config/elvish/lib/goodgate.elv")]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Runs the command.
pub(crate) fn run(arguments: &Completions) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "goodgate", &mut text);
    write(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Fine)
}
