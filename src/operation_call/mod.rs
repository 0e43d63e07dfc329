//! A call of an operation, or its skeleton: steps 2 to 5 of a command line.

mod all_pages;
mod bulk_publish;
mod diff_printer;
mod disabled_reason;
mod dry_run;
mod live_call;
mod live_skeleton;
mod next_page;
mod resolved_call;
mod warnings;

use crate::cli::OperationCommand;
use crate::configuration::SectionGroup;
use crate::diagnostics::Diagnostics;
use crate::environment::Environment;
use crate::error::Result;
use crate::model::OperationId;
use crate::output::{self, RenderedOutput};
use crate::params;
use crate::params::skeleton::{self, Skeleton};
use crate::settings;
use crate::stdin::Stdin;
use crate::terminal::Terminal;
use crate::timestamp::LocalZone;
pub use all_pages::OutputStream;
use resolved_call::{ResolvedCall, output_options};

/// The parts of a run that operations use.
pub struct RunContext<'a> {
    /// Environment variables.
    pub environment: &'a Environment,
    /// Standard input.
    pub stdin: Stdin,
    /// The terminal of standard output, if any.
    pub terminal: Terminal,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// Warnings and the debug log.
    pub diagnostics: Diagnostics,
}

/// Calls the operation or renders its skeleton. Pages of a list that are printed as they arrive go to
/// `stdout`; what is returned is to be printed after them.
pub fn run(
    call: &OperationCommand,
    context: &RunContext<'_>,
    stdout: OutputStream<'_>,
) -> Result<RenderedOutput> {
    let document = params::parse_input(&call.input, context.environment, &context.stdin)?;
    if let Some(skeleton) = call.skeleton {
        return render_skeleton(call, skeleton, &document, context);
    }
    call_service(call, &document, context, stdout)
}

/// Steps 3 to 5 of a call. Not inlined: each page of its large stack frame costs a page fault when
/// first touched, which commands without a call would pay as well.
#[inline(never)]
fn call_service(
    call: &OperationCommand,
    document: &params::UnvalidatedInput,
    context: &RunContext<'_>,
    stdout: OutputStream<'_>,
) -> Result<RenderedOutput> {
    let mut resolved = ResolvedCall::new(call, document, context)?;
    if context.diagnostics.shows_hints()
        && let Some(group) = SectionGroup::written_by(call.operation)
    {
        warnings::print(&resolved, document, group);
    }
    if call.options.sends_nothing() {
        return dry_run::run(resolved);
    }
    if let Some(group) = live_group(call) {
        return live_call::run(resolved, group);
    }
    if let Some((pages, list)) = call
        .options
        .all_pages
        .as_ref()
        .zip(call.operation.paged_list())
    {
        return all_pages::run(resolved, pages, list, stdout);
    }
    if call.operation.id == OperationId::BulkPublish {
        return bulk_publish::run(resolved, call.options.wait.as_ref());
    }
    let client = resolved.client()?;
    resolved.call(&client)
}

/// The sections that are read before the call, if an option asks for it.
fn live_group(call: &OperationCommand) -> Option<SectionGroup> {
    match call.options.reads_first() {
        true => SectionGroup::written_by(call.operation),
        false => None,
    }
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
        Skeleton::Live => live_skeleton::render(call, document, context),
        Skeleton::YamlInput => Ok(skeleton::yaml_input(call.operation.input).into()),
        Skeleton::Output => {
            let pool = document.text("IdentityPoolId");
            let mut settings = settings::resolve(&call.settings, pool, environment, diagnostics)?;
            settings.resolve_region()?;
            let skeleton = skeleton::output(call.operation.output);
            let zone = LocalZone::new(environment);
            params::validate_output_skeleton(&skeleton, call.operation, &zone)?;
            params::validate_input(document, call.operation, &zone)?;
            let options = output_options(call, &settings, context);
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
