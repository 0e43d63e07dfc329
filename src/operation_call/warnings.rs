//! Warnings on a terminal about a call that may not do what is meant.

use super::resolved_call::ResolvedCall;
use crate::configuration::value_checks::{check_event_names, check_pool_id, check_values};
use crate::configuration::{SectionGroup, given_sections};
use crate::params::{ReplacedMember, UnvalidatedInput};
use crate::settings::region_of_pool;

/// Prints warnings about the input of a call that sets the sections of a group.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn print(resolved: &ResolvedCall<'_>, document: &UnvalidatedInput, group: SectionGroup) {
    let pool = resolved.pool();
    let given = given_sections(&resolved.input, group.sections());
    let region = region_of_pool(pool).or(resolved.settings.region());
    let values = check_event_names(&given).into_iter();
    let values = values.chain(check_values(&given, region));
    let warnings = check_pool_id(pool)
        .into_iter()
        .chain(document.replaced_members().iter().map(about_replaced))
        .chain(given.is_empty().then(|| about_nothing_given(group)))
        .chain(values.map(|warning| warning.text));
    for warning in warnings {
        resolved.context.diagnostics.warn_with_hints(&warning);
    }
}

fn about_replaced(replaced: &ReplacedMember) -> String {
    let (option, name) = (replaced.member.option(), replaced.member.name);
    let (verb, pronoun) = match replaced.dropped.len() {
        1 => ("is", "it"),
        _ => ("are", "them"),
    };
    let dropped = replaced.dropped.join(", ");
    format!(
        "--{option} replaces the whole {name} of the document: {dropped} {verb} not sent. To keep \
         {pronoun}, write {pronoun} into the option, too"
    )
}

fn about_nothing_given(group: SectionGroup) -> String {
    let input = group.write_operation().input;
    let members = group
        .sections()
        .iter()
        .filter_map(|section| input.member(section.name()));
    let options: Vec<_> = members
        .map(|member| format!("--{}", member.option()))
        .collect();
    format!(
        "none of {} is given: the request is empty",
        options.join(" and ")
    )
}
