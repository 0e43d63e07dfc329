//! Reads words against a set of options by the rules of the AWS CLI, which are those of Python's
//! argparse (3.11) with the AWS CLI's own messages (`awscli/argparser.py` of 2.36.7).
//!
//! The AWS CLI reads a command line three times: for its global options, for the operation, and
//! for the operation's options; each time what is not understood is left for the next. clap
//! knows no such reading (it stops at the first unknown option, and its abbreviations and
//! repetitions follow other rules), hence this one. What the values mean is not known here.

use std::collections::HashMap;

use super::close_matches::close_matches;
use super::hints;
use super::options::{CliOption, Takes};
use crate::error::{Error, Result};

/// The positional word that may stand among the options.
#[derive(Debug, Clone, Copy)]
pub enum Positional<'a> {
    /// A word of this name that must be there and be one of the choices.
    Required(&'a str, &'a [String]),
    /// A word that may be there.
    Optional,
    /// A word of this name that may be there and then is one of the choices.
    OptionalChoice(&'a str, &'a [String]),
}

/// What was understood, and what was not.
#[derive(Debug, Default)]
pub struct Arguments {
    values: HashMap<String, Vec<String>>,
    /// The positional word, if it was there.
    pub positional: Option<String>,
    /// Words that are left over, in the AWS CLI's order.
    pub rest: Vec<String>,
    is_overridden: bool,
}

impl Arguments {
    /// Whether the option was typed.
    pub fn has(&self, option: &str) -> bool {
        self.values.contains_key(option)
    }

    /// The option's only value.
    pub fn value(&self, option: &str) -> Option<&str> {
        self.values.get(option)?.first().map(String::as_str)
    }

    /// Takes over the values of all options of `other`, except one that says what is the default anyway.
    pub fn override_with(&mut self, other: &Arguments) {
        // The only global option of the AWS CLI whose default is a value.
        let is_default =
            |name: &str, values: &[String]| name == "color" && *values == ["auto".to_string()];
        for (name, values) in &other.values {
            if !is_default(name, values) {
                self.values.insert(name.clone(), values.clone());
                self.is_overridden = true;
            }
        }
    }

    /// Whether other options have replaced some of these.
    pub fn is_overridden(&self) -> bool {
        self.is_overridden
    }

    /// All values of an option that takes several; an option that was typed without any has an
    /// empty list.
    pub fn values(&self, option: &str) -> Option<&[String]> {
        self.values.get(option).map(Vec::as_slice)
    }
}

/// Reads `words`. `--version` and our help switches end the reading where they stand, as
/// argparse's version does: what comes before is checked, what comes after is not.
pub fn read(
    options: &[CliOption],
    positional: Positional<'_>,
    words: &[String],
) -> Result<Arguments> {
    let classes = classify(options, words)?;
    let mut reader = Reader {
        words,
        classes: &classes,
        positional: Some(positional),
        found: Arguments::default(),
    };
    reader.read_all()?;
    if reader.found.has("version") || reader.found.has("help") {
        return Ok(reader.found);
    }
    let Reader {
        positional, found, ..
    } = reader;
    let mut missing: Vec<String> = options
        .iter()
        .filter(|o| o.required && !found.has(&o.name))
        .map(CliOption::typed)
        .collect();
    if let Some(Positional::Required(name, _)) = positional {
        missing.push(name.to_string());
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let error = Error::usage(format!(
        "the following arguments are required: {}",
        missing.join(", ")
    ));
    Err(hints::about_unknown(error, words, &found.rest, options))
}

/// What a word is, before anything is read.
#[derive(Debug)]
pub enum Class<'a> {
    /// A value or a positional word.
    Word,
    /// The first `--`, after which everything is a word.
    Dashes,
    /// An option, with its value if that stood behind `=`.
    Option(&'a CliOption, Option<String>),
    /// Something that looks like an option, but is none.
    Unknown,
}

fn classify<'a>(options: &'a [CliOption], words: &[String]) -> Result<Vec<Class<'a>>> {
    let mut only_words = false;
    let mut classes = Vec::with_capacity(words.len());
    for word in words {
        classes.push(if only_words {
            Class::Word
        } else if word == "--" {
            only_words = true;
            Class::Dashes
        } else {
            classify_word(options, word)?
        });
    }
    Ok(classes)
}

