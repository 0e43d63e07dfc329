//! Changes as text: a line for each value that is removed or added, as in a diff.

use serde_json::Value as Json;

use crate::configuration::changes::MemberChange;

/// How changes are rendered.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChangesTextOptions {
    /// Number of spaces before each line.
    pub indent: usize,
    /// Whether removed values are red and added ones green.
    pub use_color: bool,
}

/// Renders the changes: removed values behind `-`, added ones behind `+`. Of a list, only items
/// that are removed or added are shown. Every line ends with a newline.
pub fn render_changes(changes: &[MemberChange], options: ChangesTextOptions) -> String {
    let mut text = String::new();
    for change in changes {
        let path = change.path();
        let (before, after) = (items(change.before.as_ref()), items(change.after.as_ref()));
        let removed = before.iter().filter(|item| !after.contains(item));
        let added = after.iter().filter(|item| !before.contains(item));
        let removed = removed.map(|item| ('-', RED, item));
        let added = added.map(|item| ('+', GREEN, item));
        for (sign, color, item) in removed.chain(added) {
            let line = format!("{sign} {path}: {}", value_text(item));
            text.push_str(&" ".repeat(options.indent));
            match options.use_color {
                true => text.push_str(&format!("{color}{line}{RESET}\n")),
                false => text.push_str(&format!("{line}\n")),
            }
        }
    }
    text
}

const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const RESET: &str = "\x1b[0m";

/// The items of a list, or the value itself.
fn items(value: Option<&Json>) -> Vec<&Json> {
    match value {
        None => Vec::new(),
        Some(Json::Array(items)) => items.iter().collect(),
        Some(value) => vec![value],
    }
}

/// A string as it is, unless that would be ambiguous or control the terminal; other values as JSON.
fn value_text(value: &Json) -> String {
    match value {
        Json::String(text) if is_plain(text) => text.clone(),
        Json::String(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    let is_visible =
        |c: char| c.is_ascii_graphic() || c == ' ' || (!c.is_ascii() && c.is_alphanumeric());
    !text.is_empty() && text.trim() == text && text.chars().all(is_visible)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::configuration::section::Section;

    fn change(section: Section, member: &str, before: Json, after: Json) -> MemberChange {
        MemberChange {
            section,
            member: member.to_string(),
            before: Some(before).filter(|value| !value.is_null()),
            after: Some(after).filter(|value| !value.is_null()),
        }
    }

    #[test]
    fn renders_removed_and_added_values() {
        let changes = [
            change(Section::PushSync, "RoleArn", json!("old"), json!("new")),
            change(
                Section::PushSync,
                "ApplicationArns",
                json!(["a", "b"]),
                json!(["b", "c"]),
            ),
            change(
                Section::CognitoStreams,
                "StreamName",
                json!(null),
                json!("s"),
            ),
            change(Section::Events, "SyncTrigger", json!("f"), json!(null)),
            change(Section::Events, "odd", json!("\u{1b}[2J"), json!(" x")),
        ];
        let want = "- PushSync.RoleArn: old\n\
                    + PushSync.RoleArn: new\n\
                    - PushSync.ApplicationArns: a\n\
                    + PushSync.ApplicationArns: c\n\
                    + CognitoStreams.StreamName: s\n\
                    - Events.SyncTrigger: f\n\
                    - Events.odd: \"\\u{1b}[2J\"\n\
                    + Events.odd: \" x\"\n";
        let plain = render_changes(&changes, ChangesTextOptions::default());
        assert_eq!(plain, want);
        let options = ChangesTextOptions {
            indent: 2,
            use_color: true,
        };
        let coloured = render_changes(&changes[..1], options);
        assert_eq!(
            coloured,
            "  \x1b[31m- PushSync.RoleArn: old\x1b[0m\n  \x1b[32m+ PushSync.RoleArn: new\x1b[0m\n"
        );
        assert_eq!(render_changes(&[], options), "");
    }
}
