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

use super::command::{self, RunningCommand};
use super::commit::{Committer, has_ended, outcome_of};
use super::connection::{self, Malformed};
use super::connections::Connections;
use super::cors::{self, AccessPolicy};
use super::exchange::Exchange;
use super::log::{Entry, Log, RenderOptions};
use super::ready_file::ReadyFile;
use super::refusal::{Refusal, Ruled};
use super::reply::{self, Reply};
use super::request_body::{self, BodyMemory, ReceivedBody};
use super::rules::{Call, Done};
use super::service::{Job, Service, StoreName};
use super::shutdown::{self, Signals};
use super::store::{IN_MEMORY, Inspection};
use super::sync_trigger::{Queues, Turn};
use super::{arrival, random};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::interrupt;
use crate::model::COGNITO_SYNC;
use crate::serve_args::{DEFAULT_LISTEN, ListenAddress, ServeArgs, parse};

/// How long requests under way may still take once the service is asked to end, and once its
/// command has ended, whose requests they were.
const GRACE: Duration = Duration::from_secs(10);
const GRACE_AFTER_COMMAND: Duration = Duration::from_secs(1);

/// What `serve` is run with.
pub(super) struct Setup<'a> {
    pub options: &'a ServeArgs,
    pub store: &'a StoreName,
    pub environment: &'a Environment,
    pub render_options: RenderOptions,
}

/// What all connections share.
struct Shared {
    service: Arc<Service>,
    committer: Committer,
    queues: Queues,
    access: AccessPolicy,
    body_memory: BodyMemory,
    latency: Duration,
    /// `None` beside a command, whose standard error it would be in.
    log: Option<Log>,
}

/// What the service ends with.
enum End {
    Signal(Signals),
    Command(Box<RunningCommand>),
}

