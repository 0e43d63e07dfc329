//! The report of a comparison: differences as they are found, and counts at the end. It names
//! records, but shows no values, which may be private.

use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use indicatif::HumanCount;
use serde_json::{Map, Value as Json, json};

use super::difference::{Difference, DifferenceKind};
use super::identity_comparer::IdentityComparison;
use super::verify_args::VerifyFormat;
use crate::error::Result;
use crate::output::JsonListParts;
use crate::python::surrogates;
use crate::records::closable_stdout::ClosableStdout;
use crate::records::counted_client::RequestCounts;
use crate::records::seconds;

/// How many failures are reported one by one.
const MAX_NAMED: u64 = 10;

/// Writes a report.
pub struct VerifyReport<'w> {
    stdout: ClosableStdout<'w>,
    format: VerifyFormat,
    uses_color: bool,
    /// The report as JSON.
    differences: JsonListParts,
    counts: VerifyCounts,
    /// The requests of the comparison.
    pub requests: Arc<RequestCounts>,
    started: Instant,
}

/// Numbers of a comparison.
#[derive(Debug, Clone, Copy, Default)]
pub struct VerifyCounts {
    pub identities: u64,
    pub failed_identities: u64,
    pub datasets: u64,
    pub records: u64,
    pub missing: u64,
    pub changed: u64,
    pub additional: u64,
}

impl VerifyCounts {
    /// Returns the number of records that differ.
    pub fn differences(&self) -> u64 {
        self.missing + self.changed + self.additional
    }
}

impl<'w> VerifyReport<'w> {
    /// Begins a report.
    pub fn new(stdout: &'w mut dyn Write, format: VerifyFormat, uses_color: bool) -> Self {
        VerifyReport {
            stdout: ClosableStdout::new(stdout),
            format,
            uses_color,
            differences: JsonListParts::new("Differences"),
            counts: VerifyCounts::default(),
            requests: Arc::default(),
            started: Instant::now(),
        }
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> &VerifyCounts {
        &self.counts
    }

    /// Whether the reader of standard output has gone.
    pub fn is_closed(&self) -> bool {
        self.stdout.is_closed()
    }

    /// Writes what an identity differs in.
    pub fn add(
        &mut self,
        pool: &str,
        identity_id: &str,
        compared: &IdentityComparison,
    ) -> Result<()> {
        let counts = &mut self.counts;
        counts.identities += 1;
        counts.datasets += compared.datasets;
        counts.records += compared.records;
        let mut text = String::new();
        for difference in &compared.differences {
            *match difference.kind {
                DifferenceKind::Missing => &mut self.counts.missing,
                DifferenceKind::Changed => &mut self.counts.changed,
                DifferenceKind::Additional => &mut self.counts.additional,
            } += difference.records;
            match self.format {
                VerifyFormat::Text => text += &self.line(identity_id, difference),
                VerifyFormat::Json => {
                    let entry = difference_document(pool, identity_id, difference);
                    text += self.differences.entries(&[entry]).as_str();
                }
            }
        }
        self.stdout.write(text.as_bytes())
    }

    /// Counts an identity that could not be read. Returns the message, if it is to be printed.
    pub fn add_failed(&mut self, identity_id: &str, message: &str) -> Option<String> {
        self.counts.failed_identities += 1;
        let is_named = self.counts.failed_identities <= MAX_NAMED;
        is_named.then(|| format!("{} failed: {message}", identity_id.escape_debug()))
    }

    /// Returns how many identities failed without being named.
    pub fn unnamed_failures(&self) -> u64 {
        self.counts.failed_identities.saturating_sub(MAX_NAMED)
    }

    /// Writes the counts. Without `is_complete`, something was not compared.
    pub fn finish(&mut self, is_complete: bool) -> Result<()> {
        let text = match self.format {
            VerifyFormat::Text => self.last_line(is_complete),
            VerifyFormat::Json => {
                let members = Map::from_iter([("Summary".to_string(), self.summary(is_complete))]);
                let differences = self.differences.entries(&[]);
                differences.into_text() + self.differences.finish(&members).as_str()
            }
        };
        self.stdout.write(text.as_bytes())?;
        self.stdout.flush()
    }

    /// `changed us-east-1:… settings "theme"`
    fn line(&self, identity_id: &str, difference: &Difference) -> String {
        let code = match difference.kind {
            DifferenceKind::Missing => "31",
            DifferenceKind::Changed => "33",
            DifferenceKind::Additional => "32",
        };
        let kind = match self.uses_color {
            true => format!("\x1b[{code}m{}\x1b[0m", difference.kind.name()),
            false => difference.kind.name().to_string(),
        };
        // Debug escapes what a terminal obeys.
        let what = match &difference.key {
            Some(key) => format!("{:?}", surrogates::escape(key)),
            None => format!("({})", plural(difference.records, "record")),
        };
        format!(
            "{kind} {} {} {what}\n",
            identity_id.escape_debug(),
            difference.dataset_name.escape_debug()
        )
    }

    fn last_line(&self, is_complete: bool) -> String {
        let counts = &self.counts;
        let parts = [
            (counts.missing, "missing".to_string()),
            (counts.changed, "changed".to_string()),
            (counts.additional, "additional".to_string()),
            (
                counts.failed_identities,
                "identities could not be read".to_string(),
            ),
        ];
        let mut parts: Vec<_> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", HumanCount(count)))
            .collect();
        if parts.is_empty() {
            parts.push("no differences".to_string());
        }
        if !is_complete && counts.failed_identities == 0 {
            parts.push("not everything was compared".to_string());
        }
        format!(
            "{}: {}\n",
            plural(counts.records, "record"),
            parts.join(", ")
        )
    }

    fn summary(&self, is_complete: bool) -> Json {
        let counts = &self.counts;
        json!({
            "Complete": is_complete,
            "Identities": counts.identities,
            "FailedIdentities": counts.failed_identities,
            "Datasets": counts.datasets,
            "Records": counts.records,
            "MissingRecords": counts.missing,
            "ChangedRecords": counts.changed,
            "AdditionalRecords": counts.additional,
            "DurationSeconds": seconds::rounded(self.started.elapsed()),
            "Requests": self.requests.sent(),
            "ThrottledRequests": self.requests.throttled(),
        })
    }
}

fn difference_document(pool: &str, identity_id: &str, difference: &Difference) -> Json {
    let mut members = json!({
        "Difference": difference.kind.name(),
        "IdentityPoolId": pool,
        "IdentityId": identity_id,
        "DatasetName": difference.dataset_name,
    });
    match &difference.key {
        Some(key) => members["Key"] = json!(key),
        None => members["Records"] = json!(difference.records),
    }
    members
}

fn plural(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", HumanCount(count)),
    }
}
