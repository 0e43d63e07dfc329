//! Reads sections and other values of a state file, and checks them against the model.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::LoadOptions;
use super::entry_keys;
use super::expansion::{self, VARIABLE_START};
use super::findings::Findings;
use super::messages;
use super::node::{Node, NodeError, NodeValue};
use super::source_file::SourceFile;
use super::warnings::Warnings;
use crate::configuration::desired_pool::MemberLocations;
use crate::configuration::section::Section;
use crate::model::{Shape, ShapeKind, Structure};
use crate::settings;
use crate::yaml::Position;

/// A value, or `None` where findings say what is wrong with it. `Err` ends the reading of the file.
pub(super) type Checked<T> = Result<Option<T>, NodeError>;

/// A string, and whether variables were replaced in it.
struct ExpandedText<'d> {
    text: Cow<'d, str>,
    is_expanded: bool,
}

/// Reads values of one file.
pub(super) struct ValueReader<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) options: &'a LoadOptions<'a>,
    pub(super) findings: &'a mut Findings,
    pub(super) warnings: &'a mut Warnings,
}

/// An entry of a mapping.
pub(super) struct MappingEntry<'d, K = &'static str> {
    pub(super) key: K,
    pub(super) key_position: Position,
    pub(super) value: Node<'d>,
}

