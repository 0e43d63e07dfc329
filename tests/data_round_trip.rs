//! Records of a whole identity pool through `export`, `import` and `export` again: the files are
//! equal, whatever happens meanwhile.
//!
//! The service sets `LastModifiedDate` itself, so that it is not compared.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};

use crate::support::child::{self, ChildExit, ChildOutput, RunningChild};
use crate::support::service::Service;

const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-0000000000aa";

/// Identities of the tests that always run, and of the one that runs when it is named.
const FEW: usize = 25;
const MANY: usize = 1000;
const DATASETS: usize = 5;
const RECORDS: usize = 20;

/// The time limit of a run.
const LIMIT: Duration = Duration::from_secs(600);

/// Values of every kind of character, as JSON strings.
const VALUES: [&str; 7] = [
    r#""plain""#,
    r#""line\nend\r\n\t\"\\/""#,
    "\"é😀\u{2028}\u{7f}\"",
    r#""nul \u0000""#,
    r#""half \ud83d and \ude00""#,
    "\"\u{dd83d}\u{10ffff}\"",
    r#""""#,
];

/// An exported file of a pool with so many identities.
fn generate(identities: usize) -> String {
    let mut text = String::new();
    for identity in 0..identities {
        for dataset in 0..DATASETS {
            for record in 0..RECORDS {
                let number = identity + dataset + record;
                let value = VALUES[number % VALUES.len()];
                writeln!(
                    text,
                    "{{\"IdentityPoolId\":\"{POOL}\",\
                     \"IdentityId\":\"us-east-1:00000000-0000-4000-8000-{identity:012x}\",\
                     \"DatasetName\":\"dataset-{dataset}\",\"Key\":\"key {record:02}\",\
                     \"Value\":{value},\"SyncCount\":1,\
                     \"LastModifiedDate\":\"2020-01-02T03:04:05.678Z\",\
                     \"DeviceLastModifiedDate\":\"2019-12-31T23:59:{:02}.250Z\",\
                     \"LastModifiedBy\":\"123456789012\"}}",
                    number % 60
                )
                .expect("memory");
            }
        }
    }
    text
}

/// The exported line of a record. Key and value are JSON strings.
fn exported_line(dataset: &str, key: &str, value: &str) -> String {
    format!(
        "{{\"IdentityPoolId\":\"{POOL}\",\
         \"IdentityId\":\"us-east-1:00000000-0000-4000-8000-00000000000a\",\
         \"DatasetName\":\"{dataset}\",\"Key\":{key},\"Value\":{value},\"SyncCount\":1,\
         \"LastModifiedDate\":\"2020-01-02T03:04:05.678Z\",\
         \"DeviceLastModifiedDate\":\"2019-12-31T23:59:59.999Z\",\
         \"LastModifiedBy\":\"123456789012\"}}\n"
    )
}

/// JSON with `<ud83d` in place of the escape of a lone surrogate, which `serde_json` refuses.
fn mark_surrogates(json: &str) -> String {
    let mut marked = String::new();
    let mut rest = json;
    while let Some(start) = rest.find('\\') {
        let (before, escape) = rest.split_at(start);
        marked += before;
        let is_surrogate = escape.starts_with("\\ud") && &escape[3..4] > "7";
        marked += if is_surrogate { "<" } else { "\\" };
        // The character behind it may be a backslash.
        marked += &escape[1..2];
        rest = &escape[2..];
    }
    marked + rest
}

/// The lines of a file, sorted, without `LastModifiedDate` and without these members.
fn sorted_records(path: &Path, without: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    assert!(text.ends_with('\n'), "{path:?}");
    let mut lines: Vec<_> = text
        .lines()
        .map(|line| {
            let mut record: Value = serde_json::from_str(&mark_surrogates(line)).expect("JSON");
            let members = record.as_object_mut().expect("an object");
            for name in without.iter().chain(&["LastModifiedDate"]) {
                members.remove(*name).expect("the record has the member");
            }
            record.to_string()
        })
        .collect();
    lines.sort();
    lines
}

/// Prints what is shown if a test fails.
#[allow(
    clippy::print_stdout,
    reason = "the test harness captures the standard output of tests"
)]
fn note(text: &str) {
    println!("{text}");
}

/// Runs a command of the program at a service. The working directory is the service's folder.
fn run(service: &Service, args: &[&str]) -> ChildOutput {
    child::run(service.command(args), Vec::new(), LIMIT)
}

#[track_caller]
fn run_to_success(service: &Service, args: &[&str]) {
    let began = Instant::now();
    let output = run(service, args);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.exit, ChildExit::Status(0)),
        "{args:?}: {} {stderr}",
        output.exit
    );
    note(&format!(
        "{:.1} s: {}",
        began.elapsed().as_secs_f64(),
        args[..2].join(" ")
    ));
}

