//! A worked example of a help page: what it is for, what is typed and, where that helps, what is
//! printed. A test runs every one of them (`tests/help.rs`).

/// An example.
#[derive(Debug)]
pub struct Example {
    /// What it is for, in one sentence.
    pub caption: &'static str,
    /// The command lines; `{pool}` and `{identity}` stand for ids.
    pub typed: &'static [&'static str],
    /// The lines of standard output; empty where they are not shown.
    pub prints: &'static [&'static str],
}

const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

/// How the program is called in examples.
const PROGRAM: &str = "cognito-sync ";

impl Example {
    /// The command lines, for a program that is called by `prefix`.
    pub fn typed(&self, prefix: &str) -> String {
        fill_in(self.typed).replace(PROGRAM, &format!("{prefix} "))
    }

    /// The output, if it is shown.
    pub fn prints(&self) -> Option<String> {
        (!self.prints.is_empty()).then(|| fill_in(self.prints))
    }
}

fn fill_in(lines: &[&str]) -> String {
    lines
        .join("\n")
        .replace("{pool}", POOL)
        .replace("{identity}", IDENTITY)
}
