//! The progress bar of `pull`, `diff` and `apply` on a terminal.

use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use super::stub_pools::respond;
use crate::support::run::Run;
use crate::support::terminal::run_on_terminal;

/// Runs the arguments on 12 pools, which take a second or more.
fn slow(run: Run) -> Run {
    on_pools(12, run)
}

/// Runs the arguments on pools, each of which takes a tenth of a second.
fn on_pools(count: usize, run: Run) -> Run {
    let mut state = "pools:\n".to_string();
    for number in 1..=count {
        writeln!(
            state,
            "  - {{IdentityPoolId: 'us-east-1:2f1c6e5e-0d3b-4a6f-9c52-{number:012x}', PushSync: {{}}}}"
        )
        .expect("memory");
    }
    run.file("pools.yaml", state.as_str())
        .env("TERM", "xterm")
        .respond_with(|request| {
            thread::sleep(Duration::from_millis(100));
            respond(request)
        })
}

#[test]
fn shows_progress_of_long_work_and_clears_it() {
    let ids: Vec<_> = (1..=12)
        .map(|number| format!("us-east-1:2f1c6e5e-0d3b-4a6f-9c52-{number:012x}"))
        .collect();
    let ids = ids.iter().flat_map(|id| ["--identity-pool-id", id]);
    let pull: Vec<_> = ["pull", "--concurrency", "1"]
        .into_iter()
        .chain(ids)
        .collect();
    let commands: [&[&str]; 3] = [
        &["diff", "pools.yaml", "--concurrency", "1"],
        &["apply", "pools.yaml", "--concurrency", "1"],
        &pull,
    ];
    for args in commands {
        let shown = slow(run_on_terminal("stderr", args)).capture().stdout;
        let frames: Vec<_> = shown.split("\r\u{1b}[K").collect();
        assert!(frames.len() > 3, "{args:?}: {shown:?}");
        assert!(
            frames[1].starts_with('[') && frames[1].contains("/12 pools  "),
            "{shown:?}"
        );
        assert!(frames.iter().all(|frame| frame.len() < 80), "{shown:?}");
        assert_eq!((frames[0], frames[frames.len() - 1]), ("", ""), "{shown:?}");
    }
}

#[test]
fn shows_no_progress_elsewhere() {
    let args = ["diff", "pools.yaml", "--concurrency", "1"];
    let output = slow(Run::new(args)).capture();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("12 pools: no differences\n", "")
    );
    let dumb = slow(run_on_terminal("stderr", &args))
        .env("TERM", "dumb")
        .capture()
        .stdout;
    assert_eq!(dumb, "");
    let debug = [&args[..], &["--debug"]].concat();
    let debug = slow(run_on_terminal("stderr", &debug)).capture().stdout;
    assert!(
        debug.starts_with("debug: ") && !debug.contains('\u{1b}'),
        "{debug:?}"
    );
}

#[test]
fn interrupt_leaves_terminal_clean() {
    let script = "\"$0\" apply pools.yaml --yes --concurrency 1 & sleep 2.5; kill -INT $!; wait $!; echo \"status $?\" >&2";
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    let pty = "import os, pty, sys\nstatus = pty.spawn(sys.argv[1:])\n";
    let run = Run::with_program("python3", ["-c", pty, "bash", "-mc", script, program]);
    let shown = on_pools(60, run).capture().stdout;
    let (_, end) = shown.rsplit_once("\r\u{1b}[K").expect("a bar was shown");
    assert!(end.starts_with("60 pools: "), "{shown:?}");
    assert!(end.contains(" not started\r\n"), "{shown:?}");
    assert!(end.ends_with("status 130\r\n"), "{shown:?}");
}
