//! The start of `serve`: addresses, output, ready file, and the options for them.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Dataset, pool};
use crate::support::child::{ChildExit, RunningChild};
use crate::support::run::Run;
use crate::support::service::{Service, command};

/// Returns the names of the directory's entries.
fn entries(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn listens_on_port_without_address() {
    for listen in ["0", ":0", "localhost:0", "127.0.0.1:0"] {
        let service = Service::start(&["--listen", listen]);
        let (host, _) = service.address().rsplit_once(':').expect("a port");
        assert!(matches!(host, "127.0.0.1" | "[::1]"), "{listen}: {host}");
        assert_eq!(service.request("GET", "/", None).status, 200);
    }
}

#[test]
fn rejects_malformed_addresses_with_expected_form() {
    for listen in [
        "localhost",
        "127.0.0.1",
        "::1:4585",
        "65536",
        "http://localhost:1",
        "",
    ] {
        Run::new(["serve", "--store", ":memory:", "--listen", listen])
            .stderr_contains(
                "PORT, :PORT or ADDRESS:PORT, such as 4585, 0.0.0.0:4585 or [::1]:4585",
            )
            .fails(252);
    }
}

#[test]
fn suggests_option_for_misspelt_one() {
    let rows = [
        ("--lisen", "\n  * --listen\n"),
        ("--port", "\n  * --listen\n"),
        ("--allow-orgin", "\n  * --allow-origin\n"),
        ("--fualt", "\n  * --fault\n"),
        ("pytest", "behind --: -- pytest\n"),
    ];
    for (word, suggestion) in rows {
        let observed = Run::new(["serve", word, "1"]).capture();
        assert_eq!(observed.exit, ChildExit::Status(252));
        assert!(observed.stderr.contains(suggestion), "{}", observed.stderr);
        let behind = format!("-- {word}");
        let is_run = observed.stderr.contains(&behind) && word.starts_with('-');
        assert!(!is_run, "{}", observed.stderr);
    }
}

#[test]
fn creates_no_file_before_address_is_bound() {
    let other = Service::start(&[]);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let in_folder = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (store, outbox, ready) = (in_folder("store"), in_folder("outbox"), in_folder("ready"));
    let files = [
        "--store",
        &store,
        "--outbox",
        &outbox,
        "--ready-file",
        &ready,
    ];
    let rows: [(&[&str], i32); 5] = [
        (&["--listen", other.address()], 255),
        (&["--listen", "nonsense"], 252),
        (&["--fault", "Nope=InternalErrorException"], 252),
        (&["--pool", "nonsense"], 252),
        (&["--credentials", "A:s", "--credentials", "A:t"], 252),
    ];
    for (wrong, status) in rows {
        Run::new([&["serve"], &files[..], wrong].concat())
            .stderr_contains(wrong[0])
            .fails(status);
        assert!(
            entries(folder.path()).is_empty(),
            "{:?}",
            entries(folder.path())
        );
    }
}

#[test]
fn rejects_key_with_two_secrets_without_printing_them() {
    let observed = Run::new([
        "serve",
        "--credentials",
        "A:hush",
        "--credentials",
        "A:quiet",
    ])
    .capture();
    assert_eq!(observed.exit, ChildExit::Status(252));
    assert!(
        observed
            .stderr
            .contains("the key 'A' is given with two secrets"),
        "{}",
        observed.stderr
    );
    assert!(!observed.stderr.contains("hush") && !observed.stderr.contains("quiet"));
    let service = Service::start(&["--credentials", "A:s", "--credentials", "A:s"]);
    assert_eq!(service.request("GET", "/", None).status, 200);
}

#[test]
fn fault_accepts_operation_names_of_command_line() {
    let service = Service::start(&["--fault", "list-records=InternalErrorException"]);
    let dataset = Dataset::new(&service, "d");
    assert_eq!(dataset.list("").status, 500);
    let (_, _, stderr) = service.stop("TERM");
    let line: Value = serde_json::from_str(&stderr).expect("a line is JSON");
    assert_eq!(line["status"], 500);
    assert_eq!(line["message"], "ListRecords fails because of --fault.");
}

#[test]
fn answers_health_check_without_signature() {
    let service = Service::start(&["--credentials", "A:s"]);
    let answer = service.request("GET", "/", None).json();
    assert_eq!(answer["name"], "cognito-sync");
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
    let head = b"HEAD / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut stream = std::net::TcpStream::connect(service.address()).expect("it listens");
    std::io::Write::write_all(&mut stream, head).expect("it is sent");
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).expect("it is answered");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
    assert_eq!(service.request("GET", "/identitypools", None).status, 403);
    assert_eq!(service.request("POST", "/", None).status, 404);
}

