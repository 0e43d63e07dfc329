//! The sections that one operation reads and another one writes.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::changes::MemberChange;
use super::section::{PoolConfiguration, Section};
use crate::model::{Operation, OperationId};

/// Sections that are read and written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SectionGroup {
    /// `PushSync` and `CognitoStreams`: GetIdentityPoolConfiguration, SetIdentityPoolConfiguration.
    Configuration,
    /// `Events`: GetCognitoEvents, SetCognitoEvents.
    Events,
}

impl SectionGroup {
    /// All groups, in the order in which they are written.
    pub const ALL: [SectionGroup; 2] = [SectionGroup::Configuration, SectionGroup::Events];

    /// The sections of the group.
    pub fn sections(self) -> &'static [Section] {
        match self {
            SectionGroup::Configuration => &[Section::PushSync, Section::CognitoStreams],
            SectionGroup::Events => &[Section::Events],
        }
    }

    /// The sections of the group that a configuration has.
    pub fn of(self, configuration: &PoolConfiguration) -> PoolConfiguration {
        let sections = configuration.iter();
        let of_group = sections.filter(|(section, _)| self.sections().contains(section));
        of_group
            .map(|(section, members)| (*section, members.clone()))
            .collect()
    }

    /// The group that an operation writes, if it writes one.
    pub fn written_by(operation: &Operation) -> Option<SectionGroup> {
        let groups = SectionGroup::ALL.into_iter();
        let mut written = groups.filter(|group| group.write_id() == operation.id);
        written.next()
    }

    /// The operation that reads the group.
    pub fn read_operation(self) -> &'static Operation {
        match self {
            SectionGroup::Configuration => OperationId::GetIdentityPoolConfiguration.operation(),
            SectionGroup::Events => OperationId::GetCognitoEvents.operation(),
        }
    }

    /// The operation that writes the group.
    pub fn write_operation(self) -> &'static Operation {
        self.write_id().operation()
    }

    fn write_id(self) -> OperationId {
        match self {
            SectionGroup::Configuration => OperationId::SetIdentityPoolConfiguration,
            SectionGroup::Events => OperationId::SetCognitoEvents,
        }
    }

    /// Returns the inputs of the calls that make the changes, in the order of the calls.
    ///
    /// SetIdentityPoolConfiguration gets every section that is set, changed or not: AWS does not
    /// document what happens to omitted ones. An empty section clears it. SetCognitoEvents changes
    /// the events that it gets and no others; an empty ARN removes one. It takes a single event, so
    /// that a removal is a call of its own.
    pub fn write_inputs(
        self,
        pool: &str,
        live: &PoolConfiguration,
        desired: &PoolConfiguration,
        changes: &[MemberChange],
    ) -> Vec<Map<String, Json>> {
        let bodies = match self {
            SectionGroup::Configuration => vec![self.sections_to_write(live, desired, changes)],
            SectionGroup::Events => events_to_write(changes),
        };
        let input = |sections: Map<String, Json>| {
            let pool = ("IdentityPoolId".to_string(), Json::from(pool));
            std::iter::once(pool).chain(sections).collect()
        };
        let is_change = |body: &Map<String, Json>| !body.is_empty();
        bodies.into_iter().filter(is_change).map(input).collect()
    }

    fn sections_to_write(
        self,
        live: &PoolConfiguration,
        desired: &PoolConfiguration,
        changes: &[MemberChange],
    ) -> Map<String, Json> {
        if changes.is_empty() {
            return Map::new();
        }
        let is_changed = |section| changes.iter().any(|change| change.section == section);
        let sections = self.sections().iter().filter_map(|section| {
            let members = desired.get(section).or(live.get(section))?;
            let is_sent = !members.is_empty() || is_changed(*section);
            let name = section.name().to_string();
            is_sent.then(|| (name, Json::Object(members.clone())))
        });
        sections.collect()
    }
}

