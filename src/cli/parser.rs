//! Parses one level of the command line: a canonical line, by a clap command with what the line has
//! (`clap_commands`).

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;

use super::canonical::{Positional, canonical_line};
use super::options::CliOption;
use super::{clap_commands, hints, usage_error};
use crate::error::Result;

/// What was typed at one level.
#[derive(Debug, Default)]
pub(super) struct ParsedArgs {
    matches: ArgMatches,
    /// The positional argument, if it was there.
    pub(super) positional: Option<String>,
    /// What is left for the next level.
    pub(super) rest: Vec<String>,
    /// What is to be printed instead of going on; then options and `rest` are those before it.
    pub(super) exit: Option<EarlyExitOption>,
}

/// An option that ends the reading where it stands: what comes before it is checked, what comes
/// after is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EarlyExitOption {
    /// `--help`
    Help,
    /// `--version`
    Version,
}

impl From<ArgMatches> for ParsedArgs {
    fn from(matches: ArgMatches) -> ParsedArgs {
        ParsedArgs {
            matches,
            ..ParsedArgs::default()
        }
    }
}

impl ParsedArgs {
    /// What clap has found.
    pub(super) fn matches(&self) -> &ArgMatches {
        &self.matches
    }

    /// Whether the option was typed.
    pub(super) fn has(&self, option: &CliOption) -> bool {
        // Both an error, which means that the option was not built, and a default mean that it was
        // not.
        matches!(self.matches.try_contains_id(&option.name), Ok(true))
            && self.matches.value_source(&option.name) == Some(ValueSource::CommandLine)
    }

    /// The value of an option that takes one.
    pub(super) fn value(&self, option: &CliOption) -> Option<&str> {
        let value = self.matches.try_get_one::<String>(&option.name);
        value.ok().flatten().map(String::as_str)
    }

    /// The values of an option that takes several; an option that was typed without any has none.
    pub(super) fn values(&self, option: &str) -> Option<Vec<String>> {
        let values = self.matches.try_get_many::<String>(option);
        values
            .ok()
            .flatten()
            .map(|values| values.cloned().collect())
    }
}

/// Parses the arguments of one level. What is wrong is worded as the AWS CLI does.
pub(super) fn parse(
    options: &[CliOption],
    positional: Option<Positional<'_>>,
    args: &[String],
) -> Result<ParsedArgs> {
    let line = canonical_line(options, positional, args)?;
    let mut parsed = ParsedArgs {
        positional: line.positional,
        rest: line.rest,
        ..ParsedArgs::default()
    };
    if is_parsed(&line.args, &parsed, positional)? && !options.iter().any(|o| o.required) {
        return Ok(parsed);
    }
    let command = clap_commands::of_level(options, positional, &line.args);
    match command.try_get_matches_from(line.args) {
        Ok(matches) => parsed.matches = matches,
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => parsed.exit = Some(EarlyExitOption::Help),
            ErrorKind::DisplayVersion => parsed.exit = Some(EarlyExitOption::Version),
            ErrorKind::MissingRequiredArgument => {
                let error = usage_error::missing(&error, options, positional);
                return Err(hints::about_unknown(error, args, &parsed.rest, options));
            }
            _ => return Err(usage_error::of_option(&error, options)),
        },
    }
    Ok(parsed)
}

