//! The step summary: Markdown with a table of the pools that failed, and one of those that differ
//! or were changed.

use std::fmt::Write as _;

use crate::configuration::changes::MemberChange;
use crate::configuration::outcome::{PoolOutcome, PoolResult};
use crate::configuration::report::OutcomeCounts;
use crate::configuration::report::changes_text::change_lines;
use crate::configuration::report::printable::printable_message;
use crate::configuration::report::repository_path::RepositoryRoot;
use crate::configuration::report::text::{failure_message, pool_name};

/// Room for the line that says how much was left out.
const NOTICE_BYTES: usize = 100;

/// Renders the summary in at most `limit` bytes: whole rows, and a line that says how many were
/// left out. Returns `None` if not even the heading fits.
pub fn render(
    command: &str,
    outcomes: &[PoolOutcome],
    root: &RepositoryRoot,
    limit: usize,
) -> Option<String> {
    let mut summary = LimitedText::new(limit.checked_sub(NOTICE_BYTES)?);
    let counts = OutcomeCounts::of(outcomes);
    if !summary.push(&format!("### cognito-sync {command}: {counts}\n")) {
        return None;
    }
    let rows = |is_failed: bool| {
        let rows = outcomes
            .iter()
            .filter(move |outcome| matches!(outcome.result, PoolResult::Failed(_)) == is_failed);
        rows.filter_map(|outcome| row(outcome, root))
    };
    summary.push_table(
        "\n| Pool | Location | Failure |\n| --- | --- | --- |\n",
        rows(true),
    );
    summary.push_table(
        "\n| Pool | Location | Result | Changes |\n| --- | --- | --- | --- |\n",
        rows(false),
    );
    Some(summary.finish())
}

/// The row of a pool that is not as desired.
fn row(outcome: &PoolOutcome, root: &RepositoryRoot) -> Option<String> {
    let location = &outcome.pool.location;
    let location = format!("{}:{}", root.relative(&location.file), location.line);
    let start = format!("| {} | {} |", code(&pool_name(outcome)), code(&location));
    match &outcome.result {
        PoolResult::Unchanged | PoolResult::NotStarted => None,
        PoolResult::Different(changes) => {
            Some(format!("{start} differs | {} |\n", changes_cell(changes)))
        }
        PoolResult::Changed(changes) => {
            Some(format!("{start} changed | {} |\n", changes_cell(changes)))
        }
        PoolResult::Failed(failure) => {
            let message = escape(&failure_message(failure));
            let planned = match failure.planned.is_empty() {
                true => String::new(),
                false if failure.may_have_changed => {
                    format!(
                        "<br>May have been made in part:<br>{}",
                        changes_cell(&failure.planned)
                    )
                }
                false => format!("<br>Not made:<br>{}", changes_cell(&failure.planned)),
            };
            Some(format!("{start} {message}{planned} |\n"))
        }
    }
}

