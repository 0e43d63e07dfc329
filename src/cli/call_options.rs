//! The options that change how an operation is called. They are this program's own: the AWS CLI has
//! none of them.

use super::options::{self, CliOption};
use super::page_options::PageOptions;
use super::parser::ParsedArgs;
use super::wait_options::WaitOptions;
use crate::configuration::SectionGroup;
use crate::error::{Error, Result};
use crate::model::{Operation, OperationId};

/// How an operation is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallOptions {
    /// `--dry-run`: print the request instead of sending it.
    pub dry_run: bool,
    /// `--merge`: lay the given members over the live configuration.
    pub merge: bool,
    /// `--show-diff`: print what changes in the live configuration.
    pub show_diff: bool,
    /// `--show-unmodeled`: print members that the AWS CLI does not know.
    pub show_unmodeled: bool,
    /// `--all-pages`: request all pages of a list.
    pub all_pages: Option<PageOptions>,
    /// `--wait`: wait for the end of a bulk publish.
    pub wait: Option<WaitOptions>,
    /// `--no-paginate`: one page is meant.
    pub no_paginate: bool,
}

impl CallOptions {
    /// Returns the options that were typed, or an error if one means nothing to the operation.
    pub(super) fn parse(operation: &Operation, parsed: &ParsedArgs) -> Result<CallOptions> {
        let mut typed = options::CALL_OPTIONS
            .iter()
            .filter(|option| parsed.has(option));
        if let Some(option) = typed.find(|option| !is_meaningful(option, operation)) {
            return Err(meaningless(option, operation));
        }
        Ok(CallOptions {
            dry_run: parsed.has(&options::DRY_RUN),
            merge: parsed.has(&options::MERGE),
            show_diff: parsed.has(&options::SHOW_DIFF),
            show_unmodeled: parsed.has(&options::SHOW_UNMODELED),
            all_pages: PageOptions::parse(operation, parsed)?,
            wait: WaitOptions::parse(parsed)?,
            no_paginate: false,
        })
    }

    /// Rejects options of pages beside `--no-paginate`.
    pub(super) fn refuse_contradiction(&self) -> Result<()> {
        match &self.all_pages {
            Some(_) if self.no_paginate => Err(Error::parameter(
                "Cannot specify --no-paginate along with pagination arguments: --all-pages",
            )),
            _ => Ok(()),
        }
    }

    /// Whether the live configuration is read before the call.
    pub fn reads_first(&self) -> bool {
        self.merge || self.show_diff
    }

    /// Whether nothing is sent, not even a request that only reads.
    pub fn sends_nothing(&self) -> bool {
        self.dry_run && !self.reads_first()
    }
}

/// Whether the option means something to the operation.
pub(super) fn is_meaningful(option: &CliOption, operation: &Operation) -> bool {
    match &*option.name {
        "dry-run" => operation.changes(),
        "merge" | "show-diff" => SectionGroup::written_by(operation).is_some(),
        "show-unmodeled" => operation.output.has_unmodeled_members(),
        "all-pages" | "page-size" | "max-items" | "starting-token" => {
            operation.paged_list().is_some()
        }
        "wait" | "wait-timeout" | "poll" => operation.id == OperationId::BulkPublish,
        _ => false,
    }
}

/// Rejects options beside a skeleton, which is printed in place of the call.
pub(super) fn refuse_beside_skeleton(parsed: &ParsedArgs) -> Result<()> {
    let mut typed = options::CALL_OPTIONS
        .iter()
        .filter(|option| parsed.has(option));
    match typed.next() {
        None => Ok(()),
        Some(option) => Err(Error::parameter(format!(
            "{} means nothing beside {}, which changes nothing. Leave one of them out.",
            option.typed(),
            options::GENERATE_CLI_SKELETON.typed()
        ))),
    }
}

fn meaningless(option: &CliOption, operation: &Operation) -> Error {
    let why = match &*option.name {
        "dry-run" => "changes nothing",
        "show-unmodeled" => "has no output beyond that of the AWS CLI",
        "all-pages" | "page-size" | "max-items" | "starting-token" => "has no pages",
        "wait" | "wait-timeout" | "poll" => "has ended when its response is there",
        _ => "does not set a configuration",
    };
    let (option, command) = (option.typed(), operation.command());
    Error::parameter(format!(
        "{option} means nothing to {command}, which {why}. Leave it out."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::canonical::{Class, classify};
    use crate::model::OPERATIONS;

    fn classified(options: &[CliOption], arg: &str) -> String {
        match classify(options, arg) {
            Ok(Class::Option(option, value)) => format!("{} {value:?}", option.name),
            Ok(class) => format!("{class:?}"),
            Err(error) => error.message,
        }
    }

    #[test]
    fn leave_every_abbreviation_of_the_aws_cli_as_it_is() {
        for operation in &OPERATIONS {
            let aws_cli = options::of_operation(operation);
            let mut all = options::CALL_OPTIONS.to_vec();
            all.extend_from_slice(&aws_cli);
            let names = aws_cli.iter().map(CliOption::typed);
            let own = options::CALL_OPTIONS.iter().map(CliOption::typed);
            for name in names {
                for length in 3..=name.len() {
                    let abbreviation = &name[..length];
                    let want = classified(&aws_cli, abbreviation);
                    assert_eq!(classified(&all, abbreviation), want, "{abbreviation}");
                }
            }
            for name in own {
                for length in 3..name.len() {
                    let beginning = &name[..length];
                    // `--wait` is an option of its own.
                    if options::CALL_OPTIONS.iter().any(|o| o.typed() == beginning) {
                        continue;
                    }
                    let want = classified(&aws_cli, beginning);
                    assert_eq!(classified(&all, beginning), want, "{beginning}");
                }
            }
        }
    }

    #[test]
    fn every_option_means_something_to_an_operation() {
        for option in &options::CALL_OPTIONS {
            assert!(option.own && option.letter.is_none());
            let mut operations = OPERATIONS.iter();
            assert!(operations.any(|operation| is_meaningful(option, operation)));
        }
    }
}
