//! The HTTP/1.1 server of `serve`. It runs until a signal stops it or its command exits; requests
//! in progress are finished first.

use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Method, Request, Response, header};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::active_request::ActiveRequest;
use super::child_process::{self, ChildProcess};
use super::connection::{self, MalformedRequest};
use super::connection_limit::ConnectionLimit;
use super::cors::{self, AccessPolicy};
use super::group_commit::{WriterThread, received_output, service_ended};
use super::operations::update::TriggerOutput;
use super::operations::{OperationCall, OperationOutput};
use super::ready_file::ReadyFile;
use super::request_body::{self, BodyMemory, ReceivedBody};
use super::request_log::{LogEntry, LogRenderOptions, RequestLog};
use super::response::{self, BufferedResponse};
use super::service::{LocalService, StoreLocation, WriteJob};
use super::service_error::ServiceError;
use super::shutdown::{self, ShutdownSignals};
use super::store::{IN_MEMORY, IntegrityCheck};
use super::sync_trigger::{QueueTurn, UpdateQueues};
use super::{random, routing};
use crate::diagnostics::Stderr;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::COGNITO_SYNC;
use crate::serve_args::{DEFAULT_LISTEN, ListenAddress, ServeArgs, parse};

/// How long requests in progress may take after a shutdown signal, and after the exit of the
/// command that sent them.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
const SHUTDOWN_GRACE_AFTER_COMMAND: Duration = Duration::from_secs(1);

/// What `serve` runs with.
pub(super) struct ServerSetup<'a> {
    pub options: &'a ServeArgs,
    pub store: &'a StoreLocation,
    pub environment: &'a Environment,
    pub render_options: LogRenderOptions,
    pub stderr: &'a Stderr,
}

/// The state that all connections share.
struct SharedState {
    service: Arc<LocalService>,
    writer_thread: WriterThread,
    queues: UpdateQueues,
    access: AccessPolicy,
    body_memory: BodyMemory,
    latency: Duration,
    /// `None` with a command, whose standard error the log would mix with.
    log: Option<RequestLog>,
}

/// What stops the service.
enum StopCondition {
    Signal(ShutdownSignals),
    Command(Box<ChildProcess>),
}

/// Serves until a signal stops the service or the command exits, and returns the exit status. No
/// file is created before the address is bound.
pub(super) fn run(setup: &ServerSetup<'_>, stdout: &mut dyn Write) -> Result<u8> {
    let options = setup.options;
    // Set explicitly, since tokio would read TOKIO_WORKER_THREADS and panic if it is not a number.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = interrupt::check_file_descriptors().and_then(|()| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
    });
    let runtime =
        runtime.map_err(|why| Error::general(format!("The service cannot start: {why}")))?;
    let (address, listener) = runtime.block_on(bind(options))?;
    let ready_file = options.ready_file.as_deref();
    let mut ready_file = ready_file.map(ReadyFile::prepare).transpose()?;
    let service = Arc::new(LocalService::open(
        setup.store,
        IntegrityCheck::Full,
        options,
    )?);
    let shared = Arc::new(SharedState {
        service: service.clone(),
        writer_thread: WriterThread::start(service.clone()),
        queues: UpdateQueues::new(),
        access: AccessPolicy {
            loopback_only: address.ip().is_loopback(),
            allowed_origins: options.allowed_origins.clone(),
        },
        body_memory: BodyMemory::new(),
        latency: options.latency,
        log: options
            .command
            .is_empty()
            .then(|| RequestLog::start(setup.render_options, setup.stderr.clone())),
    });
    let ended = runtime.block_on(async {
        let end = StopCondition::begin(setup, address)?;
        if let Some(file) = &mut ready_file {
            file.publish(&child_process::loopback_url(address))?;
        }
        announce(address, setup, stdout)?;
        serve_until(end, listener, &shared).await
    });
    // From here on, no other code handles signals.
    shutdown::exit_on_next_signal();
    runtime.shutdown_timeout(Duration::from_secs(1));
    if let Some(shared) = Arc::into_inner(shared) {
        shared.writer_thread.finish();
        if let Some(log) = shared.log {
            log.finish();
        }
    }
    service.close();
    ended
}

