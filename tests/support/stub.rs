//! A server on loopback that keeps its connections open and counts them. A closure says what
//! happens to each request. For replies alone there is `server`, for TLS and proxies `peer`.

use std::io::{self, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::http::Request;

/// A request with its place among all.
pub(crate) struct Received {
    pub(crate) request: Request,
    /// Number of the request, counted from 0.
    pub(crate) number: usize,
    /// Number of the request on its connection, counted from 0.
    pub(crate) number_on_connection: usize,
}

/// What happens to a request.
pub(crate) enum Action {
    /// These bytes are sent, and the connection stays open.
    Send(String),
    /// These bytes are sent, and the connection is closed.
    SendAndClose(String),
    /// The connection is closed.
    Close,
}

/// A response of status 200 with this body, after which the connection can be used again.
pub(crate) fn ok(body: &str) -> Action {
    respond(200, body)
}

/// A response with this status and body, after which the connection can be used again.
pub(crate) fn respond(status: u16, body: &str) -> Action {
    let length = body.len();
    Action::Send(format!(
        "HTTP/1.1 {status} \r\nx-amzn-requestid: r-1\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

type Handler = Box<dyn Fn(&Received) -> Action + Send + Sync>;

/// The running server.
pub(crate) struct Stub {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    handler: Handler,
    connections: AtomicUsize,
    requests: Mutex<Vec<Request>>,
    stopping: AtomicBool,
}

impl Stub {
    /// Starts a server on a free port.
    pub(crate) fn new(handler: impl Fn(&Received) -> Action + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a bound socket has a port");
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
            connections: AtomicUsize::new(0),
            requests: Mutex::default(),
            stopping: AtomicBool::new(false),
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

    /// How many connections there were so far.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// Waits until requests have arrived and no more do.
    pub(crate) fn await_standstill(&self) {
        let mut before = 0;
        while self.requests().len() > before || before == 0 {
            before = self.requests().len();
            thread::sleep(Duration::from_millis(500));
        }
    }

    /// Everything requested so far, in the order of arrival.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared
            .requests
            .lock()
            .expect("nobody panics with it")
            .clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections = Vec::new();
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let stream = stream.expect("a connection can be accepted");
        shared.connections.fetch_add(1, Ordering::SeqCst);
        connections.push(stream.try_clone().expect("a socket can be cloned"));
        let shared = Arc::clone(shared);
        // Ends with the connection.
        thread::spawn(move || {
            drop(serve(&stream, &shared));
            drop(stream.shutdown(Shutdown::Both));
        });
    }
    for stream in connections {
        drop(stream.shutdown(Shutdown::Both));
    }
}

fn serve(mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut number_on_connection = 0;
    while let Some(request) = Request::read(&mut reader)? {
        let number = {
            let mut requests = shared.requests.lock().expect("nobody panics with it");
            requests.push(request.clone());
            requests.len() - 1
        };
        let received = Received {
            request,
            number,
            number_on_connection,
        };
        match (shared.handler)(&received) {
            Action::Send(bytes) => stream.write_all(bytes.as_bytes())?,
            Action::SendAndClose(bytes) => return stream.write_all(bytes.as_bytes()),
            Action::Close => return Ok(()),
        }
        number_on_connection += 1;
    }
    Ok(())
}
