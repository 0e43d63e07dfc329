//! Aliases of `~/.aws/cli/alias`: requests, output and commands of command lines with aliases. The
//! conformance corpus compares some of them with AWS CLI 2.36.7.

use std::io::Read;
use std::time::Duration;

use crate::support::child::{ChildExit, RunningChild};
use crate::support::environment::Environment;
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");
const FILE: &str = ".aws/cli/alias";
const SECTION: &str = "[command cognito-sync]\n";
const PATH: &str = "/identitypools/p/bulkpublish";
const REPLY: &str = "{\n    \"IdentityPoolId\": \"p\"\n}\n";

/// Runs the args with these lines in the section `[command cognito-sync]`.
fn run(lines: &str, args: &[&str]) -> Run {
    Run::new(args).file(FILE, &*format!("{SECTION}{lines}\n"))
}

/// Runs a script in which `aws` is this program.
fn run_as_aws(file: &str, script: &str) -> Run {
    let script = format!("ln -s \"$0\" aws && {script}");
    Run::with_program("sh", ["-c", &script, PROGRAM]).file(FILE, file)
}

#[test]
fn expands_alias_to_its_arguments() {
    let bp = "bp = bulk-publish --identity-pool-id p";
    let operation = "bp = bulk-publish";
    let table: [(&str, &[&str], &str); 18] = [
        (bp, &["bp"], REPLY),
        (bp, &["bp", "--output", "text"], "p\n"),
        (bp, &["--output", "text", "bp"], "p\n"),
        (bp, &["bp", "--ident", "q", "--ident=p"], REPLY),
        (operation, &["bp", "--identity-pool-id", "p"], REPLY),
        ("BP : bulk-publish --identity-pool-id p", &["bp"], REPLY),
        (
            "bp = bulk-publish\n  # why\n\n  --identity-pool-id\n  p",
            &["bp"],
            REPLY,
        ),
        (
            "bp = bulk-publish --identity-pool-id '\n  p\n  '",
            &["bp"],
            REPLY,
        ),
        (
            "bp = bulk-publish --identity-pool-id \"\"\\p ''",
            &["bp"],
            REPLY,
        ),
        (
            "bp = b2 --identity-pool-id p\nb2 = bulk-publish",
            &["bp"],
            REPLY,
        ),
        // An alias without an operation takes the operation from the args after it.
        (
            "text = --output text",
            &["text", "text", "bulk-publish", "--ident", "p"],
            "p\n",
        ),
        ("none =", &["none", "bulk-publish", "--ident", "p"], REPLY),
        // Its global options apply unless they have the default value.
        (
            &format!("{bp} --output text"),
            &["bp", "--output", "json"],
            "p\n",
        ),
        (
            &format!("{bp} --query '[]'"),
            &["bp", "--query", "IdentityPoolId"],
            "null\n",
        ),
        (
            "bp = --out text bulk-publish --identity-pool-id p",
            &["bp"],
            "p\n",
        ),
        // An alias with the name of its operation expands to the operation.
        (
            "bulk-publish = bulk-publish --output text",
            &["bulk-publish", "--ident", "p"],
            "p\n",
        ),
        (
            "bulk-publish = x --identity-pool-id p",
            &["bulk-publish"],
            REPLY,
        ),
        // The AWS CLI does not have these subcommands, so aliases of the same name take precedence.
        (
            "serve = bulk-publish --identity-pool-id p",
            &["serve"],
            REPLY,
        ),
    ];
    for (lines, args, stdout) in table {
        run(lines, args)
            .sends("POST", PATH, None)
            .stdout(stdout)
            .succeeds();
    }
}

#[test]
fn adds_arguments_of_alias_after_operation() {
    let own = "[command cognito-sync bulk-publish]\n";
    let text = format!("{own}text = --output text\nboth = text --identity-pool-id p\n");
    let table: [(&str, &[&str], &str); 5] = [
        (&text, &["text", "--identity-pool-id", "p"], "p\n"),
        (&text, &["--identity-pool-id", "p", "text"], "p\n"),
        (&text, &["both"], "p\n"),
        (&text, &["--identity-pool-id", "p"], REPLY),
        // For an operation that an alias overrides, the section's title is without the service.
        (
            "[command cognito-sync]\nbulk-publish = bulk-publish\n[command bulk-publish]\n\
             mine = --identity-pool-id p\n[command cognito-sync bulk-publish]\nmine = --bogus\n",
            &["mine"],
            REPLY,
        ),
    ];
    for (file, args, stdout) in table {
        let args = [&["bulk-publish"], args].concat();
        let run = Run::new(args).file(FILE, file);
        run.sends("POST", PATH, None).stdout(stdout).succeeds();
    }
    Run::new(["bulk-publish", "txt", "--identity-pool-id", "p"])
        .file(FILE, &*text)
        .stderr_contains(
            "argument subcommand: Found invalid choice 'txt'\n\nMaybe you meant:\n\n  * text",
        )
        .fails(252);
}