fn changes_cell(changes: &[MemberChange]) -> String {
    let lines = changes.iter().flat_map(change_lines);
    let lines: Vec<_> = lines.map(|line| code(&line.text)).collect();
    lines.join("<br>")
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// Escapes text for a cell of a table: it stays on its line and none of it is Markdown or HTML.
fn escape(text: &str) -> String {
    let text = printable_message(text);
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_punctuation() && !"-.,/:".contains(c) => {
                // Writing to a `String` does not fail.
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text that takes whole pieces up to a limit.
struct LimitedText {
    text: String,
    limit: usize,
    /// How many rows did not fit.
    omitted: usize,
}

impl LimitedText {
    fn new(limit: usize) -> LimitedText {
        LimitedText {
            text: String::new(),
            limit,
            omitted: 0,
        }
    }

    /// Appends the piece if it fits.
    fn push(&mut self, piece: &str) -> bool {
        let fits = self.text.len() + piece.len() <= self.limit;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// Appends a table, up to the first row that does not fit.
    fn push_table(&mut self, head: &str, rows: impl Iterator<Item = String>) {
        let mut head = Some(head);
        for row in rows {
            let piece = format!("{}{row}", head.unwrap_or_default());
            if self.omitted > 0 || !self.push(&piece) {
                self.omitted += 1;
            }
            head = None;
        }
    }

    fn finish(mut self) -> String {
        if self.omitted > 0 {
            let rows = if self.omitted == 1 { "pool" } else { "pools" };
            // Writing to a `String` does not fail.
            let _ = writeln!(
                self.text,
                "\nCut here: {} more {rows} did not fit.",
                self.omitted
            );
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    use serde_json::json;

    use super::*;
    use crate::configuration::report::fixtures::{change, failure, outcome, outcome_in};

    fn rendered(outcomes: &[PoolOutcome], limit: usize) -> Option<String> {
        render("diff", outcomes, &RepositoryRoot::default(), limit)
    }

    #[test]
    fn renders_tables_of_failures_and_changes() {
        let changes = || {
            vec![
                change("RoleArn", json!("arn:a"), json!("arn:b|c")),
                change("ApplicationArns", json!(null), json!(["<x>"])),
            ]
        };
        let failed = |planned, may_have_changed| {
            PoolResult::Failed(crate::configuration::outcome::PoolFailure {
                planned,
                may_have_changed,
                ..failure("Gone", "GetCognitoEvents", "It *is*.")
            })
        };
        let outcomes = [
            outcome("us-east-1:1", 3, PoolResult::Different(changes())),
            outcome("us-east-1:2", 9, PoolResult::Unchanged),
            outcome("us-east-1:3", 12, PoolResult::Changed(changes())),
            outcome("us-east-1:4", 15, failed(Vec::new(), false)),
            outcome("us-east-1:5", 18, failed(changes(), false)),
            outcome("us-east-1:6", 21, failed(changes(), true)),
        ];
        let cells = "<code>- PushSync.RoleArn: arn:a</code><br>\
            <code>&#43; PushSync.RoleArn: arn:b&#124;c</code><br>\
            <code>&#43; PushSync.ApplicationArns: &#34;&#60;x&#62;&#34;</code>";
        let want = format!(
            "\
### cognito-sync diff: 6 pools: 1 differs, 1 changed, 1 unchanged, 3 failed

| Pool | Location | Failure |
| --- | --- | --- |
| <code>us-east-1:4</code> | <code>pools.yaml:15</code> | Gone: It &#42;is&#42;. |
| <code>us-east-1:5</code> | <code>pools.yaml:18</code> | Gone: It &#42;is&#42;.<br>Not made:<br>{cells} |
| <code>us-east-1:6</code> | <code>pools.yaml:21</code> | Gone: It &#42;is&#42;.<br>May have been made in part:<br>{cells} |

| Pool | Location | Result | Changes |
| --- | --- | --- | --- |
| <code>us-east-1:1</code> | <code>pools.yaml:3</code> | differs | {cells} |
| <code>us-east-1:3</code> | <code>pools.yaml:12</code> | changed | {cells} |
"
        );
        assert_eq!(rendered(&outcomes, 1 << 20), Some(want));
        let none = "### cognito-sync diff: 0 pools: no differences\n";
        assert_eq!(rendered(&[], 1 << 20).as_deref(), Some(none));
    }

    #[test]
    fn cuts_at_row_and_says_how_many_are_left_out() {
        let outcome = |number: usize| {
            let changes = vec![change(
                "RoleArn",
                json!(null),
                json!("arn:é".repeat(number)),
            )];
            outcome(
                &format!("us-east-1:{number}"),
                number,
                PoolResult::Different(changes),
            )
        };
        let outcomes: Vec<_> = (1..=20).map(outcome).collect();
        let whole = rendered(&outcomes, usize::MAX).expect("room");
        let rows = |text: &str| text.lines().filter(|line| line.starts_with("| <")).count();
        assert_eq!(rows(&whole), 20);
        for limit in 0..whole.len() + 200 {
            let Some(text) = rendered(&outcomes, limit) else {
                assert!(limit < 200, "{limit}");
                continue;
            };
            assert!(text.len() <= limit);
            let kept = text.find("\nCut here").map_or(&*text, |at| &text[..at]);
            assert!(whole.starts_with(kept) && kept.ends_with('\n'), "{limit}");
            let left_out = 20 - rows(&text);
            let notice = match left_out {
                0 => String::new(),
                1 => "\nCut here: 1 more pool did not fit.\n".to_string(),
                _ => format!("\nCut here: {left_out} more pools did not fit.\n"),
            };
            assert_eq!(text, format!("{kept}{notice}"));
        }
        assert_eq!(rendered(&outcomes, 100), None);
    }

    /// The cells of the first row of a table, as text without markup; `None` if the document holds
    /// anything beside a heading and a table.
    fn parse_row(markdown: &str) -> Option<Vec<String>> {
        let mut cells = Vec::new();
        let mut rows = 0;
        let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
        for event in Parser::new_ext(markdown, options) {
            match event {
                Event::Start(Tag::TableRow) => rows += 1,
                Event::Start(Tag::TableCell) => cells.push(String::new()),
                Event::Text(text) => cells
                    .last_mut()
                    .into_iter()
                    .for_each(|cell| cell.push_str(&text)),
                Event::InlineHtml(html) if ["<code>", "</code>"].contains(&&*html) => {}
                Event::Start(Tag::Heading { .. } | Tag::Table(_) | Tag::TableHead)
                | Event::End(
                    TagEnd::Heading(_)
                    | TagEnd::Table
                    | TagEnd::TableHead
                    | TagEnd::TableRow
                    | TagEnd::TableCell,
                ) => {}
                _ => return None,
            }
        }
        (rows == 1).then(|| cells.split_off(cells.len() / 2))
    }

    proptest! {
        #[test]
        fn values_cannot_end_cells(
            file in "[a-z]{1,3}[|`*<>&\\\\_\\[\\]()#$@~!]{0,9}|a##\\[",
            message in "x[|`*<>&\\\\_\\[\\]()#$@~!:a\n-]{0,20}x|x(?s).{0,20}x|x<br>\\|`x",
        ) {
            let result = PoolResult::Failed(failure("Gone", "GetCognitoEvents", &message));
            let outcomes = [outcome_in(&file, "us-east-1:1", 3, result)];
            let text = rendered(&outcomes, 1 << 20).expect("room");
            let cells = parse_row(&text);
            let message = format!("Gone: {}", printable_message(&message));
            let place = printable_message(&format!("{file}:3")).to_string();
            let want = vec!["us-east-1:1".to_string(), place, message];
            prop_assert_eq!(cells, Some(want), "{}", text);
        }
    }
}