/// Whether there is nothing for clap to parse: a canonical line is empty, or has nothing but a
/// positional argument, which is checked.
fn is_parsed(
    line: &[String],
    parsed: &ParsedArgs,
    positional: Option<Positional<'_>>,
) -> Result<bool> {
    match (positional, &parsed.positional) {
        (
            Some(Positional::Required(name, choices) | Positional::OptionalChoice(name, choices)),
            Some(arg),
        ) if line.len() == 1 => {
            usage_error::check_choice(name, choices.iter().map(String::as_str), arg)?;
            Ok(true)
        }
        (Some(Positional::Required(..)), None) => Ok(false),
        _ => Ok(line.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cli::options::{self, GLOBALS, OptionArity, of_operation};
    use crate::model::{OPERATIONS, Operation};

    fn split(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_string).collect()
    }

    /// The options of an operation, none of them required.
    fn optional(operation: &Operation) -> Vec<CliOption> {
        let mut options = of_operation(operation);
        options
            .iter_mut()
            .for_each(|option| option.required = false);
        options
    }

    /// Options with their values, the positional argument, and what is left.
    fn shown(parsed: &ParsedArgs, options: &[CliOption]) -> String {
        let mut values: Vec<_> = options
            .iter()
            .filter(|option| parsed.has(option))
            .map(|option| {
                let values = match option.takes {
                    OptionArity::Nothing => Vec::new(),
                    _ => parsed.values(&option.name).expect("the option was typed"),
                };
                format!("{}={}", option.name, values.join("+"))
            })
            .collect();
        values.sort();
        let (values, rest) = (values.join(" "), parsed.rest.join(","));
        format!("{values} | {:?} | {rest}", parsed.positional)
    }

    /// Parses `line` as the arguments behind `list-records`.
    fn outcome(line: &str) -> String {
        let operation =
            Operation::find_by_command("list-records").expect("an operation of the model");
        let options = optional(operation);
        match parse(&options, Some(Positional::Optional), &split(line)) {
            Err(error) => error.message,
            Ok(parsed) => shown(&parsed, &options),
        }
    }

    #[test]
    fn parses_options_as_argparse() {
        let table = [
            ("", " | None | "),
            ("--dataset-name d", "dataset-name=d | None | "),
            ("--dataset-name=d=e", "dataset-name=d=e | None | "),
            ("--dataset-name=", "dataset-name= | None | "),
            ("--data d --data e", "dataset-name=e | None | "),
            ("--dataset-name -5", "dataset-name=-5 | None | "),
            (
                "--dataset-name -x",
                "argument --dataset-name: expected one argument",
            ),
            ("--dataset-name=-x", "dataset-name=-x | None | "),
            (
                "--dataset-name -- x",
                "argument --dataset-name: expected one argument",
            ),
            (
                "--dataset-name",
                "argument --dataset-name: expected one argument",
            ),
            (
                "--identity x",
                "ambiguous option: --identity could match --identity-pool-id, --identity-id",
            ),
            ("--last-sync-count 1_0", "last-sync-count=1_0 | None | "),
            (
                "--last-sync-count x",
                "argument --last-sync-count: invalid int value: 'x'",
            ),
            (
                "--generate-cli-skeleton",
                "generate-cli-skeleton=input | None | ",
            ),
            (
                "--generate-cli-skeleton output",
                "generate-cli-skeleton=output | None | ",
            ),
            (
                "--generate-cli-skeleton outpu",
                "argument --generate-cli-skeleton: Found invalid choice 'outpu'\n\n\
                 Maybe you meant:\n\n  * output",
            ),
            (
                "stray1 --foo bar stray2",
                " | Some(\"stray1\") | --foo,bar,stray2",
            ),
            ("--bogus v --more=1", " | Some(\"v\") | --bogus,--more=1"),
            (
                "--dataset-name d -- stray",
                "dataset-name=d | Some(\"stray\") | ",
            ),
            ("-x", " | None | -x"),
            ("-", " | Some(\"-\") | "),
        ];
        for (line, want) in table {
            assert_eq!(outcome(line), want, "{line}");
        }
    }

    #[test]
    fn leaves_the_rest_in_order() {
        let choices = ["cognito-sync".to_string()];
        let positional = Positional::Required("command", &choices);
        let line = "--re eu-west-1 cognito-sync op --name v --no-sign-request w --pro p";
        let found = parse(&GLOBALS, Some(positional), &split(line)).expect("all is known or left");
        assert_eq!(found.value(&options::REGION), Some("eu-west-1"));
        assert_eq!(found.value(&options::PROFILE), Some("p"));
        assert!(found.has(&options::NO_SIGN_REQUEST));
        assert_eq!(found.rest, ["op", "--name", "v", "w"]);
    }

    #[test]
    fn does_not_abbreviate_own_options() {
        let choices = ["cognito-sync".to_string()];
        let positional = Positional::Required("command", &choices);
        let parse =
            |line| parse(&GLOBALS, Some(positional), &split(line)).expect("nothing is refused");
        assert_eq!(parse("cognito-sync --hel").rest, ["--hel"]);
        assert_eq!(
            parse("cognito-sync --help x").exit,
            Some(EarlyExitOption::Help)
        );
        assert_eq!(parse("cognito-sync -h").exit, Some(EarlyExitOption::Help));
    }

    /// Arguments of all kinds: options in full, abbreviated or unknown, with and without values.
    fn argument() -> impl Strategy<Value = String> {
        let names: Vec<String> = GLOBALS
            .iter()
            .cloned()
            .chain(
                OPERATIONS
                    .iter()
                    .flat_map(|operation| of_operation(operation)),
            )
            .map(|option| option.typed())
            .collect();
        let name = proptest::sample::select(names);
        let value = "(json|text|jsn|5|-5|-.5|1_0|x|auto|input|outpt||-|--|-a b|--a b|é|a=b|cognito-sync|help|cognito-snc|output)";
        prop_oneof![
            3 => name.clone(),
            2 => (name.clone(), value).prop_map(|(name, value)| format!("{name}={value}")),
            2 => (name.clone(), 2..20usize).prop_map(|(name, length)| name.chars().take(length).collect()),
            1 => (name, 2..20usize, value).prop_map(|(name, length, value)| {
                let name: String = name.chars().take(length).collect();
                format!("{name}={value}")
            }),
            4 => value,
            1 => "(-h|-h=x|-x|-hx|--|--help|--version|-- |-h y|--command=x|--output json|--bogus|--bogus=1)",
        ]
    }

    proptest! {
        /// Whatever is typed is parsed, or refused in the AWS CLI's words and not in clap's.
        #[test]
        fn refuses_in_the_words_of_argparse(
            args in proptest::collection::vec(argument(), 0..7),
            level in 0..=OPERATIONS.len(),
            are_required in proptest::bool::ANY,
        ) {
            let options = match level.checked_sub(1) {
                None => GLOBALS.to_vec(),
                Some(at) if are_required => of_operation(OPERATIONS[at]),
                Some(at) => optional(OPERATIONS[at]),
            };
            let choices = ["cognito-sync".to_string(), "help".to_string()];
            let positional = match are_required {
                true => Positional::Required("command", &choices),
                false => Positional::OptionalChoice("subcommand", &choices),
            };
            let why = match parse(&options, Some(positional), &args) {
                Ok(_) => return Ok(()),
                Err(error) => error.message,
            };
            let after_argument = why.strip_prefix("argument ").and_then(|why| why.split_once(": "));
            let is_known = match after_argument {
                Some((_, why)) => {
                    let of_argparse = [
                        "Found invalid choice '",
                        "invalid int value: ",
                        "ignored explicit argument ",
                        "expected one argument",
                    ];
                    of_argparse.iter().any(|words| why.starts_with(words))
                }
                None => why.starts_with("ambiguous option: --") || why.starts_with("the following arguments are required: "),
            };
            prop_assert!(is_known, "{why}");
        }
    }
}
