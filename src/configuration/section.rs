//! The sections that make up the configuration of an identity pool.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// A section of the configuration. The order is that of state files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Push synchronization.
    PushSync,
    /// The stream of updates.
    CognitoStreams,
    /// The Lambda functions that the service calls.
    Events,
}

impl Section {
    /// All sections, in order.
    pub const ALL: [Section; 3] = [Section::PushSync, Section::CognitoStreams, Section::Events];

    /// The name of the section in the API and in state files.
    pub fn name(self) -> &'static str {
        match self {
            Section::PushSync => "PushSync",
            Section::CognitoStreams => "CognitoStreams",
            Section::Events => "Events",
        }
    }
}

/// Sections of an identity pool's configuration with their members, as in the API.
///
/// A desired configuration leaves alone the sections that it lacks and clears those without
/// members. A live configuration lacks the sections that were not read; one that is not set has no
/// members.
pub type PoolConfiguration = BTreeMap<Section, Map<String, Json>>;

/// Returns the sections that an API document has.
pub fn given_sections(document: &Map<String, Json>, sections: &[Section]) -> PoolConfiguration {
    let given = |section: &Section| {
        let members = document.get(section.name())?.as_object()?;
        Some((*section, members.clone()))
    };
    sections.iter().filter_map(given).collect()
}

/// Returns all of these sections of an API document. One that it lacks is not set.
pub fn live_sections(document: &Map<String, Json>, sections: &[Section]) -> PoolConfiguration {
    let mut live = given_sections(document, sections);
    for section in sections {
        live.entry(*section).or_default();
    }
    live
}
