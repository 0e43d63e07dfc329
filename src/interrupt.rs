//! What the interrupt key (SIGINT) does: the program ends at once with status 130. Outside of a call
//! the signal's handler itself does that; in a call, which [`block_on`] waits for, the run ends in
//! good order and with the line end that the AWS CLI prints.

use std::fs::File;
use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::cancellation::Cancellation;
use crate::error::{Error, Kind, Result};

/// Status of a program that was interrupted: 128 and the signal's number.
pub const STATUS: u8 = 130;

/// More than the system says of a process, so that it is read at once.
const STATUS_FILE: usize = 4 << 10;

/// Signals so close to each other are one interrupt: `timeout` sends two, to the process and to its group.
const SAME_INTERRUPT: Duration = Duration::from_millis(100);

/// Whether the handler itself ends the program.
static AT_ONCE: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Has the signal end the process with status 130, from here on; unless it is ignored, as shells
/// have it for the background jobs of scripts.
pub fn prepare() {
    if is_ignored(signal_hook::consts::SIGINT) {
        return;
    }
    let at_once = AT_ONCE.get_or_init(|| Arc::new(AtomicBool::new(true)));
    // Should it fail, the signal still ends the process, as it does by itself.
    drop(signal_hook::flag::register_conditional_shutdown(
        signal_hook::consts::SIGINT,
        STATUS.into(),
        at_once.clone(),
    ));
}

/// Waits for what goes over the network, on this thread alone; an interrupt is an error of its own.
pub fn block_on<F: Future>(work: F) -> Result<F::Output> {
    let outcome = run(or(work))?;
    outcome.ok_or_else(|| Error::new(Kind::Interrupted, "Interrupted"))
}

/// Waits likewise for work that ends soon once it is cancelled: the first interrupt stops it, a second one
/// aborts it.
pub fn block_on_cancellable<F: Future>(cancellation: &Cancellation, work: F) -> Result<F::Output> {
    run(cancelling(cancellation, work))
}

fn run<F: Future>(work: F) -> Result<F::Output> {
    let runtime = check_descriptors().and_then(|()| {
        tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
    });
    let runtime = runtime
        .map_err(|why| Error::general(format!("The call could not begin: {why}")).caused_by(why))?;
    let outcome = runtime.block_on(work);
    // What is left of connections must hold up neither the next call nor the end of the process.
    runtime.shutdown_background();
    Ok(outcome)
}

/// Checks that there are file descriptors for a runtime of tokio, which panics where it finds none for
/// its signals.
pub fn check_descriptors() -> io::Result<()> {
    let pairs: io::Result<Vec<_>> = (0..3).map(|_| UnixStream::pair()).collect();
    pairs.map(drop)
}

/// Does the work to its end, or until an interrupt: then there is nothing.
async fn or<F: Future>(work: F) -> Option<F::Output> {
    // Where nothing was prepared, interrupts are not this program's to handle.
    let prepared = AT_ONCE.get().map(|_| signal(SignalKind::interrupt()));
    let Some(Ok(mut interrupts)) = prepared else {
        return Some(work.await);
    };
    let mut work = pin!(work);
    set_at_once(false);
    let outcome = poll_fn(|context| match interrupts.poll_recv(context) {
        Poll::Ready(_) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await;
    // After an interrupt, the run is ending in good order, and another one must not cut that short:
    // `timeout` sends two, to the process and to its group.
    set_at_once(outcome.is_some());
    outcome
}

/// Does the work to its end, and cancels it at interrupts.
async fn cancelling<F: Future>(cancellation: &Cancellation, work: F) -> F::Output {
    let prepared = AT_ONCE.get().map(|_| signal(SignalKind::interrupt()));
    let Some(Ok(mut interrupts)) = prepared else {
        return work.await;
    };
    let mut work = pin!(work);
    set_at_once(false);
    let mut first: Option<Instant> = None;
    let outcome = poll_fn(|context| {
        while let Poll::Ready(Some(())) = interrupts.poll_recv(context) {
            match first {
                None => cancellation.stop(),
                Some(first) if first.elapsed() < SAME_INTERRUPT => {}
                Some(_) => cancellation.abort(),
            }
            first.get_or_insert_with(Instant::now);
        }
        work.as_mut().poll(context)
    })
    .await;
    // After an interrupt, the run is ending in good order.
    set_at_once(!cancellation.is_stopped());
    outcome
}

/// Whether this process ignores the signal, as it does from its start on where `nohup` or a shell has it
/// so. To ask the system's call takes `unsafe`,
/// so its file is read; where there is none, the signal counts as not ignored.
pub fn is_ignored(signal: i32) -> bool {
    let mut status = String::with_capacity(STATUS_FILE);
    let file = File::open("/proc/self/status");
    // What cannot be read is not there.
    drop(file.and_then(|mut file| file.read_to_string(&mut status)));
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

/// Whether interrupts are this program's to handle, and not ignored from the start.
#[cfg(feature = "local")]
pub fn is_handled() -> bool {
    AT_ONCE.get().is_some()
}

/// Leaves interrupts to somebody else, from here on.
#[cfg(feature = "local")]
pub fn leave_to_others() {
    set_at_once(false);
}

/// Has interrupts end the program at once again.
#[cfg(feature = "local")]
pub fn take_back() {
    set_at_once(true);
}

/// Does work that cannot be interrupted halfway, or not soon, with interrupts that end the program at
/// once.
pub fn at_once_during<T>(work: impl FnOnce() -> T) -> T {
    let before = AT_ONCE
        .get()
        .map(|at_once| at_once.swap(true, Ordering::SeqCst));
    let done = work();
    set_at_once(before.unwrap_or(true));
    done
}

fn set_at_once(value: bool) {
    if let Some(at_once) = AT_ONCE.get() {
        at_once.store(value, Ordering::SeqCst);
    }
}
