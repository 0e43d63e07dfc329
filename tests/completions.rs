//! The completions in real shells: each gets its script by the very line that README.md names,
//! and completes a few lines, in bash and zsh also on a terminal, by the key.
//!
//! What there is to complete is tested beside the code, as is the form that each shell gets.
//! There is no PowerShell here; its script is not run. bash, zsh, fish and Python (which drives
//! the terminal) may be missing: with CI=true they are installed, or the test fails; otherwise
//! the test says that it was skipped.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::child::{self, ChildExit};
use crate::support::diff;
use crate::support::environment::Environment;
use crate::support::run::Run;

/// Drives a terminal.
const TERMINAL: &str = include_str!("support/terminal.py");

/// Installs what may be missing, by Debian's means. Only root can, or who may become root.
const INSTALL: &str = r#"
    as_root=; [ "$(id -u)" = 0 ] || as_root='sudo -n'
    install() {
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends zsh fish python3
    }
    install || { $as_root apt-get update && install; }
"#;

const LIMIT: Duration = Duration::from_secs(60);
const INSTALL_LIMIT: Duration = Duration::from_secs(300);

/// The program by another path than the shell would find it by.
const BY_PATH: (&str, &str) = (
    "ln -sf $(command -v cognito-sync) ~\r~/cognito-sync set-c\targ",
    "/cognito-sync><set-cognito-events><arg>",
);

const PUSH: &str = "cognito-sync set-identity-pool-configuration --push-sync";
const STREAMS: &str = "cognito-sync set-identity-pool-configuration --cognito-streams";

/// Lines with what a shell is to make of them when Tab is pressed at their end. A space behind
/// the word shows that it is done.
fn lines() -> Vec<(String, String)> {
    let both = |line: &str, want: &str| (line.to_owned(), want.to_owned());
    let push = |line: &str, want: &str| (format!("{PUSH} {line}"), format!("{PUSH} {want}"));
    let streams =
        |line: &str, want: &str| (format!("{STREAMS} {line}"), format!("{STREAMS} {want}"));
    vec![
        both("cognito-sync set-c", "cognito-sync set-cognito-events "),
        both(
            "cognito-sync register-device --pl",
            "cognito-sync register-device --platform ",
        ),
        both(
            "cognito-sync register-device --platform AD",
            "cognito-sync register-device --platform ADM ",
        ),
        both(
            "cognito-sync list-records --output=js",
            "cognito-sync list-records --output=json ",
        ),
        both(
            "cognito-sync --profile dev list-d",
            "cognito-sync --profile dev list-datasets ",
        ),
        both("cognito-sync --profile d", "cognito-sync --profile dev "),
        both(
            "cognito-sync --region eu-c",
            "cognito-sync --region eu-central-1 ",
        ),
        push("Rol", "RoleArn="),
        push(
            "RoleArn=arn:aws:iam::1:role/r,App",
            "RoleArn=arn:aws:iam::1:role/r,ApplicationArns=",
        ),
        push("file://in", "file://input\\ of\\ mine.json "),
        streams(
            "StreamName=s,RoleArn=r,StreamingStatus=E",
            "StreamName=s,RoleArn=r,StreamingStatus=ENABLED ",
        ),
        both(
            "cognito-sync update-records --record-patches Op=remove,Key=k Op=rep",
            "cognito-sync update-records --record-patches Op=remove,Key=k Op=replace",
        ),
    ]
}

/// An environment in which the program is found, with a profile and a file to complete.
fn environment() -> Environment {
    let mut environment = Environment::new(String::new());
    let program = Path::new(env!("CARGO_BIN_EXE_cognito-sync"));
    let folder = program.parent().expect("the program is in a folder");
    let path = env::var("PATH").expect("PATH is set");
    environment.set("PATH", format!("{}:{path}", folder.display()));
    environment.write(".aws/config", b"[profile dev]\n[sso-session dev-session]\n");
    environment.write("input of mine.json", b"{}");
    environment
}

/// The line that README.md gives for a shell's start-up file.
fn install_line(shell: &str) -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).expect("README.md is there");
    let row = format!("| {shell} | ");
    let mut rows = text.lines().filter(|line| line.starts_with(&row));
    let row = rows
        .next()
        .unwrap_or_else(|| panic!("README.md has no row for {shell}"));
    let spans: Vec<_> = row.split('`').collect();
    let line = spans.iter().rev().nth(1).expect("the row ends with code");
    line.replace("\\|", "|")
}

