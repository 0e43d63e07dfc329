//! The keys of state files. Sections and their members are those of the model.

use crate::configuration::section::Section;
use crate::model::{OperationId, Shape, ShapeKind};

/// The list of pools.
pub(super) const POOLS: &str = "pools";

/// The schema, which editors read.
pub(super) const SCHEMA: &str = "$schema";

/// The id of a pool.
pub(super) const IDENTITY_POOL_ID: &str = "IdentityPoolId";

/// The region of a pool.
pub(super) const REGION: &str = "Region";

/// The keys of a pool, in order.
pub(super) fn of_pool() -> Vec<&'static str> {
    let sections = Section::ALL.iter().map(|section| section.name());
    [IDENTITY_POOL_ID, REGION]
        .into_iter()
        .chain(sections)
        .collect()
}

/// The section of this name.
pub(super) fn section(name: &str) -> Option<Section> {
    Section::ALL
        .into_iter()
        .find(|section| section.name() == name)
}

/// The shape of a pool's id.
pub(super) fn identity_pool_id() -> &'static Shape {
    input_shape(OperationId::SetCognitoEvents, IDENTITY_POOL_ID)
}

impl Section {
    /// The shape of the section in the operation that sets it.
    pub fn shape(self) -> &'static Shape {
        let operation = match self {
            Section::PushSync | Section::CognitoStreams => {
                OperationId::SetIdentityPoolConfiguration
            }
            Section::Events => OperationId::SetCognitoEvents,
        };
        input_shape(operation, self.name())
    }
}

#[expect(
    clippy::expect_used,
    reason = "the model has the members, as a test shows"
)]
fn input_shape(id: OperationId, member: &str) -> &'static Shape {
    let member = id.operation().input.member(member);
    member.expect("the model has this member").shape
}

/// The events whose functions the service calls.
fn known_events() -> &'static [&'static str] {
    let ShapeKind::Map { key, .. } = Section::Events.shape().kind else {
        return &[];
    };
    match key.kind {
        ShapeKind::String { choices } => choices,
        _ => &[],
    }
}

/// Whether the service calls the function of this event.
pub(super) fn is_known_event(name: &str) -> bool {
    known_events().contains(&name)
}

/// Their names.
pub(super) fn events() -> String {
    known_events().join(", ")
}
