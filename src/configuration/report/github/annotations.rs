//! Annotations: workflow commands that GitHub shows as errors and warnings at lines of files.

use std::fmt::Write as _;

use crate::configuration::changes::MemberChange;
use crate::configuration::desired_pool::SourceLocation;
use crate::configuration::outcome::{PoolFailure, PoolOutcome, PoolResult};
use crate::configuration::report::changes_text::change_lines;
use crate::configuration::report::printable::printable_message;
use crate::configuration::report::repository_path::RepositoryRoot;
use crate::configuration::report::text::{failure_message, pool_name};

/// GitHub shows this many annotations of a kind for a step and ignores the rest.
const MAX_OF_A_KIND: usize = 10;

/// The most lines in the message of an annotation.
const MAX_LINES: usize = 20;

/// The kind of an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AnnotationLevel {
    Error,
    Warning,
}

/// Returns a line for each annotation: errors for pools that failed, then warnings for members that
/// differ. Of each kind, the last one says how many more there are, if not all are shown.
pub fn render(outcomes: &[PoolOutcome], root: &RepositoryRoot) -> String {
    let mut text = String::new();
    push_failures(&mut text, outcomes, root);
    push_differences(&mut text, outcomes, root);
    text
}

/// Pools that may have been changed in part come first: someone has to look at them.
fn push_failures(text: &mut String, outcomes: &[PoolOutcome], root: &RepositoryRoot) {
    let failures = outcomes.iter().filter_map(|outcome| match &outcome.result {
        PoolResult::Failed(failure) => Some((outcome, failure)),
        _ => None,
    });
    let mut failures: Vec<(&PoolOutcome, &PoolFailure)> = failures.collect();
    failures.sort_by_key(|(_, failure)| !failure.may_have_changed);
    for (outcome, failure) in failures.iter().take(shown(failures.len())) {
        let title = format!("{} failed", pool_name(outcome));
        let location = Some(&outcome.pool.location);
        push_annotation(
            text,
            AnnotationLevel::Error,
            location,
            &title,
            &failure_message(failure),
            root,
        );
    }
    push_rest(
        text,
        AnnotationLevel::Error,
        failures.len(),
        "pools failed",
        root,
    );
}

fn push_differences(text: &mut String, outcomes: &[PoolOutcome], root: &RepositoryRoot) {
    let differences = outcomes.iter().flat_map(|outcome| match &outcome.result {
        PoolResult::Different(changes) => changes.iter().map(|change| (outcome, change)).collect(),
        _ => Vec::new(),
    });
    let differences: Vec<(&PoolOutcome, &MemberChange)> = differences.collect();
    for (outcome, change) in differences.iter().take(shown(differences.len())) {
        let title = format!("{} differs", pool_name(outcome));
        let location = outcome.pool.location_of(&change.path());
        let message = change_message(change);
        push_annotation(
            text,
            AnnotationLevel::Warning,
            Some(&location),
            &title,
            &message,
            root,
        );
    }
    push_rest(
        text,
        AnnotationLevel::Warning,
        differences.len(),
        "members differ",
        root,
    );
}

/// How many of `count` annotations are shown themselves.
fn shown(count: usize) -> usize {
    match count > MAX_OF_A_KIND {
        true => MAX_OF_A_KIND - 1,
        false => count,
    }
}

fn push_rest(
    text: &mut String,
    level: AnnotationLevel,
    count: usize,
    what: &str,
    root: &RepositoryRoot,
) {
    let rest = count - shown(count);
    if rest > 0 {
        let message = format!("and {rest} more {what}");
        push_annotation(text, level, None, "More", &message, root);
    }
}

/// The lines of a change.
fn change_message(change: &MemberChange) -> String {
    let lines = change_lines(change);
    let mut text: Vec<_> = lines
        .iter()
        .take(MAX_LINES)
        .map(|line| line.text.clone())
        .collect();
    if lines.len() > MAX_LINES {
        text.push(format!("and {} more", lines.len() - MAX_LINES));
    }
    text.join("\n")
}

fn push_annotation(
    text: &mut String,
    level: AnnotationLevel,
    location: Option<&SourceLocation>,
    title: &str,
    message: &str,
    root: &RepositoryRoot,
) {
    text.push_str(match level {
        AnnotationLevel::Error => "::error ",
        AnnotationLevel::Warning => "::warning ",
    });
    // Standard input is no file of the repository.
    if let Some(location) = location.filter(|location| &*location.file != "-") {
        let file = escape_property(&root.relative(&location.file));
        let (line, column) = (location.line, location.column);
        // Writing to a `String` does not fail.
        let _ = write!(text, "file={file},line={line},endLine={line},col={column},");
    }
    let _ = writeln!(
        text,
        "title={}::{}",
        escape_property(title),
        escape_data(message)
    );
}

