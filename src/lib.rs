//! `aws cognito-sync` as one small, fast program: the library beneath it.
//!
//! A command takes this road, step by step, in [`run`]:
//!
//! 1. `cli` parses the arguments into an operation with what was typed for it.
//! 2. `params` makes one request document of that, and holds it against the `model`.
//! 3. `settings` finds out who asks, where to and how. A sample needs none of this.
//! 4. `service` makes the call through the AWS SDK, over `transport`; with `--local`, `local`
//!    answers it.
//! 5. `output` makes what is printed of the reply, or of an error.
//!
//! Everything that is known of Cognito Sync itself stands in `model`, once.
//!
//! # Modules
//!
//! Each module uses the modules of its row and no others. They all stand below it, so that no
//! modules use each other in a circle. `tests/module_dependencies.rs` compares the list with the
//! code.
//!
//! ```text
//! main             → lib
//! lib              → cli diagnostics encoding environment error file_size_limit hints interrupt
//!                    local output params python service settings shell streams terminal timestamp
//!                    transport
//! cli              → encoding environment error redaction model output params python serve_args
//!                    service settings shell terminal
//! local            → diagnostics environment error interrupt model output percent_encoding
//!                    serve_args transport
//! params           → encoding environment error model python timestamp yaml
//! serve_args       → output
//! file_size_limit  →
//! many_calls       → cancellation diagnostics environment error interrupt model service settings
//! service          → cancellation diagnostics endpoint_query endpoint_url error error_chain
//!                    interrupt redaction model percent_encoding python transport
//! settings         → diagnostics endpoint_query endpoint_url environment error error_chain
//!                    interrupt redaction model output python regular_file timestamp transport
//! transport        → diagnostics error interrupt redaction percent_encoding python regular_file
//! output           → encoding error model python timestamp yaml
//! model            →
//! yaml             → python
//! encoding         → environment error python
//! streams          → diagnostics terminal
//! diagnostics      →
//! endpoint_query   →
//! endpoint_url     → error redaction python
//! redaction          →
//! percent_encoding →
//! regular_file     →
//! shell            → error interrupt
//! interrupt        → cancellation error
//! cancellation     →
//! error            → python
//! error_chain      →
//! terminal         →
//! timestamp        → environment python
//! python           →
//! hints            → environment
//! environment      →
//! ```

mod cancellation;
mod cli;
mod diagnostics;
mod encoding;
mod endpoint_query;
mod endpoint_url;
mod environment;
mod error;
mod error_chain;
mod file_size_limit;
mod hints;
mod interrupt;
#[cfg(feature = "local")]
mod local;
#[cfg(not(feature = "local"))]
#[path = "without_local.rs"]
mod local;
#[doc(hidden)]
pub mod many_calls;
pub mod model;
mod output;
mod params;
mod percent_encoding;
mod python;
mod redaction;
mod regular_file;
#[cfg_attr(
    not(feature = "local"),
    expect(dead_code, reason = "only the local service reads what is parsed")
)]
mod serve_args;
mod service;
mod settings;
mod shell;
mod streams;
mod terminal;
mod timestamp;
mod transport;
mod yaml;

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cli::{Command, OperationCommand, Program};
use diagnostics::Diagnostics;
pub use diagnostics::Stderr;
use encoding::Encoding;
pub use environment::Environment;
use error::{Error, Kind, Result};
pub use file_size_limit::handle_signal as prepare_for_file_size_limit;
pub use interrupt::install_handler as prepare_for_interrupts;
use output::{ColorChoice, RenderedOutput, TableColor, TimestampFormat};
use params::skeleton::{self, Skeleton};
use service::{Client, Destination, Throttling};
pub use streams::Streams;
pub use terminal::Terminal;
use timestamp::LocalZone;
use transport::{HttpTransport, InProcessTransport};