/// Serves until a signal asks to end or the command has ended, and returns the exit status. Nothing
/// is made before the address is bound.
pub(super) fn run(setup: &Setup<'_>, stdout: &mut dyn Write) -> Result<u8> {
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
    let service = Arc::new(Service::open(setup.store, Inspection::Whole, options)?);
    let shared = Arc::new(Shared {
        service: service.clone(),
        committer: Committer::start(service.clone()),
        queues: Queues::new(),
        access: AccessPolicy {
            loopback_only: address.ip().is_loopback(),
            allowed_origins: options.allowed_origins.clone(),
        },
        body_memory: BodyMemory::new(),
        latency: options.latency,
        log: options
            .command
            .is_empty()
            .then(|| Log::start(setup.render_options)),
    });
    let ended = runtime.block_on(async {
        let end = End::begin(setup, address)?;
        if let Some(file) = &mut ready_file {
            file.publish(&command::url(address))?;
        }
        announce(address, setup, stdout)?;
        serve_until(end, listener, &shared).await
    });
    // From here on, nobody else handles signals.
    shutdown::at_once();
    runtime.shutdown_timeout(Duration::from_secs(1));
    if let Some(shared) = Arc::into_inner(shared) {
        shared.committer.finish();
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
fn announce(address: SocketAddr, setup: &Setup<'_>, stdout: &mut dyn Write) -> Result<()> {
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

async fn serve_until(mut end: End, listener: TcpListener, shared: &Arc<Shared>) -> Result<u8> {
    let connections = Connections::new();
    let (ending, is_ending) = watch::channel(false);
    let ended = tokio::select! {
        ended = end.wait() => ended,
        never = accept(&listener, shared, &connections, is_ending) => match never {},
    };
    drop(listener);
    // Fails where there is no connection.
    let _ = ending.send(true);
    match &mut end {
        End::Signal(signals) => tokio::select! {
            () = connections.all_closed() => {}
            () = tokio::time::sleep(GRACE) => {}
            () = signals.next() => {}
        },
        End::Command(_) => {
            let closed = connections.all_closed();
            drop(tokio::time::timeout(GRACE_AFTER_COMMAND, closed).await);
        }
    }
    ended
}

async fn accept(
    listener: &TcpListener,
    shared: &Arc<Shared>,
    connections: &Arc<Connections>,
    is_ending: watch::Receiver<bool>,
) -> Infallible {
    loop {
        let slot = connections.slot().await;
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

impl End {
    fn begin(setup: &Setup<'_>, address: SocketAddr) -> Result<End> {
        let options = setup.options;
        if options.command.is_empty() {
            return Signals::watch().map(End::Signal);
        }
        let url = command::url(address);
        let store = setup.store.absolute();
        let variables = command::variables(&url, &store, options, setup.environment);
        let command = RunningCommand::start(&options.command, variables)?;
        Ok(End::Command(Box::new(command)))
    }

    /// Waits for it, and returns the exit status.
    async fn wait(&mut self) -> Result<u8> {
        match self {
            End::Signal(signals) => {
                signals.next().await;
                Ok(0)
            }
            End::Command(command) => command.wait().await,
        }
    }
}

impl Shared {
    async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        let (cors, let_in) = self.access.check(&parts);
        let received = match let_in {
            Ok(()) => self.body_memory.receive(body).await,
            Err(refusal) => {
                request_body::drain(body);
                Err(refusal)
            }
        };
        let (received, refusal) = match received {
            Ok(received) => (received, None),
            Err(refusal) => (ReceivedBody::default(), Some(refusal)),
        };
        let request = Request::from_parts(parts, received.bytes.clone());
        let (mut reply, operation) = self.respond(&request, refusal).await;
        cors.add_to(&mut reply);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        if let Some(log) = &self.log {
            log.add(&Entry {
                request: Some((request.method(), request.uri().path())),
                reply: &reply,
                operation,
                took: began.elapsed(),
            });
        }
        reply.map(|body| Full::new(Bytes::from(body)))
    }

    /// The bytes of the reply to what is no request.
    fn refuse(&self, malformed: Malformed) -> Vec<u8> {
        let refusal = Refusal::new(malformed.code, malformed.message);
        let reply = reply::of_refusal(&refusal, &COGNITO_SYNC, &random::identifier());
        if let Some(log) = &self.log {
            log.add(&Entry {
                request: None,
                reply: &reply,
                operation: None,
                took: Duration::ZERO,
            });
        }
        reply::to_malformed(reply)
    }

    /// The response, and the name of the operation.
    async fn respond(
        self: &Arc<Self>,
        request: &Request<Bytes>,
        refusal: Option<Refusal>,
    ) -> (Reply, Option<&'static str>) {
        let request_id = random::identifier();
        let service = arrival::service_of(request);
        if let Some(refusal) = refusal {
            let mut reply = reply::of_refusal(&refusal, service, &request_id);
            // The rest of a body would be read before the next request.
            let close = header::HeaderValue::from_static("close");
            reply.headers_mut().insert(header::CONNECTION, close);
            return (reply, None);
        }
        if request.method() == Method::OPTIONS {
            return (cors::preflight_reply(request.headers(), &request_id), None);
        }
        let is_check = matches!(*request.method(), Method::GET | Method::HEAD);
        if is_check && request.uri().path() == "/" {
            return (reply::of_program(&request_id), None);
        }
        let (exchange, call) = Exchange::begin(&self.service, request, request_id);
        let done = match call {
            Ok(call) => self.perform(call).await,
            Err(refusal) => Err(refusal),
        };
        (exchange.respond(done), exchange.operation)
    }

    async fn perform(self: &Arc<Self>, call: Call) -> Ruled<Done> {
        // Reads are short; handing them to other threads would take longer.
        if let Some(outcome) = self.service.read(&call) {
            return outcome;
        }
        let call = Arc::new(call);
        if self.service.has_function(&call)? {
            let turn = self.queues.turn(&call.input.dataset()).await;
            let update = tokio::spawn(self.clone().update_with_function(call, turn));
            return update.await.unwrap_or_else(|_| Err(has_ended()));
        }
        let triggered = None;
        outcome_of(self.committer.submit(Job { call, triggered }).await)
    }

    /// Calls the function and makes the update, whether or not the client is still there.
    async fn update_with_function(self: Arc<Self>, call: Arc<Call>, _turn: Turn) -> Ruled<Done> {
        let (service, update) = (self.service.clone(), call.clone());
        // The program may take seconds.
        let called = tokio::task::spawn_blocking(move || service.call_function(&update));
        let triggered = called.await.unwrap_or_else(|_| Err(has_ended()))?;
        outcome_of(self.committer.submit(Job { call, triggered }).await)
    }
}
