//! Construction of values from the node graph.
//!
//! Mirrors `SafeConstructor` of `ruamel/yaml/constructor.py` (0.19.1): duplicate keys are errors,
//! merge keys are replaced by what they name, and a list becomes a tuple where it is a key. An
//! `!!omap` becomes a plain map. Recursive values, which Python can hold, are errors.

mod binary;
mod integer;
mod mapping;
pub(super) mod scalar;

use crate::python::key::{Key, Members};
use crate::python::value::Value;

use super::MAX_DEPTH;
use super::error::{Position, YamlError};
use super::nodes::{Graph, Mapping, NodeContent, YamlNode, YamlNodeId};
use super::resolver::{Tag, YamlVersion};
use scalar::{ScalarError, excerpt};

/// The number of values that aliases and merge keys may add to those written out. Steps that make
/// no value but may be repeated through aliases count as values.
const MAX_COPIES: usize = 1_000_000;

/// The bytes of a string that count as one more value.
const BYTES_PER_COPY: usize = 64;

/// Constructs the value of a document's root. `text_len` is the length of the document's text.
pub(super) fn construct(
    graph: Graph<'_>,
    version: YamlVersion,
    text_len: usize,
) -> Result<Value, YamlError> {
    let budget = MAX_COPIES + graph.nodes.len() + text_len / BYTES_PER_COPY;
    let mut constructor = Constructor {
        nodes: graph.nodes,
        version,
        budget,
    };
    constructor.construct(graph.root, 0)
}

struct Constructor<'t> {
    nodes: Vec<YamlNode<'t>>,
    version: YamlVersion,
    /// The number of values that may still be made.
    budget: usize,
}

type Construct<'t> = fn(&mut Constructor<'t>, YamlNodeId, usize) -> Result<Value, YamlError>;

impl<'t> Constructor<'t> {
    fn position(&self, id: YamlNodeId) -> Position {
        self.nodes[id].position()
    }

    fn error<T>(&self, id: YamlNodeId, message: impl Into<String>) -> Result<T, YamlError> {
        Err(self.position(id).error(message))
    }

