//! SIGINT handling: exit immediately with status 130. During a call, which [`block_on`] runs, the
//! program shuts down in order instead and prints the newline that the AWS CLI prints.
//!
//! Signals belong to the process: runs in several threads share this state, and each is
//! interrupted.

use std::fs::File;
use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::cancellation::Cancellation;
use crate::error::{Error, ErrorKind, INTERRUPTED, Result};

/// More than the system says of a process, so that it is read at once.
const PROC_STATUS_CAPACITY: usize = 4 << 10;

/// Signals so close to each other are one interrupt: `timeout` sends two, to the process and to its
/// group.
const INTERRUPT_WINDOW: Duration = Duration::from_millis(100);

/// Whether the handler of the signal exits the process, once it is installed.
static EXITS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// What decides whether it does.
static CLAIMS: Mutex<InterruptClaims> = Mutex::new(InterruptClaims {
    deferred: 0,
    immediate: 0,
});

struct InterruptClaims {
    /// How many handle interrupts themselves.
    deferred: usize,
    /// How many do work that cannot be interrupted in good order, whatever the others do.
    immediate: usize,
}

impl InterruptClaims {
    /// Changes the claims, and what the handler does by them.
    fn change(change: impl FnOnce(&mut InterruptClaims)) {
        let mut claims = CLAIMS.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut claims);
        if let Some(exits) = EXITS.get() {
            let value = claims.deferred == 0 || claims.immediate > 0;
            exits.store(value, Ordering::SeqCst);
        }
    }
}

/// Installs a handler for the signal, unless it is ignored, as shells have it for the background
/// jobs of scripts. Without it, interrupts are not this library's to handle.
pub fn install_handler() {
    if is_ignored(signal_hook::consts::SIGINT) {
        return;
    }
    let exits = EXITS.get_or_init(|| Arc::new(AtomicBool::new(true)));
    // If it fails, the signal exits the process all the same, which is its default.
    let _ = signal_hook::flag::register_conditional_shutdown(
        signal_hook::consts::SIGINT,
        INTERRUPTED.into(),
        exits.clone(),
    );
}

/// Waits for the work on this thread, with a runtime of its own; an interrupt is an error.
pub fn block_on<F: Future>(work: F) -> Result<F::Output> {
    let outcome = run(until_interrupt(work))?;
    outcome.ok_or_else(|| Error::new(ErrorKind::Interrupted, "Interrupted"))
}

/// Waits likewise for work that ends soon once it is cancelled: the first interrupt stops it, a
/// second one aborts it.
pub fn block_on_cancellable<F: Future>(cancellation: &Cancellation, work: F) -> Result<F::Output> {
    run(cancel_on_interrupt(cancellation, work))
}

fn run<F: Future>(work: F) -> Result<F::Output> {
    let runtime = check_file_descriptors().and_then(|()| {
        tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
    });
    let runtime =
        runtime.map_err(|why| Error::general(format!("The call could not begin: {why}")))?;
    let outcome = runtime.block_on(work);
    // What is left of connections must hold up neither the next call nor the end of the process.
    runtime.shutdown_background();
    Ok(outcome)
}

/// Checks that there are file descriptors for a runtime of tokio, which panics where it finds none
/// for its signals.
pub fn check_file_descriptors() -> io::Result<()> {
    let pairs: io::Result<Vec<_>> = (0..3).map(|_| UnixStream::pair()).collect();
    pairs.map(drop)
}

/// Does the work to its end, or until an interrupt: then it returns `None`, and interrupts stay
/// without effect until [`run_has_ended`].
async fn until_interrupt<F: Future>(work: F) -> Option<F::Output> {
    let prepared = is_handled().then(|| signal(SignalKind::interrupt()));
    let Some(Ok(mut interrupts)) = prepared else {
        return Some(work.await);
    };
    let mut work = pin!(work);
    disable_immediate_exit();
    let outcome = poll_fn(|context| match interrupts.poll_recv(context) {
        Poll::Ready(_) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await;
    if outcome.is_some() {
        enable_immediate_exit();
    }
    outcome
}

/// Does the work to its end, and cancels it at interrupts, which then stay without effect until
/// [`run_has_ended`].
async fn cancel_on_interrupt<F: Future>(cancellation: &Cancellation, work: F) -> F::Output {
    let prepared = is_handled().then(|| signal(SignalKind::interrupt()));
    let Some(Ok(mut interrupts)) = prepared else {
        return work.await;
    };
    let mut work = pin!(work);
    disable_immediate_exit();
    let mut first: Option<Instant> = None;
    let outcome = poll_fn(|context| {
        while let Poll::Ready(Some(())) = interrupts.poll_recv(context) {
            match first {
                None => cancellation.stop(),
                Some(first) if first.elapsed() < INTERRUPT_WINDOW => {}
                Some(_) => cancellation.abort(),
            }
            first.get_or_insert_with(Instant::now);
        }
        work.as_mut().poll(context)
    })
    .await;
    if !cancellation.is_stopped() {
        enable_immediate_exit();
    }
    outcome
}

/// Ends what an interrupt of a call has begun: until here, another one must not cut the run short.
/// `timeout` sends two, to the process and to its group.
pub fn run_has_ended() {
    enable_immediate_exit();
}

/// Whether this process ignores the signal, as `nohup` or a shell may have set before it started.
/// The system call requires `unsafe`, so this reads `/proc/self/status`; without that file the
/// signal counts as not ignored.
pub fn is_ignored(signal: i32) -> bool {
    let mut status = String::with_capacity(PROC_STATUS_CAPACITY);
    let file = File::open("/proc/self/status");
    // An unreadable file counts as absent.
    drop(file.and_then(|mut file| file.read_to_string(&mut status)));
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

/// Whether the handler is installed.
pub fn is_handled() -> bool {
    EXITS.get().is_some()
}

/// Leaves interrupts to the caller, until [`enable_immediate_exit`].
pub fn disable_immediate_exit() {
    InterruptClaims::change(|claims| claims.deferred += 1);
}

/// Ends [`disable_immediate_exit`].
pub fn enable_immediate_exit() {
    InterruptClaims::change(|claims| claims.deferred = claims.deferred.saturating_sub(1));
}

/// Does work that cannot be interrupted halfway, or not soon: meanwhile, an interrupt exits the
/// process at once.
pub fn with_immediate_exit<T>(work: impl FnOnce() -> T) -> T {
    InterruptClaims::change(|claims| claims.immediate += 1);
    let done = work();
    InterruptClaims::change(|claims| claims.immediate -= 1);
    done
}