#[test]
fn rejects_invalid_alias() {
    let circle = "The alias \"a\" leads back to itself";
    let table: [(&str, &[&str], &str, i32); 14] = [
        (
            "a = nope",
            &["a"],
            "argument operation: Found invalid choice 'nope'",
            252,
        ),
        (
            "a =",
            &["a"],
            "the following arguments are required: operation",
            252,
        ),
        (
            "a = bulk-publish",
            &["a"],
            "arguments are required: --identity-pool-id",
            252,
        ),
        (
            "a = bulk-publish x",
            &["a", "--identity-pool-id", "p"],
            "Unknown options: x",
            252,
        ),
        (
            "list-recs = x",
            &["list-rec"],
            "Maybe you meant:\n\n  * list-recs\n  * list-records",
            252,
        ),
        ("A = x", &["A"], "Found invalid choice 'A'", 252),
        (
            "a = bulk-publish 'x",
            &["a"],
            "Value of alias \"a\" could not be parsed. Received error: No closing quotation when \
             parsing:\nbulk-publish 'x\n",
            255,
        ),
        (
            "a = x \\",
            &["a"],
            "No escaped character when parsing:\nx \\\n",
            255,
        ),
        (
            "a = bulk-publish --prof x --debug",
            &["a"],
            "Global parameter \"--debug\" detected in alias \"a\" which is not supported in \
             subcommand aliases.",
            255,
        ),
        (
            "a = bulk-publish --query [",
            &["a"],
            "Bad value for --query [: ",
            252,
        ),
        (
            "a = bulk-publish --endpoint-url x",
            &["a"],
            "Bad value for --endpoint-url \"x\"",
            252,
        ),
        (
            "a = bulk-publish --output x",
            &["a"],
            "argument --output: Found invalid choice 'x'",
            252,
        ),
        ("a = a", &["a"], circle, 255),
        (
            "a = b\nb = a a",
            &["a"],
            "leads back to itself. Mend it in ~/.aws/cli/alias.",
            255,
        ),
    ];
    for (lines, args, message, status) in table {
        run(lines, args).stderr_contains(message).fails(status);
    }
}

#[test]
fn uses_error_format_of_alias() {
    for lines in [
        "a = nope --cli-error-format json",
        "a = --cli-error-format json",
    ] {
        let observed = run(lines, &["a", "nope"]).capture();
        assert!(
            observed
                .stderr
                .starts_with("{\n    \"Code\": \"ParamValidation\""),
            "{observed}"
        );
    }
}

#[test]
fn malformed_alias_file_fails_every_operation() {
    let broken = "Unable to parse config file: {DIR}/.aws/cli/alias\n";
    let table: [(&[u8], &str); 5] = [
        (b"broken", broken),
        (b"[command cognito-sync\n", broken),
        (b"[a]\nk = 1\nk = 2\n", broken),
        (b"\xef\xbb\xbf[command cognito-sync]\n", broken),
        (b"# \xff", broken),
    ];
    for (file, message) in table {
        for args in [
            &["bulk-publish", "--identity-pool-id", "p"][..],
            &["--bogus"],
        ] {
            let run = Run::new(args).file(FILE, file.to_vec());
            run.stderr(&format!("\ncognito-sync: [ERROR]: {message}"))
                .fails(255);
        }
    }
    Run::new(["bulk-publish", "--identity-pool-id", "p"])
        .file(".aws/cli/alias/x", "")
        .stderr_contains("The specified config file ({DIR}/.aws/cli/alias) could not be found.")
        .fails(255);
    // Subcommands that the AWS CLI does not have still work.
    let man = Run::new(["man", "help"]).file(FILE, "broken").capture();
    assert!(man.stdout.contains("SYNOPSIS"), "{man}");
}

