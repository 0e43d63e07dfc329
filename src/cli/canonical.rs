//! Canonical lines: rewrites the arguments of one level of the command line (global options,
//! operation, the operation's options) so that clap can take them, by the rules of Python's
//! argparse (3.11), on which the AWS CLI's own parser is built (`awscli/argparser.py` of 2.36.7).
//!
//! A canonical line has `--name` and `--name=value` alone, with every name in full. clap parses it:
//! what options and values there may be, how many, which are required and which repeated one counts
//! is left to it (`parser`). Done here is what clap cannot do to a line that the AWS CLI accepts:
//!
//! - **Leftovers.** Each level takes its own options out of the line, wherever they stand, and
//!   leaves the rest to the next one: `list-records --region r --dataset-name d`. clap stops at the
//!   first argument that it does not know.
//! - **Abbreviations** of the AWS CLI's options, but not of ours, and of global options before the
//!   operation's: `--query` of an operation could never be abbreviated. clap's `infer_long_args`
//!   knows neither such exceptions nor levels.
//! - **What may be a value.** An argument with a dash is one if it is a negative number or has a
//!   space, and if it is no option or abbreviation of *this* level: `--dataset-name "-a b"`. clap
//!   decides by option (`allow_hyphen_values`), and would then take options for values.
//! - **The positional argument** may stand between options, takes at most one of several words, and
//!   `--` around it vanishes. It becomes `--name=value` in its place, so that what is wrong with it
//!   is found in the line's order.

use super::options::{self, CliOption, OptionArity};
use crate::error::{Error, Result};

/// Separates several values of one option in a canonical line. No argument of a process can contain
/// it.
pub(super) const VALUE_SEPARATOR: char = '\0';

/// The positional argument that may stand among the options.
#[derive(Debug, Clone, Copy)]
pub(super) enum Positional<'a> {
    /// One of this name that must be there and be one of the choices.
    Required(&'static str, &'a [String]),
    /// One of this name that may be there and then is one of the choices.
    OptionalChoice(&'static str, &'a [String]),
    /// Any that may be there. It is not in the canonical line.
    Optional,
}

/// The arguments of one level in canonical form, and what is left of them.
#[derive(Debug, Default)]
pub(super) struct CanonicalLine {
    /// The arguments for clap. They end behind the first for which the AWS CLI goes no further:
    /// help, the version, or an option without its value.
    pub(super) args: Vec<String>,
    /// The positional argument, if it was there.
    pub(super) positional: Option<String>,
    /// The arguments that are left, in the AWS CLI's order.
    pub(super) rest: Vec<String>,
}

/// What an argument is, before anything is taken from the line.
#[derive(Debug)]
pub(super) enum Class<'a> {
    /// A value or a positional argument.
    Value,
    /// The first `--`, behind which everything is a value.
    Separator,
    /// An option, with its value if that stood behind `=`.
    Option(&'a CliOption, Option<&'a str>),
    /// Something that looks like an option, but is none.
    Unknown,
}

/// The canonical line of a level's `args`; an error where one abbreviates several options.
pub(super) fn canonical_line(
    options: &[CliOption],
    positional: Option<Positional<'_>>,
    args: &[String],
) -> Result<CanonicalLine> {
    let classes = classify_all(options, args)?;
    let mut writer = CanonicalLineWriter {
        args,
        classes: &classes,
        positional,
        line: CanonicalLine::default(),
    };
    writer.write_all();
    Ok(writer.line)
}

fn classify_all<'a>(options: &'a [CliOption], args: &'a [String]) -> Result<Vec<Class<'a>>> {
    let mut is_behind_separator = false;
    let mut classes = Vec::with_capacity(args.len());
    for arg in args {
        classes.push(if is_behind_separator {
            Class::Value
        } else if arg == "--" {
            is_behind_separator = true;
            Class::Separator
        } else {
            classify(options, arg)?
        });
    }
    Ok(classes)
}

/// What an argument is that no `--` precedes; an error where it abbreviates several options.
pub(super) fn classify<'a>(options: &'a [CliOption], arg: &'a str) -> Result<Class<'a>> {
    if !arg.starts_with('-') || arg.len() == 1 {
        return Ok(Class::Value);
    }
    if let Some(option) = options.iter().find(|o| o.is_typed_as(arg)) {
        return Ok(Class::Option(option, None));
    }
    let (name, value) = match arg.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (arg, None),
    };
    if let Some(option) = options.iter().find(|o| o.is_typed_as(name)) {
        return Ok(Class::Option(option, value));
    }
    if let Some(option) = abbreviated(options, arg, name)? {
        return Ok(Class::Option(option, value));
    }
    Ok(if is_negative_number(arg) || arg.contains(' ') {
        Class::Value
    } else {
        Class::Unknown
    })
}

