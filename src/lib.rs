//! The library of `cognito-sync`, a small and fast replacement for `aws cognito-sync`.
//!
//! [`run`] executes a command line in five steps:
//!
//! 1. `cli` parses the arguments into an operation and its options; `operation_call` does the rest.
//! 2. `params` builds the input document from them and validates it against the `model`.
//! 3. `settings` resolves credentials, region, endpoint and the other settings. The skeleton of an
//!    input needs none of them.
//! 4. `service` makes the call through the AWS SDK, which sends requests over `transport`. With
//!    `--local`, `local` handles them within the process.
//! 5. `output` renders the response or the error.
//!
//! `model` is the only description of the Cognito Sync API.
//!
//! # Modules
//!
//! Each module uses the modules in its row and no others. Each row comes before the rows of the
//! modules it uses, which rules out cycles. `tests/module_dependencies.rs` compares the list with
//! the code.
//!
//! ```text
//! main             → lib
//! lib              → cli command_context configuration diagnostics encoding environment error
//!                    file_size_limit hints interrupt inventory local operation_call output python
//!                    records settings shell stdin streams terminal
//! file_size_limit  →
//! hints            → environment
//! many_calls       → batch cancellation clients diagnostics environment error interrupt model
//!                    service settings transport
//! operation_call   → batch cancellation cli clients configuration diagnostics encoding environment
//!                    error interrupt model output paginator params python service settings stdin
//!                    terminal timestamp transport
//! cli              → close_matches configuration encoding environment error inventory model output
//!                    params python records redaction serve_args service settings shell terminal
//! configuration    → batch cancellation clients close_matches command_context diagnostics
//!                    environment error file_read_error interrupt model output paginator python
//!                    service settings source_excerpt stdin yaml
//! close_matches    →
//! inventory        → batch cancellation clients command_context encoding error interrupt model
//!                    output paginator python service settings source_excerpt timestamp
//! paginator        → cancellation error model output service
//! params           → encoding environment error model python source_excerpt stdin timestamp yaml
//! records          → batch cancellation clients command_context environment error
//!                    file_read_error interrupt model output python redaction regular_file service
//!                    settings source_excerpt stdin
//! file_read_error  →
//! clients          → diagnostics endpoint_url environment error local model service settings
//!                    transport
//! local            → diagnostics environment error interrupt model percent_encoding python
//!                    serve_args transport
//! command_context  → batch diagnostics environment output settings stdin terminal
//! batch            → cancellation diagnostics environment
//! serve_args       → output
//! service          → cancellation diagnostics endpoint_query endpoint_url error error_chain
//!                    interrupt model percent_encoding python redaction transport
//! settings         → diagnostics endpoint_query endpoint_url environment error error_chain
//!                    interrupt model output python redaction regular_file timestamp transport
//! endpoint_query   →
//! endpoint_url     → error python redaction
//! error_chain      →
//! output           → encoding error model python timestamp yaml
//! encoding         → environment error python
//! model            →
//! shell            → error interrupt
//! source_excerpt   → python
//! streams          → diagnostics stdin terminal
//! stdin            →
//! terminal         →
//! timestamp        → environment python
//! environment      →
//! transport        → diagnostics error interrupt percent_encoding python redaction regular_file
//! diagnostics      →
//! interrupt        → cancellation error
//! cancellation     →
//! error            → python
//! percent_encoding →
//! redaction        →
//! regular_file     →
//! yaml             → python
//! python           →
//! ```

mod batch;
mod cancellation;
mod cli;
mod clients;
mod close_matches;
mod command_context;
mod configuration;
mod diagnostics;
mod encoding;
mod endpoint_query;
mod endpoint_url;
mod environment;
mod error;
mod error_chain;
mod file_read_error;
mod file_size_limit;
mod hints;
mod interrupt;
mod inventory;
#[cfg(feature = "local")]
mod local;
#[cfg(not(feature = "local"))]
#[path = "without_local.rs"]
mod local;
#[doc(hidden)]
pub mod many_calls;
pub mod model;
mod operation_call;
mod output;
mod paginator;
mod params;
mod percent_encoding;
mod python;
mod records;
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
mod source_excerpt;
mod stdin;
mod streams;
mod terminal;
mod timestamp;
mod transport;
mod yaml;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cli::{Command, Program};
use command_context::{CommandContext, CommandReport};
use configuration::{apply, diff, pull};
use diagnostics::Diagnostics;
pub use diagnostics::Stderr;
use encoding::Encoding;
pub use environment::Environment;
use error::{Error, ErrorKind, INTERRUPTED, Result};
pub use file_size_limit::handle_signal as prepare_for_file_size_limit;
pub use interrupt::install_handler as prepare_for_interrupts;
use inventory::{InventoryArgs, inventory};
use operation_call::{OutputStream, RunContext};
use output::RenderedOutput;
use records::{export, export_streams, import, verify};
pub use stdin::Stdin;
pub use streams::Streams;
pub use terminal::Terminal;

