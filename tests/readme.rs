//! Runs the command blocks of README.md, so that what it tells a reader to type does work
//! and prints what it says.
//!
//! Every fenced block with the info string `sh` is run by `sh -eu`, in order and each in a
//! shell of its own, in a folder that is a copy of the repository. There is no marker to
//! leave one out, and no other info string for commands (`bash`, `console`, none at all).
//!
//! - A block `text`, `console-output`, `json` or `yaml` that follows with only blank lines
//!   between is what the command block prints, to the byte.
//! - Requests go to a scripted server, which echoes them; a comment between the last block
//!   and the command block, `<!-- reply: BODY -->` or `<!-- reply 404: BODY -->`, says what
//!   it answers instead. Repeated ones are the replies in turn, and all must be fetched.
//! - `cargo` and `git` are shell functions (`PRELUDE`), since a test can neither build the
//!   package again nor use the network. They accept only the forms they know.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::child::{self, ChildExit};
use crate::support::diff;
use crate::support::environment::Environment;
use crate::support::http::Response;
use crate::support::server::{Script, Server};

/// Longer than one command may take, as a block holds several.
const LIMIT: Duration = Duration::from_secs(60);

/// What a block directly after a command block is called if it is the commands' output.
const OUTPUT: &[&str] = &["text", "console-output", "json", "yaml"];

/// Info strings that look like commands and would not be run.
const UNRUN: &[&str] = &["", "bash", "console", "shell", "shell-session", "zsh"];

/// `cargo build`, `test`, `install` and `run` have their arguments checked; `build` and
/// `install` put the built program where cargo would, and `run` runs it. `git clone` copies
/// the repository.
const PRELUDE: &str = r#"
readme_refuses() { echo "README: the test knows no $*" >&2; exit 2; }
cargo() {
    readme_action=${1-nothing}; shift
    readme_profile=debug; readme_root=$HOME/.cargo
    case $readme_action in bench|build|test|install|run) ;; *) readme_refuses cargo "$readme_action" ;; esac
    while [ $# -gt 0 ]; do
        case $readme_action:$1 in
            *:--) shift; break ;;
            *:--locked|*:--offline|*:--quiet|*:-q|*:--all-targets|*:--all-features) ;;
            *:--release) readme_profile=release ;;
            install:--force) ;;
            install:--path) test -f "$2/Cargo.toml"; shift ;;
            install:--root) readme_root=$2; shift ;;
            install:--git) shift ;;
            *:--bin|test:--test) shift ;;
            install:cognito-sync|test:[a-z]*) ;;
            *) readme_refuses cargo "$readme_action" "$1" ;;
        esac
        shift
    done
    case $readme_action in
        run) test -f Cargo.toml; cognito-sync "$@" ;;
        bench|test) test -f Cargo.toml ;;
        build) test -f Cargo.toml; readme_link "target/$readme_profile" ;;
        install) readme_link "$readme_root/bin" ;;
    esac
}
readme_link() { mkdir -p "$1"; ln -sf "$README_PROGRAM" "$1/cognito-sync"; }
git() {
    case $#:${1-}:${2-} in
        2:clone:https://*) readme_folder=${2##*/}; readme_folder=${readme_folder%.git} ;;
        3:clone:https://*) readme_folder=$3 ;;
        *) readme_refuses git "$@" ;;
    esac
    mkdir "$readme_folder"
    for readme_file in "$HOME"/repository/* ; do
        test "${readme_file##*/}" = "$readme_folder" || cp -R "$readme_file" "$readme_folder"
    done
}
"#;

