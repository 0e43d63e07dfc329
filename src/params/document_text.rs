//! The text of an input document (`--cli-input-json`, `--cli-input-yaml`): from the command line, a
//! file or standard input. It names the place of a mistake in it.

use std::io::Read;

use super::paramfile::{self, TextFileError};
use super::text_encoding::{self, WideEncoding};
use crate::encoding::{self, Encoding};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::surrogates;
use crate::source_excerpt::{self, TextPosition, escape_unprintable};
use crate::stdin::Stdin;

/// The value that stands for standard input.
pub(super) const STDIN: &str = "-";

/// What messages call it.
const STDIN_NAME: &str = "standard input";

/// A document that is not yet parsed.
pub(super) struct DocumentText {
    option: &'static str,
    origin: DocumentOrigin,
    pub(super) content: DocumentContent,
    /// The encoding that the text should have been decoded by, if another one.
    wide: Option<WideEncoding>,
}

/// Where a document comes from.
enum DocumentOrigin {
    CommandLine,
    File(String),
    Stdin,
}

/// The content of a document.
pub(super) enum DocumentContent {
    Text(String),
    /// Bytes of a `fileb://` file, whose encoding the format determines.
    Bytes(Vec<u8>),
}

impl DocumentText {
    /// Loads the document that `value` holds or names.
    pub(super) fn load(
        option: &'static str,
        value: &str,
        environment: &Environment,
        stdin: &Stdin,
    ) -> Result<DocumentText> {
        if value == STDIN {
            return DocumentText::read_stdin(option, environment, stdin);
        }
        let file = paramfile::read(value, environment).map_err(|why| why.into_error(option))?;
        let Some(file) = file else {
            let text = surrogates::from_unicode(value).into_owned();
            return Ok(DocumentText {
                option,
                origin: DocumentOrigin::CommandLine,
                content: DocumentContent::Text(text),
                wide: None,
            });
        };
        let (content, wide) = match file.is_binary {
            true => (DocumentContent::Bytes(file.bytes), None),
            false => {
                let encoding = encoding_of(&file.bytes, environment)?;
                let wide = detect_wide(&file.bytes, &encoding);
                let text = paramfile::decode(file.bytes, &file.path, &encoding)
                    .map_err(|why| why.into_error(option))?;
                (DocumentContent::Text(without_byte_order_mark(text)), wide)
            }
        };
        Ok(DocumentText {
            option,
            origin: DocumentOrigin::File(file.path),
            content,
            wide,
        })
    }

    /// Reads standard input to its end, as the text of a file.
    fn read_stdin(
        option: &'static str,
        environment: &Environment,
        stdin: &Stdin,
    ) -> Result<DocumentText> {
        let mut bytes = Vec::new();
        stdin.clone().read_to_end(&mut bytes).map_err(|why| {
            let why = paramfile::os_error_reason(&why);
            Error::parsing(option, format!("Unable to read {STDIN_NAME}: {why}"))
        })?;
        let encoding = encoding_of(&bytes, environment)?;
        if let Some(wide) = detect_wide(&bytes, &encoding) {
            return Err(Error::parsing(option, wide.describe(STDIN_NAME)));
        }
        let text =
            paramfile::decode_text(bytes, STDIN_NAME, &encoding).map_err(|why| match why {
                TextFileError::Invalid(reason) => Error::parsing(option, reason),
                TextFileError::Other(error) => error,
            })?;
        let text = without_byte_order_mark(text);
        if text.trim().is_empty() {
            return Err(Error::parsing(option, format!("{STDIN_NAME} is empty")));
        }
        Ok(DocumentText {
            option,
            origin: DocumentOrigin::Stdin,
            content: DocumentContent::Text(text),
            wide: None,
        })
    }

    /// Returns the error for a document that cannot be parsed: the AWS CLI's message, with the place
    /// as a hint. The AWS CLI has no documents from standard input, so there the message names it.
    pub(super) fn syntax_error(&self, format: &str, place: String) -> Error {
        if let DocumentOrigin::Stdin = self.origin {
            return Error::parsing(self.option, place);
        }
        let name = self.option.trim_start_matches('-');
        let error = Error::parsing(name, format!("Invalid {format} received."));
        error.hint(match self.wide {
            Some(wide) => wide.describe(&self.name()),
            None => place,
        })
    }

    /// Describes a mistake with its place, and shows the line.
    pub(super) fn describe(&self, text: &str, position: TextPosition, reason: &str) -> String {
        if text.trim().is_empty() {
            return self.describe_empty();
        }
        let excerpt = source_excerpt::render(text, position);
        format!("{}, {position}: {reason}\n{excerpt}", self.name())
    }

    /// Describes why the bytes of a document are not text.
    pub(super) fn describe_encoding(&self, bytes: &[u8]) -> String {
        text_encoding::describe_invalid_utf8(&self.name(), bytes)
    }

    /// Says that the document has no content.
    pub(super) fn describe_empty(&self) -> String {
        format!("{} is empty", self.name())
    }

    /// What messages call the document.
    fn name(&self) -> String {
        match &self.origin {
            DocumentOrigin::CommandLine => self.option.to_string(),
            DocumentOrigin::File(path) => escape_unprintable(path),
            DocumentOrigin::Stdin => STDIN_NAME.to_string(),
        }
    }
}

/// The encoding of a text file: UTF-8 if it begins with that byte order mark, or else the one that
/// is set.
fn encoding_of(bytes: &[u8], environment: &Environment) -> Result<Encoding> {
    match bytes.starts_with(b"\xef\xbb\xbf") {
        true => Ok(Encoding::UTF_8),
        false => encoding::file_encoding(environment),
    }
}

fn detect_wide(bytes: &[u8], encoding: &Encoding) -> Option<WideEncoding> {
    encoding
        .is_plain_utf8()
        .then(|| WideEncoding::detect(bytes))
        .flatten()
}

fn without_byte_order_mark(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    text
}