/// The option that `name`, which `arg` begins with, abbreviates. Options of our own have no
/// abbreviations, so that they never make one of the AWS CLI's ambiguous.
fn abbreviated<'a>(
    options: &'a [CliOption],
    arg: &str,
    name: &str,
) -> Result<Option<&'a CliOption>> {
    let Some(prefix) = name.strip_prefix("--") else {
        return Ok(None);
    };
    let is_meant = |option: &&CliOption| !option.own && option.name.starts_with(prefix);
    let mut meant = options.iter().filter(is_meant);
    let first = meant.next();
    if meant.next().is_none() {
        return Ok(first);
    }
    let names = options.iter().filter(is_meant).map(CliOption::typed);
    let names = names.collect::<Vec<_>>().join(", ");
    Err(Error::usage(format!(
        "ambiguous option: {arg} could match {names}"
    )))
}

/// Whether this is a value such as `-5` or `-.5`, and no option.
fn is_negative_number(arg: &str) -> bool {
    let are_digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    let number = arg.strip_prefix('-').unwrap_or_default();
    match number.split_once('.') {
        Some((whole, fraction)) => {
            are_digits(whole) && are_digits(fraction) && !fraction.is_empty()
        }
        None => are_digits(number) && !number.is_empty(),
    }
}

/// Takes options and the positional argument from the line in turn, as argparse does.
struct CanonicalLineWriter<'a> {
    args: &'a [String],
    classes: &'a [Class<'a>],
    /// The positional argument, until it is found.
    positional: Option<Positional<'a>>,
    line: CanonicalLine,
}

