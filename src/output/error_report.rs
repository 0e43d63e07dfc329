//! Rendering of errors for standard error: the AWS CLI's prefix and message, or a document in the
//! format of `--cli-error-format` (`awscli/errorhandler.py` of 2.36.7), with hints if enabled.

use serde_json::{Map, Value as Json};

use super::{ErrorFormat, TableColor, json, table, text};
use crate::error::{Error, ErrorKind};
use crate::python;
use crate::yaml::{self, Timestamps};

/// Options for rendering an error.
#[derive(Debug)]
pub struct ErrorReportOptions<'a> {
    /// The program name that messages begin with.
    pub program: &'a str,
    /// The usage that follows errors of the command line.
    pub usage: &'a str,
    /// The error format.
    pub format: ErrorFormat,
    /// Whether hints are printed.
    pub show_hints: bool,
}

/// Renders an error for standard error.
pub fn render(error: &Error, options: &ErrorReportOptions<'_>) -> String {
    let mut text = match (options.format, document(error, options)) {
        // Programs parse these formats, so hints are part of the document.
        (ErrorFormat::Json, _) => {
            return json::render(&full_document(error, options)).into_text() + "\n";
        }
        (ErrorFormat::Yaml, _) => {
            return yaml::dump(&full_document(error, options), Timestamps::Text);
        }
        (format @ (ErrorFormat::Text | ErrorFormat::Table), Some(document)) => {
            render_lines(document, format)
        }
        (ErrorFormat::Legacy, _) => prefixed(options, error, &message(error, options)),
        _ => prefixed(options, error, &enhanced(error, options)),
    };
    if options.show_hints {
        for hint in &error.hints {
            text.push_str(&format!("hint: {hint}\n"));
        }
    }
    text
}

/// Returns the message after the program's `[ERROR]` prefix; the usage precedes it for unknown
/// options.
fn prefixed(options: &ErrorReportOptions<'_>, error: &Error, message: &str) -> String {
    let usage = match error.kind {
        ErrorKind::UnknownOptions => format!("\n{}\n", options.usage),
        _ => String::new(),
    };
    format!(
        "{usage}\n{}: [ERROR]: {}\n",
        options.program,
        message.trim()
    )
}

/// Returns the message, followed by the usage for usage errors.
fn message(error: &Error, options: &ErrorReportOptions<'_>) -> String {
    match error.kind {
        ErrorKind::Usage => format!("{}\n\n{}", error.message, options.usage),
        _ => error.message.clone(),
    }
}

fn enhanced(error: &Error, options: &ErrorReportOptions<'_>) -> String {
    let message = message(error, options);
    match code(&error.kind) {
        Some(code) => format!("An error occurred ({code}): {message}"),
        None => message,
    }
}

/// Returns the code of an error: that of the service, or else of this program.
pub fn error_code(error: &Error) -> String {
    match &error.kind {
        ErrorKind::Service { details } => {
            details.get("Code").map(python::to_str).unwrap_or_default()
        }
        kind => code(kind).unwrap_or(fallback_code(kind)).to_string(),
    }
}

/// The code, in documents, of errors without one.
const NO_CODE: &str = "General";

/// Returns what stands before a message with this code. Nothing does if the error has no code of
/// its own.
pub fn code_prefix(code: &str) -> String {
    match code {
        NO_CODE => String::new(),
        code => format!("{code}: "),
    }
}

/// Returns the code of errors that have none in the AWS CLI.
fn fallback_code(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnknownOptions => "UnknownOptions",
        ErrorKind::Interrupted => "Interrupted",
        _ => NO_CODE,
    }
}

/// Returns the code of errors that do not come from the service.
fn code(kind: &ErrorKind) -> Option<&'static str> {
    match kind {
        ErrorKind::Usage | ErrorKind::Parameter => Some("ParamValidation"),
        ErrorKind::Configuration => Some("Configuration"),
        ErrorKind::NoRegion => Some("NoRegion"),
        ErrorKind::NoCredentials => Some("NoCredentials"),
        ErrorKind::UnknownOptions
        | ErrorKind::Service { .. }
        | ErrorKind::Interrupted
        | ErrorKind::NotRun { .. }
        | ErrorKind::General => None,
    }
}

/// Returns the error as a document, if the AWS CLI has one for this kind.
fn document(error: &Error, options: &ErrorReportOptions<'_>) -> Option<Map<String, Json>> {
    if let ErrorKind::Service { details } = &error.kind {
        return Some((**details).clone());
    }
    let code = code(&error.kind)?;
    Some(code_document(code, message(error, options)))
}

fn code_document(code: &str, message: String) -> Map<String, Json> {
    Map::from_iter([
        ("Code".to_string(), code.into()),
        ("Message".to_string(), message.into()),
    ])
}

/// Returns any error as a document, with all known context.
fn full_document(error: &Error, options: &ErrorReportOptions<'_>) -> Json {
    let mut document = document(error, options)
        .unwrap_or_else(|| code_document(fallback_code(&error.kind), error.message.clone()));
    let context = &error.context;
    let known = [
        ("Operation", context.operation.map(Json::from)),
        ("RequestId", context.request_id.clone().map(Json::from)),
        ("HTTPStatusCode", context.http_status.map(Json::from)),
        ("Attempts", context.attempts.map(Json::from)),
        ("Retryable", context.retryable.map(Json::from)),
        ("ExitCode", Some(error.kind.exit_status().into())),
        (
            "Hints",
            (options.show_hints && !error.hints.is_empty()).then(|| error.hints.clone().into()),
        ),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            document.insert(name.to_string(), value);
        }
    }
    Json::Object(document)
}

fn render_lines(document: Map<String, Json>, format: ErrorFormat) -> String {
    let document = Json::Object(document);
    match format {
        ErrorFormat::Table => {
            table::render("error", &document, TableColor::Off, None).unwrap_or_default()
        }
        _ => text::render(&document).unwrap_or_else(|error| error.partial_output),
    }
    .into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(error: &Error, format: &str, show_hints: bool) -> String {
        render(
            error,
            &ErrorReportOptions {
                program: "aws",
                usage: "usage: u\n",
                format: ErrorFormat::from_name(format).unwrap_or_default(),
                show_hints,
            },
        )
    }

    #[test]
    fn renders_each_kind_as_aws_cli_does() {
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
                Error::new(ErrorKind::UnknownOptions, "Unknown options: x"),
                "\nusage: u\n\n\naws: [ERROR]: Unknown options: x\n".into(),
            ),
            (
                Error::new(ErrorKind::NoRegion, "where"),
                format!("{coded} (NoRegion): where\n"),
            ),
            (
                Error::new(ErrorKind::NoCredentials, "who"),
                format!("{coded} (NoCredentials): who\n"),
            ),
            (Error::general("no"), "\naws: [ERROR]: no\n".into()),
        ];
        for (error, want) in table {
            assert_eq!(rendered(&error, "enhanced", false), want);
        }
        let hinted = Error::general("no").hint("do this");
        assert_eq!(
            rendered(&hinted, "legacy", true),
            "\naws: [ERROR]: no\nhint: do this\n"
        );
        let document = rendered(&hinted, "json", true);
        assert!(document.contains("    \"Hints\": [\n        \"do this\"\n    ]\n}"));
        assert!(!rendered(&hinted, "json", false).contains("Hints"));
    }

    #[test]
    fn renders_document_in_requested_format() {
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
            assert_eq!(rendered(&error, format, false), want);
        }
    }
}