/// Runs a command line, whose first argument is the program's name, and returns the exit status.
///
/// Runs may follow each other, or overlap in several threads, each with an environment and streams of its
/// own. What belongs to the process is shared: the working directory, signals, the terminal that MFA codes
/// are typed on, the environment and streams that child processes inherit, and the variables that other
/// crates read by themselves (AWS_EXECUTION_ENV, SSL_CERT_FILE and SSL_CERT_DIR, and HOME and
/// AWS_LOGIN_CACHE_DIRECTORY for sessions of `aws login`).
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    mut streams: Streams<'_>,
) -> u8 {
    let mut args = args.into_iter();
    let first = args.next().unwrap_or_default();
    let program = Program::of(&first.to_string_lossy());
    let (args, answered) = match readable(args) {
        Ok(args) => {
            let answered = answer(&program, &args, environment, &mut streams);
            (args, answered)
        }
        Err(error) => (Vec::new(), Err(error)),
    };
    // An unknown encoding has been refused; the message of that is printed in UTF-8.
    let encoding = encoding::output_encoding(environment).unwrap_or(Encoding::UTF_8);
    let ended = answered.and_then(|answer| match answer {
        Answer::Ended(status) => Ok(status),
        Answer::Printed(printed) => {
            print(&printed, &mut streams, &encoding)?;
            printed.error.map_or(Ok(0), Err)
        }
    });
    let error = match ended {
        Ok(status) => return status,
        Err(error) => error,
    };
    if error.kind == Kind::Interrupted {
        // What the AWS CLI prints; whoever interrupts may have closed the output, too.
        drop(streams.stdout.write_all(b"\n"));
        interrupt::run_has_ended();
        return error.kind.exit_status();
    }
    let (format, profile) = cli::error_format(&program, &args, environment);
    let style = output::error_report::ErrorReportOptions {
        program: program.name(),
        usage: &program.usage(),
        format: settings::error_format(format, profile.as_deref(), environment),
        show_hints: hints::are_enabled(environment, streams.stderr_is_terminal),
    };
    let message = output::error_report::render(&error, &style);
    let message = encoding.encode_backslashreplace(&python::surrogates::escape(&message));
    let message = [encoding.byte_order_mark(streams.stderr_position), &message].concat();
    streams.stderr.write(&message);
    error.kind.exit_status()
}

fn readable(args: impl Iterator<Item = OsString>) -> Result<Vec<String>> {
    args.map(|arg| {
        arg.into_string().map_err(|arg| {
            let arg = arg.to_string_lossy();
            Error::parameter(format!(
                "The word '{arg}' on the command line is not UTF-8."
            ))
        })
    })
    .collect()
}

/// What a command line leads to.
enum Answer {
    /// To print this.
    Printed(RenderedOutput),
    /// Another program was run, and has ended with this status.
    Ended(u8),
}

impl<T: Into<RenderedOutput>> From<T> for Answer {
    fn from(printed: T) -> Self {
        Answer::Printed(printed.into())
    }
}

/// What a command line leads to: the five steps.
fn answer(
    program: &Program,
    args: &[String],
    environment: &Environment,
    streams: &mut Streams<'_>,
) -> Result<Answer> {
    let terminal = streams.terminal;
    let call = match cli::parse(program, args, environment, terminal)? {
        Command::Text(text) => return Ok(text.into()),
        Command::Files(files) => return write_files(&files).map(Answer::from),
        Command::Shell(command) => {
            settings::check_shared_files(environment)?;
            return shell::run_command(&command).map(Answer::Ended);
        }
        Command::Serve(options) => {
            let (stdout, is_terminal) = (&mut *streams.stdout, streams.stderr_is_terminal);
            let status = local::serve(&options, environment, stdout, &streams.stderr, is_terminal)?;
            return Ok(Answer::Ended(status));
        }
        Command::Operation(call) => call,
    };
    let hints = hints::are_enabled(environment, streams.stderr_is_terminal);
    let context = Context {
        environment,
        terminal,
        diagnostics: Diagnostics::new(streams.stderr.clone(), hints),
    };
    let performed = perform(&call, &context).map_err(|mut error| {
        error.facts.operation = Some(call.operation.name);
        error
    });
    performed.map(Answer::from)
}

/// What an operation needs to know of its run.
struct Context<'a> {
    environment: &'a Environment,
    terminal: Terminal,
    diagnostics: Diagnostics,
}

/// Steps 2 to 5: an operation is called, or a sample for it is made.
fn perform(call: &OperationCommand, context: &Context<'_>) -> Result<RenderedOutput> {
    let document = params::parse_input(&call.input, context.environment)?;
    if let Some(skeleton) = call.skeleton {
        return sample(call, skeleton, &document, context);
    }
    call_service(call, &document, context)
}