#[test]
fn every_command_block_works() {
    let text = fs::read_to_string(repository().join("README.md")).expect("README.md is there");
    let parts = parse(&text);
    let unrun: Vec<usize> = parts
        .iter()
        .filter(|part| matches!(part, Part::Block { info, .. } if is_unrun(info)))
        .map(Part::line)
        .collect();
    assert!(
        unrun.is_empty(),
        "README.md: blocks at lines {unrun:?}: commands are to be marked `sh`, so that they \
         are run, and all else as what it is"
    );
    let examples = examples(&parts);
    assert!(!examples.is_empty(), "README.md has no command blocks");
    let clone = ClonedRepository::new();
    let failures: Vec<String> = examples.iter().filter_map(|e| clone.run(e)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_unrun(info: &str) -> bool {
    UNRUN.contains(&info) || info.starts_with("sh ")
}

/// What of a Markdown text matters here; lines are counted from 1.
#[derive(Debug, PartialEq)]
enum Part {
    Block {
        line: usize,
        info: String,
        text: String,
    },
    Response {
        line: usize,
        status: u16,
        body: String,
    },
    /// Anything else but blank lines.
    Prose { line: usize },
}

impl Part {
    fn line(&self) -> usize {
        match self {
            Self::Block { line, .. } | Self::Response { line, .. } | Self::Prose { line } => *line,
        }
    }
}

fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((content, line)) = lines.next() {
        let words = content.trim_start();
        let indent = content.len() - words.len();
        let marks = words.len() - words.trim_start_matches(['`', '~']).len();
        let fence = &words[..marks];
        if marks >= 3 {
            let info = words[marks..].trim().to_owned();
            let body = lines.by_ref().map(|(content, _)| content);
            let body = body.take_while(|content| content.trim() != fence);
            let text = body.map(|content| unindent(content, indent)).collect();
            parts.push(Part::Block { line, info, text });
        } else if let Some(rest) = words.strip_prefix("<!-- reply") {
            let mut comment = rest.to_owned();
            while !comment.contains("-->")
                && let Some((more, _)) = lines.next()
            {
                comment += "\n";
                comment += more;
            }
            parts.push(reply(line, &comment));
        } else if !words.is_empty() {
            parts.push(Part::Prose { line });
        }
    }
    parts
}

/// A line of a block without the indent of its fence (in a list).
fn unindent(line: &str, indent: usize) -> String {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    format!("{}\n", &line[blanks.min(indent)..])
}

/// The rest of a comment `<!-- reply 404: BODY -->`.
fn reply(line: usize, comment: &str) -> Part {
    let content = comment.split("-->").next().unwrap_or_default();
    let (status, body) = content.split_once(':').unwrap_or((content, ""));
    let status = match status.trim() {
        "" => Ok(200),
        status => status.parse(),
    };
    Part::Response {
        line,
        status: status.unwrap_or_else(|_| panic!("README.md:{line}: reply has no status")),
        body: body.trim().to_owned(),
    }
}

/// A command block with its replies and, if it is shown, its output.
#[derive(Debug, PartialEq)]
struct Example<'a> {
    line: usize,
    commands: &'a str,
    replies: Vec<(u16, &'a str)>,
    output: Option<&'a str>,
}

fn examples(parts: &[Part]) -> Vec<Example<'_>> {
    let mut examples = Vec::new();
    let mut replies = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Response { status, body, .. } => replies.push((*status, body.as_str())),
            Part::Block { line, info, text } => {
                let replies = std::mem::take(&mut replies);
                if info == "sh" {
                    examples.push(Example {
                        line: *line,
                        commands: text,
                        replies,
                        output: parts.get(at + 1).and_then(output),
                    });
                } else {
                    assert!(
                        replies.is_empty(),
                        "README.md:{line}: a reply to no command"
                    );
                }
            }
            Part::Prose { .. } => {}
        }
    }
    assert!(
        replies.is_empty(),
        "README.md: the last reply is to no command"
    );
    examples
}

fn output(part: &Part) -> Option<&str> {
    match part {
        Part::Block { info, text, .. } if OUTPUT.contains(&info.as_str()) => Some(text),
        _ => None,
    }
}

/// A copy of the repository in a temporary HOME, in which the examples run one after the
/// other, so that a later one finds the files of those before.
struct ClonedRepository {
    environment: Environment,
}

impl ClonedRepository {
    fn new() -> Self {
        let mut environment = Environment::new(String::new());
        let program = PathBuf::from(env!("CARGO_BIN_EXE_cognito-sync"));
        let folder = program.parent().expect("the program is in a folder");
        let mut path = OsString::from(folder);
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        environment.set("PATH", path);
        environment.set("README_PROGRAM", &program);
        copy(repository(), &environment.folder().join("repository"));
        Self { environment }
    }