async fn bind(options: &ServeArgs) -> Result<(SocketAddr, TcpListener)> {
    let default = match options.command.is_empty() {
        true => DEFAULT_LISTEN,
        false => "127.0.0.1:0",
    };
    let listen = options
        .listen
        .clone()
        .map_or_else(|| parse::listen(default), Ok);
    let listen = listen.map_err(Error::general)?;
    let ListenAddress { host, port } = &listen;
    let listener = TcpListener::bind((host.as_str(), *port)).await;
    let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    bound.map_err(|why| {
        Error::general(format!(
            "--listen {listen}: the service cannot listen there: {why}"
        ))
        .hint("--listen 127.0.0.1:0 takes any port that is free")
    })
}

/// Prints the address of the service, unless a command owns standard output.
fn announce(address: SocketAddr, setup: &ServerSetup<'_>, stdout: &mut dyn Write) -> Result<()> {
    if !address.ip().is_loopback() {
        setup.stderr.write_line(&format!(
            "warning: {address} can be reached from other machines; anyone who reaches it can read and \
             change the store"
        ));
    }
    if !setup.options.command.is_empty() {
        return Ok(());
    }
    let store = match setup.store.absolute().as_str() {
        IN_MEMORY => "a store in memory".to_string(),
        // Control characters of a name never reach a terminal.
        name => format!("the store {}", name.replace(char::is_control, "\u{fffd}")),
    };
    let written = writeln!(
        stdout,
        "Cognito Sync on {store} is listening on http://{address}"
    );
    written
        .and_then(|()| stdout.flush())
        .map_err(|why| Error::general(format!("The address cannot be printed: {why}")))
}

async fn serve_until(
    mut end: StopCondition,
    listener: TcpListener,
    shared: &Arc<SharedState>,
) -> Result<u8> {
    let connections = ConnectionLimit::new();
    let (ending, is_ending) = watch::channel(false);
    let ended = tokio::select! {
        ended = end.wait() => ended,
        never = accept(&listener, shared, &connections, is_ending) => match never {},
    };
    drop(listener);
    // Fails if there is no connection.
    let _ = ending.send(true);
    match &mut end {
        StopCondition::Signal(signals) => tokio::select! {
            () = connections.all_closed() => {}
            () = tokio::time::sleep(SHUTDOWN_GRACE) => {}
            () = signals.next() => {}
        },
        StopCondition::Command(_) => {
            let closed = connections.all_closed();
            drop(tokio::time::timeout(SHUTDOWN_GRACE_AFTER_COMMAND, closed).await);
        }
    }
    ended
}

async fn accept(
    listener: &TcpListener,
    shared: &Arc<SharedState>,
    connections: &Arc<ConnectionLimit>,
    is_ending: watch::Receiver<bool>,
) -> Infallible {
    loop {
        let slot = connections.acquire().await;
        // An error concerns one connection; the next one may succeed.
        let (Some(slot), Ok((stream, _))) = (slot, listener.accept().await) else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it, the second part of a response would wait for the client's acknowledgement.
        drop(stream.set_nodelay(true));
        let (for_responses, for_rejections) = (shared.clone(), shared.clone());
        let respond = move |request| for_responses.clone().handle(request);
        let reject = move |malformed| for_rejections.malformed_response(malformed);
        let is_ending = is_ending.clone();
        tokio::spawn(connection::serve(stream, slot, is_ending, respond, reject));
    }
}

impl StopCondition {
    fn begin(setup: &ServerSetup<'_>, address: SocketAddr) -> Result<StopCondition> {
        let options = setup.options;
        if options.command.is_empty() {
            return ShutdownSignals::watch().map(StopCondition::Signal);
        }
        let url = child_process::loopback_url(address);
        let store = setup.store.absolute();
        let variables =
            child_process::environment_overrides(&url, &store, options, setup.environment);
        let command = ChildProcess::start(&options.command, variables)?;
        Ok(StopCondition::Command(Box::new(command)))
    }

