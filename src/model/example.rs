//! Examples of help pages: a caption, commands and, where useful, their output. A test runs each of
//! them (`tests/help.rs`).

/// An example of a help page.
#[derive(Debug)]
pub struct Example {
    /// Its purpose in one sentence.
    pub caption: &'static str,
    /// The command lines; `{pool}` and `{identity}` stand for IDs.
    pub commands: &'static [&'static str],
    /// The lines of standard output; empty if not shown.
    pub output: &'static [&'static str],
}

/// The identity pool of examples.
pub(super) const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
/// The identity of examples.
pub(super) const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

/// The program name in examples.
const PROGRAM: &str = "cognito-sync ";

impl Example {
    /// The command lines with `prefix` as the program name.
    pub fn commands(&self, prefix: &str) -> String {
        fill_in(self.commands).replace(PROGRAM, &format!("{prefix} "))
    }

    /// The output, if shown.
    pub fn output(&self) -> Option<String> {
        (!self.output.is_empty()).then(|| fill_in(self.output))
    }
}

fn fill_in(lines: &[&str]) -> String {
    lines
        .join("\n")
        .replace("{pool}", POOL)
        .replace("{identity}", IDENTITY)
}
