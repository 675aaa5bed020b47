//! `goodgate man`: a manual page for each command, from the same tree as the help.

mod facts;
mod markdown;
mod page;
mod words;

use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use anyhow::Context as _;
use clap::{Args, Command, CommandFactory as _};

use crate::ask::write;
use crate::cli::Cli;
use crate::exit::{Failure, Outcome};

/// Arguments of `man`.
#[derive(Debug, Args)]
#[command(after_help = "On a terminal man(1) shows the page; elsewhere it is written as it is.

Examples:
  goodgate man
  goodgate man diagnose
  goodgate man run > goodgate-run.1
  goodgate man --output /usr/local/share/man/man1")]
pub(crate) struct Manual {
    /// The command whose page is shown; without one the page of goodgate.
    #[arg(value_name = "SUBCOMMAND")]
    command: Option<String>,
    /// Write the pages of all commands into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    output: Option<PathBuf>,
    /// Write all of it as one page of Markdown.
    #[arg(long, hide = true, conflicts_with_all = ["command", "output"])]
    markdown: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Manual) -> Result<Outcome, Failure> {
    let tree = tree();
    if arguments.markdown {
        write(&markdown::all(&tree))?;
        return Ok(Outcome::Fine);
    }
    if let Some(folder) = &arguments.output {
        into(folder, &tree)?;
        return Ok(Outcome::Fine);
    }
    let command = match arguments.command.as_deref() {
        None | Some("goodgate") => &tree,
        Some(name) => find(&tree, name)?,
    };
    let page = page::of(command, &tree)?;
    if !io::stdout().is_terminal() || !shown(&page)? {
        write(&page)?;
    }
    Ok(Outcome::Fine)
}

/// Returns the tree of commands with all that is passed down in it.
fn tree() -> Command {
    let mut tree = Cli::command().disable_help_subcommand(true);
    tree.build();
    tree
}

/// Returns the commands below one that people call.
fn below(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help")
}

fn find<'a>(tree: &'a Command, name: &str) -> Result<&'a Command, Failure> {
    below(tree).find(|it| it.get_name() == name).ok_or_else(|| {
        let names: Vec<&str> = below(tree).map(Command::get_name).collect();
        let hint = format!("there are pages for {}", names.join(", "));
        Failure::hinted(format!("there is no command `{name}`"), hint)
    })
}

/// Writes every page into a folder, which is made where it is missing.
fn into(folder: &Path, tree: &Command) -> Result<(), Failure> {
    fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    for command in std::iter::once(tree).chain(below(tree)) {
        let path = folder.join(format!("{}.1", page::name(command)));
        fs::write(&path, page::of(command, tree)?)
            .with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// Lets man(1) show a page; false where there is no man.
fn shown(page: &str) -> Result<bool, Failure> {
    let mut man = Process::new("man");
    let mut man = match man.args(["--local-file", "-"]).stdin(Stdio::piped()).spawn() {
        Ok(man) => man,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(anyhow::Error::new(error).context("start man").into()),
    };
    if let Some(mut stdin) = man.stdin.take() {
        match stdin.write_all(page.as_bytes()) {
            // Whoever has read enough closes the pager.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                return Err(anyhow::Error::new(error).context("give the page to man").into());
            }
            _ => {}
        }
    }
    man.wait().context("wait for man")?;
    Ok(true)
}