fn escape_data(text: &str) -> String {
    let text = text
        .split('\n')
        .map(printable_message)
        .collect::<Vec<_>>()
        .join("\n");
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::configuration::report::fixtures::{change, failure, outcome, outcome_in};

    fn rendered(outcomes: &[PoolOutcome]) -> String {
        render(outcomes, &RepositoryRoot::default())
    }

    fn failed(number: usize, may_have_changed: bool) -> PoolOutcome {
        let failure = PoolFailure {
            may_have_changed,
            ..failure("Gone", "GetCognitoEvents", "It is.")
        };
        outcome(
            &format!("us-east-1:{number}"),
            number,
            PoolResult::Failed(failure),
        )
    }

    #[test]
    fn renders_failures_before_differences() {
        let changes = vec![
            change("RoleArn", json!("arn:a"), json!("arn:b")),
            change("ApplicationArns", json!(null), json!(["x"])),
        ];
        let outcomes = [
            outcome("us-east-1:1", 3, PoolResult::Different(changes)),
            outcome("us-east-1:2", 9, PoolResult::Unchanged),
            outcome("us-east-1:3", 9, PoolResult::Changed(Vec::new())),
            failed(20, false),
            failed(30, true),
            outcome_in("-", "us-east-1:5", 40, failed(1, false).result),
            outcome("us-east-1:6", 50, PoolResult::NotStarted),
        ];
        let want = "\
::error file=pools.yaml,line=30,endLine=30,col=5,title=us-east-1%3A30 failed::Gone: It is.
::error file=pools.yaml,line=20,endLine=20,col=5,title=us-east-1%3A20 failed::Gone: It is.
::error title=us-east-1%3A5 failed::Gone: It is.
::warning file=pools.yaml,line=4,endLine=4,col=9,title=us-east-1%3A1 differs::- PushSync.RoleArn: arn:a%0A+ PushSync.RoleArn: arn:b
::warning file=pools.yaml,line=4,endLine=4,col=9,title=us-east-1%3A1 differs::+ PushSync.ApplicationArns: x
";
        assert_eq!(rendered(&outcomes), want);
        assert_eq!(rendered(&[]), "");
    }

    #[test]
    fn renders_at_most_ten_of_a_kind() {
        let many = |count| (1..=count).map(move |number| failed(number, number == count));
        let ten = rendered(&many(10).collect::<Vec<_>>());
        assert_eq!(ten.lines().count(), 10);
        assert!(!ten.contains("more"));
        let eleven = rendered(&many(11).collect::<Vec<_>>());
        assert_eq!(eleven.lines().count(), 10);
        assert!(eleven.starts_with("::error file=pools.yaml,line=11,"));
        assert!(eleven.ends_with("\n::error title=More::and 2 more pools failed\n"));
        let arns: Vec<_> = (0..30).map(|number| format!("arn:{number}")).collect();
        let long = vec![change("ApplicationArns", json!(null), json!(arns))];
        let long = rendered(&[outcome("us-east-1:1", 1, PoolResult::Different(long))]);
        assert!(long.ends_with("%0A+ PushSync.ApplicationArns: arn:19%0Aand 10 more\n"));
    }

    /// A workflow command, parsed as the runner does.
    #[derive(Debug, PartialEq)]
    struct ParsedCommand {
        name: String,
        properties: Vec<(String, String)>,
        message: String,
    }

    fn parse(line: &str) -> Option<ParsedCommand> {
        let (command, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (name, properties) = command.split_once(' ').unwrap_or((command, ""));
        let unescape = |text: &str, also: &[(&str, &str)]| {
            let text = text.replace("%0D", "\r").replace("%0A", "\n");
            let replace = |text: String, (escape, c): &(&str, &str)| text.replace(escape, c);
            let text = also.iter().fold(text, replace);
            text.replace("%25", "%")
        };
        let properties = properties.trim().split(',').filter_map(|property| {
            let (name, value) = property.split_once('=')?;
            let value = unescape(value, &[("%3A", ":"), ("%2C", ",")]);
            Some((name.to_string(), value))
        });
        Some(ParsedCommand {
            name: name.to_string(),
            properties: properties.collect(),
            message: unescape(message, &[]),
        })
    }

    proptest! {
        #[test]
        fn values_cannot_start_commands(
            file in "[a-z%,:=\n\r. \\[#]{1,9}", id in "[a-z%,:=\n\r\\[#]{0,9}|(?s).{0,9}",
            code in "(?s).{0,9}", message in "(?s).{0,20}|(::error::|##\\[error\\]|\n|%0A|,|=){0,9}",
        ) {
            let failed = PoolResult::Failed(failure(&code, "GetCognitoEvents", &message));
            let value = json!(message);
            let different = PoolResult::Different(vec![change(&code, json!(null), value)]);
            for result in [failed, different] {
                let is_failed = matches!(result, PoolResult::Failed(_));
                let outcome = outcome_in(&file, &id, 3, result);
                let text = rendered(std::slice::from_ref(&outcome));
                prop_assert_eq!(text.lines().count(), 1, "{:?}", text);
                prop_assert!(!text.contains('\r') && !text.contains("##["), "{text:?}");
                let command = parse(text.trim_end_matches('\n'));
                let command = command.expect("a command");
                prop_assert_eq!(&command.name, if is_failed { "error" } else { "warning" });
                let names: Vec<_> = command.properties.iter().map(|(name, _)| name.as_str()).collect();
                prop_assert_eq!(names, ["file", "line", "endLine", "col", "title"]);
                let title = &command.properties[4].1;
                prop_assert!(title.starts_with(pool_name(&outcome).trim_start()), "{title:?}");
            }
        }
    }
}
