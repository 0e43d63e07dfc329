//! The desired configuration of an identity pool, as a state file describes it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::section::{PoolConfiguration, Section};

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
    pub configuration: PackedConfiguration,
    /// Location of the entry.
    pub location: SourceLocation,
    /// Locations of its sections and members, in the same file.
    pub member_locations: MemberLocations,
}

impl DesiredPool {
    /// Returns the location of a member by its path, such as `PushSync.RoleArn`, or else of its
    /// section, or else of the pool.
    pub fn location_of(&self, path: &str) -> SourceLocation {
        let (section, member) = path.split_once('.').unwrap_or((path, ""));
        let locations = &self.member_locations;
        let found = locations
            .get(section, member)
            .or_else(|| locations.get(section, ""));
        match found {
            Some((line, column)) => SourceLocation {
                line,
                column,
                ..self.location.clone()
            },
            None => self.location.clone(),
        }
    }
}

/// A configuration as JSON: a third of the memory, for thousands of pools that wait.
#[derive(Debug, Default)]
pub struct PackedConfiguration(Box<str>);

impl From<PoolConfiguration> for PackedConfiguration {
    fn from(configuration: PoolConfiguration) -> PackedConfiguration {
        let sections = configuration.into_iter();
        let sections: Map<_, _> = sections
            .map(|(section, members)| (section.name().to_string(), Json::Object(members)))
            .collect();
        PackedConfiguration(Json::Object(sections).to_string().into())
    }
}

impl PackedConfiguration {
    /// Returns the sections.
    pub fn unpack(&self) -> PoolConfiguration {
        // It was written above.
        let mut sections: Map<String, Json> = serde_json::from_str(&self.0).unwrap_or_default();
        let sections = Section::ALL.into_iter().filter_map(|section| {
            match sections.get_mut(section.name()).map(Json::take) {
                Some(Json::Object(members)) => Some((section, members)),
                _ => None,
            }
        });
        sections.collect()
    }
}

/// Locations of sections and members within a file. Kept small, since there are several for each of
/// thousands of pools.
#[derive(Debug, Default)]
pub struct MemberLocations(Vec<MemberLocation>);

#[derive(Debug)]
struct MemberLocation {
    section: Section,
    /// Name of the member; empty for the section itself.
    member: Cow<'static, str>,
    line: u32,
    column: u32,
}

impl MemberLocations {
    /// Adds the location of a member or, under the empty name, of the section itself.
    pub fn insert(
        &mut self,
        section: Section,
        member: impl Into<Cow<'static, str>>,
        line: usize,
        column: usize,
    ) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.0.push(MemberLocation {
            section,
            member: member.into(),
            line: number(line),
            column: number(column),
        });
    }

    /// Gives back memory that was reserved for more locations.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Returns line and column.
    fn get(&self, section: &str, member: &str) -> Option<(usize, usize)> {
        let is_wanted =
            |known: &&MemberLocation| known.section.name() == section && known.member == member;
        let found = self.0.iter().find(is_wanted)?;
        Some((found.line as usize, found.column as usize))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn packs_configurations() {
        let members = json!({"RoleArn": "r \u{dd83d}\"", "ApplicationArns": ["b", "a"]});
        let members = members.as_object().expect("an object").clone();
        let configuration =
            PoolConfiguration::from([(Section::PushSync, members), (Section::Events, Map::new())]);
        let packed = PackedConfiguration::from(configuration.clone());
        assert_eq!(packed.unpack(), configuration);
        assert!(PackedConfiguration::default().unpack().is_empty());
    }

    #[test]
    fn locates_members_or_what_holds_them() {
        let mut member_locations = MemberLocations::default();
        member_locations.insert(Section::PushSync, "", 4, 5);
        member_locations.insert(Section::PushSync, "RoleArn", 5, 7);
        member_locations.insert(Section::Events, "Sync.Trigger", 7, 7);
        let pool = DesiredPool {
            id: "us-east-1:1".to_string(),
            region: None,
            configuration: PackedConfiguration::default(),
            location: SourceLocation {
                file: "pools.yaml".into(),
                line: 3,
                column: 3,
            },
            member_locations,
        };
        let table = [
            ("PushSync.RoleArn", "pools.yaml:5:7"),
            ("PushSync.ApplicationArns", "pools.yaml:4:5"),
            ("PushSync", "pools.yaml:4:5"),
            ("CognitoStreams.StreamName", "pools.yaml:3:3"),
            ("Events.Sync.Trigger", "pools.yaml:7:7"),
            ("Events.Other", "pools.yaml:3:3"),
        ];
        for (path, location) in table {
            assert_eq!(pool.location_of(path).to_string(), location, "{path}");
        }
    }
}
