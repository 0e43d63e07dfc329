//! Candidates for an argument of a command line. The arguments before it are followed by the rules
//! of the command line; the options and the model tell what may come next.
//!
//! A line that makes no sense has no candidates. The shared files are read for `--profile` alone,
//! and folders for arguments that name a file.

use super::candidate::Candidates;
use super::option_values;
use super::subcommand_args;
use crate::cli::aliases::{self, Alias, Aliases};
use crate::cli::canonical::{self, Class};
use crate::cli::help::{TOPICS, Topic};
use crate::cli::options::{self, CliOption, OptionArity};
use crate::cli::program::{Program, SERVICE};
use crate::cli::subcommands::{self, SUBCOMMANDS};
use crate::environment::Environment;
use crate::model::{OPERATIONS, Operation};

/// The command that prints help, with what it does.
const HELP: (&str, &str) = ("help", "Print help.");

/// Candidates for the argument at `index`, behind the program's name. The argument there ends at
/// the cursor; it may be absent.
pub(super) fn at(args: &[String], index: usize, environment: &Environment) -> Candidates {
    let before = &args[..index.min(args.len())];
    let current = args.get(index).map_or("", String::as_str);
    // An error in the file would be in the way of somebody who is typing.
    let aliases = Aliases::load(environment).unwrap_or_default();
    match before {
        [command] if command == HELP.0 => return help_pages(&aliases),
        [command, ..] if command == HELP.0 => return Candidates::default(),
        _ => {}
    }
    let is_alias = |name: &str| aliases.behind(&[SERVICE], name).is_some();
    if let Some(line) = subcommands::find(&Program::CognitoSync, before, is_alias) {
        return subcommand_args::at(&line, current, environment);
    }
    let mut state = LineState::default();
    for arg in before {
        state.consume(arg, &aliases);
    }
    for arg in args.iter().skip(index + 1) {
        state.consume_after(arg);
    }
    state.candidates(current, index == 0, &aliases, environment)
}

/// What the arguments before the cursor leave to be expected.
#[derive(Default)]
struct LineState {
    operation: Option<&'static Operation>,
    /// The operation's options.
    options: Vec<CliOption>,
    /// The names of the options in the line.
    typed: Vec<String>,
    expects: Expects,
}

#[derive(Default)]
enum Expects {
    /// An option, or the operation if there is none yet.
    #[default]
    Argument,
    /// A value of this option.
    Value(CliOption),
    /// Nothing, or something unknown.
    Nothing,
}

impl LineState {
    /// The option that an argument names, in full or abbreviated, and its value behind `=`. As in
    /// the AWS CLI, global options take precedence.
    fn option(&self, arg: &str) -> Option<(CliOption, Option<String>)> {
        [&options::GLOBALS[..], &self.options]
            .into_iter()
            .find_map(|options| match canonical::classify(options, arg) {
                Ok(Class::Option(option, value)) => {
                    Some((option.clone(), value.map(str::to_string)))
                }
                _ => None,
            })
    }

    /// Consumes an argument before the cursor.
    fn consume(&mut self, arg: &str, aliases: &Aliases) {
        if matches!(self.expects, Expects::Nothing) {
            return;
        }
        if arg == "--" {
            self.expects = Expects::Nothing;
        } else if let Some((option, value)) = self.option(arg) {
            self.typed.push(option.name.to_string());
            self.expects = match value {
                None if option.takes != OptionArity::Nothing => Expects::Value(option),
                _ => Expects::Argument,
            };
        } else if let Ok(Class::Value) = canonical::classify(&[], arg) {
            self.consume_value(arg, aliases);
        } else {
            self.expects = Expects::Argument;
        }
    }

    /// Consumes a value, the operation or a surplus argument.
    fn consume_value(&mut self, arg: &str, aliases: &Aliases) {
        match &self.expects {
            Expects::Value(option) if option.takes == OptionArity::Several => {}
            Expects::Value(_) => self.expects = Expects::Argument,
            _ if self.operation.is_some() => self.expects = Expects::Nothing,
            _ => match aliases.behind(&[SERVICE], arg) {
                Some(alias) => self.consume_alias(arg, alias),
                None => self.consume_operation(arg),
            },
        }
    }

