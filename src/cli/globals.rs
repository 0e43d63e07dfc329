//! The global options: where they are read, and what they say.

use super::aliases::{self, Aliases};
use super::arguments::{self, Arguments, Positional};
use super::{ColourChoice, HELP, Program, SERVICE, options};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::output::query::Query;
use crate::python;
use crate::python::urlsplit::urlsplit;
use crate::settings::Asked;

/// The values of the global options, checked.
pub(super) struct Globals {
    /// What they say about settings.
    pub(super) asked: Asked,
    /// `--query`
    pub(super) query: Option<Query>,
    /// `--color`
    pub(super) colour: ColourChoice,
}

/// Reads the global options of a command line; our own name stands for the word that the AWS CLI expects.
pub(super) fn read(program: &Program, args: &[String], aliases: &Aliases) -> Result<Arguments> {
    match program {
        Program::Aws => read_behind_aws(args, aliases),
        Program::CognitoSync => {
            let mut all = Vec::with_capacity(args.len() + 1);
            all.push(SERVICE.to_string());
            all.extend_from_slice(args);
            read_behind_aws(&all, aliases)
        }
    }
}

/// Reads the global options of what stands behind `aws`, and the command.
pub(super) fn read_behind_aws(args: &[String], aliases: &Aliases) -> Result<Arguments> {
    let own = [SERVICE, HELP].into_iter();
    let commands: Vec<_> = own
        .chain(aliases.toplevel_names())
        .map(str::to_string)
        .collect();
    let positional = Positional::Required("command", &commands);
    arguments::read(&options::GLOBALS, positional, args)
}

/// What `--cli-error-format` and `--profile` say, even on a command line that is not understood.
pub fn error_format(
    program: &Program,
    args: &[String],
    environment: &Environment,
) -> (Option<String>, Option<String>) {
    // What is wrong with aliases is being reported already.
    let aliases = Aliases::load(environment).unwrap_or_default();
    let Ok(mut globals) = read(program, args, &aliases) else {
        return (None, None);
    };
    drop(aliases::expand(&mut globals, &aliases));
    let text = |name: &str| globals.value(name).map(str::to_string);
    (text("cli-error-format"), text("profile"))
}

/// Checks the values of the global options, in the order in which the AWS CLI notices mistakes.
pub(super) fn values(globals: &Arguments) -> Result<Globals> {
    Ok(Globals {
        query: globals.value("query").map(compiled).transpose()?,
        asked: asked(globals)?,
        colour: match globals.value("color") {
            Some("on") => ColourChoice::On,
            Some("off") => ColourChoice::Off,
            _ => ColourChoice::Auto,
        },
    })
}

fn compiled(text: &str) -> Result<Query> {
    Query::compile(text).map_err(|why| {
        Error::parameter(format!("Bad value for --query {text}: {why}")).caused_by(why)
    })
}

/// What they say about settings.
fn asked(globals: &Arguments) -> Result<Asked> {
    let text = |name: &str| globals.value(name).map(str::to_string);
    if let Some(url) = globals.value("endpoint-url")
        && !has_scheme(url)
    {
        return Err(Error::parameter(format!(
            "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
             http://<hostname>/ or https://<hostname>/"
        )));
    }
    if globals.has("local") && globals.has("endpoint-url") {
        return Err(Error::parameter(
            "--local and --endpoint-url cannot be used together: one asks a Cognito Sync within this \
             program, the other one that listens there. Leave one of them out.",
        ));
    }
    Ok(Asked {
        profile: text("profile").filter(|profile| !profile.is_empty()),
        region: text("region"),
        endpoint_url: text("endpoint-url"),
        output: text("output"),
        local: globals.has("local"),
        unsigned: globals.has("no-sign-request"),
        ca_bundle: text("ca-bundle"),
        no_verify_ssl: globals.has("no-verify-ssl"),
        debug: globals.has("debug"),
        read_timeout: seconds(globals, "cli-read-timeout")?,
        connect_timeout: seconds(globals, "cli-connect-timeout")?,
    })
}

/// Options that are known, but not available.
pub(super) fn refuse_what_is_not_there(globals: &Arguments) -> Result<()> {
    if globals.has("cli-auto-prompt") {
        return Err(Error::parameter(
            "--cli-auto-prompt is not supported: this program never asks for parameters. Give \
             them as options, or begin with --generate-cli-skeleton.",
        ));
    }
    Ok(())
}

/// Whether Python's `urlparse` finds a scheme; what it refuses is refused where the endpoint is read.
fn has_scheme(url: &str) -> bool {
    let url = url.replace(['\t', '\r', '\n'], "");
    urlsplit(&url).map_or(true, |url| !url.scheme.is_empty())
}

fn seconds(globals: &Arguments, name: &str) -> Result<Option<u64>> {
    let Some(text) = globals.value(name) else {
        return Ok(None);
    };
    let digits = python::integer(text).ok_or_else(|| {
        Error::general(python::no_integer(&python::quoted(text)))
            .hint(format!("--{name} takes a number of seconds"))
    })?;
    if digits.starts_with('-') {
        let what = name.trim_start_matches("cli-").replace('-', " ");
        return Err(Error::general(format!(
            "Attempted to set {what} to {digits}, but the timeout cannot be set to a value less \
             than or equal to 0."
        )));
    }
    Ok(Some(digits.parse().unwrap_or(u64::MAX >> 1)))
}
