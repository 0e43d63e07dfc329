//! The options that shape error messages, read even from a command line that is rejected.

use super::aliases::Aliases;
use super::global_args::GlobalArgs;
use super::program::{Program, SERVICE};
use super::{alias_expansion, global_parser, subcommand_parser, subcommands};
use crate::environment::Environment;
use crate::output::ErrorFormat;

/// The values of `--cli-error-format` and `--profile`, even of a command line that is rejected.
pub fn error_format(
    program: &Program,
    args: &[String],
    environment: &Environment,
) -> (Option<ErrorFormat>, Option<String>) {
    // An error in the aliases is being reported already.
    let aliases = Aliases::load(environment).unwrap_or_default();
    let is_alias = |name: &str| aliases.behind(&[SERVICE], name).is_some();
    if let Some(line) = subcommands::find(program, args, is_alias) {
        return (subcommand_parser::error_format(&line), None);
    }
    let Ok(parsed) = global_parser::parse(program, args, &aliases) else {
        return (None, None);
    };
    let mut globals = GlobalArgs::from(&parsed);
    drop(alias_expansion::expand(parsed, &mut globals, &aliases));
    (globals.cli_error_format, globals.profile)
}
