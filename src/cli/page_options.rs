//! `--all-pages` and the options that go with it.

use super::options::{self, CliOption};
use super::parser::ParsedArgs;
use crate::error::{Error, Result};
use crate::model::{MAX_RESULTS, NEXT_TOKEN, Operation};
use crate::python;

/// How the pages of a list are requested. The options mean what those of the AWS CLI mean for
/// operations that it paginates (`awscli/customizations/paginate.py` of 2.36.7).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageOptions {
    /// `--page-size`, in decimal digits.
    pub page_size: Option<String>,
    /// `--max-items`
    pub max_items: Option<usize>,
    /// `--starting-token`
    pub starting_token: Option<String>,
}

/// The options that only mean something together with `--all-pages`.
static DETAILS: [&CliOption; 3] = [
    &options::PAGE_SIZE,
    &options::MAX_ITEMS,
    &options::STARTING_TOKEN,
];

/// Whether an option is known on a line with these arguments. Without `--all-pages`, those that go
/// with it are unknown, as for the AWS CLI.
pub(super) fn is_known(option: &CliOption, args: &[String]) -> bool {
    let is_detail = DETAILS.iter().any(|detail| detail.name == option.name);
    !is_detail || args.iter().any(|arg| options::ALL_PAGES.is_typed_as(arg))
}

/// Adds to the error for unknown arguments that one of them needs `--all-pages`.
pub(super) fn explain(error: Error, unknown: &[String]) -> Error {
    let is_unknown = |option: &&&CliOption| {
        let names = unknown.iter().filter_map(|arg| arg.split('=').next());
        names.into_iter().any(|name| option.is_typed_as(name))
    };
    match DETAILS.iter().find(is_unknown) {
        Some(option) => error.hint(format!(
            "{} means nothing without --all-pages",
            option.typed()
        )),
        None => error,
    }
}

impl PageOptions {
    /// Returns the options, or `None` if one page is to be requested.
    pub(super) fn parse(operation: &Operation, parsed: &ParsedArgs) -> Result<Option<PageOptions>> {
        if !parsed.has(&options::ALL_PAGES) {
            return Ok(None);
        }
        for name in [MAX_RESULTS, NEXT_TOKEN] {
            let member = operation.input.member(name);
            let option = member.map(|member| member.option()).unwrap_or_default();
            if parsed.values(&option).is_some() {
                return Err(refuse_single_page(name, &format!("--{option}")));
            }
        }
        let text = |option| parsed.value(option).map(str::to_string);
        Ok(Some(PageOptions {
            page_size: text(&options::PAGE_SIZE).and_then(|text| python::parse_int(&text)),
            max_items: text(&options::MAX_ITEMS).map(max_items).transpose()?,
            starting_token: text(&options::STARTING_TOKEN),
        }))
    }
}

/// The error for a member that requests one page beside `--all-pages`; `source` is where it was
/// given.
pub fn refuse_single_page(member: &str, source: &str) -> Error {
    let instead = match member == NEXT_TOKEN {
        true => &options::STARTING_TOKEN,
        false => &options::PAGE_SIZE,
    };
    Error::parameter(format!(
        "{source} requests a single page and cannot be used with --all-pages. Use {} in its place.",
        instead.typed()
    ))
}

fn max_items(text: String) -> Result<usize> {
    let digits = python::parse_int(&text).unwrap_or_default();
    match digits.starts_with('-') || digits == "0" {
        true => Err(Error::parameter(format!(
            "--max-items {text} prints nothing. Give a number of at least 1."
        ))),
        // No list has more entries.
        false => Ok(digits.parse().unwrap_or(usize::MAX)),
    }
}
