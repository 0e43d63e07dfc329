//! Cost as work grows: time and memory of one command at growing sizes of its input or of what the
//! service returns. Linear growth is a straight line of slope 1 on logarithmic axes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::generated_pool::GeneratedPool;
use super::generated_records::small_records;
use super::generated_state::{live_sections, state_file};
use super::measure::{self, median};
use super::program::{POOL, ours};
use super::stub::{Stub, ok};

/// A kind of work, with a series for each way to do it.
pub struct Growth {
    pub title: &'static str,
    /// What is counted.
    pub unit: &'static str,
    pub series: Vec<Series>,
}

/// The costs of one command by size.
pub struct Series {
    pub name: String,
    pub points: Vec<Point>,
}

/// The cost at a size.
#[derive(Clone, Copy)]
pub struct Point {
    pub size: f64,
    /// Median wall time in milliseconds.
    pub wall: f64,
    /// Peak memory in MB.
    pub memory: f64,
}

const FORMATS: [&str; 6] = ["json", "yaml", "yaml-stream", "text", "table", "off"];

impl Growth {
    /// Measures every kind of work.
    pub fn measure_all() -> Vec<Growth> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        vec![
            responses(),
            patches(folder.path()),
            state_files(folder.path()),
            exports(folder.path()),
        ]
    }
}

/// Returns a line for each point, with the time and memory of each unit.
pub fn report(growth: &[Growth]) -> String {
    let mut report = String::new();
    for Growth {
        title,
        unit,
        series,
    } in growth
    {
        for Series { name, points } in series {
            for point in points {
                let Point { size, wall, memory } = point;
                let each = 1e3 * wall / size;
                let line = writeln!(
                    report,
                    "{title} {name:<12} {size:>11} {unit:<14} {wall:>10.1} ms {memory:>8.1} MB  \
                     {each:>10.3} µs each"
                );
                line.expect("a String can be written to");
            }
        }
    }
    report
}

/// Measures a command; the more often, the shorter it is.
fn measure_point(size: usize, command: impl Fn() -> Command) -> Point {
    let output = command().output().expect("the program can be run");
    assert!(output.status.success(), "{output:?}");
    let first = measure::cost(command()).wall;
    let runs = match first {
        ..100.0 => 15,
        ..1000.0 => 5,
        _ => 3,
    };
    let costs = (0..runs).map(|_| measure::cost(command()).wall);
    Point {
        size: size as f64,
        wall: median(costs.collect()),
        memory: measure::peak_memory(&command()),
    }
}

/// Powers of ten.
fn sizes(from: u32, to: u32) -> impl Iterator<Item = usize> {
    (from..=to).map(|exponent| 10_usize.pow(exponent))
}

fn responses() -> Growth {
    let mut series: Vec<_> = FORMATS.map(Series::new).into();
    for size in sizes(3, 8) {
        let body = small_records(size);
        let stub = Stub::new(move |_| ok(&body));
        for series in &mut series {
            let point = measure_point(size, || {
                let mut command = ours(&stub.endpoint());
                command.args(["list-records", "--identity-pool-id", POOL]);
                command.args(["--identity-id", "i", "--dataset-name", "d"]);
                command.args(["--output", &series.name]);
                command
            });
            series.points.push(point);
        }
    }
    Growth {
        title: "a response",
        unit: "bytes",
        series,
    }
}

fn patches(folder: &Path) -> Growth {
    let stub = Stub::new(|_| ok(r#"{"Records":[]}"#));
    let mut series = Series::new("update-records");
    for size in sizes(0, 4) {
        let patches = (0..size).map(|number| {
            format!(r#"{{"Op":"replace","Key":"key-{number}","Value":"value","SyncCount":0}}"#)
        });
        let path = folder.join("patches.json");
        fs::write(
            &path,
            format!("[{}]", patches.collect::<Vec<_>>().join(",")),
        )
        .expect("a file can be written");
        let point = measure_point(size, || {
            let mut command = ours(&stub.endpoint());
            command.args(["update-records", "--identity-pool-id", POOL]);
            command.args(["--identity-id", "i", "--dataset-name", "d"]);
            command.args(["--sync-session-token", "t", "--record-patches"]);
            command.arg(format!("file://{}", path.display()));
            command
        });
        series.points.push(point);
    }
    Growth {
        title: "record patches",
        unit: "patches",
        series: vec![series],
    }
}

fn state_files(folder: &Path) -> Growth {
    let mut series = Series::new("diff");
    for size in sizes(0, 4) {
        let path = folder.join("state.yaml");
        fs::write(&path, state_file(size)).expect("a file can be written");
        let stub = Stub::new(|received| ok(&live_sections(received)));
        let point = measure_point(size, || {
            let mut command = ours(&stub.endpoint());
            command.arg("diff").arg(&path);
            command
        });
        series.points.push(point);
    }
    Growth {
        title: "a state file",
        unit: "identity pools",
        series: vec![series],
    }
}

fn exports(folder: &Path) -> Growth {
    const RECORDS: usize = 10;
    let mut series = Series::new("export");
    for size in sizes(1, 5) {
        let pool = GeneratedPool::new(size, RECORDS);
        let stub = Stub::new(move |received| pool.answer(received));
        let point = measure_point(size, || {
            let mut command = ours(&stub.endpoint());
            command.args(["export", "--identity-pool-id", POOL, "--list-rate", "1000"]);
            command
                .args(["--restart", "--to"])
                .arg(folder.join("records.ndjson"));
            command
        });
        series.points.push(point);
    }
    Growth {
        title: "an export",
        unit: "identities",
        series: vec![series],
    }
}

impl Series {
    fn new(name: &str) -> Series {
        Series {
            name: name.to_string(),
            points: Vec::new(),
        }
    }
}
