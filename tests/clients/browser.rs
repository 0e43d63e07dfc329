//! Web pages in Chromium: pages of this machine and of `--allow-origin` use the service through the
//! AWS SDK; pages of other origins can neither read nor change anything. Without Chromium the test
//! installs it from Debian if CI=true, or else reports that it was skipped.

use std::env;
use std::fs;
use std::io::{self, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::installation::Clients;
use super::{LIMIT, file};
use crate::local::{IDENTITY, POOL};
use crate::support::child::{self, ChildExit};
use crate::support::http::{Request, Response};
use crate::support::service::Service;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

const INSTALL: &str = "
    as_root=; [ \"$(id -u)\" = 0 ] || as_root='sudo -n'
    $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \\
        --no-install-recommends install chromium
";

/// Chromium fetches nothing that the page does not request, and resolves test domains to this
/// machine.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
];

fn browser() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let in_folder = |folder: PathBuf| NAMES.map(|name| folder.join(name));
    env::split_paths(&path)
        .flat_map(in_folder)
        .find(|program| program.is_file())
}

/// Returns the path of the browser, or `None` if the test must be skipped.
fn find_browser() -> Option<PathBuf> {
    if let Some(found) = browser() {
        return Some(found);
    }
    if env::var("CI").as_deref() != Ok("true") {
        // Written directly: the test harness shows `eprintln!` output of failed tests only.
        let told = writeln!(io::stderr(), "skipped, as chromium is not installed");
        assert!(told.is_ok(), "standard error is closed");
        return None;
    }
    let mut install = Command::new("sh");
    install.args(["-c", INSTALL]);
    let finished = child::run(install, Vec::new(), Duration::from_secs(600));
    let report = String::from_utf8_lossy(&finished.stderr).into_owned();
    Some(browser().unwrap_or_else(|| panic!("chromium cannot be installed:\n{report}")))
}

/// Returns the script bundled with the SDK.
fn bundle(clients: &Clients, folder: &Path) -> Vec<u8> {
    let bundle = folder.join("bundle.js");
    let path = env::var_os("PATH").unwrap_or_default();
    let programs = [clients.programs()]
        .into_iter()
        .chain(env::split_paths(&path));
    let mut esbuild = Command::new(clients.modules().join(".bin/esbuild"));
    esbuild
        .arg(file("browser.js"))
        .args([
            "--bundle",
            "--format=esm",
            "--target=es2022",
            "--log-level=error",
        ])
        .arg(format!("--outfile={}", bundle.display()))
        .env(
            "PATH",
            env::join_paths(programs).expect("no folder has a colon"),
        )
        .env("NODE_PATH", clients.modules());
    let finished = child::run(esbuild, Vec::new(), LIMIT);
    let stderr = String::from_utf8_lossy(&finished.stderr);
    assert_eq!(finished.exit, ChildExit::Status(0), "{stderr}");
    fs::read(bundle).expect("the bundle is there")
}

/// Serves the page under every host name, and receives its reports.
fn serve_page(script: Vec<u8>) -> (u16, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let (sender, reports) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (script, sender) = (script.clone(), sender.clone());
            thread::spawn(move || {
                let mut reader = BufReader::new(&stream);
                while let Ok(Some(request)) = Request::read(&mut reader) {
                    let (kind, body) = match request.path.as_str() {
                        "/page" => (
                            "text/html",
                            b"<script type=module src=/script></script>".to_vec(),
                        ),
                        "/script" => ("text/javascript", script.clone()),
                        _ => ("text/plain", Vec::new()),
                    };
                    if request.path == "/report" {
                        drop(request.json().map(|report| sender.send(report)));
                    }
                    let reply = Response::body(body).header("content-type", kind);
                    let wire = reply.to_wire(&request).expect("it is no disconnection");
                    if (&stream).write_all(&wire).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (port, reports)
}

/// A running browser, which dropping the value kills.
struct RunningBrowser(Child);

impl Drop for RunningBrowser {
    fn drop(&mut self) {
        child::kill(self.0.id());
        drop(self.0.wait());
    }
}

#[test]
fn browser_pages_use_service_by_origin() {
    let (Some(clients), Some(browser)) = (Clients::find(), find_browser()) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (port, reports) = serve_page(bundle(&clients, folder.path()));
    let service = Service::start(&["--allow-origin", &format!("http://friend.test:{port}")]);
    let pools = || service.request("GET", "/identitypools", None).json()["Count"].clone();
    let rows = [
        ("stranger.test", false),
        ("localhost", true),
        ("127.0.0.1", true),
        ("friend.test", true),
    ];
    for (number, (host, is_let_in)) in rows.into_iter().enumerate() {
        let name = format!("d{number}");
        let query = format!(
            "endpoint={}&pool={POOL}&identity={IDENTITY}&name={name}",
            service.endpoint()
        );
        let profile = folder.path().join(&name);
        let browser = Command::new(&browser)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("http://{host}:{port}/page?{query}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("the browser starts");
        let running = RunningBrowser(browser);
        let report = reports.recv_timeout(LIMIT).expect("the page reports");
        drop(running);
        assert_eq!(report["origin"], format!("http://{host}:{port}"));
        let want = match is_let_in {
            true => (json!("v"), json!("ResourceNotFoundException")),
            // The browser does not let the page read why.
            false => (json!("TypeError"), json!("TypeError")),
        };
        assert_eq!(
            (&report["update"], &report["missing"]),
            (&want.0, &want.1),
            "{report}"
        );
        if !is_let_in {
            assert_eq!(pools(), 0, "neither form nor image did anything");
        }
    }
    // The token of the updates, and those of form and image, which come from the page's own site.
    assert_ne!(pools(), 0);
}
