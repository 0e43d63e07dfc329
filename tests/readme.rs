//! Runs the command blocks of README.md as a reader does: in one shell, from top to bottom, with a
//! fresh HOME and no credentials, in a copy of the repository.
//!
//! - Every fenced block with the info string `sh` is run by `sh -eu`. No other info string may hold
//!   commands (`bash`, `console`, none at all).
//! - A block `text`, `json` or `yaml` that follows with only blank lines between is what the
//!   commands
//!   print, to the byte.
//! - `<!-- needs: PROGRAM -->` or `<!-- needs: PROGRAM with PACKAGE -->` before a block leaves it
//!   out
//!   where the program or package is missing. With CI=true nothing may be missing.
//! - `aws` of such a block is the AWS CLI of the Python package index against `moto`, and a script
//!   for the one operation that both do not have.
//! - `cargo` is a shell function (`PRELUDE`), since a test can neither build the package again nor
//!   use the network. It accepts only the forms that it knows.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::clients::file;
use crate::clients::installation::Clients;
use crate::clients::moto::Moto;
use crate::support::child::{self, ChildExit};
use crate::support::diff;

/// Longer than all blocks take.
const LIMIT: Duration = Duration::from_secs(180);

/// Info strings of a block that shows the output of the block before.
const OUTPUT: &[&str] = &["text", "json", "yaml"];

/// Info strings that look like commands and would not be run.
const UNRUN: &[&str] = &["", "bash", "console", "shell", "shell-session", "zsh"];

/// `cargo run`, `test`, `install` and `bench` check their arguments; `install` puts the built
/// program where cargo would, and `run` runs it.
const PRELUDE: &str = r#"
readme_rejects() { echo "README: the test does not know $*" >&2; exit 2; }
cargo() {
    test -f Cargo.toml
    case $* in
        "run --locked -- "*) shift 3; "$README_PROGRAM" "$@" ;;
        "test --locked"|"test --locked "[a-z]*|"bench --bench "[a-z]*) ;;
        "install --locked --path .")
            mkdir -p "$HOME/.cargo/bin"; ln -sf "$README_PROGRAM" "$HOME/.cargo/bin/cognito-sync" ;;
        *) readme_rejects cargo "$@" ;;
    esac
}
"#;

/// Calls the AWS CLI, or checks the input of an operation that it does not have yet. Version 1,
/// which the package index has, does not read AWS_REGION.
const AWS: &str = r#"#!/bin/sh
export AWS_DEFAULT_REGION="$AWS_REGION"
case "$1 $2" in
    "dynamodb start-bulk-put-items") shift 2; exec python3 "$README_BULK_PUT" "$@" ;;
esac
exec "$README_AWS_CLI" "$@"
"#;

/// Separates the output of one block from that of the next.
const MARK: &str = "--- end of block ";

#[test]
fn commands_work_in_one_shell_from_top_to_bottom() {
    let text = fs::read_to_string(repository().join("README.md")).expect("README.md is there");
    let blocks = blocks(&text);
    let unrun: Vec<_> = blocks
        .iter()
        .filter(|block| is_unrun(&block.info))
        .collect();
    assert!(unrun.is_empty(), "commands that are not run: {unrun:?}");
    let mut wrong = run(&examples(&blocks));
    assert_eq!(
        wrong.remove(0),
        "ended with status 0",
        "{}",
        wrong.join("\n")
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_unrun(info: &str) -> bool {
    UNRUN.contains(&info) || info.starts_with("sh ")
}

/// A fenced block of a Markdown text.
#[derive(Debug, PartialEq)]
struct Block {
    /// Line of the fence, counted from 1.
    line: usize,
    info: String,
    text: String,
    /// What the comment before it says that it needs.
    needs: Option<String>,
    /// Whether there are only blank lines between it and the block before.
    follows: bool,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    let (mut needs, mut follows) = (None, false);
    while let Some((content, line)) = lines.next() {
        if let Some(info) = content.strip_prefix("```") {
            let body = lines.by_ref().map(|(content, _)| content);
            let body = body.take_while(|content| *content != "```");
            blocks.push(Block {
                line,
                info: info.trim().to_string(),
                text: body.map(|content| format!("{content}\n")).collect(),
                needs: needs.take(),
                follows,
            });
            follows = true;
        } else if let Some(rest) = content.strip_prefix("<!-- needs: ") {
            needs = Some(rest.trim_end_matches(" -->").to_string());
        } else if !content.trim().is_empty() {
            follows = false;
        }
    }
    blocks
}

/// Commands and, if it is shown, their output.
struct Example<'a> {
    block: &'a Block,
    output: Option<&'a str>,
}

fn examples(blocks: &[Block]) -> Vec<Example<'_>> {
    let after = blocks.iter().skip(1).map(Some).chain([None]);
    let pairs = blocks.iter().zip(after);
    let examples = pairs
        .filter(|(block, _)| block.info == "sh")
        .map(|(block, next)| {
            let output = next.filter(|next| next.follows && OUTPUT.contains(&&*next.info));
            Example {
                block,
                output: output.map(|output| output.text.as_str()),
            }
        });
    examples.collect()
}

