//! Reads a document of a state file, and makes the desired pools.

use super::entry_keys::{self, IDENTITY_POOL_ID, POOLS, SCHEMA};
use super::messages;
use super::node::{Node, NodeError, NodeValue};
use super::reader::DescribedPools;
use super::value_reader::ValueReader;
use crate::configuration::desired_pool::{DesiredPool, MemberLocations};
use crate::configuration::section::PoolConfiguration;

/// Reads the documents of one file.
pub(super) struct DocumentReader<'a> {
    pub(super) values: ValueReader<'a>,
    pub(super) pools: &'a mut DescribedPools,
}

impl DocumentReader<'_> {
    /// Reads a document. Returns `false` if it is empty.
    pub(super) fn read(&mut self, document: Node<'_>) -> Result<bool, NodeError> {
        let what = "the document";
        let entries = match document.value()? {
            NodeValue::Null => return Ok(false),
            NodeValue::Mapping(entries) => entries,
            NodeValue::List(_) => {
                let message = "the document is a list; put it under the key pools";
                self.values.add(document.position(), message);
                return Ok(true);
            }
            other => {
                self.values.add(
                    document.position(),
                    &messages::type_mismatch(what, "mapping", &other),
                );
                return Ok(true);
            }
        };
        let entries = self.values.known_entries(entries, what, &[SCHEMA, POOLS])?;
        if !entries.iter().any(|entry| entry.key == POOLS) {
            let message = "the document has no pools; add a list of pools, or pools: []";
            self.values.add(document.position(), message);
        }
        for entry in entries {
            match (entry.key, entry.value.value()?) {
                (SCHEMA, NodeValue::String(_)) => {}
                (SCHEMA, other) => {
                    let message = messages::type_mismatch(SCHEMA, "string", &other);
                    self.values.add(entry.value.position(), &message);
                }
                (_, NodeValue::List(pools)) => {
                    for pool in pools {
                        self.read_pool(pool)?;
                    }
                }
                (_, NodeValue::Null) => {
                    self.values
                        .add(entry.key_position, "pools has no value; write pools: []");
                }
                (_, other) => {
                    let message = messages::type_mismatch(POOLS, "list", &other);
                    self.values.add(entry.value.position(), &message);
                }
            }
        }
        Ok(true)
    }

    /// Reads an entry of the list of pools.
    fn read_pool(&mut self, node: Node<'_>) -> Result<(), NodeError> {
        let keys = entry_keys::of_pool();
        let Some(entries) = self.values.mapping(node, "a pool", &keys)? else {
            return Ok(());
        };
        let (mut id, mut region) = (None, None);
        let mut configuration = PoolConfiguration::new();
        let mut locations = MemberLocations::default();
        let has_id = entries.iter().any(|entry| entry.key == IDENTITY_POOL_ID);
        for entry in entries {
            match (entry.key, entry_keys::section(entry.key)) {
                (_, Some(section)) => {
                    let members = self.values.section(section, &entry, &mut locations)?;
                    configuration.insert(section, members.unwrap_or_default());
                }
                (IDENTITY_POOL_ID, _) => {
                    let shape = entry_keys::identity_pool_id();
                    id = self.values.string(&entry.value, shape, entry.key)?;
                }
                _ => region = self.values.region(&entry)?,
            }
        }
        if !has_id {
            let message = "the pool has no IdentityPoolId; add the line \
                           IdentityPoolId: REGION:UUID";
            self.values.add(node.position(), message);
        }
        let Some(id) = id else { return Ok(()) };
        locations.shrink_to_fit();
        let position = node.position();
        let pool = DesiredPool {
            id,
            region,
            configuration: configuration.into(),
            location: self.values.file.location(position),
            member_locations: locations,
        };
        let shown = messages::quoted(&pool.id);
        if let Some(first) = self.pools.add(pool) {
            let message = format!("the pool {shown} is already at {first}; describe it once");
            self.values.add(position, &message);
        }
        Ok(())
    }
}