impl CanonicalLineWriter<'_> {
    fn write_all(&mut self) {
        let mut at = 0;
        while let Some(option_at) = self.next_option(at) {
            let behind = match at == option_at {
                true => at,
                false => self.write_positional(at),
            };
            if behind > at {
                at = behind;
                continue;
            }
            self.line.rest.extend_from_slice(&self.args[at..option_at]);
            match self.write_option(option_at) {
                Some(next) => at = next,
                None => return,
            }
        }
        let at = self.write_positional(at);
        self.line.rest.extend_from_slice(&self.args[at..]);
    }

    fn next_option(&self, at: usize) -> Option<usize> {
        let is_option = |c: &Class<'_>| matches!(c, Class::Option(..) | Class::Unknown);
        let next = self.classes[at..].iter().position(is_option);
        next.map(|distance| at + distance)
    }

    /// Takes the positional argument at `at`, if it is still wanted, and returns where the line
    /// goes on. A required one takes `--` on both sides with it, an optional one the one before it,
    /// even alone.
    fn write_positional(&mut self, at: usize) -> usize {
        let Some(positional) = self.positional else {
            return at;
        };
        let behind_separator = |at: usize| match self.classes.get(at) {
            Some(Class::Separator) => at + 1,
            _ => at,
        };
        let value_at = behind_separator(at);
        let value = match self.classes.get(value_at) {
            Some(Class::Value) => Some(&self.args[value_at]),
            _ => None,
        };
        let end = match (positional, value) {
            (Positional::Required(..), None) => return at,
            (Positional::Required(..), Some(_)) => behind_separator(value_at + 1),
            (_, Some(_)) => value_at + 1,
            (_, None) => value_at,
        };
        if let (Positional::Required(name, _) | Positional::OptionalChoice(name, _), Some(value)) =
            (positional, value)
        {
            self.line.args.push(format!("--{name}={value}"));
        }
        self.line.positional = value.cloned();
        self.positional = None;
        end
    }

    /// Takes the option at `at` with its values, and returns where the line goes on; `None` where
    /// it ends.
    fn write_option(&mut self, at: usize) -> Option<usize> {
        let Class::Option(option, attached) = &self.classes[at] else {
            self.line.rest.push(self.args[at].clone());
            return Some(at + 1);
        };
        let name = &option.name;
        if let Some(value) = attached {
            self.line.args.push(format!("--{name}={value}"));
            return Some(at + 1);
        }
        let following = &self.args[at + 1..];
        let is_value = |c: &&Class<'_>| matches!(c, Class::Value);
        let available = self.classes[at + 1..].iter().take_while(is_value).count();
        let taken = match option.takes {
            OptionArity::Nothing => 0,
            OptionArity::Text | OptionArity::WholeNumber | OptionArity::AtMostOne(_) => {
                available.min(1)
            }
            OptionArity::Several => available,
        };
        self.line.args.push(match &following[..taken] {
            [] => format!("--{name}"),
            [value] => format!("--{name}={value}"),
            values => format!(
                "--{name}={}",
                values.join(VALUE_SEPARATOR.encode_utf8(&mut [0]))
            ),
        });
        let lacks_value =
            taken == 0 && matches!(option.takes, OptionArity::Text | OptionArity::WholeNumber);
        let ends = lacks_value || *name == options::HELP.name || *name == options::VERSION.name;
        (!ends).then_some(at + 1 + taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::options::{GLOBALS, of_operation};
    use crate::model::Operation;

    /// The canonical line of arguments that are separated by `|`, the positional argument, and the
    /// rest.
    fn canonical(options: &[CliOption], positional: Option<Positional<'_>>, args: &str) -> String {
        let args: Vec<_> = match args {
            "" => Vec::new(),
            args => args.split('|').map(str::to_string).collect(),
        };
        match canonical_line(options, positional, &args) {
            Err(error) => error.message,
            Ok(line) => {
                let args = line.args.join(" ").replace(VALUE_SEPARATOR, ";");
                format!(
                    "{args} / {} / {}",
                    line.positional.unwrap_or_default(),
                    line.rest.join(" ")
                )
            }
        }
    }

    #[track_caller]
    fn check(options: &[CliOption], positional: Option<Positional<'_>>, table: &[(&str, &str)]) {
        for (args, want) in table {
            assert_eq!(canonical(options, positional, args), *want, "{args}");
        }
    }

    #[test]
    fn attaches_values_to_full_names() {
        let table = [
            ("", " /  / "),
            ("--region|r", "--region=r /  / "),
            ("--region=r|x", "--region=r /  / x"),
            ("--region=", "--region= /  / "),
            ("--region||x", "--region= /  / x"),
            (
                "--reg|r|--debug|x|--no-v",
                "--region=r --debug --no-verify-ssl /  / x",
            ),
            ("--reg=r=s", "--region=r=s /  / "),
            ("--debug=1|x", "--debug=1 /  / x"),
            ("--region|-5", "--region=-5 /  / "),
            ("--region|-a b", "--region=-a b /  / "),
            ("--region|-", "--region=- /  / "),
            (
                "--cl",
                "ambiguous option: --cl could match --cli-read-timeout, --cli-connect-timeout, \
                      --cli-binary-format, --cli-auto-prompt, --cli-error-format",
            ),
            ("--loc|--local|--hel", "--local /  / --loc --hel"),
            ("--bogus|x|-y|--region=r", "--region=r /  / --bogus x -y"),
            ("--|--region|r", " /  / -- --region r"),
        ];
        check(&GLOBALS, None, &table);
    }

    #[test]
    fn ends_where_the_aws_cli_goes_no_further() {
        let table = [
            ("a|--region", "--region /  / a"),
            ("a|--region|--debug", "--region /  / a"),
            ("a|--region|--|b|--debug", "--region /  / a"),
            ("a|--version|b|--debug", "--version /  / a"),
            ("a|-h|b|--output|x", "--help /  / a"),
            (
                "a|--help|--cl",
                "ambiguous option: --cl could match --cli-read-timeout, \
                               --cli-connect-timeout, --cli-binary-format, --cli-auto-prompt, \
                               --cli-error-format",
            ),
        ];
        check(&GLOBALS, None, &table);
    }

    #[test]
    fn keeps_several_values_together() {
        let operation = Operation::find_by_command("update-records").expect("an operation");
        let table = [
            (
                "--record-patches|a|-5||b c",
                "--record-patches=a;-5;;b c /  / ",
            ),
            (
                "--record-patches|--device-id|d",
                "--record-patches --device-id=d /  / ",
            ),
            ("--record-patches=a|b", "--record-patches=a / b / "),
            ("--record-patches|a|--|b|c", "--record-patches=a / b / c"),
            (
                "--generate-cli-skeleton|x|y",
                "--generate-cli-skeleton=x / y / ",
            ),
            ("--generate-cli-skeleton", "--generate-cli-skeleton /  / "),
            (
                "--generate-cli-skeleton|--|x",
                "--generate-cli-skeleton / x / ",
            ),
        ];
        check(&of_operation(operation), Some(Positional::Optional), &table);
    }

    #[test]
    fn puts_the_positional_argument_in_its_place() {
        let choices = ["c".to_string()];
        let table = [
            ("c|d", "--command=c / c / d"),
            (
                "--debug|x|--region|r|c",
                "--debug --command=x --region=r / x / c",
            ),
            ("c|--|d", "--command=c / c / d"),
            ("--|c|--|d", "--command=c / c / -- d"),
            ("--bogus|-5|c", "--command=-5 / -5 / --bogus c"),
            ("--bogus", " /  / --bogus"),
        ];
        check(
            &GLOBALS,
            Some(Positional::Required("command", &choices)),
            &table,
        );
        let table = [
            ("c|d", "--command=c / c / d"),
            ("c|--|d", "--command=c / c / -- d"),
            ("--|--", "--command=-- / -- / "),
            ("--|--bogus", "--command=--bogus / --bogus / "),
            ("--bogus|c", "--command=c / c / --bogus"),
        ];
        check(
            &GLOBALS,
            Some(Positional::OptionalChoice("command", &choices)),
            &table,
        );
    }
}
