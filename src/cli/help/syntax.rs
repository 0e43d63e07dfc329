//! How a value can be written, derived from its shape: as words on the command line and as JSON.
//! Reading what was written is the business of `params`.

use crate::cli::options::placeholder;
use crate::model::{Member, Shape, ShapeKind, Structure};

/// What stands for a key of a map.
const KEY: &str = "KEY";

/// Columns that fit beside the indent of a page of 80 columns.
const SHORTHAND_WIDTH: usize = 64;

/// What stands for a value on the command line: its placeholder, or the values to choose from.
pub fn value(shape: &Shape) -> String {
    match choices(shape) {
        [] => placeholder(shape).to_string(),
        choices => choices.join("|"),
    }
}

/// The values that the service knows; empty where it takes any.
pub fn choices(shape: &Shape) -> &'static [&'static str] {
    match shape.kind {
        ShapeKind::String { choices } => choices,
        _ => &[],
    }
}

/// The shorthand syntax of a structure, a map or an entry of a list of such.
pub fn shorthand(shape: &Shape) -> String {
    match &shape.kind {
        ShapeKind::Structure(structure) => {
            let member = |m: &Member| format!("{}={}", m.name, shorthand_value(m.shape));
            let members: Vec<_> = structure.aws_cli_members().map(member).collect();
            members.join(",")
        }
        ShapeKind::Map { value, .. } => format!("{KEY}={}", shorthand_value(value)),
        ShapeKind::List(item) => shorthand(item),
        _ => value(shape),
    }
}

/// Shorthand in lines of some width at most, where it can be broken: behind commas, where white
/// space means nothing.
pub fn broken(shorthand: &str) -> String {
    let mut lines = String::new();
    let mut used = 0;
    for piece in shorthand.split_inclusive(',') {
        if used > 0 && used + piece.len() > SHORTHAND_WIDTH {
            lines.push('\n');
            used = 0;
        }
        lines.push_str(piece);
        used += piece.len();
    }
    lines
}

/// A value behind a key of shorthand.
fn shorthand_value(shape: &Shape) -> String {
    match &shape.kind {
        ShapeKind::Structure(_) | ShapeKind::Map { .. } => format!("{{{}}}", shorthand(shape)),
        ShapeKind::List(item) => format!("[{0},{0}]", shorthand_value(item)),
        _ => value(shape),
    }
}

/// The JSON syntax, over several lines where it nests.
pub fn json(shape: &Shape) -> String {
    match &shape.kind {
        ShapeKind::Structure(structure) => json_structure(structure),
        ShapeKind::Map { value, .. } => format!("{{\n  \"{KEY}\": {}\n}}", nested(value)),
        ShapeKind::List(item) if item.is_complex() => format!("[\n  {},\n  ...\n]", nested(item)),
        ShapeKind::List(item) => format!("[{}, ...]", json(item)),
        ShapeKind::String { .. } | ShapeKind::Timestamp => {
            let quoted = value(shape).replace('|', "\"|\"");
            format!("\"{quoted}\"")
        }
        ShapeKind::Integer | ShapeKind::Long | ShapeKind::Boolean => value(shape),
    }
}

fn json_structure(structure: &Structure) -> String {
    let member = |m: &Member| format!("  \"{}\": {}", m.name, nested(m.shape));
    let members: Vec<_> = structure.aws_cli_members().map(member).collect();
    format!("{{\n{}\n}}", members.join(",\n"))
}

/// JSON within something else: all lines but the first are set in.
fn nested(shape: &Shape) -> String {
    json(shape).replace('\n', "\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::model::OPERATIONS;
    use crate::params::{self, ParsedInput};
    use crate::stdin::Stdin;

    /// The document that an option's value stands for, with real values for the placeholders.
    fn document(member: &'static Member, syntax: &str) -> String {
        let number = ["\"INTEGER\"", "INTEGER"];
        let mut filled = syntax.replace(number[0], number[1]).replace(number[1], "5");
        for shape in [
            ", ...",
            ",\n  ...",
            "ENABLED\"|\"",
            "replace\"|\"",
            "ENABLED|",
            "replace|",
        ] {
            filled = filled.replace(shape, "");
        }
        let typed = ParsedInput {
            members: vec![(member, vec![filled])],
            ..ParsedInput::default()
        };
        let document = params::parse_input(&typed, &Environment::default(), &Stdin::empty());
        format!("{document:?}")
    }

    #[test]
    fn both_syntaxes_mean_the_same_and_are_read() {
        let mut seen = Vec::new();
        for operation in &OPERATIONS {
            for member in operation
                .input
                .members
                .iter()
                .filter(|m| m.shape.is_complex())
            {
                let in_shorthand =
                    broken(&shorthand(member.shape)).replace("[STRING,STRING]", "[STRING]");
                let read = document(member, &in_shorthand);
                assert!(read.starts_with("Ok("), "{read}");
                assert_eq!(read, document(member, &json(member.shape)));
                seen.push(member.name);
            }
        }
        assert_eq!(
            seen,
            ["Events", "PushSync", "CognitoStreams", "RecordPatches"]
        );
    }

    #[test]
    fn values_to_choose_from_are_named() {
        let operation =
            crate::model::Operation::find_by_command("update-records").expect("it is there");
        let patches = operation.input.member("RecordPatches").expect("a member");
        assert_eq!(
            shorthand(patches.shape),
            "Op=replace|remove,Key=STRING,Value=STRING,SyncCount=INTEGER,DeviceLastModifiedDate=TIMESTAMP"
        );
        let start = "[\n  {\n    \"Op\": \"replace\"|\"remove\",\n    \"Key\": \"STRING\",\n";
        let end = "    \"DeviceLastModifiedDate\": \"TIMESTAMP\"\n  },\n  ...\n]";
        let json = json(patches.shape);
        assert!(json.starts_with(start) && json.ends_with(end), "{json}");
    }
}