#[test]
fn ignores_alias_sections_of_other_services() {
    let bp = "bp = bulk-publish --identity-pool-id p\n";
    let table = [
        (format!("[command  cognito-sync ]\n{bp}"), true),
        (format!("[DEFAULT]\n{bp}[command cognito-sync]\n"), true),
        (format!("[command cognito-sync]\rx =\r\n{bp}"), true),
        (
            format!("[command cognito-sync]\nx = y\n[command  cognito-sync]\n{bp}"),
            true,
        ),
        (
            format!("[command cognito-sync]\n{bp}[command  cognito-sync]\nx = y\n"),
            false,
        ),
        (format!("[DEFAULT]\n{bp}"), false),
        (format!("[toplevel]\n{bp}"), false),
        (format!("[command s3]\n{bp}"), false),
        (format!("[command \"cognito-sync\"]\n{bp}"), false),
        (format!("[Command cognito-sync]\n{bp}"), false),
    ];
    for (file, is_found) in table {
        let run = Run::new(["bp"]).file(FILE, &*file);
        match is_found {
            true => run.sends("POST", PATH, None).stdout(REPLY).succeeds(),
            false => run.stderr_contains("Found invalid choice 'bp'").fails(252),
        }
    }
    // The alias file is in the home directory, independent of the config file.
    run(bp, &["bp"])
        .env("AWS_CONFIG_FILE", "{DIR}/elsewhere/config")
        .sends("POST", PATH, None)
        .stdout(REPLY)
        .succeeds();
}

#[test]
fn passes_arguments_to_shell_alias() {
    let table: [(&str, &[&str], &str); 10] = [
        ("a = !echo hi", &["a"], "hi\n"),
        (
            "a = ! echo hi",
            &["a", "b c", "$HOME", "it's", "", "*"],
            "hi b c $HOME it's  *\n",
        ),
        (
            "a = !f() { echo \"$2,$1\"; }; f",
            &["a", "x", "y z"],
            "y z,x\n",
        ),
        (
            "a = !f() {\n  # no\n  echo \"[$@]\"\n\n  }; f",
            &["a", "x"],
            "[x]\n",
        ),
        ("a = !echo \"$0:$#\"", &["a"], "/bin/sh:0\n"),
        // Global options are not passed on.
        (
            "a = !echo",
            &[
                "--output",
                "text",
                "a",
                "x",
                "--region=y",
                "--other",
                "--",
                "--out",
            ],
            "x --other -- --out\n",
        ),
        (
            "a = !echo a\nb = a 'x y' --output text",
            &["b", "z"],
            "a x y z\n",
        ),
        (
            "bulk-publish = !echo instead",
            &["bulk-publish", "--identity-pool-id", "p"],
            "instead --identity-pool-id p\n",
        ),
        ("a = !echo", &["a", "help"], "help\n"),
        ("a = !", &["a", "echo", "x"], "x\n"),
    ];
    for (lines, args, stdout) in table {
        // Invalid settings of the call do not affect a shell alias.
        let run = run(lines, args)
            .without_env("AWS_REGION")
            .env("AWS_PROFILE", "nope");
        run.stdout(stdout).succeeds();
    }
    run("a = !cat; echo no >&2; printf %s \"$TZ\"", &["a"])
        .stdin("input\n")
        .stdout("input\nUTC")
        .stderr("no\n")
        .succeeds();
    run("a = !echo hi", &["a", "--query", "["])
        .stderr_contains("Bad value for --query")
        .fails(252);
    run("a = !echo hi", &["a"])
        .file(".aws/config", "broken")
        .stderr_contains("Unable to parse config file: {DIR}/.aws/config")
        .fails(255);
}

#[test]
fn exits_with_status_of_shell_alias() {
    let table = [
        ("true", 0),
        ("exit 3", 3),
        ("exit 255", 255),
        ("false | true", 0),
        // 256 minus the signal number, as in Python.
        ("kill -TERM $$", 241),
        ("kill -KILL $$", 247),
        ("kill -PIPE $$", 243),
        ("sh -c 'kill -TERM $$'; exit $?", 143),
    ];
    for (command, status) in table {
        run(&format!("a = !{command}"), &["a"])
            .stderr_contains("")
            .fails(status);
    }
}

/// Runs an alias that sleeps, and interrupts only the program or, as a terminal does, both
/// processes.
#[test]
fn interrupts_shell_alias() {
    for command in [
        "echo go; exec sleep 30",
        "trap '' INT; echo go; sleep 30; :",
    ] {
        let environment = Environment::new("http://127.0.0.1:1".into());
        environment.write(FILE, format!("{SECTION}a = !{command}\n").as_bytes());
        let mut program = environment.command(PROGRAM.as_ref());
        program.arg("a");
        let mut child = RunningChild::start(program);
        let mut stdout = child.take_stdout();
        let mut go = [0; 3];
        stdout.read_exact(&mut go).expect("the alias runs");
        child.signal("INT");
        let exit = child.wait_for_exit(Duration::from_secs(10));
        assert_eq!(exit, ChildExit::Status(130), "{command}");
        let mut line_end = [0; 1];
        stdout.read_exact(&mut line_end).expect("the line is ended");
        assert_eq!(line_end, *b"\n", "{command}");
    }
}

