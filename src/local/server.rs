//! The local service on a socket, as `serve` runs it: HTTP/1.1, until a signal asks it to end or
//! its command has ended. Requests under way are finished first.

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
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::COGNITO_SYNC;
use crate::serve_args::{DEFAULT_LISTEN, ListenAddress, ServeArgs, parse};

/// How long requests under way may still take once the service is asked to end, and once its
/// command has ended, whose requests they were.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
const SHUTDOWN_GRACE_AFTER_COMMAND: Duration = Duration::from_secs(1);

/// What `serve` is run with.
pub(super) struct ServerSetup<'a> {
    pub options: &'a ServeArgs,
    pub store: &'a StoreLocation,
    pub environment: &'a Environment,
    pub render_options: LogRenderOptions,
}

/// What all connections share.
struct SharedState {
    service: Arc<LocalService>,
    writer_thread: WriterThread,
    queues: UpdateQueues,
    access: AccessPolicy,
    body_memory: BodyMemory,
    latency: Duration,
    /// `None` beside a command, whose standard error it would be in.
    log: Option<RequestLog>,
}

/// What the service ends with.
enum StopCondition {
    Signal(ShutdownSignals),
    Command(Box<ChildProcess>),
}

/// Serves until a signal asks to end or the command has ended, and returns the exit status. Nothing
/// is made before the address is bound.
pub(super) fn run(setup: &ServerSetup<'_>, stdout: &mut dyn Write) -> Result<u8> {
    let options = setup.options;
    // Said here, since tokio would read TOKIO_WORKER_THREADS, and panic on what is no number.
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = interrupt::check_descriptors().and_then(|()| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build()
    });
    let runtime = runtime
        .map_err(|why| Error::general(format!("The service cannot start: {why}")).caused_by(why))?;
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
            .then(|| RequestLog::start(setup.render_options)),
    });
    let ended = runtime.block_on(async {
        let end = StopCondition::begin(setup, address)?;
        if let Some(file) = &mut ready_file {
            file.publish(&child_process::loopback_url(address))?;
        }
        announce(address, setup, stdout)?;
        serve_until(end, listener, &shared).await
    });
    // From here on, nobody else handles signals.
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
        .caused_by(why)
    })
}

/// Tells where the service is, unless that would be in the output of a command.
fn announce(address: SocketAddr, setup: &ServerSetup<'_>, stdout: &mut dyn Write) -> Result<()> {
    if !address.ip().is_loopback() {
        crate::trace::warn(&format!(
            "warning: {address} can be reached from other machines; who reaches it can read and \
             change the store"
        ));
    }
    if !setup.options.command.is_empty() {
        return Ok(());
    }
    let store = match setup.store.absolute().as_str() {
        IN_MEMORY => "a store in memory".to_string(),
        // No control character of a name reaches a terminal.
        name => format!("the store {}", name.replace(char::is_control, "\u{fffd}")),
    };
    let written = writeln!(
        stdout,
        "Cognito Sync on {store} is listening on http://{address}"
    );
    written.and_then(|()| stdout.flush()).map_err(|why| {
        Error::general(format!("The address cannot be printed: {why}")).caused_by(why)
    })
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
    // Fails where there is no connection.
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
        // An error is one connection's; the next one may be well.
        let (Some(slot), Ok((stream, _))) = (slot, listener.accept().await) else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it, replies of two parts would wait for the other side.
        drop(stream.set_nodelay(true));
        let (answering, refusing) = (shared.clone(), shared.clone());
        let answer = move |request| answering.clone().serve(request);
        let refuse = move |malformed| refusing.refuse(malformed);
        let is_ending = is_ending.clone();
        tokio::spawn(connection::serve(stream, slot, is_ending, answer, refuse));
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

    /// Waits for it, and returns the exit status.
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
    async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        let (cors, let_in) = self.access.check(&parts);
        let received = match let_in {
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

    /// The bytes of the reply to what is no request.
    fn refuse(&self, malformed: MalformedRequest) -> Vec<u8> {
        let error = ServiceError::new(malformed.code, malformed.message);
        let response = response::error(&error, &COGNITO_SYNC, &random::uuid());
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

    /// The response, and the name of the operation.
    async fn respond(
        self: &Arc<Self>,
        request: &Request<Bytes>,
        error: Option<ServiceError>,
    ) -> (BufferedResponse, Option<&'static str>) {
        let request_id = random::uuid();
        let service = routing::route_service(request);
        if let Some(error) = error {
            let mut response = response::error(&error, service, &request_id);
            // The rest of a body would be read before the next request.
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
            return (response::health_check(&request_id), None);
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
        // Reads are short; handing them to other threads would take longer.
        if let Some(outcome) = self.service.read(&call) {
            return outcome;
        }
        let call = Arc::new(call);
        if self.service.has_sync_trigger(&call)? {
            let turn = self.queues.wait_turn(&call.input.dataset()).await;
            let update = tokio::spawn(self.clone().update_with_function(call, turn));
            return update.await.unwrap_or_else(|_| Err(service_ended()));
        }
        let trigger_output = None;
        received_output(
            self.writer_thread
                .submit(WriteJob {
                    call,
                    trigger_output,
                })
                .await,
        )
    }

    /// Calls the function and makes the update, whether or not the client is still there.
    async fn update_with_function(
        self: Arc<Self>,
        call: Arc<OperationCall>,
        _turn: QueueTurn,
    ) -> Result<OperationOutput, ServiceError> {
        let (service, update) = (self.service.clone(), call.clone());
        // The program may take seconds.
        let called = tokio::task::spawn_blocking(move || service.invoke_sync_trigger(&update));
        let trigger_output = called.await.unwrap_or_else(|_| Err(service_ended()))?;
        received_output(
            self.writer_thread
                .submit(WriteJob {
                    call,
                    trigger_output,
                })
                .await,
        )
    }
}
