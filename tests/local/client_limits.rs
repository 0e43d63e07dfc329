//! Limits of `serve` per client: sizes, connections and time; a client that exceeds them can read
//! the error, even if it keeps sending.

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use crate::support::service::{Service, ServiceResponse};

const MAX_BODY_BYTES: usize = 10 << 20;

/// Returns the head of a request with a body.
fn head(framing: &str) -> String {
    format!(
        "POST /identitypools/us-east-1:0/configuration HTTP/1.1\r\nhost: localhost\r\n\
         origin: http://localhost:3000\r\nconnection: close\r\n{framing}\r\n\r\n"
    )
}

/// Sends all bytes before it reads, as many clients do.
fn send_and_read(service: &Service, bytes: &[u8]) -> ServiceResponse {
    let mut stream = TcpStream::connect(service.address()).expect("it listens");
    let limit = Some(Duration::from_secs(30));
    stream.set_read_timeout(limit).expect("a limit can be set");
    stream.write_all(bytes).expect("all of it can be sent");
    ServiceResponse::read(&mut BufReader::new(stream)).expect("the response can be read")
}

#[test]
fn client_that_sends_too_much_can_read_the_error() {
    let service = Service::start(&[]);
    let body = vec![b' '; 3 * MAX_BODY_BYTES];
    let sized = [
        head(&format!("content-length: {}", body.len())).as_bytes(),
        &body,
    ]
    .concat();
    let mut chunked = head("transfer-encoding: chunked").into_bytes();
    for chunk in body.chunks(1 << 20) {
        chunked.extend(format!("{:x}\r\n", chunk.len()).bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    for request in [sized, chunked] {
        let response = send_and_read(&service, &request);
        let want = "A request may not have more than 10485760 bytes.";
        assert_eq!(response.error().0, 413);
        assert_eq!(response.error().2, want);
        let origin = response.header("access-control-allow-origin");
        assert_eq!(origin, Some("http://localhost:3000"));
    }
    // The same for a request that is rejected for its origin.
    let length = format!("content-length: {}", body.len());
    let foreign = head(&length).replace("http://localhost:3000", "http://evil.test");
    let response = send_and_read(&service, &[foreign.as_bytes(), &body].concat());
    assert_eq!(response.status, 403);
    service.request("GET", "/identitypools", None).json();
}

#[test]
fn explains_rejection_of_malformed_requests() {
    let service = Service::start(&[]);
    let long = "x".repeat(100_000);
    let rows = [
        ("nonsense\r\n\r\n".to_string(), 400, "not valid HTTP/1.1"),
        (
            "GET / HTTP/1.1\r\nno colon\r\n\r\n".to_string(),
            400,
            "not valid HTTP/1.1",
        ),
        (
            format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n"),
            431,
            "65536 bytes and 100 headers",
        ),
        (
            format!("GET /{long} HTTP/1.1\r\n\r\n"),
            431,
            "65536 bytes and 100 headers",
        ),
        (
            format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(101)),
            431,
            "100 headers",
        ),
    ];
    for (request, status, part) in rows {
        // A malformed request after a valid one on the same connection.
        let good = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
        for before in ["", good] {
            let mut stream = TcpStream::connect(service.address()).expect("it listens");
            let sent = stream.write_all(format!("{before}{request}").as_bytes());
            sent.expect("all of it can be sent");
            let mut reader = BufReader::new(stream);
            if !before.is_empty() {
                let response =
                    ServiceResponse::read(&mut reader).expect("the valid one has a response");
                assert_eq!(response.status, 200);
            }
            let response = ServiceResponse::read(&mut reader).expect("the response can be read");
            let (found, _, message) = response.error();
            assert_eq!(found, status, "{message}");
            assert!(message.contains(part), "{message}");
            assert_eq!(response.header("access-control-allow-origin"), Some("*"));
            assert_eq!(reader.read(&mut [0]).expect("it is closed well"), 0);
        }
    }
    let (_, _, stderr) = service.stop("TERM");
    assert!(stderr.contains("not valid HTTP/1.1"), "{stderr}");
}

#[test]
fn responds_to_client_that_closed_its_side() {
    let service = Service::start(&["--latency", "200"]);
    let mut stream = TcpStream::connect(service.address()).expect("it listens");
    let sent = stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    sent.expect("it is sent");
    stream.shutdown(Shutdown::Write).expect("it can be closed");
    let response = ServiceResponse::read(&mut BufReader::new(stream)).expect("it is answered");
    assert_eq!(response.status, 200);
}

#[test]
fn responds_to_pipelined_requests_in_order() {
    let service = Service::start(&[]);
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let paths = ["/", "/none", "/identitypools"].repeat(50);
    let all: String = paths.iter().map(|path| request(path)).collect();
    let mut stream = TcpStream::connect(service.address()).expect("it listens");
    stream.write_all(all.as_bytes()).expect("it is sent");
    let mut reader = BufReader::new(stream);
    for path in paths {
        let response = ServiceResponse::read(&mut reader).expect("it is answered");
        assert_eq!(
            response.status,
            if path == "/none" { 404 } else { 200 },
            "{path}"
        );
    }
}

#[test]
fn closes_idle_connections_for_new_ones() {
    // The store's files count beyond those of connections.
    let service = Service::start_with_files(300, &[]);
    let connect = || TcpStream::connect(service.address()).expect("it listens");
    let mut used = connect();
    let request = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    used.write_all(request.as_bytes()).expect("it is sent");
    // Some send nothing, and some send part of a request.
    let idle: Vec<_> = (0..200)
        .map(|number| {
            let mut stream = connect();
            if number % 2 == 0 {
                drop(stream.write_all(b"GET / HTTP/1.1\r\nhost: loc"));
            }
            stream
        })
        .collect();
    let began = Instant::now();
    assert_eq!(service.request("GET", "/", None).status, 200);
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
}
