//! What may be typed at a place of a command line: the words before it are walked through by the
//! rules of the command line, and the options and the model say what can follow.
//!
//! No shell is known here, and nothing is refused: where a line makes no sense there are no
//! candidates. The shared files are read for `--profile` alone, and folders for what names a file.

use super::files::{file, paths};
use super::shorthand::{self, Wanted};
use super::subcommand_args;
use crate::cli::Program;
use crate::cli::SERVICE;
use crate::cli::aliases::{self, Alias, Aliases};
use crate::cli::canonical::{self, Class};
use crate::cli::options::{self, CliOption, Takes};
use crate::cli::subcommand::{self, SUBCOMMANDS};
use crate::environment::Environment;
use crate::model::{Kind, OPERATIONS, Operation, REGIONS, Shape};
use crate::settings;

/// The command that prints help, with what it does.
const HELP: (&str, &str) = ("help", "Prints help.");

/// Something that may be typed.
#[derive(Debug, PartialEq)]
pub(super) struct Candidate {
    /// The text, without the beginning that all candidates share.
    pub(super) text: String,
    /// What it is, in a few words; may be empty.
    pub(super) description: String,
    /// Whether the word is done with it, so that a space may follow.
    pub(super) ends_word: bool,
}

/// All that may be typed at a place, whether or not what is typed there already begins it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Candidates {
    /// How much of the word stays as it is, in bytes: the candidates follow behind.
    pub(super) stem: usize,
    /// The candidates, the most wanted first.
    pub(super) list: Vec<Candidate>,
}

impl Candidates {
    pub(super) fn of<T: Into<String>, D: Into<String>>(
        pairs: impl IntoIterator<Item = (T, D)>,
    ) -> Self {
        let candidate = |(text, description): (T, D)| Candidate {
            text: text.into(),
            description: description.into(),
            ends_word: true,
        };
        Candidates {
            stem: 0,
            list: pairs.into_iter().map(candidate).collect(),
        }
    }

    pub(super) fn of_texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::of(texts.into_iter().map(|text| (text, "")))
    }

    /// The same, further behind in the word.
    pub(super) fn behind(mut self, length: usize) -> Self {
        self.stem += length;
        self
    }

    /// The same, with more to be typed in the word.
    pub(super) fn open(mut self) -> Self {
        for candidate in &mut self.list {
            candidate.ends_word = false;
        }
        self
    }
}

/// What may stand at `index` of the words behind the program's name. What stands there now is the
/// word up to the cursor; it may be missing.
pub(super) fn at(words: &[String], index: usize, environment: &Environment) -> Candidates {
    let before = &words[..index.min(words.len())];
    let current = words.get(index).map_or("", String::as_str);
    // Nobody is helped by a complaint about the file in the middle of a line.
    let aliases = Aliases::load(environment).unwrap_or_default();
    match before {
        [command] if command == HELP.0 => return commands(true, &aliases),
        [command, ..] if command == HELP.0 => return Candidates::default(),
        _ => {}
    }
    let is_alias = |name: &str| aliases.behind(&[SERVICE], name).is_some();
    if let Some(line) = subcommand::find(&Program::CognitoSync, before, is_alias) {
        return subcommand_args::at(&line, current, environment);
    }
    let mut place = Place::default();
    for word in before {
        place.pass(word, &aliases);
    }
    for word in words.iter().skip(index + 1) {
        place.note(word);
    }
    place.candidates(current, index == 0, &aliases, environment)
}

/// A place in the command line, by what was passed on the way there.
#[derive(Default)]
pub(super) struct Place {
    operation: Option<&'static Operation>,
    /// The operation's options.
    options: Vec<CliOption>,
    /// Names of the options that are in the line.
    typed: Vec<String>,
    expects: Expects,
}

#[derive(Default)]
enum Expects {
    /// An option, or the operation if there is none yet.
    #[default]
    Word,
    /// A value of this option.
    Value(CliOption),
    /// Nothing that is known.
    Nothing,
}

