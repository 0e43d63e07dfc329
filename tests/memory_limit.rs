//! Responses whose announced length exceeds the memory. macOS does not limit the address space.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Output, Stdio};
use std::thread;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cognito-sync");

/// Runs the program with 150 MB of address space against a server that announces a body of one
/// length and sends one of another.
fn run_with_150_megabytes(announced: &str, sent: usize) -> Output {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let address = listener.local_addr().expect("a bound socket has a port");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {announced}\r\n\r\n");
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the program connects");
        let mut request = [0; 4096];
        let _length = stream.read(&mut request).expect("a request");
        stream
            .write_all(head.as_bytes())
            .expect("it reads the head");
        for _ in 0..sent.div_ceil(1 << 16) {
            // Stops early when the program exits.
            if stream.write_all(&[b' '; 1 << 16]).is_err() {
                break;
            }
        }
    });
    let script = "ulimit -v 150000 && exec \"$0\" list-identity-pool-usage";
    let output = Command::new("sh")
        .args(["-c", script, PROGRAM])
        .env_clear()
        .envs([
            ("AWS_ACCESS_KEY_ID", "AK"),
            ("AWS_SECRET_ACCESS_KEY", "sk"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", &format!("http://{address}")),
            ("AWS_MAX_ATTEMPTS", "1"),
        ])
        .stdin(Stdio::null())
        .output()
        .expect("sh runs");
    server.join().expect("the server's thread does not panic");
    output
}

#[test]
fn allocates_no_memory_for_announced_content_length() {
    for announced in ["200000000", "99999999999", "18446744073709551614"] {
        let output = run_with_150_megabytes(announced, 2);
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(255), "{announced}: {stderr}");
        assert!(stderr.contains("Connection was closed"), "{stderr}");
    }
}

#[test]
fn rejects_responses_larger_than_memory() {
    let output = run_with_150_megabytes("160000000", 160_000_000);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(255), "{stderr}");
    assert!(stderr.contains("there is no memory for more"), "{stderr}");
}