/// Whether all these programs are here. If not, they are installed in CI.
fn can_run(programs: &[&str]) -> bool {
    static INSTALLED: OnceLock<String> = OnceLock::new();
    let missing = || programs.iter().find(|program| !is_in_path(program));
    let Some(program) = missing() else {
        return true;
    };
    if env::var("CI").as_deref() != Ok("true") {
        // Not by eprintln!, which is shown of failed tests only.
        let told = writeln!(io::stderr(), "skipped, as {program} is not installed");
        assert!(told.is_ok(), "standard error is closed");
        return false;
    }
    let report = INSTALLED.get_or_init(|| {
        let mut install = Command::new("sh");
        install.args(["-c", INSTALL]);
        let finished = child::run(install, Vec::new(), INSTALL_LIMIT);
        String::from_utf8_lossy(&finished.stderr).into_owned()
    });
    if let Some(program) = missing() {
        panic!("{program} is missing and cannot be installed:\n{report}");
    }
    true
}

fn is_in_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Runs a shell's script and returns its lines. Standard error must stay empty.
fn output(shell: &str, words: &[&str]) -> Vec<String> {
    let environment = environment();
    let mut command = environment.command(Path::new(shell));
    command.args(words);
    let finished = child::run(command, Vec::new(), LIMIT);
    let stderr = String::from_utf8_lossy(&finished.stderr);
    assert_eq!(
        (finished.exit, &*stderr),
        (ChildExit::Status(0), ""),
        "{shell}"
    );
    let stdout = String::from_utf8_lossy(&finished.stdout);
    stdout.lines().map(str::to_owned).collect()
}

