//! The program as the command line names it: `cognito-sync`, or `aws` with the service behind it.

use std::path::Path;

use crate::model::OPERATIONS;

/// The version of the AWS CLI whose behaviour this program mirrors.
pub const AWS_CLI_VERSION: &str = "2.36.7";

/// The name of this service among the AWS CLI's commands.
pub(super) const SERVICE: &str = "cognito-sync";

/// The argument that asks for help, in place of a command, an operation or its options.
pub(super) const HELP: &str = "help";

/// The name under which the program was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// Its own.
    CognitoSync,
    /// `aws`, which expects `cognito-sync` before the operation.
    Aws,
}

impl Program {
    /// The program that the first argument of a command line names.
    pub fn of(first_arg: &str) -> Program {
        match Path::new(first_arg)
            .file_stem()
            .and_then(|name| name.to_str())
        {
            Some("aws") => Program::Aws,
            _ => Program::CognitoSync,
        }
    }

    /// The name that messages begin with.
    pub fn name(&self) -> &'static str {
        match self {
            Program::CognitoSync => "cognito-sync",
            Program::Aws => "aws",
        }
    }

    /// The words before an operation.
    pub(super) fn prefix(&self) -> &'static str {
        match self {
            Program::CognitoSync => "cognito-sync",
            Program::Aws => "aws cognito-sync",
        }
    }

    /// The usage message for a command line that cannot be parsed.
    pub fn usage(&self) -> String {
        let prefix = self.prefix();
        format!(
            "usage: {prefix} [options] <operation> [parameters]\n\
             To see help text, you can run:\n\n  {prefix} help\n  {prefix} <operation> help\n"
        )
    }
}

/// The values of the positional argument for the operation.
pub(super) fn operation_choices() -> Vec<String> {
    let help = std::iter::once(HELP.to_string());
    OPERATIONS.iter().map(|o| o.command()).chain(help).collect()
}

/// The commit of a release build (`build.rs`); `None` if built from no commit, or for debugging.
const COMMIT: Option<&str> = option_env!("COGNITO_SYNC_COMMIT");

/// The output of `--version`. Under the name `aws` it begins as the AWS CLI's, since scripts parse
/// it.
pub(super) fn version(program: &Program) -> String {
    version_from(program, COMMIT)
}

fn version_from(program: &Program, commit: Option<&str>) -> String {
    let own = concat!("cognito-sync/", env!("CARGO_PKG_VERSION"));
    let sdk = format!("aws-sdk-cognitosync/{}", crate::service::SDK_VERSION);
    let version = match program {
        Program::CognitoSync => format!("{own} {sdk} as-aws-cli/{AWS_CLI_VERSION}"),
        Program::Aws => format!("aws-cli/{AWS_CLI_VERSION} {own} {sdk}"),
    };
    match commit {
        Some(commit) => format!("{version} commit/{commit}\n"),
        None => format!("{version}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_ends_with_commit_if_known() {
        for program in [Program::CognitoSync, Program::Aws] {
            let without = version_from(&program, None);
            let with = version_from(&program, Some("0123456789ab"));
            let start = without.trim_end();
            assert_eq!(with, format!("{start} commit/0123456789ab\n"));
        }
    }
}