impl Place {
    /// The option that a word is, in full or abbreviated, and its value behind `=`. Like the AWS
    /// CLI, this asks the global options first.
    fn option(&self, word: &str) -> Option<(CliOption, Option<String>)> {
        [&options::GLOBALS[..], &self.options]
            .into_iter()
            .find_map(|options| match canonical::classify(options, word) {
                Ok(Class::Option(option, value)) => {
                    Some((option.clone(), value.map(str::to_string)))
                }
                _ => None,
            })
    }

    /// Walks over a word before the place.
    fn pass(&mut self, word: &str, aliases: &Aliases) {
        if matches!(self.expects, Expects::Nothing) {
            return;
        }
        if word == "--" {
            self.expects = Expects::Nothing;
        } else if let Some((option, value)) = self.option(word) {
            self.typed.push(option.name.to_string());
            self.expects = match value {
                None if option.takes != Takes::Nothing => Expects::Value(option),
                _ => Expects::Word,
            };
        } else if let Ok(Class::Value) = canonical::classify(&[], word) {
            self.pass_text(word, aliases);
        } else {
            self.expects = Expects::Word;
        }
    }

    /// Walks over a value, the operation or a word too many.
    fn pass_text(&mut self, word: &str, aliases: &Aliases) {
        match &self.expects {
            Expects::Value(option) if option.takes == Takes::Several => {}
            Expects::Value(_) => self.expects = Expects::Word,
            _ if self.operation.is_some() => self.expects = Expects::Nothing,
            _ => match aliases.behind(&[SERVICE], word) {
                Some(alias) => self.pass_alias(word, alias),
                None => self.pass_operation(word),
            },
        }
    }

    fn pass_operation(&mut self, word: &str) {
        match Operation::by_command(word) {
            Some(operation) => {
                self.operation = Some(operation);
                self.options = options::of_operation(operation);
            }
            None => self.expects = Expects::Nothing,
        }
    }

    /// Walks over an alias, which stands for its own arguments; behind one that leads to another or to
    /// the shell, nothing is known.
    fn pass_alias(&mut self, name: &str, alias: Alias<'_>) {
        self.expects = Expects::Nothing;
        let Alias::Arguments(value) = alias else {
            return;
        };
        let args = aliases::arguments(name, value).unwrap_or_default();
        if args.iter().any(|arg| Operation::by_command(arg).is_some()) {
            self.expects = Expects::Word;
            let none = Aliases::default();
            args.iter().for_each(|arg| self.pass(arg, &none));
        }
    }

