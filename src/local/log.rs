//! A line a request on standard error: short and coloured on a terminal, else an object of JSON. The
//! query string is left out, since it may hold session tokens.

use std::io::{Write, stderr};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use http::Request;
use hyper::body::Bytes;
use serde_json::json;

use super::moments;
use super::reply::Reply;

/// Lines that may wait for whoever reads standard error; further ones are left out, so that a reader
/// who has stopped reading does not stop the service.
const WAITING: usize = 10_000;

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
    lines: SyncSender<String>,
    thread: JoinHandle<()>,
}

impl Log {
    pub fn start(look: Look) -> Log {
        let (lines, waiting) = mpsc::sync_channel(WAITING);
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
        drop(self.lines.try_send(line));
    }

    /// Waits for the last lines, but not for long.
    pub fn finish(self) {
        drop(self.lines);
        let began = Instant::now();
        while !self.thread.is_finished() && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Writes lines until there will be no more; what waits together is written together.
fn write_all(waiting: &Receiver<String>) {
    while let Ok(first) = waiting.recv() {
        let mut text = first + "\n";
        for line in waiting.try_iter().take(100) {
            text.push_str(&line);
            text.push('\n');
        }
        // Nobody is left to tell if standard error fails.
        drop(stderr().lock().write_all(text.as_bytes()));
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

fn whole(
    request: &Request<Bytes>,
    reply: &Reply,
    operation: Option<&str>,
    took: Duration,
) -> String {
    let moment = moments::of_system();
    let mut line = json!({
        "time": moment as f64 / 1000.0,
        "method": request.method().as_str(),
        "path": request.uri().path(),
        "operation": operation,
        "status": reply.status().as_u16(),
        "error": header(reply, "x-amzn-errortype"),
        "milliseconds": (took.as_secs_f64() * 100_000.0).round() / 100.0,
        "requestId": header(reply, "x-amzn-requestid"),
    });
    if let Some(members) = line.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    line.to_string()
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers().get(name)?.to_str().ok()
}
