//! Help: pages on the program, its operations and its subcommands, made from the model, the
//! options and a table of examples, and shown on a terminal or written as man pages.
//!
//! Nothing here runs unless help is requested.

mod content;
mod examples;
mod page;
mod program;
mod roff;
mod subcommand_page;
mod syntax;
mod terminal;
mod topics;

use super::subcommand::Subcommand;
use super::subcommands::SUBCOMMANDS;
use crate::model::{OPERATIONS, Operation};
pub use terminal::RenderOptions;
pub(super) use topics::{TOPICS, Topic};

/// How the program is called in man pages.
const NAME: &str = "cognito-sync";

/// The page on the program that is called by `prefix`.
pub(super) fn of_program(prefix: &str, render_options: RenderOptions) -> String {
    terminal::render(&program::page(prefix), render_options)
}

/// The page on an operation.
pub(super) fn of_operation(
    prefix: &str,
    operation: &Operation,
    render_options: RenderOptions,
) -> String {
    terminal::render(&content::of_operation(prefix, operation), render_options)
}

/// The page on a subcommand.
pub(super) fn of_subcommand(
    prefix: &str,
    subcommand: &Subcommand,
    render_options: RenderOptions,
) -> String {
    terminal::render(
        &subcommand_page::of_subcommand(prefix, subcommand),
        render_options,
    )
}

/// The page on a topic.
pub(super) fn of_topic(prefix: &str, topic: &Topic, render_options: RenderOptions) -> String {
    terminal::render(&topic.page(prefix), render_options)
}

/// The man pages of the program, of all operations, subcommands and topics, each with the path of
/// its file below a folder where `man` looks for pages.
pub(super) fn man_pages() -> Vec<(String, String)> {
    let of_operations = OPERATIONS
        .iter()
        .map(|operation| content::of_operation(NAME, operation));
    let of_subcommands = SUBCOMMANDS
        .iter()
        .map(|subcommand| subcommand_page::of_subcommand(NAME, subcommand));
    let of_topics = TOPICS.iter().map(|topic| topic.page(NAME));
    std::iter::once(program::page(NAME))
        .chain(of_operations)
        .chain(of_subcommands)
        .chain(of_topics)
        .map(|page| {
            let (name, section) = (page.joined_name(), page.manual.number());
            let file = format!("man{section}/{name}.{section}");
            (file, roff::render(&page))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::options;
    use super::*;

    #[test]
    fn every_option_of_an_operation_is_on_its_page() {
        let render_options = RenderOptions {
            width: 80,
            colour: false,
        };
        for operation in &OPERATIONS {
            let page = of_operation("cognito-sync", operation, render_options);
            for option in options::meaningful_to_operation(operation) {
                let term = format!("\n    {}", option.typed());
                let has = |end| page.contains(&format!("{term}{end}"));
                assert!(has(' ') || has('\n'), "{} {}", operation.name, option.name);
            }
        }
        let page = of_program("cognito-sync", render_options);
        for option in &options::GLOBALS {
            assert!(page.contains(&option.typed()), "{}", option.name);
        }
    }
}
