//! Construction of mappings: keys, duplicates and merge keys (`<<`).

use crate::python::key::{Key, Members};
use crate::python::value::Value;
use crate::yaml::error::YamlError;
use crate::yaml::nodes::{NodeContent, YamlNodeId};
use crate::yaml::resolver::Tag;

use super::Constructor;
use super::scalar::excerpt;

impl Constructor<'_> {
    /// The keys and values of a mapping, merged ones first.
    pub(super) fn members(&mut self, id: YamlNodeId, depth: usize) -> Result<Members, YamlError> {
        self.flatten(id, depth)?;
        let NodeContent::Mapping(mapping) = &self.nodes[id].content else {
            return self.error(id, "expected a map");
        };
        let has_merged = mapping.has_merged;
        let mut map = Members::new();
        for (key_id, value_id) in mapping.entries.clone() {
            let key = self.key(key_id, depth)?;
            // Scalars are constructed before duplicates are looked for, collections later.
            let scalar = match self.nodes[value_id].content {
                NodeContent::Scalar(_) => Some(self.construct(value_id, depth)?),
                _ => None,
            };
            if !has_merged {
                self.reject_duplicate(key_id, &key, &map)?;
            }
            let value = scalar.map_or_else(|| self.construct(value_id, depth), Ok)?;
            map.insert(key, value);
        }
        Ok(map)
    }

    pub(super) fn reject_duplicate(
        &self,
        id: YamlNodeId,
        key: &Key,
        map: &Members,
    ) -> Result<(), YamlError> {
        match map.contains_key(key) {
            true => self.error(
                id,
                format!("key {} occurs twice", excerpt(&key.python_str())),
            ),
            false => Ok(()),
        }
    }

    pub(super) fn key(&mut self, id: YamlNodeId, depth: usize) -> Result<Key, YamlError> {
        match self.construct(id, depth)? {
            value @ (Value::Map(_) | Value::Set(_)) => {
                self.error(id, format!("a {} is no key", value.python_type()))
            }
            value => Key::from_value(value).map_err(|kind| {
                let message = format!("unhashable type: '{kind}'");
                self.position(id).python_exception(message)
            }),
        }
    }

    /// Replaces a mapping's merge keys by the entries that they name, put first so that its own
    /// entries win. The key `=` becomes an ordinary string.
    fn flatten(&mut self, id: YamlNodeId, depth: usize) -> Result<(), YamlError> {
        let NodeContent::Mapping(mapping) = &mut self.nodes[id].content else {
            return Ok(());
        };
        if std::mem::replace(&mut mapping.is_flat, true) {
            return Ok(());
        }
        let entries = std::mem::take(&mut mapping.entries);
        let (mut merged, mut own) = (Vec::new(), Vec::new());
        for (key, value) in entries {
            match self.nodes[key].tag {
                Tag::Merge if !merged.is_empty() => {
                    return self.error(key, "key \"<<\" occurs twice");
                }
                Tag::Merge => merged = self.merged_entries(value, depth)?,
                Tag::Value => {
                    self.nodes[key].tag = Tag::Str;
                    own.push((key, value));
                }
                _ => own.push((key, value)),
            }
        }
        if let NodeContent::Mapping(mapping) = &mut self.nodes[id].content {
            mapping.has_merged = !merged.is_empty();
            merged.append(&mut own);
            mapping.entries = merged;
        }
        Ok(())
    }

    /// The entries that a merge key brings in: those of a mapping, or of a list of mappings, of
    /// which the last comes first so that earlier ones win.
    fn merged_entries(
        &mut self,
        id: YamlNodeId,
        depth: usize,
    ) -> Result<Vec<(YamlNodeId, YamlNodeId)>, YamlError> {
        const EXPECTED: &str = "'<<' needs a map or a list of maps";
        let sources = match &self.nodes[id].content {
            NodeContent::Scalar(_) => return self.error(id, EXPECTED),
            NodeContent::Sequence(items) => items.iter().rev().copied().collect(),
            NodeContent::Mapping(_) => vec![id],
        };
        let mut merged = Vec::new();
        for source in sources {
            self.enter(source, depth)?;
            self.flatten(source, depth + 1)?;
            self.leave(source);
            let NodeContent::Mapping(mapping) = &self.nodes[source].content else {
                return self.error(source, EXPECTED);
            };
            let entries = mapping.entries.clone();
            self.spend(source, 1 + entries.len())?;
            merged.extend(entries);
        }
        Ok(merged)
    }
}