fn export_args<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let common = ["export", "--identity-pool-id", POOL, "--list-rate", "500"];
    [&common[..], more].concat()
}

/// A service with the records of a pool, which are also in `seed.ndjson` of its folder.
fn filled_service(identities: usize) -> Service {
    let service = Service::start(&[]);
    let seed = service.folder().join("seed.ndjson");
    fs::write(seed, generate(identities)).expect("the seed can be written");
    run_to_success(&service, &["import", "seed.ndjson", "--concurrency", "16"]);
    service
}

/// Options of a service that throttles a fifth of the requests.
fn throttling() -> Vec<String> {
    [
        "ListIdentities",
        "ListDatasets",
        "ListRecords",
        "UpdateRecords",
    ]
    .iter()
    .flat_map(|name| {
        let fault = format!("{name}=TooManyRequestsException:0.2");
        ["--fault".to_string(), fault]
    })
    .collect()
}

/// Imports files of a folder into a new service, verifies and exports it, and checks that the export
/// equals the seed.
fn check_import(source: &Service, files: &[&str], import: impl Fn(&Service, &[&str])) {
    let target = Service::start(&[]);
    let paths: Vec<_> = files
        .iter()
        .map(|file| source.folder().join(file).to_string_lossy().into_owned())
        .collect();
    let paths: Vec<_> = paths.iter().map(String::as_str).collect();
    import(&target, &[&["import"][..], &paths].concat());
    // It ends with status 0 only if nothing differs.
    let list_rate = ["--list-rate", "500"];
    run_to_success(&target, &[&["verify"][..], &paths, &list_rate].concat());
    run_to_success(&target, &export_args(&["--to", "again.ndjson"]));
    let again = sorted_records(&target.folder().join("again.ndjson"), &[]);
    let seed = sorted_records(&source.folder().join("seed.ndjson"), &[]);
    // The lines are too many to be printed.
    assert!(again == seed, "the second export differs");
}

/// Random numbers with a seed that a failure shows.
struct Random(u64);

