//! The compared programs, and the commands that each of them has for a task.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::our_program::our_program;

pub const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const OPERATION: &str = "set-identity-pool-configuration";
const BODY: &str = r#"{"PushSync":{"RoleArn":"arn:aws:iam::123456789012:role/push-sync"}}"#;
const PUSH_SYNC: &str = "RoleArn=arn:aws:iam::123456789012:role/push-sync";

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Version,
    Skeleton,
    Call,
}

impl Task {
    pub const ALL: [Task; 3] = [Task::Version, Task::Skeleton, Task::Call];

    pub fn name(self) -> &'static str {
        match self {
            Task::Version => "`--version`",
            Task::Skeleton => "an input skeleton",
            Task::Call => "a call over loopback HTTP",
        }
    }
}

/// A program that takes part.
pub struct Program {
    pub name: String,
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ours,
    True,
    Curl,
    /// The AWS CLI, or a program with its command line.
    AwsCli,
}

impl Program {
    /// Returns those that are installed; this program is the first.
    pub fn installed() -> Vec<Program> {
        let ours = our_program();
        let mut programs = vec![
            Program::new(Kind::Ours, ours, |version| {
                short_version(version, 1).replace('/', " ")
            }),
            Program::new(Kind::True, "/bin/true".into(), |_| "/bin/true".into()),
            Program::new(Kind::Curl, "curl".into(), |version| {
                short_version(version, 2)
            }),
        ];
        if let Some(path) = env::var_os("AWS_CLI") {
            let name = |version: &str| short_version(version, 1).replace("aws-cli/", "AWS CLI ");
            programs.push(Program::new(Kind::AwsCli, path.into(), name));
        }
        if let Some(path) = env::var_os("AWSC") {
            let name = |version: &str| format!("awsc ({})", short_version(version, 1));
            programs.push(Program::new(Kind::AwsCli, path.into(), name));
        }
        programs
    }

    fn new(kind: Kind, path: PathBuf, name: impl Fn(&str) -> String) -> Program {
        let output = Command::new(&path).arg("--version").output();
        let output = output.unwrap_or_else(|error| {
            panic!("{} is measured, and cannot be run: {error}", path.display())
        });
        let version = String::from_utf8_lossy(&output.stdout);
        Program {
            name: name(version.trim()),
            kind,
            path,
        }
    }

    /// Whether the program is this one.
    pub fn is_ours(&self) -> bool {
        self.kind == Kind::Ours
    }

    /// Returns the size of the file in MB, for this program.
    pub fn size(&self) -> f64 {
        let length = self.path.metadata().map_or(0, |file| file.len());
        length as f64 / 1e6
    }

    /// Returns the command for a task, or `None` if the program has none.
    pub fn command(&self, task: Task, endpoint: &str) -> Option<Command> {
        let mut command = Command::new(&self.path);
        set_environment(&mut command, endpoint);
        match (self.kind, task) {
            (Kind::True, Task::Version) => command.env_clear(),
            (Kind::True, _) | (Kind::Curl, Task::Skeleton) => return None,
            (_, Task::Version) => command.arg("--version"),
            (Kind::Curl, Task::Call) => add_curl_args(&mut command, endpoint),
            (kind, task) => {
                if kind == Kind::AwsCli {
                    command.arg("cognito-sync");
                }
                command.arg(OPERATION);
                match task {
                    Task::Skeleton => command.arg("--generate-cli-skeleton"),
                    _ => command.args(["--identity-pool-id", POOL, "--push-sync", PUSH_SYNC]),
                }
            }
        };
        Some(command)
    }
}

/// Returns this program with the environment of a plain call.
pub fn ours(endpoint: &str) -> Command {
    let mut command = Command::new(our_program());
    set_environment(&mut command, endpoint);
    command
}

fn set_environment(command: &mut Command, endpoint: &str) {
    command.env_clear().envs([
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL", endpoint),
        ("HOME", "/nonexistent"),
        ("PATH", "/usr/bin:/bin"),
    ]);
}

fn add_curl_args<'a>(command: &'a mut Command, endpoint: &str) -> &'a mut Command {
    let pool = POOL.replace(':', "%3A");
    command
        .args(["--silent", "--aws-sigv4", "aws:amz:us-east-1:cognito-sync"])
        .args(["--user", "AKIDEXAMPLE:secret", "--data", BODY])
        .args(["--header", "Content-Type: application/json"])
        .arg(format!("{endpoint}/identitypools/{pool}/configuration"))
}

/// Returns the first parts of a version line.
fn short_version(version: &str, parts: usize) -> String {
    let parts: Vec<_> = version.split_whitespace().take(parts).collect();
    parts.join(" ")
}