/// Runs a command line and returns its exit status. The first argument is the program's name.
///
/// Several runs may execute one after the other or at the same time in different threads, each with
/// its own environment and streams. They share the state of the process: the working directory,
/// signals, the terminal on which MFA codes are entered, the environment and streams that child
/// processes inherit, and the variables that other crates read themselves (AWS_EXECUTION_ENV,
/// SSL_CERT_FILE, SSL_CERT_DIR, and for sessions of `aws login` HOME and
/// AWS_LOGIN_CACHE_DIRECTORY).
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    mut streams: Streams<'_>,
) -> u8 {
    let mut args = args.into_iter();
    let first = args.next().unwrap_or_default();
    let program = Program::of(&first.to_string_lossy());
    let (args, outcome) = match decode_args(args) {
        Ok(args) => {
            let outcome = run_command(&program, &args, environment, &mut streams);
            (args, outcome)
        }
        Err(error) => (Vec::new(), Err(error)),
    };
    // An unknown encoding is an error, whose message is printed in UTF-8.
    let encoding = encoding::output_encoding(environment).unwrap_or(Encoding::UTF_8);
    let status = outcome.and_then(|outcome| match outcome {
        CommandOutcome::Exit(status) => Ok(status),
        CommandOutcome::Report(output, status) => {
            print_output(&output, &mut streams, &encoding)?;
            if status == INTERRUPTED {
                interrupt::run_has_ended();
            }
            Ok(status)
        }
        CommandOutcome::Output(output) => {
            print_output(&output, &mut streams, &encoding)?;
            output.error.map_or(Ok(0), Err)
        }
    });
    let error = match status {
        Ok(status) => return status,
        Err(error) => error,
    };
    if error.kind == ErrorKind::Interrupted {
        // As the AWS CLI does. The error is ignored: an interrupt often closes stdout as well.
        drop(streams.stdout.write_all(b"\n"));
        interrupt::run_has_ended();
        return error.kind.exit_status();
    }
    let (format, profile) = cli::error_format(&program, &args, environment);
    let options = output::error_report::ErrorReportOptions {
        program: program.name(),
        usage: &program.usage(),
        format: settings::error_format(format, profile.as_deref(), environment),
        show_hints: hints::are_enabled(environment, streams.stderr_is_terminal),
    };
    let message = output::error_report::render(&error, &options);
    let message = encoding.encode_backslashreplace(&python::surrogates::escape(&message));
    let message = [encoding.byte_order_mark(streams.stderr_position), &message].concat();
    streams.stderr.write(&message);
    error.kind.exit_status()
}

fn decode_args(args: impl Iterator<Item = OsString>) -> Result<Vec<String>> {
    args.map(|arg| {
        arg.into_string().map_err(|arg| {
            let arg = arg.to_string_lossy();
            Error::parameter(format!("The argument '{arg}' is not UTF-8."))
        })
    })
    .collect()
}

/// The outcome of a command line that did not fail.
enum CommandOutcome {
    /// Output to print. It may come with an error.
    Output(RenderedOutput),
    /// Output to print, and the exit status.
    Report(RenderedOutput, u8),
    /// The exit status of a command that printed its own output.
    Exit(u8),
}

impl<T: Into<RenderedOutput>> From<T> for CommandOutcome {
    fn from(output: T) -> Self {
        CommandOutcome::Output(output.into())
    }
}

