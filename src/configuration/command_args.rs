//! The arguments of the commands that read and write the configuration of identity pools.

use super::outcome::PoolOutcome;
use super::report;
use super::state_file::{StateFormat, Syntax};
use crate::command_context::{CommandContext, CommandReport};
use crate::output::ColorChoice;
use crate::settings::SettingsArgs;

/// The arguments of `pull`.
#[derive(Debug)]
pub struct PullArgs {
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// The pools to read.
    pub pools: PoolSelection,
    /// `--format`
    pub format: StateFormat,
    /// `--output`
    pub syntax: Syntax,
    /// `--concurrency`
    pub concurrency: usize,
}

/// The pools to read.
#[derive(Debug)]
pub enum PoolSelection {
    /// `--identity-pool-id`
    Ids(Vec<String>),
    /// `--all`: those of the region.
    All,
    /// `--all-regions`: those of all regions of the service.
    AllRegions,
}

/// The arguments that `diff` and `apply` have in common.
#[derive(Debug)]
pub struct StateFileArgs {
    /// The settings that the options give.
    pub settings: SettingsArgs,
    /// The state files.
    pub files: Vec<String>,
    /// `--expand`
    pub expand: bool,
    /// `--output`
    pub report: ReportFormat,
    /// `--color`
    pub color: ColorChoice,
    /// `--concurrency`
    pub concurrency: usize,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// Text for people.
    Text,
    /// A JSON document.
    Json,
    /// GitLab's code quality report.
    GitLab,
}

/// The arguments of `diff`.
#[derive(Debug)]
pub struct DiffArgs {
    /// Those that `apply` has, too.
    pub common: StateFileArgs,
    /// `--exit-zero`
    pub exit_zero: bool,
}

/// The arguments of `apply`.
#[derive(Debug)]
pub struct ApplyArgs {
    /// Those that `diff` has, too.
    pub common: StateFileArgs,
    /// `--dry-run`
    pub dry_run: bool,
    /// `--yes`
    pub yes: bool,
}

impl StateFileArgs {
    /// Returns the report on the outcomes of a command; in GitHub Actions, reports there, too.
    pub fn report(
        &self,
        command: &str,
        outcomes: &[PoolOutcome],
        status: u8,
        context: &CommandContext<'_>,
    ) -> CommandReport {
        let environment = context.environment;
        report::github::report(command, outcomes, environment, &context.diagnostics);
        let use_color = context.colors_stdout(self.color);
        CommandReport {
            stdout: report::render(outcomes, self.report, use_color, environment),
            status,
        }
    }
}

impl ReportFormat {
    /// Returns the format of this name on the command line.
    pub fn from_name(name: &str) -> Option<ReportFormat> {
        match name {
            "text" => Some(ReportFormat::Text),
            "json" => Some(ReportFormat::Json),
            "gitlab" => Some(ReportFormat::GitLab),
            _ => None,
        }
    }
}