    /// Waits for the condition, and returns the exit status.
    async fn wait(&mut self) -> Result<u8> {
        match self {
            StopCondition::Signal(signals) => {
                signals.next().await;
                Ok(0)
            }
            StopCondition::Command(command) => command.wait().await,
        }
    }
}

impl SharedState {
    async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        let (cors, access) = self.access.check(&parts);
        let received = match access {
            Ok(()) => self.body_memory.receive(body).await,
            Err(error) => {
                request_body::drain(body);
                Err(error)
            }
        };
        let (received, error) = match received {
            Ok(received) => (received, None),
            Err(error) => (ReceivedBody::default(), Some(error)),
        };
        let request = Request::from_parts(parts, received.bytes.clone());
        let (mut response, operation) = self.respond(&request, error).await;
        cors.add_to(&mut response);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        if let Some(log) = &self.log {
            log.add(&LogEntry {
                request: Some((request.method(), request.uri().path())),
                response: &response,
                operation,
                took: began.elapsed(),
            });
        }
        response.map(|body| Full::new(Bytes::from(body)))
    }

    /// Returns the bytes of the response to a malformed request.
    fn malformed_response(&self, malformed: MalformedRequest) -> Vec<u8> {
        let error = ServiceError::new(malformed.code, malformed.message);
        let response = response::render_error(&error, &COGNITO_SYNC, &random::uuid());
        if let Some(log) = &self.log {
            log.add(&LogEntry {
                request: None,
                response: &response,
                operation: None,
                took: Duration::ZERO,
            });
        }
        response::to_http1_bytes(response)
    }

    /// Returns the response and the name of the operation.
    async fn respond(
        self: &Arc<Self>,
        request: &Request<Bytes>,
        error: Option<ServiceError>,
    ) -> (BufferedResponse, Option<&'static str>) {
        let request_id = random::uuid();
        let service = routing::route_service(request);
        if let Some(error) = error {
            let mut response = response::render_error(&error, service, &request_id);
            // Otherwise the rest of the body would be parsed as the next request.
            let close = header::HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
            return (response, None);
        }
        if request.method() == Method::OPTIONS {
            return (
                cors::preflight_response(request.headers(), &request_id),
                None,
            );
        }
        let is_check = matches!(*request.method(), Method::GET | Method::HEAD);
        if is_check && request.uri().path() == "/" {
            return (response::render_health_check(&request_id), None);
        }
        let (active, call) = ActiveRequest::begin(&self.service, request, request_id);
        let done = match call {
            Ok(call) => self.perform(call).await,
            Err(error) => Err(error),
        };
        (active.response(done), active.operation)
    }

    async fn perform(
        self: &Arc<Self>,
        call: OperationCall,
    ) -> Result<OperationOutput, ServiceError> {
        // Reads are short; handing them to another thread takes longer than performing them.
        if let Some(outcome) = self.service.read(&call) {
            return outcome;
        }
        let call = Arc::new(call);
        if self.service.has_sync_trigger(&call)? {
            let turn = self.queues.wait_turn(&call.input.dataset()).await;
            let update = tokio::spawn(self.clone().update_with_function(call, turn));
            return update.await.unwrap_or_else(|_| Err(service_ended()));
        }
        self.write(call, None).await
    }

    /// Invokes the function and makes the update, even if the client has disconnected.
    async fn update_with_function(
        self: Arc<Self>,
        call: Arc<OperationCall>,
        _turn: QueueTurn,
    ) -> Result<OperationOutput, ServiceError> {
        let (service, update) = (self.service.clone(), call.clone());
        // The program may take seconds, so it gets a thread that may block.
        let called = tokio::task::spawn_blocking(move || service.invoke_sync_trigger(&update));
        let trigger_output = called.await.unwrap_or_else(|_| Err(service_ended()))?;
        self.write(call, trigger_output).await
    }

    /// Has the writer thread make the call.
    async fn write(
        &self,
        call: Arc<OperationCall>,
        trigger_output: Option<TriggerOutput>,
    ) -> Result<OperationOutput, ServiceError> {
        let job = WriteJob {
            call,
            trigger_output,
        };
        received_output(self.writer_thread.submit(job).await)
    }
}
