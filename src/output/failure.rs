//! What an error looks like on standard error: the AWS CLI's mark and message, or a document in
//! the form of `--cli-error-format` (`awscli/errorhandler.py` of 2.36.7), and hints where a person
//! is looking.

use serde_json::{Map, Value as Json};

use super::{Colour, Format, json, table, text, yaml};
use crate::error::{Error, Kind};

/// How errors are to be shown.
#[derive(Debug)]
pub struct Style<'a> {
    /// Name that messages begin with.
    pub program: &'a str,
    /// Usage for a command line that cannot be understood.
    pub usage: &'a str,
    /// Value of `--cli-error-format`; anything unknown counts as `enhanced`.
    pub format: &'a str,
    /// Whether a person looks at standard error.
    pub on_terminal: bool,
}

/// The text for standard error.
pub fn render(error: &Error, style: &Style<'_>) -> String {
    let shown = match document(error, style) {
        Some(document) => match Format::named(style.format).filter(|f| *f != Format::Off) {
            Some(format) => in_format(&document, format),
            None if style.format == "legacy" => marked(style, &message(error, style)),
            None => marked(style, &enhanced(error, style)),
        },
        None if error.kind == Kind::UnknownOptions => {
            format!("\n{}\n{}", style.usage, marked(style, &error.message))
        }
        None => marked(style, &error.message),
    };
    let hints: String = match style.on_terminal {
        true => error
            .hints
            .iter()
            .map(|hint| format!("hint: {hint}\n"))
            .collect(),
        false => String::new(),
    };
    shown + &hints
}

fn marked(style: &Style<'_>, message: &str) -> String {
    format!("\n{}: [ERROR]: {}\n", style.program, message.trim())
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
        Kind::UnknownOptions | Kind::Service { .. } | Kind::General => None,
    }
}

/// The error as a document, if it has one.
fn document(error: &Error, style: &Style<'_>) -> Option<Json> {
    if let Kind::Service { details } = &error.kind {
        return Some(Json::Object((**details).clone()));
    }
    let code = code(&error.kind)?;
    Some(Json::Object(Map::from_iter([
        ("Code".to_string(), code.into()),
        ("Message".to_string(), message(error, style).into()),
    ])))
}

fn in_format(document: &Json, format: Format) -> String {
    match format {
        Format::Yaml | Format::YamlStream => yaml::document(document, yaml::Timestamps::Text),
        Format::Text => text::render(document).unwrap_or_else(|failure| failure.written),
        Format::Table => table::render("error", document, Colour::Off, None).unwrap_or_default(),
        Format::Json | Format::Off => json::render(document) + "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(error: &Error, format: &str, on_terminal: bool) -> String {
        render(
            error,
            &Style {
                program: "aws",
                usage: "usage: u\n",
                format,
                on_terminal,
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
            show(&hinted, "json", true),
            "\naws: [ERROR]: no\nhint: do this\n"
        );
    }

    #[test]
    fn a_document_takes_the_form_that_is_asked_for() {
        let error = Error::parameter("bad");
        let table = [
            (
                "json",
                "{\n    \"Code\": \"ParamValidation\",\n    \"Message\": \"bad\"\n}\n",
            ),
            ("yaml", "Code: ParamValidation\nMessage: bad\n"),
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
