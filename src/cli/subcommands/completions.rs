//! `completions`: prints the completion script of a shell, and answers that script's questions.

use clap::{Arg, ArgMatches};

use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};

pub(super) const COMPLETIONS: Subcommand = Subcommand {
    id: SubcommandId::Completions,
    name: "completions",
    doc: "Print a completion script for a shell.",
    details: &[
        Detail::Text(
            "The script completes operations, aliases, options, their values, the keys within \
             shorthand, profiles, regions and files. To load it in every session, add the line to the \
             shell's start-up file.",
        ),
        Detail::Text("bash, in `~/.bashrc`:"),
        Detail::Line(r#"eval "$(cognito-sync completions bash)""#),
        Detail::Text("zsh, in `~/.zshrc`, after compinit:"),
        Detail::Line("source <(cognito-sync completions zsh)"),
        Detail::Text("fish, in `~/.config/fish/config.fish`:"),
        Detail::Line("cognito-sync completions fish | source"),
        Detail::Text("PowerShell, in `$PROFILE`:"),
        Detail::Line("cognito-sync completions powershell | Out-String | Invoke-Expression"),
    ],
    globals: &[],
    args: || {
        vec![
            Arg::new(SHELL)
                .required(true)
                .value_parser(Shell::ALL.map(Shell::name))
                .help("Shell that the script is for."),
            // The question of a script, with arguments that may be anything.
            Arg::new(QUESTION)
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .hide(true),
        ]
    },
};

const SHELL: &str = "shell";
const QUESTION: &str = "question";

/// A shell with completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl Shell {
    /// All shells.
    pub const ALL: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Powershell];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
            Shell::Powershell => "powershell",
        }
    }
}

/// The arguments of `completions`.
pub(in crate::cli) struct CompletionsArgs {
    /// The shell to complete in.
    pub shell: Shell,
    /// The question of the shell's script; empty for the script itself.
    pub question: Vec<String>,
}

impl From<&ArgMatches> for CompletionsArgs {
    fn from(matches: &ArgMatches) -> CompletionsArgs {
        let shell = matches.get_one::<String>(SHELL).map(String::as_str);
        let shell = Shell::ALL
            .into_iter()
            .find(|known| Some(known.name()) == shell);
        let question = matches.get_many::<String>(QUESTION).unwrap_or_default();
        CompletionsArgs {
            // clap accepts no other.
            shell: shell.unwrap_or(Shell::Bash),
            question: question.cloned().collect(),
        }
    }
}