#[test]
fn expands_toplevel_alias_when_named_aws() {
    let file = "[toplevel]\ncs = cognito-sync --output text\ntwo = cs bp\nout = !echo out\n\
                elsewhere = s3 ls\na = b\nb = a\nhelp = cs bp\n[command cognito-sync]\n\
                bp = bulk-publish --identity-pool-id p\n";
    for line in [
        "cs bp",
        "two",
        "cs bulk-publish --ident p",
        "cognito-sync bp --output text",
        "help",
    ] {
        run_as_aws(file, &format!("./aws {line}"))
            .sends("POST", PATH, None)
            .stdout("p\n")
            .succeeds();
    }
    run_as_aws(file, "./aws out --region x 'a b'")
        .stdout("out a b\n")
        .succeeds();
    run_as_aws(file, "./aws elsewhere")
        .stderr_contains("Found invalid choice 's3'")
        .fails(252);
    run_as_aws(file, "./aws a")
        .stderr_contains("leads back to itself")
        .fails(255);
    run_as_aws(file, "./aws two2")
        .stderr_contains("argument command: Found invalid choice")
        .fails(252);
}

/// Under the program's own name, the command line is expanded as if it started with `cognito-sync`.
#[test]
fn expands_toplevel_alias_of_service_under_own_name() {
    let with = |value: &str, args: &[&str]| {
        Run::new(args).file(
            FILE,
            &*format!("[toplevel]\ncognito-sync = {value}\ncs = x\n"),
        )
    };
    with(
        "cognito-sync --output text",
        &["bulk-publish", "--identity-pool-id", "p"],
    )
    .sends("POST", PATH, None)
    .stdout("p\n")
    .succeeds();
    with("cognito-sync", &["cs"])
        .stderr_contains("Found invalid choice 'cs'")
        .fails(252);
    with("!echo instead", &["bulk-publish", "x"])
        .stdout("instead bulk-publish x\n")
        .succeeds();
    with("!echo instead", &["cs"])
        .stdout("instead cs\n")
        .succeeds();
    let man = with("!echo instead", &["man", "help"]).capture();
    assert!(man.stdout.contains("SYNOPSIS"), "{man}");
}

/// `[toplevel] cognito-sync = !cognito-sync` makes the AWS CLI run this program, which must not run
/// itself recursively.
#[test]
fn shell_alias_of_service_runs_program_once() {
    let file = "[toplevel]\ncognito-sync = !PATH=$PWD:$PATH cognito-sync --output text\n";
    let line = "ln -s \"$0\" cognito-sync; ./aws cognito-sync bulk-publish --identity-pool-id p; \
                ./cognito-sync bulk-publish --identity-pool-id p --output text";
    run_as_aws(file, line)
        .sends("POST", PATH, None)
        .sends("POST", PATH, None)
        .stdout("p\np\n")
        .succeeds();
}

#[test]
fn prints_help_of_operation_behind_alias() {
    let lines = "bp = --output text bulk-publish\nsh = !echo hi\nother = bp";
    for args in [
        &["bp", "--help"][..],
        &["help", "bp"],
        &["bp", "help"],
        &["-h", "bp"],
    ] {
        let observed = run(lines, args).capture();
        assert!(
            observed.stdout.contains("cognito-sync bulk-publish"),
            "{observed}"
        );
        assert_eq!(observed.stderr, "", "{observed}");
    }
    run(lines, &["help", "sh"])
        .stdout("sh is an alias of the shell command: echo hi\n")
        .succeeds();
    run(lines, &["other", "--help"])
        .stdout("other is an alias of: bp\n")
        .succeeds();
}

#[test]
fn completes_aliases_and_options_after_them() {
    let lines =
        "bp = bulk-publish --identity-pool-id p\nserve = !echo\nlist-datasets =\n  list-datasets";
    let at = |place: &str, args: &[&str]| {
        let question = [&["completions", "fish", "--at", place, "--"], args].concat();
        run(lines, &question).capture().stdout
    };
    let first = at("0", &[""]);
    for line in [
        "bp\tAlias of bulk-publish --identity-pool-id p\n",
        "serve\tAlias of echo\n",
        "list-datasets\tAlias of list-datasets\n",
    ] {
        assert!(first.contains(line), "{first}");
        let name = line.split('\t').next().unwrap_or_default();
        let count = first
            .lines()
            .filter(|line| line.starts_with(&format!("{name}\t")))
            .count();
        assert_eq!(count, 1, "{first}");
    }
    let options = at("1", &["bp", "--"]);
    assert!(options.contains("--cli-input-json\t"), "{options}");
    assert!(!options.contains("--identity-pool-id\t"), "{options}");
    assert_eq!(at("1", &["serve", ""]), "");
    let broken = Run::new(["completions", "fish", "--at", "0", "--", ""]).file(FILE, "broken");
    assert!(broken.capture().stdout.contains("bulk-publish\t"));
}
