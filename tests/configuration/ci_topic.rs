//! The help topic on pipelines: its workflow and its jobs run as they stand.

use super::stub_pools::respond;
use crate::support::run::Run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

#[test]
fn commands_of_pipelines_run() {
    let page = Run::new(["help", "ci"]).capture().stdout;
    let commands = page.lines().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("- ");
        let command = line.trim_start_matches("run: ");
        command.starts_with("cognito-sync ").then_some(command)
    });
    let commands: Vec<_> = commands.collect();
    assert_eq!(commands.len(), 4, "{page}");
    let script = commands.join("\n");
    let script = format!(
        "set -e; mkdir bin; ln -s \"$0\" bin/cognito-sync; PATH=\"$PWD/bin:$PATH\"\n{script}\ncat \
         codequality.json\n"
    );
    let state =
        "pools: [{IdentityPoolId: 'us-east-1:aaaaaaaa-0000-4000-8000-000000000002', PushSync: {}}]";
    Run::with_program("sh", ["-c", &script, PROGRAM])
        .file("pools.yaml", state)
        .respond_with(respond)
        .stdout(&format!("{}[]\n", "1 pool: no differences\n".repeat(3)))
        .request(|_| ())
        .request(|_| ())
        .request(|_| ())
        .request(|_| ())
        .succeeds();
}
