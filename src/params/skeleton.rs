//! Skeleton documents for `--generate-cli-skeleton`: the input as JSON, the input as YAML with
//! comments, and the output. The values are those of `ArgumentGenerator` of botocore in the AWS CLI
//! 2.36.7; the comments are our own, and so is the input that is filled in with examples.

use serde_json::{Map, Value as Json};

use crate::model::{SKELETON_TIMESTAMP, Shape, ShapeKind, Structure};
use crate::python::value::Value;

/// The kinds of skeleton.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skeleton {
    /// The input as JSON.
    Input,
    /// The input as YAML.
    YamlInput,
    /// The output as JSON.
    Output,
    /// The input as JSON, filled in with examples.
    Example,
    /// The input that sets the live configuration.
    Live,
}

impl Skeleton {
    /// The values of `--generate-cli-skeleton` in the AWS CLI.
    pub const NAMES: [&'static str; 3] = ["input", "output", "yaml-input"];

    /// The values that the AWS CLI does not have.
    pub const OWN_NAMES: [&'static str; 2] = ["example", "live"];

    /// Those of [`Skeleton::OWN_NAMES`] that every operation has.
    pub const OWN_NAMES_OF_ALL: [&'static str; 1] = ["example"];

    /// The default value of the option.
    pub const DEFAULT: &'static str = Self::NAMES[0];

    /// Returns the skeleton with this name.
    pub fn from_name(name: &str) -> Option<Skeleton> {
        Some(match name {
            "input" => Skeleton::Input,
            "output" => Skeleton::Output,
            "yaml-input" => Skeleton::YamlInput,
            "example" => Skeleton::Example,
            "live" => Skeleton::Live,
            _ => return None,
        })
    }
}

/// Returns the input skeleton: empty strings, the first of enum values, zeros.
pub fn input(structure: &'static Structure) -> Json {
    structure_skeleton(structure, |_, choices| {
        choices.first().copied().unwrap_or_default().into()
    })
}

/// Returns the output skeleton, in which every string is the name of its member.
pub fn output(structure: &'static Structure) -> Json {
    structure_skeleton(structure, |name, _| name.to_string())
}

/// Returns the input filled in with the examples of the model. It is valid as it is.
pub fn example(structure: &'static Structure) -> Json {
    let members = structure.aws_cli_members();
    let examples = members.filter_map(|m| Some((m.name.to_string(), value_example(m.shape)?)));
    Json::Object(examples.collect())
}

/// Returns an example of a value, if the model has one.
fn value_example(shape: &'static Shape) -> Option<Json> {
    Some(match &shape.kind {
        ShapeKind::String { .. } | ShapeKind::Timestamp => Json::from(shape.example?),
        ShapeKind::Integer | ShapeKind::Long => Json::Number(shape.example?.parse().ok()?),
        ShapeKind::Boolean => Json::Bool(shape.example? == "true"),
        ShapeKind::List(item) => Json::Array(vec![value_example(item)?]),
        ShapeKind::Map { key, value } => Json::Object(Map::from_iter([(
            key.example?.to_string(),
            value_example(value)?,
        )])),
        ShapeKind::Structure(structure) => example(structure),
    })
}

/// Converts a skeleton to the type that `validate` takes.
pub fn to_value(skeleton: &Json) -> Value {
    match skeleton {
        Json::String(text) => Value::String(text.clone()),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Integer(number.to_string()),
        Json::Array(items) => Value::List(items.iter().map(to_value).collect()),
        Json::Object(members) => Value::Map(
            members
                .iter()
                .map(|(key, value)| (key.as_str().into(), to_value(value)))
                .collect(),
        ),
        Json::Null => Value::Null,
    }
}

/// Returns the text of a string, by the name of its member and its enum values.
type SkeletonText = fn(&str, &[&str]) -> String;

fn structure_skeleton(structure: &'static Structure, text: SkeletonText) -> Json {
    let members = structure.aws_cli_members();
    Json::Object(
        members
            .map(|m| (m.name.to_string(), value_skeleton(m.shape, m.name, text)))
            .collect(),
    )
}

fn value_skeleton(shape: &'static Shape, name: &str, text: SkeletonText) -> Json {
    match &shape.kind {
        ShapeKind::String { choices } => Json::String(text(name, choices)),
        ShapeKind::Integer | ShapeKind::Long => Json::from(0),
        ShapeKind::Boolean => Json::Bool(true),
        ShapeKind::Timestamp => Json::String(SKELETON_TIMESTAMP.into()),
        ShapeKind::List(item) => Json::Array(vec![value_skeleton(item, item.name, text)]),
        ShapeKind::Map { value, .. } => Json::Object(Map::from_iter([(
            "KeyName".to_string(),
            value_skeleton(value, "", text),
        )])),
        ShapeKind::Structure(structure) => structure_skeleton(structure, text),
    }
}

/// Returns the input skeleton as YAML. The comment of each member states whether it is required,
/// its type, its documentation and its enum values.
pub fn yaml_input(structure: &'static Structure) -> String {
    let mut yaml = String::new();
    write_members(structure, 0, false, &mut yaml);
    yaml
}

/// Writes members at an indent. With `dash`, the first member continues the line of a dash.
fn write_members(structure: &'static Structure, indent: usize, dash: bool, yaml: &mut String) {
    for (index, member) in structure.aws_cli_members().enumerate() {
        if index > 0 || !dash {
            yaml.push_str(&" ".repeat(indent));
        }
        let required = if structure.requires(member.name) {
            "[REQUIRED] "
        } else {
            ""
        };
        let (kind, values) = describe_type(member.shape);
        let comment = format!("# {required}({kind}) {}{values}", member.doc);
        yaml.push_str(member.name);
        write_value(member.shape, indent, &comment, yaml);
    }
}

/// Writes the value of a member after its name.
fn write_value(shape: &'static Shape, indent: usize, comment: &str, yaml: &mut String) {
    match &shape.kind {
        ShapeKind::Structure(structure) => {
            yaml.push_str(&format!(":  {comment}\n"));
            write_members(structure, indent + 2, false, yaml);
        }
        ShapeKind::List(item) => {
            yaml.push_str(&format!(":  {comment}\n{}- ", " ".repeat(indent)));
            match &item.kind {
                ShapeKind::Structure(structure) => write_members(structure, indent + 2, true, yaml),
                _ => yaml.push_str(&format!("{}\n", yaml_scalar(item))),
            }
        }
        ShapeKind::Map { value, .. } => {
            let scalar = yaml_scalar(value);
            yaml.push_str(&format!(
                ":  {comment}\n{}KeyName: {scalar}\n",
                " ".repeat(indent + 2)
            ));
        }
        _ => yaml.push_str(&format!(": {}  {comment}\n", yaml_scalar(shape))),
    }
}

fn yaml_scalar(shape: &'static Shape) -> String {
    match value_skeleton(shape, "", |_, choices| {
        choices.first().copied().unwrap_or_default().into()
    }) {
        Json::String(text) if text.is_empty() => "''".into(),
        Json::String(text) if text == SKELETON_TIMESTAMP => text.replace('T', " "),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

/// Returns the type of a member, and its enum values as a sentence.
fn describe_type(shape: &'static Shape) -> (&'static str, String) {
    let values = match &shape.kind {
        ShapeKind::String { choices } if !choices.is_empty() => {
            format!(" Valid values: {}.", choices.join(", "))
        }
        _ => String::new(),
    };
    (shape.kind.type_name(), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{OPERATIONS, Operation};

    #[test]
    fn comments_yaml_input_with_type_and_enum_values() {
        let operation = Operation::find_by_command("update-records").expect("an operation");
        let yaml = yaml_input(operation.input);
        let lines: Vec<_> = yaml.lines().collect();
        assert!(
            lines[0].starts_with("IdentityPoolId: ''  # [REQUIRED] (string) "),
            "{yaml}"
        );
        assert!(lines[3].starts_with("DeviceId: ''  # (string) "), "{yaml}");
        assert!(lines[4].starts_with("RecordPatches:  # (list) "), "{yaml}");
        assert!(
            lines[5].starts_with("- Op: replace  # [REQUIRED] (string) "),
            "{yaml}"
        );
        assert!(
            lines[5].ends_with("Valid values: replace, remove."),
            "{yaml}"
        );
        assert!(
            lines[9].starts_with("  DeviceLastModifiedDate: 1970-01-01 00:00:00  # (timestamp)")
        );
    }

    /// Every member has an example, unless its value comes from an earlier response.
    #[test]
    fn fills_in_all_members_but_tokens_of_pages() {
        fn check(structure: &'static Structure, example: &Json) {
            for member in structure.aws_cli_members() {
                let value = example.get(member.name);
                assert_eq!(
                    value.is_none(),
                    member.name == "NextToken",
                    "{}",
                    member.name
                );
                if let (Some(value), ShapeKind::Structure(structure)) = (value, &member.shape.kind)
                {
                    check(structure, value);
                }
                if let (Some(value), ShapeKind::List(item)) = (value, &member.shape.kind)
                    && let ShapeKind::Structure(structure) = item.kind
                {
                    check(structure, &value[0]);
                }
            }
            for required in structure.required {
                assert!(example.get(required).is_some(), "{required}");
            }
        }
        for operation in OPERATIONS {
            check(operation.input, &example(operation.input));
        }
    }

    #[test]
    fn knows_every_name() {
        let names = Skeleton::NAMES.iter().chain(&Skeleton::OWN_NAMES);
        assert!(
            names
                .into_iter()
                .all(|name| Skeleton::from_name(name).is_some())
        );
        assert_eq!(Skeleton::from_name("inpu"), None);
        assert_eq!(
            Skeleton::from_name(Skeleton::DEFAULT),
            Some(Skeleton::Input)
        );
    }

    #[test]
    fn names_members_in_output_skeleton() {
        let operation = Operation::find_by_command("list-records").expect("an operation");
        let skeleton = output(operation.output);
        assert_eq!(skeleton["Records"][0]["Key"], "Key");
        assert_eq!(skeleton["MergedDatasetNames"][0], "String");
        assert_eq!(skeleton["DatasetExists"], true);
        assert_eq!(
            skeleton["Records"][0]["LastModifiedDate"],
            SKELETON_TIMESTAMP
        );
        let events = Operation::find_by_command("get-cognito-events").expect("an operation");
        assert_eq!(
            output(events.output).to_string(),
            r#"{"Events":{"KeyName":""}}"#
        );
    }
}