    /// Runs one example; what is wrong with it, if anything.
    fn run(&self, example: &Example<'_>) -> Option<String> {
        let replies: Vec<Response> = example
            .replies
            .iter()
            .map(|(status, body)| Response::body(*body).status(*status))
            .collect();
        let mut server = Server::new(match replies.is_empty() {
            true => Script::default(),
            false => Script::Responses(replies),
        });
        let mut command = self.environment.command(Path::new("sh"));
        command
            .env("AWS_ENDPOINT_URL", server.endpoint())
            // rustc is found through rustup where that installed it.
            .env("RUSTUP_HOME", rustup_home())
            .current_dir(self.environment.folder().join("repository"))
            .args(["-eu", "-c", &format!("{PRELUDE}{}", example.commands)]);
        let finished = child::run(command, Vec::new(), LIMIT);
        server.stop();
        let stdout = String::from_utf8_lossy(&finished.stdout);
        let mut wrong = String::new();
        if finished.exit != ChildExit::Status(0) {
            wrong += &format!("  ended with {}\n", finished.exit);
        }
        if let Some(output) = example.output.filter(|output| *output != stdout) {
            let difference = diff::diff_lines(output, &stdout);
            wrong += &format!("  does not print what is shown:\n{difference}");
        }
        let (want, got) = (example.replies.len(), server.requests().len());
        if want > got {
            wrong += &format!("  {want} replies are given, {got} requests were made\n");
        }
        let stderr = diff::indent_lines(&String::from_utf8_lossy(&finished.stderr));
        let at = format!("README.md:{}: command block", example.line);
        (!wrong.is_empty()).then(|| format!("{at}\n{wrong}  stderr:\n{stderr}"))
    }
}

/// Where rustup keeps its toolchains for the process that runs the tests.
fn rustup_home() -> OsString {
    let default = || {
        Path::new(&env::var_os("HOME").unwrap_or_default())
            .join(".rustup")
            .into()
    };
    env::var_os("RUSTUP_HOME").unwrap_or_else(default)
}

/// Copies what a reader sees of a clone: no build output, and nothing hidden.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the repository can be read") {
        let path = entry.expect("the repository can be read").path();
        let name = path.file_name().unwrap_or_default();
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).expect("a file can be copied");
        }
    }
}

#[test]
fn blocks_are_told_from_prose() {
    let text = "# A\n\n1. b\n   ~~~sh\n     c\n   ~~~\n\n```text\nd\n```\n\
                <!-- reply 404:\n{} -->\n<!-- reply: -->\n````sh\n```\n````\nend\n```text\nno\n```\n";
    let parts = parse(text);
    let found = examples(&parts);
    let expected = [
        Example {
            line: 4,
            commands: "  c\n",
            replies: vec![],
            output: Some("d\n"),
        },
        Example {
            line: 14,
            commands: "```\n",
            replies: vec![(404, "{}"), (200, "")],
            output: None,
        },
    ];
    assert_eq!(found, expected);
    assert!(is_unrun("sh no-run") && is_unrun("") && !is_unrun("sh") && !is_unrun("toml"));
}

#[test]
fn what_is_wrong_with_a_block_is_reported() {
    let clone = ClonedRepository::new();
    let wrong = |commands, replies, output| {
        let example = Example {
            line: 7,
            commands,
            replies,
            output,
        };
        clone.run(&example).unwrap_or_default()
    };
    assert_eq!(wrong("echo a", vec![], Some("a\n")), "");
    assert_eq!(
        wrong(
            "cargo build; test -x target/debug/cognito-sync",
            vec![],
            None
        ),
        ""
    );
    assert!(wrong("false; true", vec![], None).contains("README.md:7"));
    assert!(wrong("echo \"$UNSET\"", vec![], None).contains("ended with status 2"));
    assert!(wrong("echo a", vec![], Some("b\n")).contains("- b\n    + a"));
    assert!(wrong("echo a", vec![(200, "{}")], None).contains("0 requests"));
    assert!(wrong("cargo publish", vec![], None).contains("knows no cargo publish"));
    assert!(wrong("cargo build --fast", vec![], None).contains("knows no cargo build --fast"));
    assert!(wrong("git push", vec![], None).contains("knows no git push"));
}
