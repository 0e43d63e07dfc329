//! Completion in shells: the scripts, and the answers to their questions.
//!
//! The scripts know nothing of the command line: each passes it to the program itself, as
//! `completions SHELL --at CURSOR -- …`, and shows what that prints. `candidates` finds the answer;
//! this module formats it for the shell. A question never fails, since a message in the middle of
//! the line that somebody is typing would be in the way.

mod candidate;
mod candidates;
mod fault_values;
mod files;
mod option_values;
mod quoting;
mod shorthand;
mod subcommand_args;

use super::subcommands::completions::{CompletionsArgs, Shell};
use crate::environment::Environment;
use crate::error::{Error, Result};
use candidate::{Candidate, Candidates};
use quoting::Word;

/// How readline asks for a list of what there is; it inserts nothing of it.
const LISTING: &str = "63";

/// Begins an answer that leaves the word to the shell, in front of the number of arguments that
/// stand before another command.
const IS_OF_COMMAND: char = '\t';

/// The completion script of a shell.
fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("script.bash"),
        Shell::Zsh => include_str!("script.zsh"),
        Shell::Fish => include_str!("script.fish"),
        Shell::Powershell => include_str!("script.ps1"),
    }
}

/// The shell's script, or the answer to its question.
pub(super) fn answer(args: &CompletionsArgs, environment: &Environment) -> Result<String> {
    let shell = args.shell;
    match &args.question[..] {
        [] => Ok(script(shell).to_string()),
        [at, cursor, dashes, question @ ..] if at == "--at" && dashes == "--" => {
            Ok(candidates_at(shell, cursor, question, environment).unwrap_or_default())
        }
        unknown => Err(Error::parameter(format!(
            "completions {} takes no more words, but there is: {}",
            shell.name(),
            unknown.join(" ")
        ))),
    }
}

/// The answer to a script's question; `None` if the question is malformed.
fn candidates_at(
    shell: Shell,
    cursor: &str,
    question: &[String],
    environment: &Environment,
) -> Option<String> {
    let cursor: usize = cursor.parse().ok()?;
    match (shell, question) {
        (Shell::Bash, [line, breaks, kind]) => {
            for_bash(line, cursor, breaks, kind == LISTING, environment)
        }
        (Shell::Bash, _) => None,
        (Shell::Zsh, words) => Some(for_zsh(words, cursor, environment)),
        (Shell::Fish, words) => Some(for_fish(words, cursor, environment)),
        (Shell::Powershell, words) => Some(for_powershell(words, cursor, environment)),
    }
}

/// bash leaves everything to the program: `line` is as it was typed, with the cursor behind
/// `point` characters. Readline cuts words at the characters in `breaks`, and wants only what it
/// is to put in place of the last piece. A line of the answer is such a text with its quotes, and
/// with a space where the word is done; where readline only lists, it is what differs.
fn for_bash(
    line: &str,
    point: usize,
    breaks: &str,
    lists: bool,
    environment: &Environment,
) -> Option<String> {
    let mut characters = line.char_indices();
    let cursor = characters.nth(point).map_or(line.len(), |(at, _)| at);
    let (typed, behind) = line.split_at(cursor);
    let mut words = quoting::split(typed, breaks);
    let current = words.pop()?;
    let found = if words.last().is_some_and(|word| word.redirects) {
        files::paths(&current.text, environment)
    } else {
        let mut texts = arguments(words);
        let index = texts.len();
        texts.push(current.text.clone());
        // What is left of this word behind the cursor is no word of its own.
        let behind = behind.find(char::is_whitespace).map(|at| &behind[at..]);
        let behind = quoting::split(behind.unwrap_or_default(), "");
        texts.extend(behind.into_iter().map(|word| word.text));
        candidates::at(&texts, index, environment)
    };
    if let Some(index) = found.command_at {
        return Some(of_command(index));
    }
    let begun = current.text.get(found.stem..)?;
    let fitting: Vec<_> = fitting(&found, begun).collect();
    if lists {
        return Some(as_lines(fitting.iter().map(|c| c.text.clone())));
    }
    let replaced = typed.get(current.replaced_from..)?;
    let insert = |candidate: &&Candidate| {
        let rest = candidate.text.get(begun.len()..).unwrap_or_default();
        let rest = quoting::quoted(rest, current.open);
        let space = if candidate.ends_word && current.open.is_none() {
            " "
        } else {
            ""
        };
        format!("{replaced}{rest}{space}")
    };
    let mut lines: Vec<_> = fitting.iter().map(insert).collect();
    if let ([candidate], [line], Some(_)) = (&fitting[..], &lines[..], current.open)
        && !candidate.ends_word
    {
        // Readline closes the quote behind a lone completion, and leaves it open for two.
        let second = format!("{line}…");
        lines.push(second);
    }
    Some(as_lines(lines))
}