    fn consume_operation(&mut self, arg: &str) {
        match Operation::find_by_command(arg) {
            Some(operation) => {
                self.operation = Some(operation);
                self.options = options::meaningful_to_operation(operation);
            }
            None => self.expects = Expects::Nothing,
        }
    }

    /// Consumes an alias, which stands for its own arguments. Behind an alias of another alias or
    /// of a shell command, nothing is known.
    fn consume_alias(&mut self, name: &str, alias: Alias<'_>) {
        self.expects = Expects::Nothing;
        let Alias::Arguments(value) = alias else {
            return;
        };
        let args = aliases::arguments(name, value).unwrap_or_default();
        if args
            .iter()
            .any(|arg| Operation::find_by_command(arg).is_some())
        {
            self.expects = Expects::Argument;
            let none = Aliases::default();
            args.iter().for_each(|arg| self.consume(arg, &none));
        }
    }

    /// Records an argument behind the cursor.
    fn consume_after(&mut self, arg: &str) {
        if let Some((option, _)) = self.option(arg) {
            self.typed.push(option.name.to_string());
        }
    }

    fn candidates(
        &self,
        current: &str,
        is_first: bool,
        aliases: &Aliases,
        environment: &Environment,
    ) -> Candidates {
        if matches!(self.expects, Expects::Nothing) {
            return Candidates::default();
        }
        if let (true, Some((name, value))) = (current.starts_with("--"), current.split_once('=')) {
            return match self.option(name) {
                Some((option, _)) => {
                    option_values::values(&option, self.operation, value, environment)
                }
                None => Candidates::default(),
            }
            .behind(name.len() + 1);
        }
        match &self.expects {
            _ if current.starts_with('-') => self.options_left(&options::GLOBALS),
            Expects::Value(option) => {
                option_values::values(option, self.operation, current, environment)
            }
            _ if self.operation.is_some() => self.options_left(&[]),
            _ => commands(is_first, aliases),
        }
    }

    /// The options that are not in the line yet, required ones first, global ones last.
    fn options_left(&self, globals: &[CliOption]) -> Candidates {
        let (required, optional): (Vec<_>, Vec<_>) = self.options.iter().partition(|o| o.required);
        let left = required
            .into_iter()
            .chain(optional)
            .chain(globals)
            .filter(|o| !self.is_pointless(o));
        Candidates::of(left.map(|o| (o.typed(), o.help)))
    }

    /// Whether an option would only be repeated or rejected.
    fn is_pointless(&self, option: &CliOption) -> bool {
        let typed = |name: &str| self.typed.iter().any(|typed| typed == name);
        let input = [options::CLI_INPUT_JSON.name, options::CLI_INPUT_YAML.name];
        let is_second_input = input.contains(&option.name) && input.iter().any(|name| typed(name));
        typed(&option.name) || is_second_input || option.name == options::CLI_AUTO_PROMPT.name
    }
}

/// The operations, subcommands and aliases; in the first place also `help`.
fn commands(is_first: bool, aliases: &Aliases) -> Candidates {
    let is_free = |name: &str| aliases.behind(&[SERVICE], name).is_none();
    let operations = OPERATIONS.iter().map(|o| (o.command(), o.doc));
    let subcommands = SUBCOMMANDS.iter().map(|known| (known.name, known.doc));
    let help = [HELP].into_iter().filter(|_| is_first);
    let others = subcommands.chain(help);
    let commands = operations.chain(others.map(|(name, doc)| (name.to_string(), doc)));
    let commands = commands.filter(|(name, _)| is_free(name));
    let commands = commands.map(|(name, doc)| (name, doc.to_string()));
    let aliases = aliases.names_behind(&[SERVICE]).filter_map(|name| {
        let alias = aliases.behind(&[SERVICE], name)?;
        Some((name.to_string(), format!("Alias of {}", alias.first_line())))
    });
    Candidates::of(commands.chain(aliases))
}

