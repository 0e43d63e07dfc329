//! A call of an operation, or its skeleton: steps 2 to 5 of a command line.

use crate::cli::OperationCommand;
use crate::clients;
use crate::diagnostics::Diagnostics;
use crate::encoding;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::output::{self, ColorChoice, RenderedOutput, TableColor, TimestampFormat};
use crate::params;
use crate::params::skeleton::{self, Skeleton};
use crate::service::{self, Client, ThrottlingMode};
use crate::settings;
use crate::stdin::Stdin;
use crate::terminal::Terminal;
use crate::timestamp::LocalZone;

/// The parts of a run that operations use.
pub struct RunContext<'a> {
    /// Environment variables.
    pub environment: &'a Environment,
    /// Standard input.
    pub stdin: Stdin,
    /// The terminal of standard output, if any.
    pub terminal: Terminal,
    /// Warnings and the debug log.
    pub diagnostics: Diagnostics,
}

/// Calls the operation or renders its skeleton.
pub fn run(call: &OperationCommand, context: &RunContext<'_>) -> Result<RenderedOutput> {
    let document = params::parse_input(&call.input, context.environment, &context.stdin)?;
    if let Some(skeleton) = call.skeleton {
        return render_skeleton(call, skeleton, &document, context);
    }
    call_service(call, &document, context)
}

/// Steps 3 to 5 of a call. Not inlined: each page of its large stack frame costs a page fault when
/// first touched, which commands without a call would pay as well.
#[inline(never)]
fn call_service(
    call: &OperationCommand,
    document: &params::UnvalidatedInput,
    context: &RunContext<'_>,
) -> Result<RenderedOutput> {
    let (environment, diagnostics) = (context.environment, &context.diagnostics);
    let pool = document.text("IdentityPoolId");
    let mut settings = settings::resolve(&call.settings, pool, environment, diagnostics)?;
    let zone = LocalZone::new(environment);
    let input = params::validate_input(document, call.operation, &zone)?;
    let ready = settings.sdk_config()?;
    let transport = clients::transport(&settings, environment)?;
    let throttling = match settings.is_paced() {
        true => ThrottlingMode::RetryPaced,
        false => ThrottlingMode::Retry,
    };
    let endpoint = settings.endpoint.clone();
    let destination = clients::destination(&settings, transport, endpoint, throttling);
    let client = Client::new(call.operation.service, ready, destination);
    let result = service::call(&client, call.operation, &input);
    let response = result.map_err(|error| {
        let hints = params::enum_value_hints(&input, call.operation.input);
        let hints = hints.into_iter().chain(settings.region_hint());
        hints.fold(error, Error::hint)
    })?;
    let timestamps = match settings.wire_timestamps {
        true => TimestampFormat::Wire,
        false => TimestampFormat::Iso8601(&zone),
    };
    let options = output::OutputOptions {
        timestamps,
        is_plain_utf8: encoding::output_encoding(environment)?.is_plain_utf8(),
        ..output_options(call, &settings, context.terminal)
    };
    output::render_response(response.response.body, call.operation.output, &options)
}

/// Renders a skeleton in place of a call. For an output skeleton, the settings and the input are
/// validated first, as in the AWS CLI.
fn render_skeleton(
    call: &OperationCommand,
    skeleton: Skeleton,
    document: &params::UnvalidatedInput,
    context: &RunContext<'_>,
) -> Result<RenderedOutput> {
    let (environment, diagnostics) = (context.environment, &context.diagnostics);
    match skeleton {
        Skeleton::Input => Ok(output::render_json(&skeleton::input(call.operation.input)).into()),
        Skeleton::Example => {
            Ok(output::render_json(&skeleton::example(call.operation.input)).into())
        }
        Skeleton::YamlInput => Ok(skeleton::yaml_input(call.operation.input).into()),
        Skeleton::Output => {
            let pool = document.text("IdentityPoolId");
            let mut settings = settings::resolve(&call.settings, pool, environment, diagnostics)?;
            settings.resolve_region()?;
            let skeleton = skeleton::output(call.operation.output);
            let zone = LocalZone::new(environment);
            params::validate_output_skeleton(&skeleton, call.operation, &zone)?;
            params::validate_input(document, call.operation, &zone)?;
            let options = output_options(call, &settings, context.terminal);
            output::render_document(
                &skeleton,
                &output::OutputOptions {
                    is_skeleton: true,
                    ..options
                },
            )
        }
    }
}

fn output_options<'a>(
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