/// Runs the examples, and returns how the shell ended and whatever is wrong with them.
fn run(examples: &[Example<'_>]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (home, clone) = (folder.path().join("home"), folder.path().join("clone"));
    fs::create_dir(&home).expect("a folder can be made");
    let programs = folder.path().join("programs");
    fs::create_dir(&programs).expect("a folder can be made");
    copy(repository(), &clone);
    let clients = Clients::find();
    let is_there = |example: &&Example<'_>| {
        let needs = example.block.needs.as_deref();
        needs.is_none_or(|needs| is_available(needs, clients.as_ref()))
    };
    let run: Vec<_> = examples.iter().filter(is_there).collect();
    if env::var("CI").as_deref() == Ok("true") {
        assert_eq!(
            run.len(),
            examples.len(),
            "a block was left out for what it needs"
        );
    }
    let script: String = run
        .iter()
        .map(|example| {
            format!(
                "{}printf '%s%s\\n' '{MARK}' {}\n",
                example.block.text, example.block.line
            )
        })
        .collect();
    let mut command = Command::new("sh");
    command
        .env_clear()
        .env("HOME", &home)
        .env("PATH", path(&programs, clients.as_ref()))
        .env("README_PROGRAM", env!("CARGO_BIN_EXE_cognito-sync"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(&clone)
        .args(["-eu", "-c", &format!("{PRELUDE}{script}")]);
    if let Some(clients) = &clients {
        // Where node looks for packages from the folder upwards.
        std::os::unix::fs::symlink(clients.modules(), clone.join("node_modules"))
            .expect("a link can be made");
    }
    let needs_moto = |example: &&Example<'_>| {
        let needs = example.block.needs.as_deref();
        needs.is_some_and(|needs| needs.ends_with(" with moto"))
    };
    let moto = match &clients {
        Some(clients) if run.iter().any(needs_moto) => {
            write_aws(&programs.join("aws"));
            command
                .env("README_AWS_CLI", clients.program("aws"))
                .env("README_BULK_PUT", file("start_bulk_put_items.py"));
            Some(Moto::start(clients))
        }
        _ => None,
    };
    if let Some(moto) = &moto {
        for service in ["S3", "DYNAMODB"] {
            command.env(format!("AWS_ENDPOINT_URL_{service}"), moto.endpoint());
        }
    }
    let finished = child::run(command, Vec::new(), LIMIT);
    let stdout = String::from_utf8_lossy(&finished.stdout);
    let mut wrong = vec![format!("ended with {}", finished.exit)];
    let mut rest = &*stdout;
    for example in &run {
        let end = format!("{MARK}{}\n", example.block.line);
        let (printed, after) = rest.split_once(&end).unwrap_or((rest, ""));
        if let Some(output) = example.output.filter(|output| *output != printed) {
            let diff = diff::diff_lines(output, printed);
            wrong.push(format!(
                "README.md:{}: prints otherwise:\n{diff}",
                example.block.line
            ));
        }
        rest = after;
    }
    if finished.exit != ChildExit::Status(0) {
        wrong.push(diff::indent_lines(&String::from_utf8_lossy(
            &finished.stderr,
        )));
    }
    wrong
}

/// Whether what a block needs is installed: a program, or a package of Python or Node.js. With
/// CI=true a missing program is installed from the Debian package of its name.
fn is_available(needs: &str, clients: Option<&Clients>) -> bool {
    if needs.contains(" with ") {
        return clients.is_some();
    }
    let succeeds = |script: &str| {
        let output = Command::new("sh").args(["-c", script]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let is_there = || succeeds(&format!("command -v {needs}"));
    if !is_there() && env::var("CI").as_deref() == Ok("true") {
        succeeds(&format!(
            "if [ \"$(id -u)\" = 0 ]; then as_root=; else as_root='sudo -n'; fi
             install() {{ $as_root apt-get -qq -o DPkg::Lock::Timeout=300 install -y {needs}; }}
             install || {{ $as_root apt-get -qq update && install; }}"
        ));
    }
    is_there()
}

fn write_aws(path: &Path) {
    fs::write(path, AWS).expect("a file can be written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, mode).expect("it becomes a program");
}

/// The programs of the test come first, then those of the clients.
fn path(programs: &Path, clients: Option<&Clients>) -> std::ffi::OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let Some(clients) = clients else { return path };
    let folders = [programs.to_owned(), clients.programs()];
    let folders: Vec<PathBuf> = folders.into_iter().chain(env::split_paths(&path)).collect();
    env::join_paths(folders).unwrap_or(path)
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
fn links_lead_to_files_of_the_repository() {
    let mut texts = vec![repository().join("README.md")];
    texts.extend(
        ["CONTRIBUTING.md", "SECURITY.md"].map(|name| repository().join(".github").join(name)),
    );
    for path in texts {
        let text = fs::read_to_string(&path).expect("the text is there");
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if link.starts_with("https:") {
                continue;
            }
            let file = link.split('#').next().unwrap_or_default();
            let target = path.parent().unwrap_or(repository()).join(file);
            assert!(target.exists(), "{}: {link}", path.display());
        }
    }
}

#[test]
fn blocks_are_found_with_output_and_needs() {
    let text = "# A\n\n```text\nd\n```\n<!-- needs: x -->\n\n```sh\nc\n```\n\n```json\n1\n```\n\n```sh\ne\n```\n\
                end\n```text\nno\n```\n";
    let blocks = blocks(text);
    let examples = examples(&blocks);
    let found: Vec<_> = examples
        .iter()
        .map(|e| {
            (
                e.block.line,
                &*e.block.text,
                e.block.needs.as_deref(),
                e.output,
            )
        })
        .collect();
    let expected = [(8, "c\n", Some("x"), Some("1\n")), (16, "e\n", None, None)];
    assert_eq!(found, expected);
    assert!(is_unrun("sh no-run") && is_unrun("") && !is_unrun("sh") && !is_unrun("toml"));
}

#[test]
fn wrong_blocks_are_reported() {
    let wrong = |text: &str| run(&examples(&blocks(text))).join("\n");
    assert_eq!(
        wrong("```sh\necho a\n```\n```text\na\n```\n"),
        "ended with status 0"
    );
    assert!(
        wrong("```sh\necho a\n```\n```text\nb\n```\n").contains("README.md:1: prints otherwise")
    );
    assert!(wrong("```sh\nfalse; true\n```\n").contains("ended with status 1"));
    assert!(wrong("```sh\necho \"$UNSET\"\n```\n").contains("ended with status 2"));
    assert!(wrong("```sh\ncargo publish\n```\n").contains("does not know cargo publish"));
    let shared = "```sh\na=1\n```\n```sh\necho $a\n```\n```text\n1\n```\n";
    assert_eq!(wrong(shared), "ended with status 0");
}
