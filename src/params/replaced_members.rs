//! Members of the document of `--cli-input-json` or `--cli-input-yaml` that an option drops, since
//! it replaces the whole structure or map that they belong to.

use crate::model::{Member, ShapeKind};
use crate::python::value::Value;

/// A member of the input whose option drops a part of the document.
#[derive(Debug)]
pub struct ReplacedMember {
    /// The member with the option.
    pub member: &'static Member,
    /// The names within it that only the document has.
    pub dropped: Vec<String>,
}

impl ReplacedMember {
    /// Compares the value of an option with that of the document. Returns `None` if nothing is
    /// dropped.
    pub(super) fn compare(
        member: &'static Member,
        option: &Value,
        document: &Value,
    ) -> Option<ReplacedMember> {
        let (Value::Map(option), Value::Map(document)) = (option, document) else {
            return None;
        };
        let is_known = |name: &str| match &member.shape.kind {
            ShapeKind::Structure(structure) => structure.member(name).is_some(),
            _ => true,
        };
        let missing = document.keys().filter(|key| !option.contains_key(*key));
        let names = missing.filter_map(|key| key.as_str());
        let dropped: Vec<_> = names
            .filter(|name| is_known(name))
            .map(str::to_string)
            .collect();
        (!dropped.is_empty()).then_some(ReplacedMember { member, dropped })
    }
}