    /// Takes notice of a word behind the place.
    fn note(&mut self, word: &str) {
        if let Some((option, _)) = self.option(word) {
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
                Some((option, _)) => self.values(&option, value, environment),
                None => Candidates::default(),
            }
            .behind(name.len() + 1);
        }
        match &self.expects {
            _ if current.starts_with('-') => self.options_left(&options::GLOBALS),
            Expects::Value(option) => self.values(option, current, environment),
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

    /// Whether an option can only be repeated or refused.
    fn is_pointless(&self, option: &CliOption) -> bool {
        let typed = |name: &str| self.typed.iter().any(|typed| typed == name);
        let input = [options::CLI_INPUT_JSON.name, options::CLI_INPUT_YAML.name];
        let is_second_input = input.contains(&option.name) && input.iter().any(|name| typed(name));
        typed(&option.name) || is_second_input || option.name == options::CLI_AUTO_PROMPT.name
    }

    /// What may follow an option, of which `typed` is there already.
    pub(super) fn values(
        &self,
        option: &CliOption,
        typed: &str,
        environment: &Environment,
    ) -> Candidates {
        if !option.choices.is_empty() {
            return Candidates::of_texts(option.choices.iter().copied());
        }
        let is = |known: CliOption| option.name == known.name;
        match &*option.name {
            _ if is(options::PROFILE) => {
                Candidates::of_texts(settings::profile_names(environment).unwrap_or_default())
            }
            _ if is(options::REGION) => Candidates::of(REGIONS),
            _ if is(options::CA_BUNDLE) => paths(typed, environment),
            _ if is(options::CLI_INPUT_JSON) || is(options::CLI_INPUT_YAML) => {
                file(typed, environment)
                    .unwrap_or_else(|| Candidates::of([("file://", "Reads a file.")]).open())
            }
            name => {
                let members = self.operation.map(|o| o.input.members_of_aws_cli());
                let member = members.and_then(|mut all| all.find(|m| m.option() == name));
                member.map_or_else(Candidates::default, |member| {
                    let of_shape = || of_shape(member.shape, typed, environment);
                    file(typed, environment).unwrap_or_else(of_shape)
                })
            }
        }
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

/// What may be typed for a member of the operation's input.
fn of_shape(shape: &Shape, typed: &str, environment: &Environment) -> Candidates {
    match shape.kind {
        Kind::String { choices } => Candidates::of_texts(choices.iter().copied()),
        Kind::List(item) if shape.is_complex() => of_shorthand(item, typed, environment),
        Kind::Structure(_) | Kind::Map { .. } => of_shorthand(shape, typed, environment),
        _ => Candidates::default(),
    }
}

/// What may follow in shorthand.
fn of_shorthand(shape: &Shape, text: &str, environment: &Environment) -> Candidates {
    let (candidates, typed) = match shorthand::wanted(text) {
        Wanted::Key { used, typed } => {
            let left = keys(shape)
                .into_iter()
                .filter(|(key, ..)| !used.contains(key));
            let keys = left.map(|(key, description, _)| (format!("{key}="), description));
            (Candidates::of(keys).open(), typed)
        }
        Wanted::Value { used, typed } => {
            let keys = keys(shape);
            let of_key = |(key, ..): &&(&str, _, _)| used.last() == Some(key);
            let candidates = match keys.iter().find(of_key) {
                Some((_, _, shape)) => match shape.kind {
                    Kind::String { choices } => Candidates::of_texts(choices.iter().copied()),
                    _ => Candidates::default(),
                },
                None => Candidates::default(),
            };
            // A comma and the next key may follow.
            let is_last = keys.iter().all(|(key, ..)| used.contains(key));
            let candidates = if is_last {
                candidates
            } else {
                candidates.open()
            };
            (candidates, typed)
        }
        Wanted::FileOrText { typed } => (file(typed, environment).unwrap_or_default(), typed),
        Wanted::Nothing => (Candidates::default(), ""),
    };
    candidates.behind(text.len() - typed.len())
}

/// The keys of a structure or map with their description and what they hold.
fn keys(shape: &Shape) -> Vec<(&'static str, &'static str, &'static Shape)> {
    match shape.kind {
        Kind::Structure(structure) => structure
            .members_of_aws_cli()
            .map(|member| (member.name, member.doc, member.shape))
            .collect(),
        Kind::Map { key, value } => match key.kind {
            Kind::String { choices } => choices.iter().map(|key| (*key, "", value)).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::completions::quoting;
    use std::collections::HashSet;
    use std::fs;

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
            ("help m", "man"),
            ("help man ", ""),
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
                 --cli-input-yaml --generate-cli-skeleton",
            ),
            (
                "describe-dataset --identity-pool-id p --dataset-name=d ",
                "--identity-id --cli-input-json --cli-input-yaml --generate-cli-skeleton",
            ),
            ("update-records --d", "--dataset-name --device-id --debug"),
            ("--region x bulk-publish --re", ""),
            ("--re", "--region"),
            (
                "bulk-publish --cli-input-json x --cli",
                "--cli-read-timeout --cli-connect-timeout --cli-binary-format --cli-error-format",
            ),
            ("bulk-publish --identity x --identity-", ""),
            ("--push", ""),
            ("--h", "--help"),
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
                "input output yaml-input",
            ),
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