#[test]
fn escapes_control_characters_of_paths_in_log() {
    let service = Service::start(&[]);
    let request =
        "GET /\u{9b}2J\u{9d}0;title\u{9c} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    service.exchange(request.as_bytes()).expect("it answers");
    let (_, _, stderr) = service.stop("TERM");
    let line = stderr.trim_end_matches('\n');
    assert!(
        !line.is_empty() && !line.contains(char::is_control),
        "{stderr:?}"
    );
}

#[test]
fn prints_store_and_url_on_first_line() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let store = folder.path().join("the store\u{7}.sqlite");
    let rows = [
        (":memory:".to_string(), "a store in memory".to_string()),
        (
            store.to_string_lossy().into_owned(),
            format!(
                "the store {}",
                store.to_string_lossy().replace('\u{7}', "\u{fffd}")
            ),
        ),
    ];
    for (name, shown) in rows {
        let mut command = command(&folder);
        command.args(["serve", "--listen", "0", "--store", &name]);
        let line = RunningChild::start(command).read_line();
        let want = format!("Cognito Sync on {shown} is listening on http://127.0.0.1:");
        assert!(line.starts_with(&want), "{line}");
    }
}

#[test]
fn ready_file_contains_url_while_service_runs() {
    let service = Service::start(&["--ready-file", "{DIR}/ready"]);
    let path = service.folder().join("ready");
    let ready = fs::read_to_string(&path).expect("it is there");
    assert_eq!(ready, format!("{}\n", service.endpoint()));
    let folder = service.shared_folder();
    assert_eq!(service.stop("TERM").0, ChildExit::Status(0));
    assert!(!path.exists());
    assert!(
        entries(folder.path())
            .iter()
            .all(|name| !name.contains("ready"))
    );
}

#[test]
fn ready_file_is_written_atomically() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("ready");
    let mut command = command(&folder);
    command
        .args([
            "serve",
            "--listen",
            "0",
            "--store",
            ":memory:",
            "--ready-file",
        ])
        .arg(&path);
    let child = RunningChild::start(command);
    let began = Instant::now();
    let ready = loop {
        assert!(began.elapsed() < Duration::from_secs(30), "it never comes");
        match fs::read_to_string(&path) {
            Ok(ready) => break ready,
            Err(_) => thread::yield_now(),
        }
    };
    child.kill();
    let address = ready
        .strip_prefix("http://127.0.0.1:")
        .and_then(|rest| rest.strip_suffix('\n'));
    assert!(
        address.is_some_and(|port| port.parse::<u16>().is_ok()),
        "{ready:?}"
    );
}

#[test]
fn rejects_unwritable_ready_file() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let in_folder = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let store = in_folder("store");
    for path in [
        in_folder(""),
        in_folder("none/ready"),
        "/dev/full".to_string(),
    ] {
        Run::new([
            "serve",
            "--listen",
            "0",
            "--store",
            &store,
            "--ready-file",
            &path,
        ])
        .stderr_contains("--ready-file")
        .stdout("")
        .fails(255);
    }
    assert!(entries(folder.path()).is_empty());
}

#[test]
fn accepts_paths_of_pools_as_they_are_printed() {
    // The root is the only path outside the API.
    let service = Service::start(&[]);
    assert_eq!(service.request("GET", &pool(""), None).status, 404);
}
