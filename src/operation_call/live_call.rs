//! Calls that read the live configuration first: `--merge` and `--show-diff`, also together with
//! `--dry-run`.

use std::future::Future;

use serde_json::{Value as Json, json};

use super::diff_printer::DiffPrinter;
use super::dry_run;
use super::resolved_call::ResolvedCall;
use crate::cancellation::Cancellation;
use crate::configuration::{
    LiveConfiguration, MemberChange, PoolConfiguration, SectionGroup, UpdateOutcome, UpdatePlan,
    UpdateTarget, compare, given_sections, merge,
};
use crate::error::Result;
use crate::interrupt;
use crate::output::RenderedOutput;
use crate::service::{CallError, Client};

/// Makes the call and renders what it prints.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn run(mut resolved: ResolvedCall<'_>, group: SectionGroup) -> Result<RenderedOutput> {
    let client = resolved.client()?;
    let options = &resolved.call.options;
    let call = LiveCall {
        given: given_sections(&resolved.input, group.sections()),
        pool: resolved.pool().to_string(),
        client: &client,
        group,
        cancellation: Cancellation::default(),
    };
    let mut diff = DiffPrinter::new(&resolved);
    match (options.merge, options.dry_run) {
        (true, false) => {
            let body = call
                .merge(&mut diff)
                .map_err(|error| resolved.explain(error))?;
            resolved.render_response(body)
        }
        (true, true) => {
            let plan = call.plan_merge().map_err(|error| resolved.explain(error))?;
            diff.print(&plan.changes);
            let document = plan_document(&mut resolved, &plan)?;
            resolved.render_document(&document)
        }
        (false, is_dry_run) => {
            let live = call.read().map_err(|error| resolved.explain(error))?;
            diff.print(&call.changes_without_merge(&live));
            match is_dry_run {
                true => dry_run::run(resolved),
                false => resolved.call(&client),
            }
        }
    }
}

/// A call that sets sections of an identity pool.
struct LiveCall<'a> {
    client: &'a Client,
    pool: String,
    group: SectionGroup,
    /// The sections of the input.
    given: PoolConfiguration,
    cancellation: Cancellation,
}

impl LiveCall<'_> {
    /// Merges the given sections into the live configuration. Returns the body of the response or,
    /// if nothing changes, that of the live configuration.
    fn merge(&self, diff: &mut DiffPrinter) -> Result<Vec<u8>> {
        let target = self.target();
        let desired = |live: &PoolConfiguration| merge(live, &self.given);
        let updating = target.update(desired, |changes| diff.print(changes));
        match block_on(updating)? {
            UpdateOutcome::Changed(_, response) => Ok(response.response.body),
            UpdateOutcome::Unchanged(live) => {
                diff.print(&[]);
                Ok(live.body)
            }
        }
    }

    /// Returns what [`LiveCall::merge`] would send.
    fn plan_merge(&self) -> Result<UpdatePlan> {
        let live = self.read()?.sections;
        Ok(self.target().plan(&live, &merge(&live, &self.given)))
    }

    /// The changes of a call without `--merge`: a section that is given replaces the live one. Of
    /// events, the service keeps those that are not named.
    fn changes_without_merge(&self, live: &LiveConfiguration) -> Vec<MemberChange> {
        match self.group {
            SectionGroup::Configuration => compare(&live.sections, &self.given),
            SectionGroup::Events => compare(&live.sections, &merge(&live.sections, &self.given)),
        }
    }

    fn read(&self) -> Result<LiveConfiguration> {
        block_on(self.target().read())
    }

    fn target(&self) -> UpdateTarget<'_> {
        UpdateTarget {
            client: self.client,
            pool: &self.pool,
            group: self.group,
            cancellation: &self.cancellation,
        }
    }
}

/// The document of `--merge --dry-run`: the request with its changes. Several requests are a list.
/// If nothing changes, there is no request.
fn plan_document(resolved: &mut ResolvedCall<'_>, plan: &UpdatePlan) -> Result<Json> {
    let mut documents = Vec::new();
    for input in &plan.inputs {
        documents.push(dry_run::request_document(resolved, Some(input))?);
    }
    if documents.is_empty() {
        documents.push(dry_run::request_document(resolved, None)?);
    }
    let changes: Vec<_> = plan.changes.iter().map(change_document).collect();
    for document in &mut documents {
        document.insert("Changes".to_string(), json!(changes));
    }
    Ok(match documents.len() {
        1 => documents.into_iter().next().into(),
        _ => documents.into(),
    })
}

fn change_document(change: &MemberChange) -> Json {
    json!({"Member": change.path(), "Before": change.before, "After": change.after})
}

fn block_on<T>(work: impl Future<Output = Result<T, CallError>>) -> Result<T> {
    interrupt::block_on(work)?.map_err(CallError::into_error)
}
