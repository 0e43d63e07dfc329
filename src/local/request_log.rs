//! The request log on standard error: one line per request, as text on a terminal and as JSON
//! elsewhere. Query strings are omitted, since they may contain session tokens.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http::Method;
use serde::Serialize;

use super::clock;
use super::lone_surrogates::with_escapes;
use super::response::{BufferedResponse, ERROR_TYPE_HEADER, ErrorMessage, REQUEST_ID_HEADER};
use crate::diagnostics::Stderr;

/// The maximum number of pending bytes. Further lines are dropped, so that a stalled reader of
/// standard error does not stall the service.
const MAX_PENDING_BYTES: usize = 1 << 20;

/// How long lines are collected before they are written together.
const BATCH_INTERVAL: Duration = Duration::from_millis(5);

/// How long `finish` waits for the last lines.
const FINISH_TIMEOUT: Duration = Duration::from_secs(1);

/// How log lines are rendered.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogRenderOptions {
    /// Whether lines are text for a person, and not JSON.
    pub on_terminal: bool,
    /// Whether the status is coloured.
    pub in_colour: bool,
}

/// The log, with the thread that writes it.
#[derive(Debug)]
pub(super) struct RequestLog {
    render_options: LogRenderOptions,
    lines: Arc<PendingLines>,
    thread: JoinHandle<()>,
}

/// The lines that are not yet written.
#[derive(Debug, Default)]
struct PendingLines {
    text: Mutex<String>,
    /// Whether the log has ended.
    ended: AtomicBool,
}

impl RequestLog {
    pub fn start(render_options: LogRenderOptions, stderr: Stderr) -> RequestLog {
        let lines = Arc::new(PendingLines::default());
        let pending = lines.clone();
        RequestLog {
            render_options,
            lines,
            thread: thread::spawn(move || write_all(&pending, &stderr)),
        }
    }

    /// Adds a line for a request with its response.
    pub fn add(&self, entry: &LogEntry<'_>) {
        let line = match self.render_options.on_terminal {
            true => self.render_options.text(entry),
            false => entry.json(),
        };
        let mut text = self.lines.lock();
        let is_first = text.is_empty();
        if text.len() < MAX_PENDING_BYTES {
            text.push_str(&line);
            text.push('\n');
        }
        drop(text);
        if is_first {
            self.thread.thread().unpark();
        }
    }