/// The operations, subcommands, aliases and topics, which `help` describes.
fn help_pages(aliases: &Aliases) -> Candidates {
    let mut pages = commands(false, aliases);
    let is_new = |topic: &&Topic| pages.list.iter().all(|page| page.text != topic.name);
    let topics: Vec<_> = TOPICS.iter().filter(is_new).collect();
    let topics = topics.into_iter().map(|topic| (topic.name, topic.summary));
    pages.list.extend(Candidates::of(topics).list);
    pages
}

#[cfg(test)]
mod tests {
    use super::super::candidate::Candidate;
    use super::*;
    use crate::cli::completions::quoting;
    use std::collections::HashSet;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    /// What fits at the end of the line, as whole words; `…` where more is to be typed in one.
    fn fitting(line: &str, environment: &Environment) -> Vec<String> {
        let words: Vec<_> = quoting::split(line, "")
            .into_iter()
            .map(|w| w.text)
            .collect();
        let current = words.last().map_or("", String::as_str);
        let found = at(&words, words.len() - 1, environment);
        let (stem, begun) = current.split_at(found.stem);
        let list = found.list.iter().filter(|c| c.text.starts_with(begun));
        list.map(|c| format!("{stem}{}{}", c.text, if c.ends_word { "" } else { "…" }))
            .collect()
    }

    #[track_caller]
    fn check(table: &[(&str, &str)]) {
        for (line, want) in table {
            assert_eq!(
                fitting(line, &Environment::default()).join(" "),
                *want,
                "{line}"
            );
        }
    }

    #[test]
    fn commands_stand_where_they_are_understood() {
        let all = fitting("", &Environment::default());
        assert_eq!(all.len(), OPERATIONS.len() + SUBCOMMANDS.len() + 1);
        check(&[
            ("set", "set-cognito-events set-identity-pool-configuration"),
            ("h", "help"),
            (
                "--output json li",
                "list-datasets list-identity-pool-usage list-records",
            ),
            ("--output json h", ""),
            ("--no-paginate unsub", "unsubscribe-from-dataset"),
            ("completions ", "bash zsh fish powershell"),
            ("completions zsh ", ""),
            ("man ", "--out"),
            ("man --out src/mod", "src/model/…"),
            ("man --out d ", ""),
            ("--output json ser", "serve"),
            ("--color on man ", "--out"),
            ("serve --reg", "--region"),
            ("serve --region eu", "eu-central-1 eu-west-1 eu-west-2"),
            ("serve --color on --col", ""),
            ("man --prof", ""),
            ("help list-r", "list-records"),
            ("help m", "man migration"),
            ("help man ", ""),
            ("help e", "export environment examples exit-status"),
            ("help ser", "serve"),
            ("bogus ", ""),
            ("bogus --", ""),
        ]);
    }

    #[test]
    fn options_are_those_that_are_left() {
        check(&[
            (
                "register-device ",
                "--identity-pool-id --identity-id --platform --token --cli-input-json \
                 --cli-input-yaml --generate-cli-skeleton --dry-run",
            ),
            (
                "describe-dataset --identity-pool-id p --dataset-name=d ",
                "--identity-id --cli-input-json --cli-input-yaml --generate-cli-skeleton",
            ),
            (
                "update-records --d",
                "--dataset-name --device-id --dry-run --debug",
            ),
            ("--region x bulk-publish --re", ""),
            ("--re", "--region"),
            (
                "bulk-publish --cli-input-json x --cli",
                "--cli-read-timeout --cli-connect-timeout --cli-binary-format --cli-error-format",
            ),
            ("bulk-publish --identity x --identity-", ""),
            ("--push", ""),
            ("--h", "--help"),
            ("set-cognito-events --m", "--merge"),
            ("set-cognito-events --sh", "--show-diff"),
            ("set-cognito-events --merge --m", ""),
            (
                "set-identity-pool-configuration --sh",
                "--show-diff --show-unmodeled",
            ),
            ("list-records --dr", ""),
            ("bulk-publish -- ", ""),
            ("bulk-publish -- --", ""),
            ("bulk-publish stray --", ""),
        ]);
        let words = ["register-device", "--p", "--profile", "x", "--platform=GCM"];
        let found = at(&words.map(String::from), 1, &Environment::default());
        let typed = |c: &Candidate| ["--profile", "--platform"].contains(&&*c.text);
        assert!(
            !found.list.iter().any(typed),
            "options behind the cursor count, too"
        );
    }

