//! What an error looks like on standard error: the AWS CLI's mark and message, the usage where the
//! command line was not understood, and hints where a person is looking.

use crate::error::{Error, Kind};

/// The text for standard error. `usage` is shown for a command line that cannot be understood;
/// hints are for terminals.
pub fn render(error: &Error, program: &str, usage: &str, on_terminal: bool) -> String {
    let message = match &error.kind {
        Kind::Usage => format!("{}\n\n{usage}", coded("ParamValidation", &error.message)),
        Kind::Parameter => coded("ParamValidation", &error.message),
        Kind::NoRegion => coded("NoRegion", &error.message),
        Kind::NoCredentials => coded("NoCredentials", &error.message),
        Kind::UnknownOptions | Kind::Service { .. } | Kind::General => error.message.clone(),
    };
    let mut text = String::new();
    if error.kind == Kind::UnknownOptions {
        text.push_str(&format!("\n{usage}\n"));
    }
    text.push_str(&format!("\n{program}: [ERROR]: {}\n", message.trim()));
    if on_terminal {
        for hint in &error.hints {
            text.push_str(&format!("hint: {hint}\n"));
        }
    }
    text
}

fn coded(code: &str, message: &str) -> String {
    format!("An error occurred ({code}): {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_looks_as_in_the_aws_cli() {
        let show = |error: Error, on_terminal| render(&error, "aws", "usage: u\n", on_terminal);
        let table = [
            (
                Error::usage("bad"),
                "\naws: [ERROR]: An error occurred (ParamValidation): bad\n\nusage: u\n",
            ),
            (
                Error::parameter(" bad\n"),
                "\naws: [ERROR]: An error occurred (ParamValidation):  bad\n",
            ),
            (
                Error::new(Kind::UnknownOptions, "Unknown options: x"),
                "\nusage: u\n\n\naws: [ERROR]: Unknown options: x\n",
            ),
            (
                Error::new(Kind::NoRegion, "where"),
                "\naws: [ERROR]: An error occurred (NoRegion): where\n",
            ),
            (Error::general("no"), "\naws: [ERROR]: no\n"),
        ];
        for (error, want) in table {
            assert_eq!(show(error, false), want);
        }
        let hinted = Error::general("no").hint("do this");
        assert_eq!(show(hinted, true), "\naws: [ERROR]: no\nhint: do this\n");
    }
}
