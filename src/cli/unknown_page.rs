//! The error for help on something that has no page. The AWS CLI ignores what stands behind `help`,
//! so that there is no message to mirror.

use super::aliases::Aliases;
use super::help::TOPICS;
use super::hints;
use super::program::{SERVICE, operation_choices};
use super::subcommands::SUBCOMMANDS;
use super::usage_error::with_suggestions;
use crate::error::Error;

/// The error, with the pages that were likely meant.
pub(super) fn unknown_page(prefix: &str, name: &str, aliases: &Aliases) -> Error {
    let operations = operation_choices();
    let commands = SUBCOMMANDS.iter().map(|subcommand| subcommand.name);
    let topics = TOPICS.iter().map(|topic| topic.name);
    let mut pages: Vec<&str> = operations.iter().map(String::as_str).collect();
    pages.extend(commands.clone());
    pages.extend(
        topics
            .clone()
            .filter(|topic| !commands.clone().any(|name| name == *topic)),
    );
    pages.extend(aliases.names_behind(&[SERVICE]));
    let (commands, topics): (Vec<_>, Vec<_>) = (commands.collect(), topics.collect());
    let message = format!(
        "argument help: Found invalid choice '{name}', valid ones are the operations, the commands {}, \
         and the topics {}",
        commands.join(", "),
        topics.join(", ")
    );
    let message = with_suggestions(message, hints::alike(name, pages.into_iter()));
    Error::parameter(format!("{message}\n\n`{prefix} help` lists them."))
}
