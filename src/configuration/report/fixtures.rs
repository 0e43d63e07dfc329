//! Outcomes for the tests of reports.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::configuration::changes::MemberChange;
use crate::configuration::desired_pool::{
    DesiredPool, MemberLocations, PackedConfiguration, SourceLocation,
};
use crate::configuration::outcome::{PoolFailure, PoolOutcome, PoolResult};
use crate::configuration::section::Section;

/// The outcome for a pool of `pools.yaml`.
pub fn outcome(id: &str, line: usize, result: PoolResult) -> PoolOutcome {
    outcome_in("pools.yaml", id, line, result)
}

/// The outcome for a pool of any file. Its push synchronization is in the line below its own.
pub fn outcome_in(file: &str, id: &str, line: usize, result: PoolResult) -> PoolOutcome {
    let mut member_locations = MemberLocations::default();
    member_locations.insert(Section::PushSync, "", line + 1, 9);
    PoolOutcome {
        pool: Arc::new(DesiredPool {
            id: id.to_string(),
            region: None,
            configuration: PackedConfiguration::default(),
            location: SourceLocation {
                file: file.into(),
                line,
                column: 5,
            },
            member_locations,
        }),
        region: "us-east-1".to_string(),
        result,
    }
}

/// A change of a member of push synchronization; null stands for a value that is not set.
pub fn change(member: &str, before: Json, after: Json) -> MemberChange {
    let value = |value: Json| Some(value).filter(|value| !value.is_null());
    MemberChange {
        section: Section::PushSync,
        member: member.to_string(),
        before: value(before),
        after: value(after),
    }
}

/// The failure of a call of an operation.
pub fn failure(code: &str, operation: &'static str, message: &str) -> PoolFailure {
    PoolFailure {
        code: code.to_string(),
        operation: Some(operation),
        message: message.to_string(),
        exit_status: 254,
        planned: Vec::new(),
        may_have_changed: false,
    }
}
