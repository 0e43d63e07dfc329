//! SIGINT during an import.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::dataset_server::{DatasetServer, lines_of, records_of};
use crate::support::service::send_signal;

/// How long the tests wait for what must happen.
const LIMIT: Duration = Duration::from_secs(30);

/// A server that holds back the response to the update of the sixth identity, and says when it
/// arrives.
fn server_with_gate() -> (DatasetServer, mpsc::Receiver<()>, Arc<AtomicBool>) {
    let (arrived, arrival) = mpsc::channel();
    let is_open = Arc::new(AtomicBool::new(false));
    let opens = Arc::clone(&is_open);
    let server = DatasetServer::with(move |request, _| {
        let is_gate = request.path.contains("000000000005/datasets/notes");
        if is_gate && request.method == "POST" {
            let _ = arrived.send(());
            while !opens.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(5));
            }
        }
        None
    });
    server.write("in.ndjson", &lines_of(50));
    (server, arrival, is_open)
}

#[test]
fn finishes_datasets_under_way_and_continues_later() {
    let (server, arrival, is_open) = server_with_gate();
    let args = ["in.ndjson", "--concurrency", "1"];
    let mut command = server.command(&args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    arrival.recv_timeout(LIMIT).expect("the request arrives");
    send_signal("INT", child.id());
    thread::sleep(Duration::from_millis(100));
    is_open.store(true, Ordering::SeqCst);
    let output = child
        .wait_with_output()
        .expect("the child can be waited for");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a summary");
    assert_eq!(
        (&summary["Complete"], &summary["Datasets"]),
        (&false.into(), &11.into())
    );
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("The same command line continues the import"),
        "{stderr}"
    );
    let before = server.updates().len();
    assert_eq!(before, 11);
    assert_eq!(server.import(&args).status, 0);
    assert_eq!(server.updates().len(), 100);
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(50)));
}

#[test]
fn ends_at_once_at_second_interrupt() {
    let (server, arrival, is_open) = server_with_gate();
    let args = ["in.ndjson", "--concurrency", "1"];
    let mut command = server.command(&args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    arrival.recv_timeout(LIMIT).expect("the request arrives");
    send_signal("INT", child.id());
    thread::sleep(Duration::from_millis(400));
    send_signal("INT", child.id());
    let output = child
        .wait_with_output()
        .expect("the child can be waited for");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(!server.path("in.ndjson.import-failed.ndjson").exists());
    is_open.store(true, Ordering::SeqCst);
    // The change may have been made, or not.
    assert_eq!(server.import(&args).status, 0);
    assert_eq!(server.store(|store| store.all()), records_of(&lines_of(50)));
}