/// What a word is that no `--` precedes; an error where it abbreviates several options.
pub fn classify_word<'a>(options: &'a [CliOption], word: &str) -> Result<Class<'a>> {
    if !word.starts_with('-') || word.len() == 1 {
        return Ok(Class::Word);
    }
    if let Some(option) = options.iter().find(|o| is_typed_as(o, word)) {
        return Ok(Class::Option(option, None));
    }
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_string())),
        None => (word, None),
    };
    if let Some(option) = options.iter().find(|o| is_typed_as(o, name)) {
        return Ok(Class::Option(option, value));
    }
    if name.starts_with("--") {
        let candidates: Vec<_> = options
            .iter()
            .filter(|o| !o.own && o.typed().starts_with(name))
            .collect();
        match candidates[..] {
            [] => {}
            [option] => return Ok(Class::Option(option, value)),
            _ => {
                let names: Vec<_> = candidates.iter().map(|o| o.typed()).collect();
                let names = names.join(", ");
                return Err(Error::usage(format!(
                    "ambiguous option: {word} could match {names}"
                )));
            }
        }
    }
    Ok(if is_negative_number(word) || word.contains(' ') {
        Class::Word
    } else {
        Class::Unknown
    })
}

/// Whether the word is the option's full name; an own option of one letter has one dash.
fn is_typed_as(option: &CliOption, word: &str) -> bool {
    let name = word.strip_prefix("--").filter(|_| option.name.len() > 1);
    let letter = word.strip_prefix('-').filter(|_| option.name.len() == 1);
    name.or(letter).is_some_and(|name| name == option.name)
}

/// `-5` and `-.5` are values and not options.
fn is_negative_number(word: &str) -> bool {
    let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
    let number = word.strip_prefix('-').unwrap_or_default();
    match number.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !fraction.is_empty(),
        None => digits(number) && !number.is_empty(),
    }
}

struct Reader<'a> {
    words: &'a [String],
    classes: &'a [Class<'a>],
    /// The positional word that has not been seen yet.
    positional: Option<Positional<'a>>,
    found: Arguments,
}

impl Reader<'_> {
    /// Options and positional words in turn, as argparse consumes them.
    fn read_all(&mut self) -> Result<()> {
        let mut at = 0;
        while let Some(option_at) = self.next_option(at) {
            let after = if at == option_at {
                at
            } else {
                self.read_positional(at)?
            };
            if after > at {
                at = after;
                continue;
            }
            self.found
                .rest
                .extend_from_slice(&self.words[at..option_at]);
            at = self.read_option(option_at)?;
            if self.found.has("version") || self.found.has("help") {
                return Ok(());
            }
        }
        let at = self.read_positional(at)?;
        self.found.rest.extend_from_slice(&self.words[at..]);
        Ok(())
    }

    fn next_option(&self, at: usize) -> Option<usize> {
        let is_option = |c: &Class<'_>| matches!(c, Class::Option(..) | Class::Unknown);
        self.classes[at..]
            .iter()
            .position(is_option)
            .map(|i| at + i)
    }

    /// Takes the positional word at `at`, if it is still wanted; dashes around it go with it.
    fn read_positional(&mut self, at: usize) -> Result<usize> {
        let Some(positional) = self.positional else {
            return Ok(at);
        };
        let dashes =
            |from: usize| from + usize::from(matches!(self.classes.get(from), Some(Class::Dashes)));
        let word_at = dashes(at);
        let word = match self.classes.get(word_at) {
            Some(Class::Word) => Some(self.words[word_at].clone()),
            _ => None,
        };
        match (positional, word) {
            (Positional::Required(name, choices), Some(word)) => {
                check_choice(name, choices.iter().map(String::as_str), &word)?;
                self.found.positional = Some(word);
                self.positional = None;
                Ok(dashes(word_at + 1))
            }
            (Positional::Required(..), None) => Ok(at),
            (Positional::Optional | Positional::OptionalChoice(..), word) => {
                if let (Positional::OptionalChoice(name, choices), Some(word)) = (positional, &word)
                {
                    check_choice(name, choices.iter().map(String::as_str), word)?;
                }
                self.positional = None;
                let end = if word.is_some() { word_at + 1 } else { word_at };
                self.found.positional = word;
                Ok(end)
            }
        }
    }

    /// Takes the option at `at` with its values.
    fn read_option(&mut self, at: usize) -> Result<usize> {
        let Class::Option(option, explicit) = &self.classes[at] else {
            self.found.rest.push(self.words[at].clone());
            return Ok(at + 1);
        };
        let following = self.classes[at + 1..]
            .iter()
            .take_while(|c| matches!(c, Class::Word))
            .count();
        let values = match (option.takes, explicit) {
            (Takes::Nothing, None) => Vec::new(),
            (Takes::Nothing, Some(value)) => {
                let value = crate::python::quoted(value);
                return Err(self.refuse(option, &format!("ignored explicit argument {value}")));
            }
            (_, Some(value)) => vec![value.clone()],
            (Takes::Several, None) => self.words[at + 1..=at + following].to_vec(),
            (Takes::AtMostOne(default), None) if following == 0 => vec![default.to_string()],
            (_, None) if following == 0 => {
                return Err(self.refuse(option, "expected one argument"));
            }
            (_, None) => vec![self.words[at + 1].clone()],
        };
        let end = if explicit.is_some() {
            at + 1
        } else {
            at + 1 + values.len().min(following)
        };
        self.check_values(option, &values)?;
        let name = if option.name == "h" {
            "help"
        } else {
            &*option.name
        };
        self.found.values.insert(name.to_string(), values);
        Ok(end)
    }

    fn check_values(&self, option: &CliOption, values: &[String]) -> Result<()> {
        for value in values {
            if option.takes == Takes::WholeNumber && crate::python::integer(value).is_none() {
                let value = crate::python::quoted(value);
                return Err(self.refuse(option, &format!("invalid int value: {value}")));
            }
            if !option.choices.is_empty() {
                check_choice(&option.typed(), option.choices.iter().copied(), value)?;
            }
        }
        Ok(())
    }

    fn refuse(&self, option: &CliOption, why: &str) -> Error {
        Error::usage(format!("argument {}: {why}", option.typed()))
    }
}