    /// Takes `count` values off the budget, so that aliases of aliases cannot exhaust memory or
    /// time.
    fn spend(&mut self, id: YamlNodeId, count: usize) -> Result<(), YamlError> {
        match self.budget.checked_sub(count) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => self.error(id, "aliases make the document too large"),
        }
    }

    /// Opens a node, which must not be open already.
    fn enter(&mut self, id: YamlNodeId, depth: usize) -> Result<(), YamlError> {
        if depth > MAX_DEPTH {
            return self.error(id, "values are nested too deep");
        }
        if std::mem::replace(&mut self.nodes[id].is_open, true) {
            return self.error(id, "an anchored value holds itself");
        }
        Ok(())
    }

    fn leave(&mut self, id: YamlNodeId) {
        self.nodes[id].is_open = false;
    }

    fn construct(&mut self, id: YamlNodeId, depth: usize) -> Result<Value, YamlError> {
        self.spend(id, 1)?;
        let version = self.version;
        match &self.nodes[id].tag {
            Tag::Null => self.scalar(id, |_| Ok(Value::Null)),
            Tag::Bool => self.scalar(id, scalar::boolean),
            Tag::Int => self.scalar(id, |text| integer::integer(text, version)),
            Tag::Float => self.scalar(id, |text| scalar::float(text, version)),
            Tag::Binary => self.scalar(id, binary::binary),
            Tag::Str => self.scalar(id, |text| Ok(Value::String(text.to_string()))),
            Tag::Timestamp => match &self.nodes[id].content {
                // Unlike other scalars, it is not looked up under a mapping's `=`.
                NodeContent::Scalar(_) => self.scalar(id, scalar::timestamp),
                _ => self.error(id, "expected a timestamp"),
            },
            Tag::Seq => self.collection(id, depth, Self::list),
            Tag::Map => self.collection(id, depth, Self::map),
            Tag::Set => self.collection(id, depth, Self::set),
            Tag::Omap => self.collection(id, depth, Self::omap),
            Tag::Pairs => self.collection(id, depth, Self::pairs),
            Tag::Merge => self.error(id, "'<<' may only be a key"),
            Tag::Value => self.error(id, "'=' may only be a key"),
            Tag::Unknown(name) => self.error(id, format!("the tag {} is unknown", excerpt(name))),
        }
    }

    /// The value of a scalar, or of the scalar that a mapping has under `=`.
    fn scalar(
        &mut self,
        id: YamlNodeId,
        read: impl FnOnce(&str) -> Result<Value, ScalarError>,
    ) -> Result<Value, YamlError> {
        let mut at = id;
        // A mapping may name itself there. No path through the nodes is longer than their number.
        for _ in 0..self.nodes.len() {
            let next = match &self.nodes[at].content {
                NodeContent::Scalar(text) => {
                    let count = text.len() / BYTES_PER_COPY;
                    let value = read(text).map_err(|failure| failure.at(self.position(id)))?;
                    self.spend(id, count)?;
                    return Ok(value);
                }
                NodeContent::Sequence(_) => None,
                NodeContent::Mapping(Mapping { entries, .. }) => {
                    let is_value =
                        |(key, _): &&(YamlNodeId, YamlNodeId)| self.nodes[*key].tag == Tag::Value;
                    let next = entries.iter().find(is_value).map(|(_, value)| *value);
                    let searched = entries.len();
                    self.spend(id, searched)?;
                    next
                }
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        self.error(id, "expected a single value, not a list or map")
    }

    /// Constructs a collection, which must not contain itself.
    fn collection(
        &mut self,
        id: YamlNodeId,
        depth: usize,
        construct: Construct<'t>,
    ) -> Result<Value, YamlError> {
        self.enter(id, depth)?;
        let value = construct(self, id, depth + 1);
        self.leave(id);
        value
    }

    /// The items of a sequence.
    fn items(&self, id: YamlNodeId) -> Result<Vec<YamlNodeId>, YamlError> {
        match &self.nodes[id].content {
            NodeContent::Sequence(items) => Ok(items.clone()),
            _ => self.error(id, "expected a list"),
        }
    }

    fn list(&mut self, id: YamlNodeId, depth: usize) -> Result<Value, YamlError> {
        let items = self.items(id)?;
        let values = items.into_iter().map(|item| self.construct(item, depth));
        Ok(Value::List(values.collect::<Result<_, _>>()?))
    }

    fn map(&mut self, id: YamlNodeId, depth: usize) -> Result<Value, YamlError> {
        self.members(id, depth).map(Value::Map)
    }

    fn set(&mut self, id: YamlNodeId, depth: usize) -> Result<Value, YamlError> {
        let members = self.members(id, depth)?.into_keys();
        Ok(Value::Set(members.map(Key::into_value).collect()))
    }

    /// The key and value of each item of a sequence whose items are mappings of one entry.
    fn single_entries(&self, id: YamlNodeId) -> Result<Vec<(YamlNodeId, YamlNodeId)>, YamlError> {
        let items = self.items(id)?;
        let single = |item: YamlNodeId| match &self.nodes[item].content {
            NodeContent::Mapping(Mapping { entries, .. }) if entries.len() == 1 => Ok(entries[0]),
            _ => self.error(item, "expected a map of one key"),
        };
        items.into_iter().map(single).collect()
    }

    fn omap(&mut self, id: YamlNodeId, depth: usize) -> Result<Value, YamlError> {
        let mut map = Members::new();
        for (key_id, value_id) in self.single_entries(id)? {
            let key = self.key(key_id, depth)?;
            let value = self.construct(value_id, depth)?;
            self.reject_duplicate(key_id, &key, &map)?;
            map.insert(key, value);
        }
        Ok(Value::Map(map))
    }

    fn pairs(&mut self, id: YamlNodeId, depth: usize) -> Result<Value, YamlError> {
        let mut pairs = Vec::new();
        for (key, value) in self.single_entries(id)? {
            let pair = vec![self.construct(key, depth)?, self.construct(value, depth)?];
            pairs.push(Value::Tuple(pair));
        }
        Ok(Value::List(pairs))
    }
}