    #[test]
    fn values_are_those_that_are_known() {
        check(&[
            ("--output ", "json text table yaml yaml-stream off"),
            ("--output=ya", "--output=yaml --output=yaml-stream"),
            ("--outp=ya", "--outp=yaml --outp=yaml-stream"),
            ("--color o", "on off"),
            ("--cli-error-format l", "legacy"),
            ("--cli-binary-format r", "raw-in-base64-out"),
            (
                "bulk-publish --generate-cli-skeleton ",
                "input output yaml-input example",
            ),
            ("set-cognito-events --generate-cli-skeleton l", "live"),
            ("get-cognito-events --generate-cli-skeleton l", ""),
            (
                "bulk-publish --generate-cli-skeleton output --reg",
                "--region",
            ),
            ("--region eu", "eu-central-1 eu-west-1 eu-west-2"),
            ("register-device --platform ", "APNS APNS_SANDBOX GCM ADM"),
            ("register-device --plat=G", "--plat=GCM"),
            ("register-device --token ", ""),
            ("register-device --token=", ""),
            ("--query ", ""),
            ("--query Da", ""),
            ("--debug=", ""),
            ("--bogus=", ""),
            ("list-records --last-sync-count -5 --out", "--output"),
        ]);
    }

    #[test]
    fn values_of_subcommands_are_those_of_their_definitions() {
        check(&[
            ("export --format ", "ndjson dynamodb-json"),
            ("pull --format=cl", "--format=cloudformation"),
            ("import --on-conflict ", "fail keep replace"),
            ("import f --on-conflict k", "keep"),
            ("serve --output ", "json text"),
            ("--output json serve --output=t", "--output=text"),
            ("diff --output ", "text json gitlab"),
            ("inventory --output j", "json"),
            ("man --color=o", "--color=on --color=off"),
            ("serve --fault PutR", "PutRecord=…"),
            ("serve --fault ListR", "ListRecords=…"),
            (
                "serve --fault list-records=T",
                "list-records=TooManyRequestsException…",
            ),
            (
                "serve --fault=UpdateRecords=Li",
                "--fault=UpdateRecords=LimitExceededException…",
            ),
            ("serve --fault ListRecords=TooManyRequestsException:", ""),
            ("serve --fault PutRecord=", ""),
            ("export --to=LIC", "--to=LICENSE"),
            ("export --dataset ", ""),
            ("export --bogus=", ""),
        ]);
    }

