//! `--generate-cli-skeleton live`: the present configuration of an identity pool as an input.

use serde_json::{Map, Value as Json};

use super::RunContext;
use super::resolved_call::ResolvedCall;
use crate::cancellation::Cancellation;
use crate::cli::OperationCommand;
use crate::configuration::{LiveConfiguration, SectionGroup};
use crate::error::{Error, Result};
use crate::interrupt;
use crate::output::RenderedOutput;
use crate::params::UnvalidatedInput;
use crate::service::CallError;

/// Reads the configuration and renders it as the operation's input: as YAML with `--output yaml`,
/// or else as JSON.
// Not inlined, so that other commands do not have its stack frame.
#[inline(never)]
pub(super) fn render(
    call: &OperationCommand,
    document: &UnvalidatedInput,
    context: &RunContext<'_>,
) -> Result<RenderedOutput> {
    let Some(group) = SectionGroup::written_by(call.operation) else {
        let commands = SectionGroup::ALL.map(|group| group.write_operation().command());
        return Err(Error::parameter(format!(
            "--generate-cli-skeleton live means nothing to {}: only {} have a live input.",
            call.operation.command(),
            commands.join(" and ")
        )));
    };
    let pool = document.text("IdentityPoolId").unwrap_or_default();
    if pool.is_empty() {
        return Err(Error::parameter(
            "--generate-cli-skeleton live needs --identity-pool-id: it prints the configuration of \
             that identity pool.",
        ));
    }
    let mut resolved = ResolvedCall::of_pool(call, pool, context)?;
    let client = resolved.client()?;
    let cancellation = Cancellation::default();
    let reading = LiveConfiguration::read(&client, group, pool, &cancellation);
    let read = interrupt::block_on(reading)?.map_err(CallError::into_error);
    let live = read.map_err(|error| resolved.explain(error))?;
    resolved.render_input(&Json::Object(input(group, pool, live)))
}

/// The input that sets the live configuration. Sections that are not set are left out, apart from
/// required ones.
fn input(group: SectionGroup, pool: &str, live: LiveConfiguration) -> Map<String, Json> {
    let shape = group.write_operation().input;
    let mut input = Map::from_iter([("IdentityPoolId".to_string(), Json::from(pool))]);
    for (section, members) in live.sections {
        if !members.is_empty() || shape.requires(section.name()) {
            input.insert(section.name().to_string(), Json::Object(members));
        }
    }
    input
}
