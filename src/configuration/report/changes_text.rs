//! Changes as text: a line for each value that is removed or added, as in a diff.

use serde_json::Value as Json;

use super::color::ReportColor;
use super::printable::{printable_text, printable_value};
use crate::configuration::changes::MemberChange;

/// How changes are rendered.
#[derive(Debug, Clone, Copy, Default)]
pub struct ChangesTextOptions {
    /// Number of spaces before each line.
    pub indent: usize,
    /// Whether removed values are red and added ones green.
    pub use_color: bool,
}

/// A line of a change.
#[derive(Debug)]
pub struct ChangeLine {
    /// Whether the value is added, and not removed.
    pub is_added: bool,
    /// The sign, the member and the value.
    pub text: String,
}

/// Renders the changes: removed values behind `-`, added ones behind `+`. Of a list, only items
/// that are removed or added are shown. Every line ends with a newline.
pub fn render_changes(changes: &[MemberChange], options: ChangesTextOptions) -> String {
    let mut text = String::new();
    for line in changes.iter().flat_map(change_lines) {
        let color = match line.is_added {
            true => ReportColor::Green,
            false => ReportColor::Red,
        };
        let painted = color.paint(&line.text, options.use_color);
        text.extend([&" ".repeat(options.indent), &painted, "\n"]);
    }
    text
}

/// Returns the lines of a change, without indent and color.
pub fn change_lines(change: &MemberChange) -> Vec<ChangeLine> {
    let path = change.path();
    let path = printable_text(&path);
    let (before, after) = (items(change.before.as_ref()), items(change.after.as_ref()));
    let line = |is_added, item: &Json| {
        let sign = if is_added { '+' } else { '-' };
        ChangeLine {
            is_added,
            text: format!("{sign} {path}: {}", printable_value(item)),
        }
    };
    let removed = before.iter().filter(|item| !after.contains(item));
    let added = after.iter().filter(|item| !before.contains(item));
    let removed = removed.map(|item| line(false, item));
    removed.chain(added.map(|item| line(true, item))).collect()
}

/// The distinct items of a list, or the value itself.
fn items(value: Option<&Json>) -> Vec<&Json> {
    let items = match value {
        None => &[],
        Some(Json::Array(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
    };
    let mut distinct = Vec::with_capacity(items.len());
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    distinct
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
                json!(["a", "b", "a"]),
                json!(["b", "c", "c"]),
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
                    - Events.odd: \"\\u001b[2J\"\n\
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