    #[test]
    fn commands_to_run_are_those_in_path() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, mode) in [("run-it", 0o755), ("run-not", 0o644), ("other", 0o755)] {
            let path = folder.path().join(name);
            fs::write(&path, "").expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
        }
        let path = format!("/nonexistent:{}", folder.path().display());
        let environment = Environment::from([("PATH", path.as_str())]);
        let commands = |line: &str| fitting(line, &environment).join(" ");
        assert_eq!(commands("serve -- ru"), "run-it");
        assert_eq!(commands("serve --output json -- "), "other run-it");
        assert_eq!(commands("serve -- .ci/ru"), ".ci/run");
        assert_eq!(commands("serve -- run-it ru"), "");
        let words = ["--color", "on", "serve", "--", "run-it", "-x", ""].map(String::from);
        assert_eq!(at(&words, 6, &environment).command_at, Some(4));
    }

    #[test]
    fn shorthand_goes_on_by_the_model() {
        let table = [
            ("--push-sync ", "ApplicationArns=… RoleArn=…"),
            ("--push-sync=R", "--push-sync=RoleArn=…"),
            (
                "--push-sync RoleArn=arn:a:b,",
                "RoleArn=arn:a:b,ApplicationArns=…",
            ),
            ("--push-sync RoleArn=arn:a", ""),
            (
                "--push-sync ApplicationArns=a,b,R",
                "ApplicationArns=a,b,RoleArn=…",
            ),
            (
                "--push-sync ApplicationArns=[a,b],",
                "ApplicationArns=[a,b],RoleArn=…",
            ),
            ("--push-sync ApplicationArns=a,RoleArn=b,", ""),
            ("--push-sync {", ""),
            ("--push-sync Role@=fil", "Role@=file://…"),
            (
                "--cognito-streams StreamingStatus=",
                "StreamingStatus=ENABLED… StreamingStatus=DISABLED…",
            ),
            (
                "--cognito-streams StreamName=a,RoleArn=b,StreamingStatus=E",
                "StreamName=a,RoleArn=b,StreamingStatus=ENABLED",
            ),
            ("--cognito-streams D", ""),
        ];
        for (words, want) in table {
            let line = format!("set-identity-pool-configuration {words}");
            let found = fitting(&line, &Environment::default());
            assert_eq!(found.join(" "), want, "{line}");
        }
        check(&[
            ("set-cognito-events --events ", "SyncTrigger=…"),
            ("set-cognito-events --events SyncTrigger=", ""),
            (
                "update-records --record-patches Op=",
                "Op=replace… Op=remove…",
            ),
            (
                "update-records --record-patches Op=remove,Key=a,SyncCount=1 Op=replace,",
                "Op=replace,Key=… Op=replace,Value=… Op=replace,SyncCount=… \
                 Op=replace,DeviceLastModifiedDate=…",
            ),
            ("update-records --record-patches [{", ""),
        ]);
    }

    #[test]
    fn files_are_those_of_the_folder() {
        check(&[
            ("bulk-publish --cli-input-json ", "file://…"),
            ("bulk-publish --cli-input-json {", ""),
            (
                "bulk-publish --cli-input-yaml file://Cargo",
                "file://Cargo.lock file://Cargo.toml",
            ),
            (
                "bulk-publish --cli-input-yaml=file://src/mod",
                "--cli-input-yaml=file://src/model/…",
            ),
            (
                "bulk-publish --identity-pool-id fileb://src/lib",
                "fileb://src/lib.rs",
            ),
            ("bulk-publish --identity-pool-id f", "file://…"),
            ("bulk-publish --identity-pool-id fileb:", "fileb://…"),
            ("bulk-publish --identity-pool-id file://none/", ""),
            (
                "set-cognito-events --events file://.ci/ru",
                "file://.ci/run",
            ),
            ("set-cognito-events --events file://LIC", "file://LICENSE"),
            ("--ca-bundle LIC", "LICENSE"),
            ("--query file://LIC", ""),
        ]);
        let home = Environment::from([("HOME", env!("CARGO_MANIFEST_DIR"))]);
        assert_eq!(fitting("--ca-bundle ~/LIC", &home), ["~/LICENSE"]);
        assert_eq!(fitting("--ca-bundle ~/.gitig", &home), ["~/.gitignore"]);
        assert!(!fitting("--ca-bundle ", &home).contains(&".gitignore".to_string()));
    }

    #[test]
    fn profiles_are_those_of_the_shared_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let (config, credentials) = (path("config"), path("credentials"));
        fs::write(
            &config,
            "[default]\n[profile dev]\n[profile 'a b']\n[plain]\n[sso-session s]\n",
        )
        .expect("a file");
        fs::write(&credentials, "[dev]\n[prod]\n").expect("a file");
        let environment = |config: &str| {
            Environment::from([
                ("AWS_CONFIG_FILE", config),
                ("AWS_SHARED_CREDENTIALS_FILE", &credentials),
            ])
        };
        let all = ["a b", "default", "dev", "prod"];
        assert_eq!(fitting("--profile ", &environment(&config)), all);
        assert_eq!(
            fitting("--profile=d", &environment(&config)),
            ["--profile=default", "--profile=dev"]
        );
        assert_eq!(
            fitting("--profile ", &environment("/none")),
            ["dev", "prod"]
        );
        fs::write(&config, "nonsense").expect("a file");
        assert!(fitting("--profile ", &environment(&config)).is_empty());
    }

    #[test]
    fn no_command_is_an_operation() {
        let operations: HashSet<_> = OPERATIONS.iter().map(|o| o.command()).collect();
        let others = SUBCOMMANDS.iter().map(|known| known.name).chain([HELP.0]);
        assert!(others.into_iter().all(|name| !operations.contains(name)));
    }
}
