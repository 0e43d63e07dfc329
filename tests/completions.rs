//! Completions in real shells: each loads its script with the line in README.md and completes a few
//! lines, in bash and zsh also on a terminal with the Tab key.
//!
//! Unit tests cover the candidates and the output format for each shell. The script for PowerShell
//! is not run. bash, zsh, fish and Python (which drives the terminal) may be missing: with CI=true,
//! the test installs them or fails; otherwise it prints that it was skipped.

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

/// Installs missing programs with Debian's package manager. Requires root or sudo.
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

/// A path to the program other than that in PATH.
const BY_PATH: (&str, &str) = (
    "ln -sf $(command -v cognito-sync) ~\r~/cognito-sync set-c\targ",
    "/cognito-sync><set-cognito-events><arg>",
);

const PUSH: &str = "cognito-sync set-identity-pool-configuration --push-sync";
const STREAMS: &str = "cognito-sync set-identity-pool-configuration --cognito-streams";

/// Returns lines with the expected line after Tab at the end. A space after the word means that the
/// completion is final.
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
        both(
            "cognito-sync export --format nd",
            "cognito-sync export --format ndjson ",
        ),
        both(
            "cognito-sync serve -- cognito-sy",
            "cognito-sync serve -- cognito-sync ",
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

/// Returns an environment with the program in PATH, and a profile and a file to complete.
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

/// Returns the line in README.md for a shell's start-up file.
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

/// Returns whether all programs are installed. Installs missing ones in CI.
fn can_run(programs: &[&str]) -> bool {
    static INSTALLED: OnceLock<String> = OnceLock::new();
    let missing = || programs.iter().find(|program| !is_installed(program));
    let Some(program) = missing() else {
        return true;
    };
    if env::var("CI").as_deref() != Ok("true") {
        // Not with eprintln!, whose output is shown only for failed tests.
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

fn is_installed(program: &str) -> bool {
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

/// Types lines into a shell on a terminal. After the keys of a line, `printf` replaces the program
/// and prints the args as `<arg><arg>`.
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

/// Quotes a text for a shell.
fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[test]
fn completes_in_bash() {
    if !can_run(&["bash"]) {
        return;
    }
    // As readline does: calls the function and replaces the text after the last of COMP_WORDBREAKS
    // with the only reply.
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
        script += &format!("tab {}\n", shell_quoted(line));
    }
    script += "complete -p cognito-sync\n";
    let mut want: Vec<_> = lines.iter().map(|(_, want)| format!("{want} 1")).collect();
    want.push("complete -o nospace -F _cognito_sync cognito-sync".to_owned());
    assert_eq!(output("bash", &["--norc", "-c", &script]), want);
}

#[test]
fn completes_on_tab_in_bash() {
    if !can_run(&["bash", "python3"]) {
        return;
    }
    let line = install_line("bash");
    // The prompt is concatenated, so that the echo of this line does not match it.
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
            (
                "cognito-sync serve -- cat inp\t",
                "<serve><--><cat><input of mine.json>",
            ),
            (
                "_command_offset() { COMPREPLY=(at$1); }\rcognito-sync serve -- cat a\targ",
                "<serve><--><cat><at3><arg>",
            ),
            BY_PATH,
        ],
    );
}

#[test]
fn completes_on_tab_in_zsh() {
    if !can_run(&["zsh", "python3"]) {
        return;
    }
    // In zsh, completion works only on a terminal.
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
    typed.push((
        "_mine() { compadd apple }; compdef _mine mine\rcognito-sync serve -- mine a\targ",
        "<serve><--><mine><apple><arg>",
    ));
    typed.push(BY_PATH);
    let line = install_line("zsh");
    let shell = ["zsh", "-f", "-i"];
    let compinit = "unset zle_bracketed_paste; autoload -Uz compinit";
    let start = format!("{compinit}; compinit -u -D; {line}; PS1='READ''Y> '\r");
    type_lines(&shell, &start, &typed);
    // zsh may also autoload the script from a file.
    let start = format!(
        "{compinit}; mkdir f; cognito-sync completions zsh > f/_cognito-sync; fpath+=($PWD/f); \
         compinit -u -D; PS1='READ''Y> '\r"
    );
    type_lines(&shell, &start, &typed[..2]);
}

#[test]
fn completes_in_fish() {
    if !can_run(&["fish"]) {
        return;
    }
    // fish prints the word and its description. It adds the space after a word by its own rules.
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
    script += "complete -c mine -f -a apple -d 'A fruit'\n";
    script += "complete -C \"cognito-sync serve -- mine 'a b' a\"\n";
    want.push("apple\tA fruit".to_owned());
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
fn help_has_install_lines_of_readme() {
    let help = Run::new(["completions", "--help"]).capture().stdout;
    for shell in ["bash", "zsh", "fish", "PowerShell"] {
        let line = install_line(shell);
        assert!(help.contains(&line), "{line}");
    }
}

#[test]
fn rejects_only_invalid_requests() {
    for words in [&["completions"][..], &["completions", "ksh"]] {
        Run::new(words.iter().copied())
            .stderr_contains("bash, zsh, fish, powershell")
            .stderr_contains("`cognito-sync completions help`")
            .fails(252);
    }
    let odd = ["completions", "zsh", "--at", "x", "--"];
    Run::new(odd).succeeds();
    let broken = ["completions", "fish", "--at", "1", "--", "--profile"];
    Run::new(broken).file(".aws/config", "nonsense").succeeds();
}
