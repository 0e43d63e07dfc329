//! `aws cognito-sync` as one small, fast program: the library beneath it.
//!
//! A command takes this road, step by step, in [`run`]:
//!
//! 1. `cli` reads the words into an operation with what was typed for it.
//! 2. `params` makes one request document of that, and holds it against the `model`.
//! 3. `settings` finds out who asks, where to and how. A sample needs none of this.
//! 4. `service` makes the call through the AWS SDK.
//! 5. `output` makes what is printed of the reply, or of an error.
//!
//! Everything that is known of Cognito Sync itself stands in `model`, once.

mod cli;
mod environment;
mod error;
pub mod model;
mod output;
mod params;
mod python;
mod service;
mod settings;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};

use serde_json::Value as Json;

use cli::{Asks, Call, Program};
pub use environment::Environment;
use error::{Error, Result};
use output::Format;
use params::skeleton::{self, Skeleton};

/// Where a run prints to.
pub struct Streams<'a> {
    /// Standard output.
    pub stdout: &'a mut dyn Write,
    /// Standard error.
    pub stderr: &'a mut dyn Write,
    /// Whether a person looks at standard error.
    pub stderr_is_terminal: bool,
}

/// Runs a command line, whose first word is the program's name, and returns the exit status.
pub fn run(
    words: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    streams: Streams<'_>,
) -> u8 {
    let mut words = words.into_iter();
    let first = words.next().unwrap_or_default();
    let program = Program::of(&first.to_string_lossy());
    let printed = readable(words)
        .and_then(|words| answer(&program, &words, environment))
        .and_then(|text| print(&text, streams.stdout));
    match printed {
        Ok(()) => 0,
        Err(error) => {
            let text = output::failure::render(
                &error,
                program.name(),
                &program.usage(),
                streams.stderr_is_terminal,
            );
            // Nobody is left to tell if standard error fails.
            drop(streams.stderr.write_all(text.as_bytes()));
            error.kind.exit_status()
        }
    }
}

fn readable(words: impl Iterator<Item = OsString>) -> Result<Vec<String>> {
    words
        .map(|word| {
            word.into_string().map_err(|word| {
                let word = word.to_string_lossy();
                Error::parameter(format!(
                    "The word '{word}' on the command line is not UTF-8."
                ))
            })
        })
        .collect()
}

/// What a command line prints: the five steps.
fn answer(program: &Program, words: &[String], environment: &Environment) -> Result<String> {
    let call = match cli::read(program, words)? {
        Asks::Text(text) => return Ok(text),
        Asks::Call(call) => call,
    };
    let document = params::collect(&call.typed, environment)?;
    if let Some(skeleton) = call.skeleton {
        return sample(&call, skeleton, &document, environment);
    }
    let settings = settings::resolve(&call.asked, environment)?;
    let format = Format::named(&settings.output)?;
    let input = params::check(&document, call.operation)?;
    let reply = service::call(call.operation, &input, &settings.for_sdk()?)?;
    let document = output::document::of_reply(&reply.body, call.operation.output)?;
    Ok(output::render(&document, format))
}

/// A sample document in place of a call.
fn sample(
    call: &Call,
    skeleton: Skeleton,
    document: &params::Unchecked,
    environment: &Environment,
) -> Result<String> {
    match skeleton {
        Skeleton::Input => Ok(output::json::render(&skeleton::input(call.operation.input)) + "\n"),
        Skeleton::YamlInput => Ok(skeleton::yaml_input(call.operation.input)),
        Skeleton::Output => {
            let sample: Json = skeleton::output(call.operation.output);
            params::check_sample(&sample, call.operation)?;
            params::check(document, call.operation)?;
            let format = Format::named(&settings::output(&call.asked, environment)?)?;
            Ok(output::render(&sample, format))
        }
    }
}

/// Prints everything at once. A reader that has gone away is no error.
fn print(text: &str, stdout: &mut dyn Write) -> Result<()> {
    let printed = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let message = format!("The command succeeded, but printing failed: {error}");
            Err(Error::general(message).caused_by(error))
        }
        _ => Ok(()),
    }
}
