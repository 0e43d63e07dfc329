//! A scripted HTTP server on loopback that the test owns: it records every request and responds as
//! its script says. Plain threads; it stops when dropped, and fails the test if a script's closure
//! panicked or a client did not speak HTTP.
//!
//! Of Cognito Sync it only knows the echo (`http`); it does not check the requests.

use std::io::{self, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::http::{Request, Response};

type Handler = Box<dyn Fn(&Request) -> Response + Send + Sync>;

/// How the server responds.
pub(crate) enum Script {
    /// With these responses in turn, the last one repeatedly.
    Responses(Vec<Response>),
    /// With the closure's response. Boxed, so that the server is compiled once and not once for
    /// each closure.
    Handler(Handler),
}

impl Default for Script {
    /// Echoes every request.
    fn default() -> Self {
        Self::Responses(vec![Response::echo()])
    }
}

impl Script {
    /// The response to the request with this number, counted from 0.
    fn response(&self, number: usize, request: &Request) -> Response {
        match self {
            Self::Responses(responses) => responses
                .get(number)
                .or(responses.last())
                .expect("a script has at least one response")
                .clone(),
            Self::Handler(handler) => handler(request),
        }
    }
}

/// The running server.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    script: Script,
    stopping: AtomicBool,
    record: Mutex<Record>,
}

#[derive(Default)]
struct Record {
    requests: Vec<Request>,
    faults: Vec<String>,
}

impl Shared {
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

impl Server {
    /// Starts a server on a free port.
    pub(crate) fn new(script: Script) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a bound socket has a port");
        let shared = Arc::new(Shared {
            script,
            stopping: AtomicBool::new(false),
            record: Mutex::default(),
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in the order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.record().requests.clone()
    }

    /// Takes the server's faults (panics of the script, malformed requests), which then no longer
    /// fail the test when the server is dropped.
    pub(crate) fn take_faults(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.record().faults)
    }

    /// Closes all connections and joins all threads; keeps the recorded requests.
    pub(crate) fn stop(&mut self) {
        let Some(acceptor) = self.acceptor.take() else {
            return;
        };
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the acceptor; if the connection fails, the acceptor has exited already.
        drop(TcpStream::connect(self.address));
        let ended = acceptor.join();
        if !thread::panicking() {
            assert!(ended.is_ok(), "a thread of the server panicked");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let faults = self.take_faults();
        // A second panic while the first one unwinds would abort the whole test binary.
        if !thread::panicking() {
            assert!(faults.is_empty(), "faults of the server: {faults:#?}");
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections: Vec<(TcpStream, JoinHandle<()>)> = Vec::new();
    for stream in listener.incoming() {
        if shared.is_stopping() {
            break;
        }
        let stream = stream.expect("a connection can be accepted");
        let writer = stream.try_clone().expect("a socket can be cloned");
        let shared = Arc::clone(shared);
        let thread = thread::spawn(move || serve(stream, &shared));
        connections.push((writer, thread));
    }
    for (stream, thread) in connections {
        // Ends the thread's read; fails if the client has closed the connection already.
        drop(stream.shutdown(Shutdown::Both));
        thread.join().expect("a connection's thread does not panic");
    }
}

/// Serves one connection until it closes. A message that is not HTTP is a fault; a client that
/// disconnects during a response, or is disconnected because the server stops, is not.
fn serve(stream: TcpStream, shared: &Shared) {
    if let Err(error) = exchange(&stream, shared)
        && error.kind() == io::ErrorKind::InvalidData
    {
        let fault = format!("connection: {error}");
        shared.record().faults.push(fault);
    }
    // After recording the fault, since a test may read it as soon as the connection is closed. The
    // acceptor holds a clone, so dropping this one would not close it.
    drop(stream.shutdown(Shutdown::Both));
}

fn exchange(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        let Some(wire) = respond(&request, shared) else {
            return Ok(());
        };
        let mut writer = stream;
        writer.write_all(&wire)?;
        let is_close = |value: &str| value.eq_ignore_ascii_case("close");
        if request.header("connection").is_some_and(is_close) {
            return Ok(());
        }
    }
    Ok(())
}

/// Records the request and returns the response's bytes, or `None` to close the connection.
fn respond(request: &Request, shared: &Shared) -> Option<Vec<u8>> {
    let number = {
        let mut record = shared.record();
        record.requests.push(request.clone());
        record.requests.len() - 1
    };
    let response =
        panic::catch_unwind(AssertUnwindSafe(|| shared.script.response(number, request)));
    match response {
        Ok(response) => response.to_wire(request),
        Err(panic) => {
            let text = panic_message(&*panic);
            shared
                .record()
                .faults
                .push(format!("script panicked: {text}"));
            None
        }
    }
}

/// The message of a caught panic.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("(no text)")
}
