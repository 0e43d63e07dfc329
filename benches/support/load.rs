//! A load generator: many connections that each send the next request after the response to the
//! last one. It runs on one thread and does little work per request, since it shares the processors
//! with the service that it measures. The benches define the requests.

use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

/// The requests of one connection.
pub trait Workload {
    /// Appends the next request to `request`, given the body of the last response (empty at first).
    /// Returns whether there is one.
    fn next_request(&mut self, response: &str, request: &mut String) -> bool;
}

/// The result of a load.
pub struct LoadReport {
    /// How many responses were received.
    pub requests: usize,
    /// Seconds from the first request to the last response.
    pub seconds: f64,
    /// CPU time of the load generator, in seconds.
    pub cpu: f64,
}

/// Runs all workloads, each on a connection of its own. Returns them with a report.
pub fn run<W: Workload + 'static>(address: &str, workloads: Vec<W>) -> (Vec<W>, LoadReport) {
    let runtime = Builder::new_current_thread().enable_io().build();
    let runtime = runtime.expect("a runtime can be built");
    let (cpu, began) = (own_cpu(), Instant::now());
    let tasks = LocalSet::new();
    let finished = tasks.block_on(&runtime, async {
        let running: Vec<_> = workloads
            .into_iter()
            .map(|workload| tokio::task::spawn_local(run_connection(address.to_string(), workload)))
            .collect();
        let mut finished = Vec::new();
        for task in running {
            finished.push(task.await.expect("no connection fails"));
        }
        finished
    });
    let report = LoadReport {
        requests: finished.iter().map(|(_, requests)| requests).sum(),
        seconds: began.elapsed().as_secs_f64(),
        cpu: own_cpu() - cpu,
    };
    (
        finished.into_iter().map(|(workload, _)| workload).collect(),
        report,
    )
}

async fn run_connection<W: Workload>(address: String, mut workload: W) -> (W, usize) {
    let stream = TcpStream::connect(&address).await;
    let mut stream = stream.expect("the service can be reached");
    stream.set_nodelay(true).expect("the socket takes it");
    let (mut request, mut received) = (String::new(), Vec::with_capacity(1 << 16));
    let (mut body, mut requests) = (0..0, 0);
    loop {
        request.clear();
        let response = std::str::from_utf8(&received[body]).expect("responses are UTF-8");
        if !workload.next_request(response, &mut request) {
            return (workload, requests);
        }
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("the request can be sent");
        received.clear();
        body = loop {
            let got = stream.read_buf(&mut received).await;
            assert!(
                got.is_ok_and(|length| length > 0),
                "the response is complete"
            );
            if let Some(body) = body_range(&received) {
                break body;
            }
        };
        requests += 1;
    }
}

/// Returns the range of the body, once it is complete.
fn body_range(received: &[u8]) -> Option<std::ops::Range<usize>> {
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
        .expect("responses have a length");
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
