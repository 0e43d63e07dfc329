//! Reads state files.

use std::io::Read;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::LoadOptions;
use crate::configuration::desired_pool::{DesiredPool, MemberLocations, SourceLocation};
use crate::configuration::section::Section;
use crate::error::{Error, Result};
use crate::yaml;

/// Loads the files in order.
pub(super) fn load(
    files: &[String],
    _options: &LoadOptions<'_>,
    stdin: &mut dyn Read,
) -> Result<Vec<Arc<DesiredPool>>> {
    let mut pools: Vec<Arc<DesiredPool>> = Vec::new();
    for file in files {
        let mut text = String::new();
        let read = match file.as_str() {
            "-" => stdin.read_to_string(&mut text).map(drop),
            path => std::fs::read_to_string(path).map(|content| text = content),
        };
        read.map_err(|error| Error::parameter(format!("{file}: {error}")))?;
        let document = yaml::load(&text)
            .map_err(|error| Error::parameter(format!("{file}: {error}")))?
            .into_json();
        let entries = document["pools"].as_array().cloned().unwrap_or_default();
        for entry in &entries {
            let pool = pool(entry, file)?;
            if let Some(other) = pools.iter().find(|other| other.id == pool.id) {
                let message = format!(
                    "{}: the identity pool {} is also at {}",
                    pool.location, pool.id, other.location
                );
                return Err(Error::parameter(message));
            }
            pools.push(Arc::new(pool));
        }
    }
    Ok(pools)
}

fn pool(entry: &Json, file: &str) -> Result<DesiredPool> {
    let location = SourceLocation {
        file: file.into(),
        line: 1,
        column: 1,
    };
    let text = |name: &str| entry[name].as_str().map(str::to_string);
    let Some(id) = text("IdentityPoolId") else {
        let message = format!("{location}: IdentityPoolId is missing");
        return Err(Error::parameter(message));
    };
    let members = |section: &Section| {
        let members: &Map<String, Json> = entry[section.name()].as_object()?;
        Some((*section, members.clone()))
    };
    Ok(DesiredPool {
        id,
        region: text("Region"),
        configuration: Section::ALL.iter().filter_map(members).collect(),
        location,
        member_locations: MemberLocations::default(),
    })
}
