//! Annotations: workflow commands that GitHub shows as errors and warnings at lines of files.

use std::fmt::Write as _;

use crate::configuration::changes::MemberChange;
use crate::configuration::desired_pool::SourceLocation;
use crate::configuration::outcome::{PoolFailure, PoolOutcome, PoolResult};
use crate::configuration::report::changes_text::change_lines;
use crate::configuration::report::printable::printable_message;
use crate::configuration::report::repository_path::RepositoryRoot;
use crate::configuration::report::text::{failure_message, pool_name};
use crate::error::Error;

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

/// What GitHub shows at a line of a file or, without one, at the step.
struct Annotation {
    level: AnnotationLevel,
    place: Option<AnnotationPlace>,
    title: String,
    /// The message, which may have several lines.
    message: String,
}

/// Where an annotation is shown.
struct AnnotationPlace {
    path: String,
    /// Line and column.
    position: Option<(usize, usize)>,
}

/// Returns a line for each annotation: errors for pools that failed, then warnings for members that
/// differ. Of each kind, the last one says how many more there are, if not all are shown.
pub fn render(outcomes: &[PoolOutcome], root: &RepositoryRoot) -> String {
    let failures = outcomes.iter().filter_map(|outcome| match &outcome.result {
        PoolResult::Failed(failure) => Some((outcome, failure)),
        _ => None,
    });
    let mut failures: Vec<(&PoolOutcome, &PoolFailure)> = failures.collect();
    // Someone has to look at pools that may have been changed in part.
    failures.sort_by_key(|(_, failure)| !failure.may_have_changed);
    let failures = failures.into_iter().map(|(outcome, failure)| Annotation {
        place: AnnotationPlace::of(&outcome.pool.location, root),
        ..Annotation::failure(&pool_name(outcome), failure)
    });
    let differences = outcomes.iter().flat_map(|outcome| match &outcome.result {
        PoolResult::Different(changes) => changes.iter().map(|change| (outcome, change)).collect(),
        _ => Vec::new(),
    });
    let differences: Vec<(&PoolOutcome, &MemberChange)> = differences.collect();
    let differences = differences.into_iter().map(|(outcome, change)| Annotation {
        level: AnnotationLevel::Warning,
        place: AnnotationPlace::of(&outcome.pool.location_of(&change.path()), root),
        title: format!("{} differs", pool_name(outcome)),
        message: change_message(change),
    });
    render_first(failures, "pools failed") + &render_first(differences, "members differ")
}

/// Returns a line for each failure, with what failed and without a place.
pub fn render_failures<'a>(failures: impl Iterator<Item = (&'a str, &'a PoolFailure)>) -> String {
    let failures: Vec<_> = failures.collect();
    let failures = failures.into_iter();
    let failures = failures.map(|(subject, failure)| Annotation::failure(subject, failure));
    render_first(failures, "failures")
}

/// Renders as many annotations of a kind as GitHub shows; the last one says how many more there are.
fn render_first(
    annotations: impl ExactSizeIterator<Item = Annotation>,
    what: &'static str,
) -> String {
    let count = annotations.len();
    let shown = match count > MAX_OF_A_KIND {
        true => MAX_OF_A_KIND - 1,
        false => count,
    };
    let mut text = String::new();
    for (number, annotation) in annotations.enumerate().take(shown + 1) {
        let rest = count - number;
        let annotation = match number < shown {
            true => annotation,
            false => Annotation {
                place: None,
                title: "More".to_string(),
                message: format!("and {rest} more {what}"),
                ..annotation
            },
        };
        annotation.push_to(&mut text);
    }
    text
}

/// Returns a line for each mistake in a file, or else for the error.
pub fn render_error(command: &str, error: &Error, root: &RepositoryRoot) -> String {
    let annotation = |place, message: &str| Annotation {
        level: AnnotationLevel::Error,
        place,
        title: format!("cognito-sync {command} failed"),
        message: message.to_string(),
    };
    let mistakes = error.context.mistakes.iter().map(|mistake| {
        let place = AnnotationPlace::new(&mistake.file, mistake.position, root);
        annotation(place, &mistake.message)
    });
    match mistakes.len() {
        0 => render_first([annotation(None, &error.message)].into_iter(), ""),
        _ => render_first(mistakes, "mistakes"),
    }
}

/// The lines of a change.
fn change_message(change: &MemberChange) -> String {
    let mut lines = change_lines(change);
    let rest = lines.len().saturating_sub(MAX_LINES);
    lines.truncate(MAX_LINES);
    let mut lines: Vec<_> = lines.into_iter().map(|line| line.text).collect();
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    lines.join("\n")
}

impl AnnotationPlace {
    fn of(location: &SourceLocation, root: &RepositoryRoot) -> Option<AnnotationPlace> {
        let position = Some((location.line, location.column));
        AnnotationPlace::new(&location.file, position, root)
    }

    /// Returns `None` for standard input, which is no file of the repository.
    fn new(
        file: &str,
        position: Option<(usize, usize)>,
        root: &RepositoryRoot,
    ) -> Option<AnnotationPlace> {
        let path = root.relative(file);
        (file != "-").then_some(AnnotationPlace { path, position })
    }
}

impl Annotation {
    /// The annotation for a failure, without a place.
    fn failure(subject: &str, failure: &PoolFailure) -> Annotation {
        Annotation {
            level: AnnotationLevel::Error,
            place: None,
            title: format!("{subject} failed"),
            message: failure_message(failure),
        }
    }

    /// Appends the workflow command, with the end of its line.
    fn push_to(&self, text: &mut String) {
        text.push_str(match self.level {
            AnnotationLevel::Error => "::error ",
            AnnotationLevel::Warning => "::warning ",
        });
        // Writing to a `String` does not fail.
        if let Some(place) = &self.place {
            let _ = write!(text, "file={},", escape_property(&place.path));
            if let Some((line, column)) = place.position {
                let _ = write!(text, "line={line},endLine={line},col={column},");
            }
        }
        let (title, message) = (escape_property(&self.title), escape_data(&self.message));
        let _ = writeln!(text, "title={title}::{message}");
    }
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