/// Types into a shell on a terminal. A line is taken as it stands after the keys in it, and then
/// handed to `printf` in place of the program, which shows its words as `<word><word>`.
fn type_lines(shell: &[&str], start: &str, lines: &[(&str, &str)]) {
    let mut steps = vec![json!(["type", start]), json!(["await", "READY> "])];
    for (line, want) in lines {
        steps.push(json!(["type", line]));
        steps.push(json!(["type", "\x01printf '<%s>' \x05\r"]));
        steps.push(json!(["await", want]));
        steps.push(json!(["await", "READY> "]));
    }
    let environment = environment();
    let mut command = environment.command(Path::new("python3"));
    command.args(["-c", TERMINAL]).args(shell);
    let finished = child::run(command, Value::from(steps).to_string().into(), LIMIT);
    let shown = diff::indent_lines(&String::from_utf8_lossy(&finished.stdout));
    let stderr = String::from_utf8_lossy(&finished.stderr);
    assert_eq!(finished.exit, ChildExit::Status(0), "{stderr}\n{shown}");
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[test]
fn bash_completes() {
    if !can_run(&["bash"]) {
        return;
    }
    // What readline does: it calls the function, and puts the only reply in place of the text
    // behind the last of COMP_WORDBREAKS.
    let mut script = install_line("bash");
    script += r#"
        tab() {
            COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_KEY=9
            read -ra COMP_WORDS <<< "$1"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
            _cognito_sync cognito-sync "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s%s %d\n' "${1%"${1##*["$COMP_WORDBREAKS"]}"}" "${COMPREPLY[0]}" ${#COMPREPLY[@]}
        }
    "#;
    let lines = lines();
    for (line, _) in &lines {
        script += &format!("tab {}\n", quoted(line));
    }
    script += "complete -p cognito-sync\n";
    let mut want: Vec<_> = lines.iter().map(|(_, want)| format!("{want} 1")).collect();
    want.push("complete -o nospace -F _cognito_sync cognito-sync".to_owned());
    assert_eq!(output("bash", &["--norc", "-c", &script]), want);
}

#[test]
fn bash_completes_by_the_key() {
    if !can_run(&["bash", "python3"]) {
        return;
    }
    let line = install_line("bash");
    // The prompt is put together, so that it is not mistaken for the echo of this line.
    let start = format!("bind 'set enable-bracketed-paste off'; {line}; PS1='READ''Y> '\r");
    type_lines(
        &["bash", "--norc", "--noprofile", "-i"],
        &start,
        &[
            (
                "cognito-sync set-id\t--push\tRol\tarn:aws:x,App\targ",
                "<cognito-sync><set-identity-pool-configuration><--push-sync>\
                 <RoleArn=arn:aws:x,ApplicationArns=arg>",
            ),
            (
                "cognito-sync set-id\t--push\t'RoleArn=arn:x,App\targ'",
                "<--push-sync><RoleArn=arn:x,ApplicationArns=arg>",
            ),
            (
                "cognito-sync register-device --cli-input-json fi\tinp\t--output=js\t",
                "<--cli-input-json><file://input of mine.json><--output=json>",
            ),
            (
                "cognito-sync --prof\tde\tlist-d\t",
                "<cognito-sync><--profile><dev><list-datasets>",
            ),
            BY_PATH,
        ],
    );
}

#[test]
fn zsh_completes_by_the_key() {
    if !can_run(&["zsh", "python3"]) {
        return;
    }
    // In zsh, completion works nowhere but on a terminal.
    let end = "\targ";
    let typed: Vec<_> = lines()
        .iter()
        .map(|(line, want)| {
            let words = want.replace("\\ ", "\0") + "arg";
            let words = words
                .split(' ')
                .map(|word| format!("<{}>", word.replace('\0', " ")));
            (format!("{line}{end}"), words.collect::<String>())
        })
        .collect();
    let mut typed: Vec<_> = typed
        .iter()
        .map(|(line, want)| (&**line, &**want))
        .collect();
    typed.push((
        "cognito-sync set-id\t--push\t'RoleArn=arn:x,App\targ'",
        "<--push-sync><RoleArn=arn:x,ApplicationArns=arg>",
    ));
    typed.push((
        "cognito-sync bulk-publish --cli-input-json file://input\\ of\t",
        "<--cli-input-json><file://input of mine.json>",
    ));
    typed.push(BY_PATH);
    let line = install_line("zsh");
    let shell = ["zsh", "-f", "-i"];
    let compinit = "unset zle_bracketed_paste; autoload -Uz compinit";
    let start = format!("{compinit}; compinit -u -D; {line}; PS1='READ''Y> '\r");
    type_lines(&shell, &start, &typed);
    // The script may as well be a file that zsh loads by itself.
    let start = format!(
        "{compinit}; mkdir f; cognito-sync completions zsh > f/_cognito-sync; fpath+=($PWD/f); \
         compinit -u -D; PS1='READ''Y> '\r"
    );
    type_lines(&shell, &start, &typed[..2]);
}

#[test]
fn fish_completes() {
    if !can_run(&["fish"]) {
        return;
    }
    // fish tells the word and its description. It puts a space behind a word by its own rules.
    let mut script = install_line("fish") + "\n";
    let mut want = Vec::new();
    for (line, completed) in lines() {
        script += &format!(
            "complete -C {} | string replace -r '\\t.*' ''\n",
            fish_quoted(&line)
        );
        let done = completed.trim_end().replace("\\ ", "\0");
        let word = done.rsplit(' ').next().unwrap_or_default();
        want.push(word.replace('\0', " "));
    }
    script += "complete -C \"cognito-sync --region eu-c\"\n";
    want.push("eu-central-1\tEurope (Frankfurt)".to_owned());
    script +=
        "complete -C \"A=b ~/bin/cognito-sync set-identity-pool-configuration --push-sync 'Rol\"\n";
    want.push("RoleArn=\tARN of the role that Cognito assumes to call SNS.".to_owned());
    let link = "mkdir ~/bin; ln -s (command -s cognito-sync) ~/bin\n".to_owned();
    assert_eq!(output("fish", &["-c", &(link + &script)]), want);
}

fn fish_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[test]
fn help_names_the_lines_of_the_readme() {
    let help = Run::new(["completions", "--help"]).capture().stdout;
    for shell in ["bash", "zsh", "fish", "PowerShell"] {
        let line = install_line(shell);
        assert!(help.contains(&line), "{line}");
    }
}

#[test]
fn only_what_is_no_question_is_refused() {
    for words in [&["completions"][..], &["completions", "ksh"]] {
        Run::new(words.iter().copied())
            .stderr_contains("bash, zsh, fish, powershell")
            .stderr_contains("usage: ")
            .fails(252);
    }
    let odd = ["completions", "zsh", "--at", "x", "--"];
    Run::new(odd).succeeds();
    let broken = ["completions", "fish", "--at", "1", "--", "--profile"];
    Run::new(broken).file(".aws/config", "nonsense").succeeds();
}