    /// Waits for the last lines to be written, within a time limit.
    pub fn finish(self) {
        self.lines.ended.store(true, Ordering::SeqCst);
        self.thread.thread().unpark();
        let began = Instant::now();
        while !self.thread.is_finished() && began.elapsed() < FINISH_TIMEOUT {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl PendingLines {
    fn lock(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes lines until the log has ended.
fn write_all(lines: &PendingLines, stderr: &Stderr) {
    let mut text = String::new();
    loop {
        let ended = lines.ended.load(Ordering::SeqCst);
        std::mem::swap(&mut text, &mut *lines.lock());
        if text.is_empty() {
            match ended {
                true => return,
                false => thread::park(),
            }
            continue;
        }
        stderr.write(text.as_bytes());
        text.clear();
        if !ended {
            thread::sleep(BATCH_INTERVAL);
        }
    }
}

/// A request and its response.
pub(super) struct LogEntry<'a> {
    /// Method and path; `None` if the request could not be parsed.
    pub request: Option<(&'a Method, &'a str)>,
    pub response: &'a BufferedResponse,
    pub operation: Option<&'static str>,
    pub took: Duration,
}

impl LogRenderOptions {
    fn text(self, entry: &LogEntry<'_>) -> String {
        let status = entry.response.status().as_u16();
        let what = match (entry.operation, entry.request) {
            (Some(operation), _) => operation.to_string(),
            (None, Some((method, path))) => format!("{method} {path}"),
            (None, None) => String::new(),
        };
        let code = header(entry.response, ERROR_TYPE_HEADER).unwrap_or_default();
        let milliseconds = entry.took.as_secs_f64() * 1000.0;
        let words = format!("{what} {code}");
        let reason = entry.reason().map(|reason| format!(": {reason}"));
        let line = format!(
            "{status} {} {milliseconds:.1} ms{}",
            words.trim(),
            reason.unwrap_or_default()
        );
        let colour = match status {
            ..400 => "32",
            400..500 => "33",
            _ => "31",
        };
        match line.split_at_checked(3) {
            Some((status, rest)) if self.in_colour => {
                format!(
                    "\x1b[{colour}m{status}\x1b[0m{}",
                    escape_control_characters(rest)
                )
            }
            _ => escape_control_characters(&line),
        }
    }
}

/// Escapes control characters as `\u001b`, so that none reaches a terminal. JSON keeps its meaning.
fn escape_control_characters(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_string();
    }
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        match character.is_control() {
            true => clean.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => clean.push(character),
        }
    }
    clean
}

/// A line of JSON.
#[derive(Serialize)]
struct JsonLine<'a> {
    time: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    milliseconds: f64,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl LogEntry<'_> {
    fn json(&self) -> String {
        let line = JsonLine {
            time: clock::machine_now() as f64 / 1000.0,
            method: self.request.map(|(method, _)| method.as_str()),
            path: self.request.map(|(_, path)| path),
            operation: self.operation,
            status: self.response.status().as_u16(),
            error: header(self.response, ERROR_TYPE_HEADER),
            message: self.reason(),
            milliseconds: (self.took.as_secs_f64() * 100_000.0).round() / 100.0,
            request_id: header(self.response, REQUEST_ID_HEADER),
        };
        let json = serde_json::to_string(&line).unwrap_or_default();
        escape_control_characters(&with_escapes(&json))
    }

    /// The message of a server error, or of a request without an operation. Other messages may
    /// contain input of clients.
    fn reason(&self) -> Option<&str> {
        let message = self.response.extensions().get::<ErrorMessage>()?;
        let is_shown = self.operation.is_none() || self.response.status().is_server_error();
        is_shown.then_some(message.0.as_str())
    }
}

fn header<'a>(response: &'a BufferedResponse, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::response;
    use crate::local::service_error::ServiceError;
    use crate::model::COGNITO_SYNC;

    const PLAIN: LogRenderOptions = LogRenderOptions {
        on_terminal: true,
        in_colour: false,
    };

    fn entry<'a>(
        response: &'a BufferedResponse,
        path: &'a str,
        operation: Option<&'static str>,
    ) -> LogEntry<'a> {
        LogEntry {
            request: Some((&Method::GET, path)),
            response,
            operation,
            took: Duration::from_millis(2),
        }
    }

    #[test]
    fn logs_messages_of_server_errors_only() {
        let failed = response::render_error(
            &ServiceError::internal("The disk is full."),
            &COGNITO_SYNC,
            "1",
        );
        let operation = Some("ListRecords");
        assert_eq!(
            PLAIN.text(&entry(&failed, "/", operation)),
            "500 ListRecords InternalErrorException 2.0 ms: The disk is full."
        );
        let line = entry(&failed, "/", operation).json();
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(line["message"], "The disk is full.");
        let rejected = response::render_error(
            &ServiceError::invalid("'hush' is wrong."),
            &COGNITO_SYNC,
            "1",
        );
        for line in [
            PLAIN.text(&entry(&rejected, "/", operation)),
            entry(&rejected, "/", operation).json(),
        ] {
            assert!(!line.contains("hush"), "{line}");
        }
        assert!(PLAIN.text(&entry(&rejected, "/x", None)).contains("hush"));
    }

    #[test]
    fn escapes_control_characters() {
        let response =
            response::render_error(&ServiceError::invalid("\u{9b}31m\n"), &COGNITO_SYNC, "1");
        let path = "/\u{1b}]0;title\u{7}\u{7f}\u{9b}2J";
        for in_colour in [false, true] {
            let options = LogRenderOptions { in_colour, ..PLAIN };
            let line = options.text(&entry(&response, path, None));
            let line = line.replace("\u{1b}[33m400\u{1b}[0m", "400");
            assert!(!line.contains(char::is_control), "{line:?}");
        }
        let line = entry(&response, path, None).json();
        assert!(!line.contains(char::is_control), "{line:?}");
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(line["path"], path);
    }
}