/// The bodies of the calls that change events: removals first, since they may make room.
fn events_to_write(changes: &[MemberChange]) -> Vec<Map<String, Json>> {
    let body = |events: Json| Map::from_iter([("Events".to_string(), events)]);
    let (set, removed): (Vec<_>, Vec<_>) =
        changes.iter().partition(|change| change.after.is_some());
    let removals = removed
        .iter()
        .map(|change| body(json!({&change.member: ""})));
    let set: BTreeMap<_, _> = set
        .iter()
        .map(|change| (change.member.clone(), change.after.clone()))
        .collect();
    let set = (!set.is_empty()).then(|| body(json!(set)));
    removals.chain(set).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::changes::compare;
    use crate::configuration::section::{given_sections, live_sections};

    fn inputs(group: SectionGroup, live: Json, desired: Json) -> Vec<Json> {
        let members = |sections: &Json| sections.as_object().expect("an object").clone();
        let live = live_sections(&members(&live), &Section::ALL);
        let desired = given_sections(&members(&desired), &Section::ALL);
        let changes = compare(&live, &desired);
        let inputs = group.write_inputs("p", &live, &desired, &changes);
        inputs.into_iter().map(Json::Object).collect()
    }

    #[test]
    fn writes_every_section_that_is_set_or_changed() {
        let (push, streams) = (json!({"RoleArn": "r"}), json!({"StreamName": "s"}));
        let table = [
            (
                json!({"PushSync": push, "CognitoStreams": streams}),
                json!({"PushSync": {"RoleArn": "other"}}),
                json!([{"IdentityPoolId": "p", "PushSync": {"RoleArn": "other"}, "CognitoStreams": streams}]),
            ),
            (
                json!({"PushSync": push, "CognitoStreams": {}}),
                json!({"PushSync": {}, "CognitoStreams": {}}),
                json!([{"IdentityPoolId": "p", "PushSync": {}}]),
            ),
            (
                json!({"PushSync": {}, "CognitoStreams": {}}),
                json!({"CognitoStreams": streams}),
                json!([{"IdentityPoolId": "p", "CognitoStreams": streams}]),
            ),
            (
                json!({"PushSync": push, "CognitoStreams": {}}),
                json!({"PushSync": push}),
                json!([]),
            ),
        ];
        for (live, desired, want) in table {
            let sent = inputs(SectionGroup::Configuration, live, desired.clone());
            assert_eq!(Json::from(sent), want, "{desired}");
        }
    }

    #[test]
    fn writes_changed_events_one_removal_a_call() {
        let table = [
            (
                json!({}),
                json!({"SyncTrigger": "f"}),
                json!([{"SyncTrigger": "f"}]),
            ),
            (
                json!({"SyncTrigger": "f"}),
                json!({}),
                json!([{"SyncTrigger": ""}]),
            ),
            (
                json!({"onLogin": "f", "kept": "k"}),
                json!({"SyncTrigger": "f", "kept": "k"}),
                json!([{"onLogin": ""}, {"SyncTrigger": "f"}]),
            ),
            (
                json!({"SyncTrigger": "f"}),
                json!({"SyncTrigger": "f"}),
                json!([]),
            ),
        ];
        for (live, desired, want) in table {
            let sent = inputs(
                SectionGroup::Events,
                json!({"Events": live}),
                json!({"Events": desired}),
            );
            let want = want.as_array().expect("a list").iter();
            let want: Vec<_> = want
                .map(|events| json!({"IdentityPoolId": "p", "Events": events}))
                .collect();
            assert_eq!(sent, want, "{live} {desired}");
        }
    }

    #[test]
    fn operations_of_a_group_have_its_sections() {
        for group in SectionGroup::ALL {
            let (read, write) = (group.read_operation(), group.write_operation());
            assert_eq!(SectionGroup::written_by(write), Some(group));
            assert_eq!(SectionGroup::written_by(read), None);
            for section in group.sections() {
                assert!(read.output.member(section.name()).is_some());
                assert!(write.input.member(section.name()).is_some());
            }
        }
    }
}