/// Steps 3 to 5 of a call. Not inlined: each page of its large stack frame, once touched, is a page
/// fault that commands without a call would pay for, too.
#[inline(never)]
fn call_service(
    call: &OperationCommand,
    document: &params::UnvalidatedInput,
    context: &Context<'_>,
) -> Result<RenderedOutput> {
    let (environment, diagnostics) = (context.environment, &context.diagnostics);
    let pool = document.text("IdentityPoolId");
    let mut settings = settings::resolve(&call.settings, pool, environment, diagnostics)?;
    let zone = LocalZone::new(environment);
    let input = params::validate_input(document, call.operation, &zone)?;
    let ready = settings.sdk_config()?;
    let transport: Arc<dyn HttpTransport> = match call.settings.local {
        true => Arc::new(InProcessTransport::new(local::in_process(environment)?)),
        false => Arc::new(settings.network_for_calls()),
    };
    let destination = Destination {
        transport,
        timeouts: settings.timeouts,
        endpoint: settings.endpoint.clone(),
        throttling: match settings.is_paced() {
            true => Throttling::RetriedAtPace,
            false => Throttling::Retried,
        },
        // Nothing within this process does better at a second attempt.
        reports_retries: !call.settings.local,
        diagnostics: settings.diagnostics.clone(),
    };
    let client = Client::new(call.operation.service, ready, destination);
    let sent = service::call(&client, call.operation, &input);
    let reply = sent.map_err(|error| {
        let hints = params::enum_value_hints(&input, call.operation.input);
        let hints = hints.into_iter().chain(settings.region_hint());
        hints.fold(error, Error::hint)
    })?;
    let timestamps = match settings.wire_timestamps {
        true => TimestampFormat::Wire,
        false => TimestampFormat::Iso8601(&zone),
    };
    let style = output::OutputOptions {
        timestamps,
        is_plain_utf8: encoding::output_encoding(environment)?.is_plain_utf8(),
        ..style(call, &settings, context.terminal)
    };
    output::render_response(reply.response.body, call.operation.output, &style)
}

/// A sample document in place of a call. That of a reply is for a call that would be sent, so that
/// its settings are checked, as the AWS CLI does.
fn sample(
    call: &OperationCommand,
    skeleton: Skeleton,
    document: &params::UnvalidatedInput,
    context: &Context<'_>,
) -> Result<RenderedOutput> {
    let (environment, diagnostics) = (context.environment, &context.diagnostics);
    match skeleton {
        Skeleton::Input => Ok(output::render_json(&skeleton::input(call.operation.input)).into()),
        Skeleton::YamlInput => Ok(skeleton::yaml_input(call.operation.input).into()),
        Skeleton::Output => {
            let pool = document.text("IdentityPoolId");
            let mut settings = settings::resolve(&call.settings, pool, environment, diagnostics)?;
            settings.resolve_region()?;
            let sample = skeleton::output(call.operation.output);
            let zone = LocalZone::new(environment);
            params::validate_output_skeleton(&sample, call.operation, &zone)?;
            params::validate_input(document, call.operation, &zone)?;
            let style = style(call, &settings, context.terminal);
            output::render_document(
                &sample,
                &output::OutputOptions {
                    is_skeleton: true,
                    ..style
                },
            )
        }
    }
}

fn style<'a>(
    call: &'a OperationCommand,
    settings: &'a settings::Settings,
    terminal: Terminal,
) -> output::OutputOptions<'a> {
    let use_color = match call.color {
        ColorChoice::On => true,
        ColorChoice::Off => false,
        ColorChoice::Auto => terminal.is_terminal && !terminal.no_color,
    };
    output::OutputOptions {
        format: settings.output.as_ref().copied().map_err(String::as_str),
        query: call.query.as_ref(),
        title: call.operation.name,
        color: if use_color {
            TableColor::On
        } else {
            TableColor::Off
        },
        stdout_is_terminal: terminal.is_terminal,
        terminal_width: terminal.width,
        timestamps: TimestampFormat::Wire,
        is_plain_utf8: true,
        is_skeleton: false,
    }
}

/// Writes files, with the folders above them, and returns their names, a line each.
fn write_files(files: &[(PathBuf, String)]) -> Result<String> {
    let mut names = String::new();
    for (path, content) in files {
        let folder = path.parent().unwrap_or(Path::new(""));
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, content));
        if let Err(error) = written {
            let message = format!("Unable to write '{}': {error}", path.display());
            return Err(Error::general(message));
        }
        names.push_str(&format!("{}\n", path.display()));
    }
    Ok(names)
}

/// Prints everything at once. A reader that has gone away is no error.
fn print(printed: &RenderedOutput, streams: &mut Streams<'_>, encoding: &Encoding) -> Result<()> {
    let written = printed.write_to(streams.stdout, streams.stdout_position, encoding);
    let outcome = written.and_then(|lacking| {
        streams.stdout.flush()?;
        Ok(lacking)
    });
    match outcome {
        Ok(Some(lacking)) => Err(Error::general(lacking.to_string())
            .hint("AWS_CLI_OUTPUT_ENCODING names an encoding that lacks the character")),
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let message = format!("The command succeeded, but printing failed: {error}");
            Err(Error::general(message))
        }
        _ => Ok(()),
    }
}
