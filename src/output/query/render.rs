//! Texts of values: `str` for the error messages of jmespath.py, and `json.dumps` for `to_string`.
//!
//! An expression reference has no stable text in Python (it contains an address); here the address
//! is always zero.

use super::number::QueryNumber;
use super::value::QueryValue;
use crate::python::value_node::{Inspect, SequenceType, ValueNode};
use crate::python::{self, json_dumps};

const EXPRESSION: &str = "<jmespath.visitor._Expression object at 0x0>";

/// `str(value)`: a string itself, `repr` of anything else.
pub(super) fn python_str(item: &QueryValue) -> String {
    python::to_str(item.clone())
}

/// `json.dumps(value, separators=(',', ':'), default=str)`.
pub(super) fn json_dumps(item: &QueryValue) -> String {
    json_dumps::dumps_compact(item.clone())
}

impl<'a> Inspect<'a> for QueryValue<'a> {
    fn node(self) -> ValueNode<'a, Self> {
        match self {
            QueryValue::Null => ValueNode::None,
            QueryValue::Bool(flag) => ValueNode::Bool(flag),
            QueryValue::Number(number) => match QueryNumber::from_json(&number) {
                QueryNumber::Float(float) => ValueNode::Float(float),
                int => ValueNode::Int(int.text().into()),
            },
            QueryValue::Text(text) => ValueNode::Str(text),
            QueryValue::Expression(_) => ValueNode::Object(EXPRESSION.into()),
            QueryValue::List(list) => {
                ValueNode::Sequence(SequenceType::List, Box::new(list.into_items()))
            }
            QueryValue::Dict(dict) => {
                let entries = dict.entries();
                ValueNode::Dict(Box::new(
                    entries.map(|(key, item)| (ValueNode::Str(key), item)),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn writes_values_as_str() {
        let number: Value = serde_json::from_str("[1E2, -0, 1e999]").expect("JSON");
        for (value, text) in [
            (json!("it's"), "it's"),
            (json!(["it's"]), r#"["it's"]"#),
            (json!(["\"it's"]), r#"['"it\'s']"#),
            (
                json!({"b": null, "a": [true, false]}),
                "{'b': None, 'a': [True, False]}",
            ),
            (number, "[100.0, 0, inf]"),
        ] {
            assert_eq!(python_str(&QueryValue::from(&value)), text);
        }
    }

    #[test]
    fn writes_values_as_compact_json() {
        let value = json!({"é": ["it's", null, 1.0, {}]});
        assert_eq!(
            json_dumps(&QueryValue::from(&value)),
            r#"{"\u00e9":["it's",null,1.0,{}]}"#
        );
    }
}
