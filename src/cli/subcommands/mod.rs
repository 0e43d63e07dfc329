//! The table of the subcommands, which the AWS CLI does not have, and the search for one in a
//! command line. A new subcommand is a file with its definition, an id, an entry in the table, and
//! a branch in `subcommand_parser`.

pub(super) mod apply;
mod args;
pub(super) mod completions;
pub(super) mod diff;
pub(super) mod export;
pub(super) mod import;
pub(super) mod inventory;
pub(super) mod man;
pub(super) mod pull;
mod record_args;
pub(super) mod schema;
pub(super) mod serve;
mod state_file_args;
pub(super) mod verify;

use super::canonical::{self, Class};
use super::options::{self, GLOBALS, OptionArity};
use super::program::{Program, SERVICE};
use super::subcommand::Subcommand;

/// All subcommands, in alphabetical order.
pub(super) static SUBCOMMANDS: [Subcommand; 11] = [
    apply::APPLY,
    completions::COMPLETIONS,
    diff::DIFF,
    export::EXPORT,
    import::IMPORT,
    inventory::INVENTORY,
    man::MAN,
    pull::PULL,
    schema::SCHEMA,
    serve::SERVE,
    verify::VERIFY,
];

/// The subcommand of this name.
pub(super) fn named(name: &str) -> Option<&'static Subcommand> {
    SUBCOMMANDS.iter().find(|known| known.name == name)
}

/// A command line that names a subcommand.
pub(super) struct SubcommandLine<'a> {
    /// The subcommand.
    pub subcommand: &'static Subcommand,
    /// The arguments before it.
    pub before: &'a [String],
    /// The arguments behind it.
    pub behind: &'a [String],
}

/// Finds the subcommand that a command line names in place of an operation. An alias of the same
/// name takes precedence, as in the AWS CLI, which has no such command.
pub(super) fn find<'a>(
    program: &Program,
    args: &'a [String],
    is_alias: impl FnOnce(&str) -> bool,
) -> Option<SubcommandLine<'a>> {
    let (subcommand, at) = position(program, args)?;
    if is_alias(subcommand.name) {
        return None;
    }
    Some(SubcommandLine {
        subcommand,
        before: &args[..at],
        behind: &args[at + 1..],
    })
}

/// The subcommand and its index, if nothing but global options stands before it.
fn position(program: &Program, args: &[String]) -> Option<(&'static Subcommand, usize)> {
    let mut awaits_service = *program == Program::Aws;
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| *arg != "--") {
        match canonical::classify(&GLOBALS, arg).ok()? {
            Class::Option(option, attached) => {
                let ends = [options::HELP.name, options::VERSION.name].contains(&option.name);
                if ends {
                    return None;
                }
                let has_value = attached.is_none() && option.takes != OptionArity::Nothing;
                at += usize::from(has_value);
            }
            Class::Value if awaits_service && arg == SERVICE => awaits_service = false,
            Class::Value if awaits_service => return None,
            Class::Value => return named(arg).map(|found| (found, at)),
            Class::Unknown | Class::Separator => return None,
        }
        at += 1;
    }
    None
}