impl Random {
    fn new() -> Random {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seed = now.expect("a time after 1970").as_nanos() as u64;
        note(&format!("seed {seed}"));
        Random(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Runs a command, which is killed ten times and interrupted once before it may come to its end.
fn run_with_interruptions(
    service: &Service,
    args: &[&str],
    longest: Duration,
    random: &mut Random,
) {
    let interrupted = random.below(11);
    for number in 0..11 {
        let child = RunningChild::start(service.command(args));
        thread::sleep(Duration::from_millis(
            random.below(longest.as_millis() as u64),
        ));
        let signal = match number == interrupted {
            true => "INT",
            false => "KILL",
        };
        child.signal(signal);
        let exit = child.wait(LIMIT).exit;
        assert!(
            matches!(exit, ChildExit::Signal(_) | ChildExit::Status(0 | 130)),
            "{args:?}: {exit}"
        );
    }
    run_to_success(service, args);
}

fn export_and_import(source: &Service) {
    run_to_success(source, &export_args(&["--to", "whole.ndjson"]));
    check_import(source, &["whole.ndjson"], run_to_success);
}

fn export_and_import_while_throttled(source: &Service) {
    let options = throttling();
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let throttled = Service::start_in(source.shared_folder(), &options);
    run_to_success(&throttled, &export_args(&["--to", "throttled.ndjson"]));
    check_import(source, &["throttled.ndjson"], |target, args| {
        let throttled = Service::start_in(target.shared_folder(), &options);
        run_to_success(&throttled, args);
    });
}

fn export_and_import_with_interruptions(source: &Service, longest: Duration) {
    let random = RefCell::new(Random::new());
    let args = export_args(&["--to", "interrupted.ndjson"]);
    run_with_interruptions(source, &args, longest, &mut random.borrow_mut());
    check_import(source, &["interrupted.ndjson"], |target, args| {
        run_with_interruptions(target, args, longest, &mut random.borrow_mut());
    });
}

fn export_and_import_shards(source: &Service) {
    let files = ["1.ndjson", "2.ndjson", "3.ndjson"];
    for (shard, file) in ["1/3", "2/3", "3/3"].into_iter().zip(files) {
        run_to_success(source, &export_args(&["--shard", shard, "--to", file]));
    }
    check_import(source, &files, run_to_success);
}

fn export_and_import_bulk_publish(source: &Service) {
    let publishing = Service::start_in(source.shared_folder(), &["--outbox", "{DIR}/outbox"]);
    let streams = json!({"CognitoStreams": {"StreamName": "s", "StreamingStatus": "ENABLED",
        "RoleArn": "arn:aws:iam::123456789012:role/stream"}});
    let target = format!("/identitypools/{POOL}/configuration");
    let configured = publishing.request("POST", &target, Some(streams));
    assert_eq!(configured.status, 200, "{configured:?}");
    let wait = [
        "bulk-publish",
        "--identity-pool-id",
        POOL,
        "--wait",
        "--poll",
        "1",
    ];
    run_to_success(&publishing, &wait);
    let args = [
        "export",
        "--from-stream",
        "outbox",
        "--to",
        "streamed.ndjson",
    ];
    run_to_success(source, &args);
    let streamed = sorted_records(&source.folder().join("streamed.ndjson"), &[]);
    let seed = sorted_records(&source.folder().join("seed.ndjson"), &["LastModifiedBy"]);
    assert!(streamed == seed, "what the stream delivered differs");
    check_import(source, &["streamed.ndjson"], run_to_success);
}

#[test]
fn second_export_equals_first() {
    export_and_import(&filled_service(FEW));
}

#[test]
fn second_export_equals_first_in_spite_of_throttling() {
    export_and_import_while_throttled(&filled_service(FEW));
}

#[test]
fn second_export_equals_first_in_spite_of_kills_and_interrupt() {
    export_and_import_with_interruptions(&filled_service(FEW), Duration::from_millis(600));
}

#[test]
fn shards_together_equal_whole() {
    export_and_import_shards(&filled_service(FEW));
}

#[test]
fn bulk_publish_equals_export() {
    export_and_import_bulk_publish(&filled_service(FEW));
}

/// Texts of every kind of character, as JSON strings.
fn every_kind_of_text() -> Vec<String> {
    let mut texts: Vec<_> = VALUES.iter().map(ToString::to_string).collect();
    texts.extend((0..0x20).map(|code| format!("\"control \\u{code:04x}\"")));
    let characters = [
        '\u{7f}',
        '\u{80}',
        '\u{85}',
        '\u{a0}',
        '\u{200b}',
        '\u{2028}',
        '\u{2029}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{feff}',
        '\u{fffd}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{10000}',
        '\u{dd800}',
        '\u{ddfff}',
        '\u{10ffff}',
    ];
    texts.extend(characters.map(|character| format!("\"{character}\"")));
    let escapes = [
        "\\ud800",
        "\\udbff",
        "\\udc00",
        "\\udfff",
        "\\udc00\\ud800",
        "\\ud800\\ud800",
        "\\ud83dx",
        "\\\\ud800",
        "\\\\",
        "\\/",
        "<>&'`$(x)%s",
    ];
    texts.extend(escapes.map(|escape| format!("\"{escape}\"")));
    texts
}

#[test]
fn keeps_every_kind_of_value() {
    let texts = every_kind_of_text();
    let mut seed = String::new();
    for (number, text) in texts.iter().enumerate() {
        seed += &exported_line("values", &format!("\"{number}\""), text);
    }
    // A key is not empty.
    for text in texts.iter().filter(|text| text.len() > 2) {
        seed += &exported_line("keys", text, "\"v\"");
    }
    // A dataset has 1,048,576 bytes at most, the key included.
    let letters = "v".repeat(1_048_575);
    let lines = "é\\n".repeat(349_525);
    seed += &exported_line("letters", "\"k\"", &format!("\"{letters}\""));
    seed += &exported_line("lines", "\"k\"", &format!("\"{lines}\""));
    let source = Service::start(&[]);
    fs::write(source.folder().join("seed.ndjson"), seed).expect("the seed can be written");
    run_to_success(&source, &["import", "seed.ndjson"]);
    export_and_import(&source);
    // What DynamoDB cannot hold is in a file of its own.
    let args = ["--format", "dynamodb-json", "--to", "items.json"];
    run_to_success(&source, &export_args(&args));
    let items = fs::read_to_string(source.folder().join("items.json")).expect("items");
    let left_out = source.folder().join("items.json.left-out.ndjson");
    let left_out = fs::read_to_string(left_out).expect("what is left out");
    let whole = fs::read_to_string(source.folder().join("whole.ndjson")).expect("an export");
    let count = |text: &str| text.lines().count();
    assert_eq!(count(&items) + count(&left_out), count(&whole));
    // Two values are too large. Eight texts have lone surrogates, as a value and as a key.
    assert_eq!(count(&left_out), 2 + 2 * 8);
    for line in left_out.lines() {
        assert!(line.len() > 400_000 || line.contains("\\ud"), "{line}");
    }
}

/// `cargo test --test=integration -- --ignored large_pool --nocapture`
#[test]
#[ignore = "takes minutes"]
fn large_pool_makes_every_round_trip() {
    let source = filled_service(MANY);
    export_and_import(&source);
    export_and_import_while_throttled(&source);
    export_and_import_with_interruptions(&source, Duration::from_secs(4));
    export_and_import_shards(&source);
    export_and_import_bulk_publish(&source);
}
