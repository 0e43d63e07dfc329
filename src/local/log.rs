//! A line a request on standard error: short and coloured on a terminal, else an object of JSON. The
//! query string is left out, since it may hold session tokens.

use std::io::{Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http::Request;
use hyper::body::Bytes;
use serde::Serialize;

use super::moments;
use super::reply::Reply;

/// Bytes that may wait for whoever reads standard error; further lines are left out, so that a reader
/// who has stopped reading does not stop the service.
const WAITING: usize = 1 << 20;

/// How long lines are collected before they are written together.
const PAUSE: Duration = Duration::from_millis(5);

/// How long the last lines may take at the end.
const PATIENCE: Duration = Duration::from_secs(1);

/// How the lines look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Whether a person looks at them.
    pub on_terminal: bool,
    pub in_colour: bool,
}

/// Where the lines go: a thread that writes them.
#[derive(Debug)]
pub(super) struct Log {
    look: Look,
    lines: Arc<Lines>,
    thread: JoinHandle<()>,
}

/// Lines that wait.
#[derive(Debug, Default)]
struct Lines {
    text: Mutex<String>,
    /// Whether there will be no more.
    ended: AtomicBool,
}

impl Log {
    pub fn start(look: Look) -> Log {
        let lines = Arc::new(Lines::default());
        let waiting = lines.clone();
        Log {
            look,
            lines,
            thread: thread::spawn(move || write_all(&waiting)),
        }
    }

    /// Tells of a request that was answered.
    pub fn tell(
        &self,
        request: &Request<Bytes>,
        reply: &Reply,
        operation: Option<&str>,
        took: Duration,
    ) {
        let line = match self.look.on_terminal {
            true => self.look.short(request, reply, operation, took),
            false => whole(request, reply, operation, took),
        };
        let mut text = self.lines.lock();
        let is_first = text.is_empty();
        if text.len() < WAITING {
            text.push_str(&line);
            text.push('\n');
        }
        drop(text);
        if is_first {
            self.thread.thread().unpark();
        }
    }

    /// Waits for the last lines, but not for long.
    pub fn finish(self) {
        self.lines.ended.store(true, Ordering::SeqCst);
        self.thread.thread().unpark();
        let began = Instant::now();
        while !self.thread.is_finished() && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes lines until there will be no more.
fn write_all(lines: &Lines) {
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
        // Nobody is left to tell if standard error fails.
        drop(stderr().lock().write_all(text.as_bytes()));
        text.clear();
        if !ended {
            thread::sleep(PAUSE);
        }
    }
}

impl Look {
    fn short(
        self,
        request: &Request<Bytes>,
        reply: &Reply,
        operation: Option<&str>,
        took: Duration,
    ) -> String {
        let status = reply.status().as_u16();
        let colour = match status {
            _ if !self.in_colour => "",
            ..400 => "\x1b[32m",
            400..500 => "\x1b[33m",
            _ => "\x1b[31m",
        };
        let end = if colour.is_empty() { "" } else { "\x1b[0m" };
        let code = header(reply, "x-amzn-errortype").unwrap_or_default();
        let what = match operation {
            Some(operation) => operation.to_string(),
            None => format!("{} {}", request.method(), request.uri().path()),
        };
        let milliseconds = took.as_secs_f64() * 1000.0;
        let line = format!("{colour}{status}{end} {what} {code}");
        format!("{} {milliseconds:.1} ms", line.trim_end())
    }
}

/// A line for programs.
#[derive(Serialize)]
struct Line<'a> {
    time: f64,
    method: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    milliseconds: f64,
    #[serde(rename = "requestId", skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

fn whole(
    request: &Request<Bytes>,
    reply: &Reply,
    operation: Option<&str>,
    took: Duration,
) -> String {
    let line = Line {
        time: moments::of_system() as f64 / 1000.0,
        method: request.method().as_str(),
        path: request.uri().path(),
        operation,
        status: reply.status().as_u16(),
        error: header(reply, "x-amzn-errortype"),
        milliseconds: (took.as_secs_f64() * 100_000.0).round() / 100.0,
        request_id: header(reply, "x-amzn-requestid"),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers().get(name)?.to_str().ok()
}
