//! What an error looks like on standard error: the AWS CLI's mark and message, or a document in
//! the form of `--cli-error-format` (`awscli/errorhandler.py` of 2.36.7), and hints where they
//! are wanted.

use serde_json::{Map, Value as Json};

use super::{Colour, ErrorFormat, json, table, text};
use crate::error::{Error, Kind};
use crate::yaml::{self, Timestamps};

/// How errors are to be shown.
#[derive(Debug)]
pub struct Style<'a> {
    /// Name that messages begin with.
    pub program: &'a str,
    /// Usage for a command line that cannot be understood.
    pub usage: &'a str,
    /// The format.
    pub format: ErrorFormat,
    /// Whether hints are shown.
    pub with_hints: bool,
}

/// The text for standard error.
pub fn render(error: &Error, style: &Style<'_>) -> String {
    let mut shown = match (style.format, document(error, style)) {
        // Programs read these, so that hints are within the document.
        (ErrorFormat::Json, _) => {
            return json::render(&whole_document(error, style)).into_text() + "\n";
        }
        (ErrorFormat::Yaml, _) => {
            return yaml::document(&whole_document(error, style), Timestamps::Text);
        }
        (format @ (ErrorFormat::Text | ErrorFormat::Table), Some(document)) => {
            as_lines(document, format)
        }
        (ErrorFormat::Legacy, _) => marked(style, error, &message(error, style)),
        _ => marked(style, error, &enhanced(error, style)),
    };
    if style.with_hints {
        for hint in &error.hints {
            shown.push_str(&format!("hint: {hint}\n"));
        }
    }
    shown
}

/// A message behind the program's mark; the usage stands before it where words are unknown.
fn marked(style: &Style<'_>, error: &Error, message: &str) -> String {
    let usage = match error.kind {
        Kind::UnknownOptions => format!("\n{}\n", style.usage),
        _ => String::new(),
    };
    format!("{usage}\n{}: [ERROR]: {}\n", style.program, message.trim())
}

/// The message with everything that belongs to it.
fn message(error: &Error, style: &Style<'_>) -> String {
    match error.kind {
        Kind::Usage => format!("{}\n\n{}", error.message, style.usage),
        _ => error.message.clone(),
    }
}

fn enhanced(error: &Error, style: &Style<'_>) -> String {
    let message = message(error, style);
    match code(&error.kind) {
        Some(code) => format!("An error occurred ({code}): {message}"),
        None => message,
    }
}

/// The code of errors that are not the service's.
fn code(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Usage | Kind::Parameter => Some("ParamValidation"),
        Kind::Configuration => Some("Configuration"),
        Kind::NoRegion => Some("NoRegion"),
        Kind::NoCredentials => Some("NoCredentials"),
        Kind::UnknownOptions
        | Kind::Service { .. }
        | Kind::Interrupted
        | Kind::NotRun { .. }
        | Kind::General => None,
    }
}

/// The error as a document, if the AWS CLI has one for it.
fn document(error: &Error, style: &Style<'_>) -> Option<Map<String, Json>> {
    if let Kind::Service { details } = &error.kind {
        return Some((**details).clone());
    }
    let code = code(&error.kind)?;
    Some(coded(code, message(error, style)))
}

fn coded(code: &str, message: String) -> Map<String, Json> {
    Map::from_iter([
        ("Code".to_string(), code.into()),
        ("Message".to_string(), message.into()),
    ])
}

/// The error as a document whatever it is, with everything that is known of it.
fn whole_document(error: &Error, style: &Style<'_>) -> Json {
    let mut document = document(error, style).unwrap_or_else(|| {
        let code = match error.kind {
            Kind::UnknownOptions => "UnknownOptions",
            _ => "General",
        };
        coded(code, error.message.clone())
    });
    let facts = &error.facts;
    let known = [
        ("Operation", facts.operation.map(Json::from)),
        ("RequestId", facts.request_id.clone().map(Json::from)),
        ("HTTPStatusCode", facts.http_status.map(Json::from)),
        ("Attempts", facts.attempts.map(Json::from)),
        ("Retryable", facts.retryable.map(Json::from)),
        ("ExitCode", Some(error.kind.exit_status().into())),
        (
            "Hints",
            (style.with_hints && !error.hints.is_empty()).then(|| error.hints.clone().into()),
        ),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            document.insert(name.to_string(), value);
        }
    }
    Json::Object(document)
}

fn as_lines(document: Map<String, Json>, format: ErrorFormat) -> String {
    let document = Json::Object(document);
    match format {
        ErrorFormat::Table => {
            table::render("error", &document, Colour::Off, None).unwrap_or_default()
        }
        _ => text::render(&document).unwrap_or_else(|failure| failure.written),
    }
    .into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(error: &Error, format: &str, with_hints: bool) -> String {
        render(
            error,
            &Style {
                program: "aws",
                usage: "usage: u\n",
                format: ErrorFormat::named(format).unwrap_or_default(),
                with_hints,
            },
        )
    }

    #[test]
    fn each_kind_looks_as_in_the_aws_cli() {
        let coded = "\naws: [ERROR]: An error occurred";
        let table = [
            (
                Error::usage("bad"),
                format!("{coded} (ParamValidation): bad\n\nusage: u\n"),
            ),
            (
                Error::parameter("bad\n"),
                format!("{coded} (ParamValidation): bad\n"),
            ),
            (
                Error::new(Kind::UnknownOptions, "Unknown options: x"),
                "\nusage: u\n\n\naws: [ERROR]: Unknown options: x\n".into(),
            ),
            (
                Error::new(Kind::NoRegion, "where"),
                format!("{coded} (NoRegion): where\n"),
            ),
            (
                Error::new(Kind::NoCredentials, "who"),
                format!("{coded} (NoCredentials): who\n"),
            ),
            (Error::general("no"), "\naws: [ERROR]: no\n".into()),
        ];
        for (error, want) in table {
            assert_eq!(show(&error, "enhanced", false), want);
        }
        let hinted = Error::general("no").hint("do this");
        assert_eq!(
            show(&hinted, "legacy", true),
            "\naws: [ERROR]: no\nhint: do this\n"
        );
        let document = show(&hinted, "json", true);
        assert!(document.contains("    \"Hints\": [\n        \"do this\"\n    ]\n}"));
        assert!(!show(&hinted, "json", false).contains("Hints"));
    }

    #[test]
    fn a_document_takes_the_form_that_is_asked_for() {
        let error = Error::parameter("bad");
        let table = [
            (
                "json",
                "{\n    \"Code\": \"ParamValidation\",\n    \"Message\": \"bad\",\n    \"ExitCode\": 252\n}\n",
            ),
            (
                "yaml",
                "Code: ParamValidation\nExitCode: 252\nMessage: bad\n",
            ),
            ("text", "ParamValidation\tbad\n"),
            ("legacy", "\naws: [ERROR]: bad\n"),
            (
                "unheard-of",
                "\naws: [ERROR]: An error occurred (ParamValidation): bad\n",
            ),
        ];
        for (format, want) in table {
            assert_eq!(show(&error, format, false), want);
        }
    }
}
