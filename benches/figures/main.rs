//! The figures of README: start-up, calls and memory beside other programs, and cost as work grows.
//!
//! `cargo bench --bench figures` measures everything in one run and prints it. With `-- --write` it
//! also replaces the table of README and the charts in `.github/figures`. Asserts nothing.
//!
//! The peers are `/bin/true` (a process that does nothing), `curl` with the same signed call, the AWS
//! CLI if `AWS_CLI` is the path of its program, and awsc if `AWSC` is. `PROGRAM` is the path of
//! another build of this program, such as the static one.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its results, and the test servers may panic"
)]
#![allow(dead_code, reason = "the benches need only a part of the test servers")]

mod chart;
mod comparison;
#[path = "../support/generated_pool.rs"]
mod generated_pool;
#[path = "../support/generated_records.rs"]
mod generated_records;
#[path = "../support/generated_state.rs"]
mod generated_state;
mod growth;
mod growth_chart;
#[path = "../../tests/support/http.rs"]
mod http;
mod machine;
#[path = "../support/measure.rs"]
mod measure;
#[path = "../support/our_program.rs"]
mod our_program;
mod program;
mod readme;
mod startup_chart;
#[path = "../../tests/support/stub.rs"]
mod stub;

use std::env;
use std::fs;
use std::path::Path;

use comparison::Comparison;
use growth::Growth;

/// Where the charts are, below the repository's root.
const CHARTS: &str = ".github/figures";

fn main() {
    if measure::run_for_peak_memory() {
        return;
    }
    let is_written = is_written();
    if is_written {
        // Measuring takes minutes: a missing comment is to be seen before.
        readme::around_figures(&repository().join("README.md"));
    }
    let machine = machine::description();
    println!("{machine}\n");
    let comparison = Comparison::measure();
    println!("{}\n", comparison.markdown());
    let growth = Growth::measure_all();
    println!("{}", growth::report(&growth));
    if is_written {
        write(&machine, &comparison, &growth);
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether the arguments have `--write`; cargo adds `--bench`.
fn is_written() -> bool {
    let args: Vec<_> = env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let unknown = args.iter().find(|arg| *arg != "--write");
    assert!(unknown.is_none(), "{unknown:?} is no argument; use --write");
    !args.is_empty()
}

fn write(machine: &str, comparison: &Comparison, growth: &[Growth]) {
    let startup = startup_chart::draw(comparison, machine);
    let growth = growth_chart::draw(growth, machine);
    let charts = repository().join(CHARTS);
    fs::create_dir_all(&charts).expect("a folder can be made");
    replace_file(&charts.join("start-up.svg"), &startup);
    replace_file(&charts.join("growth.svg"), &growth);
    readme::replace_figures(&repository().join("README.md"), machine, comparison);
}

/// Writes a file beside the one that it then replaces, so that this one is whole at any time.
fn replace_file(path: &Path, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).expect("a file can be written beside README or the charts");
    fs::rename(&new, path).expect("a file can be replaced");
}
