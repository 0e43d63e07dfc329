//! Sample documents for `--generate-cli-skeleton`: the input to fill in, as JSON or as YAML with
//! comments, and the reply to expect. Values are the AWS CLI's (`ArgumentGenerator` of botocore in
//! 2.36.7); the comments are our own. Nothing here prints or sends.

use serde_json::{Map, Value as Json};

use crate::model::{Kind, SAMPLE_MOMENT, Shape, Structure};
use crate::python::value::Value;

/// What `--generate-cli-skeleton` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skeleton {
    /// The input as JSON.
    Input,
    /// The input as YAML.
    YamlInput,
    /// The reply.
    Output,
}

impl Skeleton {
    /// The values of `--generate-cli-skeleton`.
    pub const NAMES: [&'static str; 3] = ["input", "output", "yaml-input"];

    /// The value that the option has where none is given.
    pub const DEFAULT: &'static str = Self::NAMES[0];

    /// The skeleton of this name.
    pub fn named(name: &str) -> Option<Skeleton> {
        const ALL: [Skeleton; Skeleton::NAMES.len()] =
            [Skeleton::Input, Skeleton::Output, Skeleton::YamlInput];
        let at = Self::NAMES.iter().position(|known| *known == name)?;
        Some(ALL[at])
    }
}

/// A sample input: empty texts, the first of fixed values, zeros.
pub fn input(structure: &'static Structure) -> Json {
    sample_structure(structure, |_, choices| {
        choices.first().copied().unwrap_or_default().into()
    })
}

/// A sample reply, in which every text is the name of its member.
pub fn output(structure: &'static Structure) -> Json {
    sample_structure(structure, |name, _| name.to_string())
}

/// The sample reply in the form in which it can be held against the model.
pub fn as_document(sample: &Json) -> Value {
    match sample {
        Json::String(text) => Value::String(text.clone()),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Integer(number.to_string()),
        Json::Array(items) => Value::List(items.iter().map(as_document).collect()),
        Json::Object(members) => Value::Map(
            members
                .iter()
                .map(|(key, value)| (key.as_str().into(), as_document(value)))
                .collect(),
        ),
        Json::Null => Value::Null,
    }
}

type SampleText = fn(&str, &[&str]) -> String;

fn sample_structure(structure: &'static Structure, text: SampleText) -> Json {
    let members = structure.members_of_aws_cli();
    Json::Object(
        members
            .map(|m| (m.name.to_string(), sample(m.shape, m.name, text)))
            .collect(),
    )
}

fn sample(shape: &'static Shape, name: &str, text: SampleText) -> Json {
    match &shape.kind {
        Kind::String { choices } => Json::String(text(name, choices)),
        Kind::Integer | Kind::Long => Json::from(0),
        Kind::Boolean => Json::Bool(true),
        Kind::Timestamp => Json::String(SAMPLE_MOMENT.into()),
        Kind::List(item) => Json::Array(vec![sample(item, item.name, text)]),
        Kind::Map { value, .. } => Json::Object(Map::from_iter([(
            "KeyName".to_string(),
            sample(value, "", text),
        )])),
        Kind::Structure(structure) => sample_structure(structure, text),
    }
}

/// The sample input as YAML, each member with a comment: whether it is required, its type, its
/// meaning and the values that the service knows.
pub fn yaml_input(structure: &'static Structure) -> String {
    let mut yaml = String::new();
    write_members(structure, 0, false, &mut yaml);
    yaml
}

/// Writes members at an indent; behind a dash, the first stands on the dash's line.
fn write_members(structure: &'static Structure, indent: usize, dash: bool, yaml: &mut String) {
    for (index, member) in structure.members_of_aws_cli().enumerate() {
        if index > 0 || !dash {
            yaml.push_str(&" ".repeat(indent));
        }
        let required = if structure.requires(member.name) {
            "[REQUIRED] "
        } else {
            ""
        };
        let (kind, values) = described(member.shape);
        let comment = format!("# {required}({kind}) {}{values}", member.doc);
        yaml.push_str(member.name);
        write_value(member.shape, indent, &comment, yaml);
    }
}

/// Writes what stands behind a member's name.
fn write_value(shape: &'static Shape, indent: usize, comment: &str, yaml: &mut String) {
    match &shape.kind {
        Kind::Structure(structure) => {
            yaml.push_str(&format!(":  {comment}\n"));
            write_members(structure, indent + 2, false, yaml);
        }
        Kind::List(item) => {
            yaml.push_str(&format!(":  {comment}\n{}- ", " ".repeat(indent)));
            match &item.kind {
                Kind::Structure(structure) => write_members(structure, indent + 2, true, yaml),
                _ => yaml.push_str(&format!("{}\n", yaml_scalar(item))),
            }
        }
        Kind::Map { value, .. } => {
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
    match sample(shape, "", |_, choices| {
        choices.first().copied().unwrap_or_default().into()
    }) {
        Json::String(text) if text.is_empty() => "''".into(),
        Json::String(text) if text == SAMPLE_MOMENT => text.replace('T', " "),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

/// The type of a member, and the values that the service knows.
fn described(shape: &'static Shape) -> (&'static str, String) {
    let values = match &shape.kind {
        Kind::String { choices } if !choices.is_empty() => {
            format!(" Valid values: {}.", choices.join(", "))
        }
        _ => String::new(),
    };
    (shape.kind.type_name(), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Operation;

    #[test]
    fn yaml_shows_requirement_type_meaning_and_values() {
        let operation = Operation::by_command("update-records").expect("an operation");
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

    #[test]
    fn a_sample_reply_names_its_members() {
        let operation = Operation::by_command("list-records").expect("an operation");
        let sample = output(operation.output);
        assert_eq!(sample["Records"][0]["Key"], "Key");
        assert_eq!(sample["MergedDatasetNames"][0], "String");
        assert_eq!(sample["DatasetExists"], true);
        assert_eq!(sample["Records"][0]["LastModifiedDate"], SAMPLE_MOMENT);
        let events = Operation::by_command("get-cognito-events").expect("an operation");
        assert_eq!(
            output(events.output).to_string(),
            r#"{"Events":{"KeyName":""}}"#
        );
    }
}