impl ValueReader<'_> {
    pub(super) fn add(&mut self, position: Position, message: &str) {
        self.findings.add(self.file, position, message);
    }

    /// The region, which becomes part of a host name.
    pub(super) fn region(&mut self, entry: &MappingEntry<'_>) -> Checked<String> {
        let Some(region) = self.text(&entry.value, entry.key)? else {
            return Ok(None);
        };
        if settings::is_region_name(&region.text) {
            return Ok(Some(region.text.into_owned()));
        }
        let message = format!(
            "Region is {}, which is no region; write one such as us-east-1",
            messages::shown(&region.text, region.is_expanded)
        );
        self.add(entry.value.position(), &message);
        Ok(None)
    }

    /// Reads a section, and the locations of it and its members.
    pub(super) fn section(
        &mut self,
        section: Section,
        entry: &MappingEntry<'_>,
        locations: &mut MemberLocations,
    ) -> Checked<Map<String, Json>> {
        let Position { line, column } = entry.key_position;
        locations.insert(section, "", line, column);
        if let NodeValue::Null = entry.value.value()? {
            let message = format!(
                "{} has no value; write {{}} to clear the section, or leave it out to keep it",
                entry.key
            );
            self.add(entry.key_position, &message);
            return Ok(None);
        }
        match section.shape().kind {
            ShapeKind::Structure(structure) => {
                self.structure(&entry.value, structure, section, locations)
            }
            ShapeKind::Map { value, .. } => self.map(&entry.value, value, section, locations),
            _ => Ok(None),
        }
    }

    /// Reads the members of a structure, in the order of the model. Those that the AWS CLI does not
    /// know are what the service adds by itself, and left out.
    fn structure(
        &mut self,
        node: &Node<'_>,
        structure: &'static Structure,
        section: Section,
        locations: &mut MemberLocations,
    ) -> Checked<Map<String, Json>> {
        let keys: Vec<_> = structure.members.iter().map(|member| member.name).collect();
        let Some(entries) = self.mapping(*node, section.name(), &keys)? else {
            return Ok(None);
        };
        let mut members = Map::new();
        for member in structure.members {
            let Some(entry) = entries.iter().find(|entry| entry.key == member.name) else {
                continue;
            };
            let value = self.value(&entry.value, member.shape, member.name)?;
            if let (Some(value), true) = (value, member.in_aws_cli) {
                let Position { line, column } = entry.key_position;
                locations.insert(section, member.name, line, column);
                members.insert(member.name.to_string(), value);
            }
        }
        Ok(Some(members))
    }

    /// Reads a map from strings to values of one shape.
    fn map(
        &mut self,
        node: &Node<'_>,
        shape: &'static Shape,
        section: Section,
        locations: &mut MemberLocations,
    ) -> Checked<Map<String, Json>> {
        let entries = match node.value()? {
            NodeValue::Mapping(entries) => entries,
            other => {
                let message = messages::type_mismatch(section.name(), "mapping", &other);
                self.add(node.position(), &message);
                return Ok(None);
            }
        };
        let mut members = Map::new();
        for entry in self.unique_entries(entries, section.name())? {
            let (name, position) = (entry.key, entry.key_position);
            if !entry_keys::is_known_event(&name) {
                let message = format!(
                    "the service never calls the function of the event {}, but that of {} only",
                    messages::quoted(&name),
                    entry_keys::events()
                );
                let location = || self.file.location(position);
                self.warnings.unknown_events.add(location, &message);
            }
            if let Some(value) = self.value(&entry.value, shape, &name)? {
                locations.insert(section, name.to_string(), position.line, position.column);
                members.insert(name.into_owned(), value);
            }
        }
        Ok(Some(members))
    }

    /// Reads a string or a list of them; sections hold nothing else.
    fn value(&mut self, node: &Node<'_>, shape: &'static Shape, name: &str) -> Checked<Json> {
        let ShapeKind::List(item_shape) = shape.kind else {
            return Ok(self.string(node, shape, name)?.map(Json::String));
        };
        let items = match node.value()? {
            NodeValue::List(items) => items,
            other => {
                let message = messages::type_mismatch(name, "list", &other);
                self.add(node.position(), &message);
                return Ok(None);
            }
        };
        let mut values = Vec::with_capacity(items.len());
        let item_name = format!("an item of {name}");
        for item in items {
            let value = self.string(&item, item_shape, &item_name)?;
            values.extend(value.map(Json::String));
        }
        Ok(Some(Json::Array(values)))
    }

    /// Reads a string with the constraints of its shape.
    pub(super) fn string(
        &mut self,
        node: &Node<'_>,
        shape: &'static Shape,
        name: &str,
    ) -> Checked<String> {
        let Some(found) = self.text(node, name)? else {
            return Ok(None);
        };
        match messages::constraint_violation(&found.text, found.is_expanded, shape, name) {
            Some(message) => {
                self.add(node.position(), &message);
                Ok(None)
            }
            None => Ok(Some(found.text.into_owned())),
        }
    }

    /// Reads a string and expands it.
    fn text<'d>(&mut self, node: &Node<'d>, name: &str) -> Checked<ExpandedText<'d>> {
        let text = match node.value()? {
            NodeValue::String(text) => text,
            other => {
                let message = messages::type_mismatch(name, "string", &other);
                self.add(node.position(), &message);
                return Ok(None);
            }
        };
        if let Some(message) = messages::unsendable(&text, name) {
            self.add(node.position(), &message);
            return Ok(None);
        }
        if !self.options.expand {
            if text.contains(VARIABLE_START) {
                let message = "${…} is taken as it stands; --expand replaces it by variables";
                let location = || self.file.location(node.position());
                self.warnings.unexpanded_variables.add(location, message);
            }
            let is_expanded = false;
            return Ok(Some(ExpandedText { text, is_expanded }));
        }
        match expansion::expand(&text, self.options.environment) {
            Ok(expanded) => Ok(Some(ExpandedText {
                is_expanded: text.contains('$'),
                text: Cow::Owned(expanded.into_owned()),
            })),
            Err(message) => {
                self.add(node.position(), &format!("{name}: {message}"));
                Ok(None)
            }
        }
    }

    /// The entries of a mapping with these keys.
    pub(super) fn mapping<'d>(
        &mut self,
        node: Node<'d>,
        what: &str,
        keys: &[&'static str],
    ) -> Checked<Vec<MappingEntry<'d>>> {
        match node.value()? {
            NodeValue::Mapping(entries) => self.known_entries(entries, what, keys).map(Some),
            other => {
                let message = messages::type_mismatch(what, "mapping", &other);
                self.add(node.position(), &message);
                Ok(None)
            }
        }
    }

    /// The entries with known keys; others are findings.
    pub(super) fn known_entries<'d>(
        &mut self,
        entries: Vec<(Node<'d>, Node<'d>)>,
        what: &str,
        keys: &[&'static str],
    ) -> Result<Vec<MappingEntry<'d>>, NodeError> {
        let mut known = Vec::with_capacity(keys.len());
        for entry in self.unique_entries(entries, what)? {
            let (name, key_position) = (entry.key, entry.key_position);
            match keys.iter().find(|key| **key == name) {
                Some(key) => known.push(MappingEntry {
                    key: *key,
                    key_position,
                    value: entry.value,
                }),
                None => self.add(key_position, &messages::unknown_key(&name, what, keys)),
            }
        }
        Ok(known)
    }

    /// The entries of a mapping by their keys. Keys that are no strings, or occur twice, are
    /// findings.
    fn unique_entries<'d>(
        &mut self,
        entries: Vec<(Node<'d>, Node<'d>)>,
        what: &str,
    ) -> Result<Vec<MappingEntry<'d, Cow<'d, str>>>, NodeError> {
        let mut unique = Vec::with_capacity(entries.len());
        let mut positions: HashMap<Cow<'d, str>, Position> = HashMap::new();
        for (key, value) in entries {
            let key_position = key.position();
            let name = match key.value()? {
                NodeValue::String(name) => name,
                other => {
                    let name = format!("a key of {what}");
                    let message = messages::type_mismatch(&name, "string", &other);
                    self.add(key_position, &message);
                    continue;
                }
            };
            if let Some(message) = messages::unsendable(&name, &format!("a key of {what}")) {
                self.add(key_position, &message);
                continue;
            }
            if let Some(first) = positions.get(&name) {
                let message = format!(
                    "the key {} is already at {}; remove one of them",
                    messages::quoted(&name),
                    self.file.location(*first)
                );
                self.add(key_position, &message);
                continue;
            }
            positions.insert(name.clone(), key_position);
            unique.push(MappingEntry {
                key: name,
                key_position,
                value,
            });
        }
        Ok(unique)
    }
}