/// Runs a command line: step 1, and `operation_call` the others.
fn run_command(
    program: &Program,
    args: &[String],
    environment: &Environment,
    streams: &mut Streams<'_>,
) -> Result<CommandOutcome> {
    let terminal = streams.terminal;
    let call = match cli::parse(program, args, environment, terminal)? {
        Command::Text(text) => return Ok(text.into()),
        Command::Files(files) => return write_files(&files).map(CommandOutcome::from),
        Command::Shell(command) => {
            settings::check_shared_files(environment)?;
            return shell::run_command(&command).map(CommandOutcome::Exit);
        }
        Command::Serve(options) => {
            let (stdout, is_terminal) = (&mut *streams.stdout, streams.stderr_is_terminal);
            let status = local::serve(&options, environment, stdout, &streams.stderr, is_terminal)?;
            return Ok(CommandOutcome::Exit(status));
        }
        Command::Pull(args) => return run_on_pools(environment, streams, |c| pull(&args, c)),
        Command::Diff(args) => return run_on_pools(environment, streams, |c| diff(&args, c)),
        Command::Apply(args) => return run_on_pools(environment, streams, |c| apply(&args, c)),
        Command::Export(args) => {
            return run_on_records(environment, streams, |context, stdout| {
                export(&args, context, stdout)
            });
        }
        Command::ExportStreams(args) => {
            return run_on_records(environment, streams, |context, stdout| {
                export_streams(&args, context, stdout)
            });
        }
        Command::Import(args) => {
            return run_on_records(environment, streams, |context, _| import(&args, context));
        }
        Command::Verify(args) => {
            return run_on_records(environment, streams, |context, stdout| {
                verify(&args, context, stdout)
            });
        }
        Command::Inventory(args) => return run_inventory(&args, environment, streams),
        Command::Operation(call) => call,
    };
    let hints = hints::are_enabled(environment, streams.stderr_is_terminal);
    let context = RunContext {
        stderr_is_terminal: streams.stderr_is_terminal,
        environment,
        stdin: streams.stdin.clone(),
        terminal,
        diagnostics: Diagnostics::new(streams.stderr.clone(), hints),
    };
    let stdout = OutputStream {
        stream: &mut *streams.stdout,
        position: streams.stdout_position,
    };
    let output = operation_call::run(&call, &context, stdout).map_err(|mut error| {
        let operation = &mut error.context.operation;
        operation.get_or_insert(call.operation.name);
        error
    });
    output.map(CommandOutcome::from)
}

/// Runs a command that reads or changes the configuration of identity pools. Not inlined, as its
/// stack frame would cost operations page faults.
#[inline(never)]
fn run_on_pools(
    environment: &Environment,
    streams: &Streams<'_>,
    run: impl FnOnce(&CommandContext<'_>) -> Result<CommandReport>,
) -> Result<CommandOutcome> {
    let report = run(&command_context(environment, streams))?;
    Ok(CommandOutcome::Report(report.stdout.into(), report.status))
}

/// Runs a command that may write records to standard output.
#[inline(never)]
fn run_on_records(
    environment: &Environment,
    streams: &mut Streams<'_>,
    run: impl FnOnce(&CommandContext<'_>, &mut dyn io::Write) -> Result<CommandReport>,
) -> Result<CommandOutcome> {
    let context = command_context(environment, streams);
    let report = run(&context, streams.stdout)?;
    Ok(CommandOutcome::Report(report.stdout.into(), report.status))
}

/// Runs `inventory`. Not inlined, for the same reason.
#[inline(never)]
fn run_inventory(
    args: &InventoryArgs,
    environment: &Environment,
    streams: &Streams<'_>,
) -> Result<CommandOutcome> {
    let report = inventory(args, &command_context(environment, streams))?;
    Ok(CommandOutcome::Report(report.stdout, report.status))
}

/// What a command that makes many calls gets of the run.
fn command_context<'a>(environment: &'a Environment, streams: &Streams<'_>) -> CommandContext<'a> {
    let hints = hints::are_enabled(environment, streams.stderr_is_terminal);
    CommandContext {
        environment,
        stdin: streams.stdin.clone(),
        terminal: streams.terminal,
        stderr: streams.stderr.clone(),
        stderr_is_terminal: streams.stderr_is_terminal,
        diagnostics: Diagnostics::new(streams.stderr.clone(), hints),
    }
}

/// Writes files, creates their parent directories, and returns the paths, one per line.
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

/// Prints the output in one write. Ignores a closed stdout pipe.
fn print_output(
    output: &RenderedOutput,
    streams: &mut Streams<'_>,
    encoding: &Encoding,
) -> Result<()> {
    let written = output.write_to(streams.stdout, streams.stdout_position, encoding);
    let outcome = written.and_then(|unencodable| {
        streams.stdout.flush()?;
        Ok(unencodable)
    });
    match outcome {
        Ok(Some(unencodable)) => Err(Error::general(unencodable.to_string())
            .hint("AWS_CLI_OUTPUT_ENCODING names an encoding that lacks the character")),
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let message = format!("The command succeeded, but printing failed: {error}");
            Err(Error::general(message))
        }
        _ => Ok(()),
    }
}