/// The words behind the program's name, without redirections.
fn arguments(words: Vec<Word>) -> Vec<String> {
    let mut texts = Vec::new();
    let mut is_target = false;
    for word in words.into_iter().skip(1) {
        if !word.redirects && !is_target {
            texts.push(word.text);
        }
        is_target = word.redirects;
    }
    texts
}

/// The first line says how many characters of the word stay. Each further one is `.` where the
/// word is done or `+` where it goes on, and an entry for `_describe`. zsh picks what fits.
fn for_zsh(words: &[String], index: usize, environment: &Environment) -> String {
    let found = candidates::at(words, index, environment);
    if let Some(index) = found.command_at {
        return of_command(index);
    }
    if found.list.is_empty() {
        return String::new();
    }
    let stem = stem(words, index, &found).chars().count();
    let lines = found.list.iter().map(|candidate| {
        let text = candidate.text.replace('\\', "\\\\").replace(':', "\\:");
        let mark = if candidate.ends_word { '.' } else { '+' };
        let colon = if candidate.description.is_empty() {
            ""
        } else {
            ":"
        };
        format!("{mark}{text}{colon}{}", candidate.description)
    });
    format!("{stem}\n{}", as_lines(lines))
}

/// Each line is a whole word, a tab and its description. The word at the cursor comes as it was
/// typed, and so with quotes. fish picks what fits, and decides on spaces itself.
fn for_fish(words: &[String], index: usize, environment: &Environment) -> String {
    let mut words = words.to_vec();
    if let Some(current) = words.get_mut(index) {
        // The quotes' ends are known to fish; a token never has more than one word.
        let token = quoting::split(current, "").into_iter().next();
        *current = token.unwrap_or_default().text;
    }
    let found = candidates::at(&words, index, environment);
    match found.command_at {
        Some(index) => of_command(index),
        None => described(&words, index, &found, ""),
    }
}

/// As for fish, but with what fits alone, since PowerShell shows all that it is given. Where there
/// is nothing, such as for the arguments of another command, it offers files by itself.
fn for_powershell(words: &[String], index: usize, environment: &Environment) -> String {
    let found = candidates::at(words, index, environment);
    let current = words.get(index).map_or("", String::as_str);
    let begun = current.get(found.stem..).unwrap_or_default();
    described(words, index, &found, begun)
}

/// The answer for an argument of the command that begins at this index: the shell completes it.
fn of_command(index: usize) -> String {
    format!("{IS_OF_COMMAND}{index}\n")
}

fn described(words: &[String], index: usize, found: &Candidates, begun: &str) -> String {
    let stem = stem(words, index, found);
    as_lines(fitting(found, begun).map(|c| format!("{stem}{}\t{}", c.text, c.description)))
}

/// The part of the current word that the candidates follow.
fn stem<'a>(words: &'a [String], index: usize, found: &Candidates) -> &'a str {
    let current = words.get(index).map_or("", String::as_str);
    current.get(..found.stem).unwrap_or_default()
}

/// The candidates that begin with what is typed.
fn fitting<'a>(found: &'a Candidates, begun: &str) -> impl Iterator<Item = &'a Candidate> {
    let list = found.list.iter();
    list.filter(move |candidate| candidate.text.starts_with(begun))
}

