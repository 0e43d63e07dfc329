//! The local service on a socket, as `serve` runs it: HTTP/1.1, until a signal asks it to end. Requests
//! under way are finished first.

use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Method, Request, Response};
use http_body_util::{BodyExt, Collected, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};

use super::arrival;
use super::commit::{Committer, has_ended, outcome_of};
use super::log::{Log, Look};
use super::options::Options;
use super::refusal::{Refusal, Ruled};
use super::reply::{self, Reply};
use super::rules::{Call, Done};
use super::service::{Job, Service, concluded};
use super::sync_trigger::{Queues, Turn};
use super::{random, stop};
use crate::error::{Error, Result};

/// Most bytes of a request's body.
const LARGEST: usize = 10 << 20;

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// How long requests under way may still take once the service is asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// What all connections share.
struct Shared {
    service: Arc<Service>,
    committer: Committer,
    queues: Queues,
    latency: Duration,
    log: Log,
}

/// Serves until a signal asks to end. The first line on `stdout` says where.
pub(super) fn run(
    service: Service,
    options: &Options,
    look: Look,
    stdout: &mut dyn Write,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|why| Error::general(format!("The service cannot start: {why}")).caused_by(why))?;
    let service = Arc::new(service);
    let shared = Arc::new(Shared {
        service: service.clone(),
        committer: Committer::start(service.clone()),
        queues: Queues::new(),
        latency: options.latency,
        log: Log::start(look),
    });
    let ended = runtime.block_on(listen(&options.listen, shared.clone(), stdout));
    // From here on, nobody else handles signals.
    stop::at_once();
    runtime.shutdown_timeout(Duration::from_secs(1));
    if let Some(shared) = Arc::into_inner(shared) {
        shared.committer.finish();
        shared.log.finish();
    }
    service.close();
    ended
}

async fn listen(address: &str, shared: Arc<Shared>, stdout: &mut dyn Write) -> Result<()> {
    let listener = TcpListener::bind(address).await;
    let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = bound.map_err(|why| {
        Error::general(format!(
            "--listen {address}: the service cannot listen there: {why}"
        ))
        .hint("--listen 127.0.0.1:0 takes any port that is free")
        .caused_by(why)
    })?;
    let mut signals = stop::Signals::watch()?;
    announce(address, stdout)?;
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = signals.next() => break,
        };
        // An error is one connection's; the next one may be well.
        match accepted {
            Ok((stream, _)) => serve(stream, shared.clone(), &graceful),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => {}
        () = signals.next() => {}
    }
    Ok(())
}

fn announce(address: SocketAddr, stdout: &mut dyn Write) -> Result<()> {
    if !address.ip().is_loopback() {
        crate::trace::warn(&format!(
            "warning: {address} can be reached from other machines; who reaches it can read and \
             change the store"
        ));
    }
    let written = writeln!(stdout, "Cognito Sync is listening on http://{address}");
    written.and_then(|()| stdout.flush()).map_err(|why| {
        Error::general(format!("The address cannot be printed: {why}")).caused_by(why)
    })
}

fn serve(stream: TcpStream, shared: Arc<Shared>, graceful: &GracefulShutdown) {
    // Without it, replies of two parts would wait for the other side.
    drop(stream.set_nodelay(true));
    let answer = service_fn(move |request| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(shared.answer(request).await) }
    });
    let connection = http1::Builder::new()
        .title_case_headers(true)
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), answer);
    let connection = graceful.watch(connection);
    // A client that goes away is no fault of ours.
    tokio::spawn(async move { drop(connection.await) });
}

impl Shared {
    async fn answer(self: &Arc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let (parts, body) = request.into_parts();
        let (body, unreadable) = match whole(body).await {
            Ok(body) => (body, None),
            Err(refusal) => (Bytes::new(), Some(refusal)),
        };
        let request = Request::from_parts(parts, body);
        let (reply, operation) = self.reply(&request, unreadable).await;
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        self.log.tell(&request, &reply, operation, began.elapsed());
        reply.map(|body| Full::new(Bytes::from(body)))
    }

    /// The reply, and the operation's name.
    async fn reply(
        self: &Arc<Self>,
        request: &Request<Bytes>,
        unreadable: Option<Refusal>,
    ) -> (Reply, Option<&'static str>) {
        let request_id = random::identifier();
        if request.method() == Method::OPTIONS {
            return (reply::to_preflight(request.headers(), &request_id), None);
        }
        let arrival = match unreadable {
            Some(refusal) => Err(refusal),
            None => arrival::route(request.method(), request.uri().path()),
        };
        let operation = arrival.as_ref().ok().map(|arrival| arrival.operation.name);
        let done = match arrival.and_then(|arrival| self.service.admit(arrival, request)) {
            Ok(call) => self.perform(call).await,
            Err(refusal) => Err(refusal),
        };
        (concluded(done, &request_id), operation)
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

/// The whole body; one that says to be too long is not waited for.
async fn whole(body: Incoming) -> Ruled<Bytes> {
    if body.size_hint().lower() > LARGEST as u64 {
        return Err(too_large());
    }
    let body = Limited::new(body, LARGEST).collect();
    match tokio::time::timeout(BODY_PATIENCE, body).await {
        Ok(body) => body
            .map(Collected::to_bytes)
            .map_err(|why| unreadable(&*why)),
        Err(_) => Err(Refusal::new(
            "RequestTimeoutException",
            "The body takes too long.",
        )),
    }
}

fn too_large() -> Refusal {
    let message = format!("A request may not have more than {LARGEST} bytes.");
    Refusal::new("RequestEntityTooLargeException", message)
}

fn unreadable(why: &(dyn std::error::Error + 'static)) -> Refusal {
    if why.is::<LengthLimitError>() {
        return too_large();
    }
    Refusal::new(
        "SerializationException",
        format!("The body cannot be read: {why}"),
    )
}
