//! Many connections that each ask the next question once they have the answer to the last one, all on
//! one thread and with as little work a request as may be, since it shares the processors with what it
//! measures. What is asked is for the bench.

use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// What one connection asks.
pub trait Asking {
    /// Writes the next request, after the body of the last reply; whether there is one.
    fn next(&mut self, reply: &str, request: &mut String) -> bool;
}

/// What a load came to.
pub struct Done {
    /// Replies that were got.
    pub requests: usize,
    /// Seconds from the first request to the last reply.
    pub seconds: f64,
    /// Seconds of processor time that asking took.
    pub cpu: f64,
}

/// Asks all, a connection each, and returns them with what it came to.
pub fn run<A: Asking + 'static>(address: &str, askers: Vec<A>) -> (Vec<A>, Done) {
    let runtime = Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a runtime can be built");
    let (cpu, began) = (own_cpu(), Instant::now());
    let tasks = LocalSet::new();
    let finished = tasks.block_on(&runtime, async {
        let asked: Vec<_> = askers
            .into_iter()
            .map(|asker| tokio::task::spawn_local(ask(address.to_string(), asker)))
            .collect();
        let mut finished = Vec::new();
        for one in asked {
            finished.push(one.await.expect("no connection fails"));
        }
        finished
    });
    let done = Done {
        requests: finished.iter().map(|(_, requests)| requests).sum(),
        seconds: began.elapsed().as_secs_f64(),
        cpu: own_cpu() - cpu,
    };
    (finished.into_iter().map(|(asker, _)| asker).collect(), done)
}

async fn ask<A: Asking>(address: String, mut asker: A) -> (A, usize) {
    let stream = TcpStream::connect(&address).await;
    let mut stream = stream.expect("the service can be reached");
    stream.set_nodelay(true).expect("the socket takes it");
    let (mut request, mut received) = (String::new(), Vec::with_capacity(1 << 16));
    let (mut body, mut requests) = (0..0, 0);
    loop {
        request.clear();
        let reply = std::str::from_utf8(&received[body]).expect("replies are text");
        if !asker.next(reply, &mut request) {
            return (asker, requests);
        }
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("the request can be sent");
        received.clear();
        body = loop {
            let got = stream.read_buf(&mut received).await;
            assert!(got.is_ok_and(|length| length > 0), "the reply is whole");
            if let Some(body) = body_of(&received) {
                break body;
            }
        };
        requests += 1;
    }
}

/// Where the body is, once all of it is there.
fn body_of(received: &[u8]) -> Option<std::ops::Range<usize>> {
    let start = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&received[..start]).expect("heads are text");
    assert!(
        head.starts_with("HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(received)
    );
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: ")?.parse::<usize>().ok())
        .expect("replies have a length");
    (received.len() >= start + length).then_some(start..start + length)
}

fn own_cpu() -> f64 {
    let of = |usage: Usage| {
        let seconds =
            |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        seconds(usage.user_time()) + seconds(usage.system_time())
    };
    getrusage(UsageWho::RUSAGE_SELF).map_or(f64::NAN, of)
}