/// Lines without those that would not stay one line.
fn as_lines(lines: impl IntoIterator<Item = String>) -> String {
    let whole = lines.into_iter().filter(|line| !line.contains('\n'));
    whole.map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command::Command;
    use crate::cli::program::Program;
    use crate::terminal::Terminal;
    use proptest::prelude::*;

    const BREAKS: &str = " \t\n\"'><=;|&(:";

    fn complete(words: &[&str]) -> Result<String> {
        let args = ["completions"].iter().chain(words);
        let args: Vec<_> = args.map(ToString::to_string).collect();
        let (program, environment) = (Program::CognitoSync, Environment::default());
        match crate::cli::parse(&program, &args, &environment, Terminal::default())? {
            Command::Text(text) => Ok(text),
            _ => panic!("completions print a text"),
        }
    }

    /// bash's answer for a line with its cursor at `|`, the lines of it parted by `/`.
    fn bash(line: &str, kind: &str) -> String {
        let (before, behind) = line.split_once('|').expect("there is a cursor");
        let line = format!("cognito-sync {before}{behind}");
        let point = ("cognito-sync ".len() + before.chars().count()).to_string();
        let question = ["bash", "--at", &point, "--", &line, BREAKS, kind];
        let answer = complete(&question).expect("a line can be completed");
        answer.lines().collect::<Vec<_>>().join("/")
    }

    #[test]
    fn bash_gets_what_it_puts_in_place_of_the_last_piece() {
        let table = [
            ("set-c|", "set-cognito-events "),
            ("--output=js|", "json "),
            ("é --output=js|", ""),
            ("list-records --query é --output=js|", "json "),
            (
                "--output=|son",
                "json /text /table /yaml /yaml-stream /off ",
            ),
            ("--color o| list-records", "on /off "),
            ("register-device --pl| --platform GCM", ""),
            ("register-device --pl|x --output text", "--platform "),
            (
                "set-identity-pool-configuration --push-sync RoleArn=arn:x,A|",
                "x,ApplicationArns=",
            ),
            (
                "set-identity-pool-configuration --push-sync RoleArn\\=arn\\:x,A|",
                "RoleArn\\=arn\\:x,ApplicationArns=",
            ),
            (
                "set-identity-pool-configuration --push-sync RoleArn='arn:x,'A|",
                "arn:x,'ApplicationArns=",
            ),
            (
                "set-identity-pool-configuration --push-sync 'RoleArn=arn:x,A|",
                "RoleArn=arn:x,ApplicationArns=/RoleArn=arn:x,ApplicationArns=…",
            ),
            ("register-device --platform \"AD|", "ADM"),
            ("list-records >f --out|", "--output "),
            ("list-records --output text >src/li|", "src/lib.rs "),
            ("list-records --output text 2> src/mo|", "src/model/"),
        ];
        for (line, want) in table {
            assert_eq!(bash(line, "9"), want, "{line}");
        }
        let streams = "set-identity-pool-configuration --cognito-streams StreamName=x,|";
        assert_eq!(bash(streams, "9"), "x,RoleArn=/x,StreamingStatus=");
        assert_eq!(bash(streams, LISTING), "RoleArn=/StreamingStatus=");
    }

    #[test]
    fn each_shell_has_its_form() {
        let words = [
            "--at",
            "2",
            "--",
            "set-identity-pool-configuration",
            "--push-sync",
        ];
        let answer = |shell: &str, current: &str| {
            let question = [&[shell], &words[..], &[current]].concat();
            complete(&question).expect("a line can be completed")
        };
        assert_eq!(
            answer("zsh", "ApplicationArns=a:b,"),
            "20\n+RoleArn=:ARN of the role that Cognito assumes to call SNS.\n"
        );
        let line =
            "ApplicationArns=a,RoleArn=\tARN of the role that Cognito assumes to call SNS.\n";
        assert_eq!(answer("fish", "'ApplicationArns=a,x"), line);
        assert_eq!(answer("powershell", "ApplicationArns=a,R"), line);
        assert_eq!(answer("powershell", "ApplicationArns=a,x"), "");
        let missing = complete(&["zsh", "--at", "1", "--", "--color"]);
        assert_eq!(missing.expect("an answer"), "0\n.on\n.off\n.auto\n");
    }

    #[test]
    fn arguments_of_another_command_are_left_to_the_shell() {
        let line = "cognito-sync serve -- env a";
        let bash = ["bash", "--at", "27", "--", line, BREAKS, "9"];
        assert_eq!(complete(&bash).expect("an answer"), "\t2\n");
        for (shell, want) in [("zsh", "\t2\n"), ("fish", "\t2\n"), ("powershell", "")] {
            let question = [shell, "--at", "3", "--", "serve", "--", "env", "a"];
            assert_eq!(complete(&question).expect("an answer"), want, "{shell}");
        }
    }

    #[test]
    fn what_is_no_question_is_refused() {
        let message = |words: &[&str]| complete(words).expect_err("it is refused").message;
        let table: [(&[&str], &str); 4] = [
            (
                &[],
                "the following arguments are required: shell (bash, zsh, fish, powershell)",
            ),
            (
                &["fsh"],
                "argument shell: Found invalid choice 'fsh', valid ones are: bash, zsh, fish, \
                 powershell\n\nMaybe you meant:\n\n  * fish",
            ),
            (
                &["csh"],
                "argument shell: Found invalid choice 'csh', valid ones are: bash, zsh, fish, \
                 powershell",
            ),
            (
                &["zsh", "--at", "1"],
                "completions zsh takes no more words, but there is: --at 1",
            ),
        ];
        for (words, want) in table {
            let message = message(words);
            let help = "\n\n`cognito-sync completions help` describes its arguments.";
            let message = message.strip_suffix(help).unwrap_or(&message);
            assert_eq!(message, want);
        }
        for shell in Shell::ALL {
            assert_eq!(
                complete(&[shell.name()]).ok().as_deref(),
                Some(script(shell))
            );
        }
    }

    proptest! {
        /// Nothing that is typed makes an answer fail.
        #[test]
        fn questions_never_fail(
            shell in proptest::sample::select(Shell::ALL.to_vec()),
            place in "[0-9]{1,2}|x|",
            line in "([a-z=,é'\"\\\\>-]{0,8} ){0,4}(--push-sync |set-cognito-events )?[a-zA-Z=,é'\"{-]{0,8}",
            extra in "[ =:é]{0,3}",
        ) {
            let question = [shell.name(), "--at", &*place, "--", &*line, &*extra, "9"];
            prop_assert!(complete(&question).is_ok());
            let words: Vec<_> = line.split(' ').collect();
            let question = [&[shell.name(), "--at", &*place, "--"], &words[..]].concat();
            prop_assert!(complete(&question).is_ok());
        }
    }
}