/// Refuses a word that is none of the choices, naming those that it resembles.
pub fn check_choice<'a>(
    argument: &str,
    choices: impl Iterator<Item = &'a str> + Clone,
    word: &str,
) -> Result<()> {
    if choices.clone().any(|c| c == word) {
        return Ok(());
    }
    let mut message = format!("argument {argument}: Found invalid choice '{word}'\n");
    let close = close_matches(word, choices.clone());
    if close.is_empty() {
        let error = Error::usage(message);
        return Err(hints::about_choice(error, argument, word, choices));
    }
    message.push_str("\nMaybe you meant:\n");
    for choice in close {
        message.push_str(&format!("\n  * {choice}"));
    }
    Err(Error::usage(message))
}

#[cfg(test)]
mod tests {
    use super::super::options::{GLOBALS, of_operation};
    use super::*;
    use crate::model::Operation;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_string).collect()
    }

    /// Reads `line` as the words behind `list-records` and renders the outcome.
    fn outcome(line: &str) -> String {
        let operation = Operation::by_command("list-records").expect("an operation of the model");
        let mut options = of_operation(operation);
        for option in &mut options {
            option.required = false;
        }
        match read(&options, Positional::Optional, &words(line)) {
            Err(error) => error.message,
            Ok(found) => {
                let mut values: Vec<_> = found
                    .values
                    .iter()
                    .map(|(k, v)| format!("{k}={}", v.join("+")))
                    .collect();
                values.sort();
                format!(
                    "{} | {:?} | {}",
                    values.join(" "),
                    found.positional,
                    found.rest.join(",")
                )
            }
        }
    }

    #[test]
    fn words_are_read_as_argparse_reads_them() {
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
    fn global_options_leave_the_rest_in_order() {
        let choices = ["cognito-sync".to_string()];
        let positional = Positional::Required("command", &choices);
        let line = "--re eu-west-1 cognito-sync op --name v --no-sign-request w --pro p";
        let found = read(&GLOBALS, positional, &words(line)).expect("all is known or left over");
        assert_eq!(found.value("region"), Some("eu-west-1"));
        assert_eq!(found.value("profile"), Some("p"));
        assert!(found.has("no-sign-request"));
        assert_eq!(found.rest, ["op", "--name", "v", "w"]);
    }

    #[test]
    fn own_options_take_no_part_in_abbreviation() {
        let choices = ["cognito-sync".to_string()];
        let positional = Positional::Required("command", &choices);
        let read = |line| read(&GLOBALS, positional, &words(line)).expect("nothing is refused");
        assert_eq!(read("cognito-sync --hel").rest, ["--hel"]);
        assert!(read("cognito-sync --help x").has("help"));
        assert!(read("cognito-sync -h").has("help"));
    }
}
