//! The desired configuration of an identity pool, as a state file describes it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::section::PoolConfiguration;

/// A position in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLocation {
    /// The file as it was named; `-` for standard input.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// An entry of a state file.
#[derive(Debug)]
pub struct DesiredPool {
    /// `IdentityPoolId`
    pub id: String,
    /// `Region`; if `None`, the prefix of the id counts.
    pub region: Option<String>,
    /// The sections that the file describes.
    pub configuration: PoolConfiguration,
    /// Location of the entry.
    pub location: SourceLocation,
    /// Locations of sections and members, by path such as `PushSync` or `PushSync.RoleArn`.
    pub member_locations: BTreeMap<String, SourceLocation>,
}

impl DesiredPool {
    /// Returns the location of a member, or else of its section, or else of the pool.
    pub fn location_of(&self, path: &str) -> &SourceLocation {
        let section = path.split('.').next().unwrap_or(path);
        let locations = &self.member_locations;
        let found = locations.get(path).or_else(|| locations.get(section));
        found.unwrap_or(&self.location)
    }
}
