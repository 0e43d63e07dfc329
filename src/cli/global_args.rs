//! The values of the global options, and their checks. `global_parser` parses them.

use super::options::{self, CliOption};
use crate::error::{Error, Result};
use crate::output::query::Query;
use crate::output::{ColorChoice, ErrorFormat, OutputFormat};
use crate::python;
use crate::python::urlsplit::urlsplit;
use crate::redaction::{Redaction, redact_url};
use crate::settings::SettingsArgs;

/// The values of the global options, as far as they mean something here.
#[derive(Debug, Clone, Default)]
pub(super) struct GlobalArgs {
    pub(super) debug: bool,
    pub(super) endpoint_url: Option<String>,
    pub(super) no_verify_ssl: bool,
    pub(super) output: Option<OutputFormat>,
    pub(super) query: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) region: Option<String>,
    pub(super) color: Option<ColorChoice>,
    pub(super) no_sign_request: bool,
    pub(super) ca_bundle: Option<String>,
    pub(super) cli_read_timeout: Option<String>,
    pub(super) cli_connect_timeout: Option<String>,
    pub(super) has_binary_format: bool,
    pub(super) cli_auto_prompt: bool,
    pub(super) cli_error_format: Option<ErrorFormat>,
    pub(super) local: bool,
    pub(super) no_paginate: bool,
    /// Whether other options have replaced some of these.
    pub(super) is_overridden: bool,
}

/// The values of the global options for an operation, checked.
pub(super) struct CheckedGlobals {
    /// What they say about settings.
    pub(super) settings: SettingsArgs,
    /// `--query`
    pub(super) query: Option<Query>,
}

impl GlobalArgs {
    /// Takes over the values of the options in `other`.
    pub(super) fn override_with(&mut self, other: GlobalArgs) {
        fn replace<T>(value: &mut Option<T>, other: Option<T>) {
            if other.is_some() {
                *value = other;
            }
        }
        replace(&mut self.endpoint_url, other.endpoint_url);
        replace(&mut self.output, other.output);
        replace(&mut self.query, other.query);
        replace(&mut self.profile, other.profile);
        replace(&mut self.region, other.region);
        replace(&mut self.ca_bundle, other.ca_bundle);
        replace(&mut self.cli_read_timeout, other.cli_read_timeout);
        replace(&mut self.cli_connect_timeout, other.cli_connect_timeout);
        replace(&mut self.cli_error_format, other.cli_error_format);
        replace(&mut self.color, other.color);
        self.debug |= other.debug;
        self.no_verify_ssl |= other.no_verify_ssl;
        self.no_sign_request |= other.no_sign_request;
        self.has_binary_format |= other.has_binary_format;
        self.cli_auto_prompt |= other.cli_auto_prompt;
        self.local |= other.local;
        self.no_paginate |= other.no_paginate;
        self.is_overridden = true;
    }

    /// Checks the values, in the order in which the AWS CLI notices mistakes.
    pub(super) fn checked(&self) -> Result<CheckedGlobals> {
        Ok(CheckedGlobals {
            query: self.query.as_deref().map(compiled).transpose()?,
            settings: self.settings_args()?,
        })
    }

    /// What they say about settings.
    fn settings_args(&self) -> Result<SettingsArgs> {
        if let Some(url) = &self.endpoint_url
            && !has_scheme(url)
        {
            let url = redact_url(url, Redaction::SessionToken);
            return Err(Error::parameter(format!(
                "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
                 http://<hostname>/ or https://<hostname>/"
            )));
        }
        if self.local && self.endpoint_url.is_some() {
            return Err(Error::parameter(
                "--local and --endpoint-url cannot be used together: one asks a Cognito Sync within \
                 this program, the other one that listens there. Leave one of them out.",
            ));
        }
        let read_timeout = self.cli_read_timeout.as_deref();
        let connect_timeout = self.cli_connect_timeout.as_deref();
        Ok(SettingsArgs {
            profile: self.profile.clone().filter(|profile| !profile.is_empty()),
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            output: self.output,
            local: self.local,
            unsigned: self.no_sign_request,
            sends_nothing: false,
            ca_bundle: self.ca_bundle.clone(),
            no_verify_ssl: self.no_verify_ssl,
            has_binary_format: self.has_binary_format,
            debug: self.debug,
            read_timeout: seconds(&options::CLI_READ_TIMEOUT, read_timeout)?,
            connect_timeout: seconds(&options::CLI_CONNECT_TIMEOUT, connect_timeout)?,
        })
    }

    /// Refuses options that are known, but not supported.
    pub(super) fn refuse_unsupported(&self) -> Result<()> {
        if self.cli_auto_prompt {
            return Err(Error::parameter(
                "--cli-auto-prompt is not supported: this program never asks for parameters. Give \
                 them as options, or begin with --generate-cli-skeleton.",
            ));
        }
        Ok(())
    }
}

fn compiled(text: &str) -> Result<Query> {
    Query::compile(text)
        .map_err(|why| Error::parameter(format!("Bad value for --query {text}: {why}")))
}

/// Whether Python's `urlparse` finds a scheme; what it refuses is refused where the endpoint is
/// read.
fn has_scheme(url: &str) -> bool {
    let url = url.replace(['\t', '\r', '\n'], "");
    urlsplit(&url).map_or(true, |url| !url.scheme.is_empty())
}

fn seconds(option: &CliOption, value: Option<&str>) -> Result<Option<u64>> {
    let Some(text) = value else {
        return Ok(None);
    };
    let digits = python::parse_int(text).ok_or_else(|| {
        Error::general(python::invalid_int_message(&python::repr_str(text)))
            .hint(format!("{} takes a number of seconds", option.typed()))
    })?;
    if digits.starts_with('-') {
        let what = option.name.trim_start_matches("cli-").replace('-', " ");
        return Err(Error::general(format!(
            "Attempted to set {what} to {digits}, but the timeout cannot be set to a value less \
             than or equal to 0."
        )));
    }
    Ok(Some(digits.parse().unwrap_or(u64::MAX >> 1)))
}
