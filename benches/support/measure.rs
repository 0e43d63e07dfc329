//! Wall time, CPU time and peak memory of whole processes. It prints nothing and compares nothing.

use std::env;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// Set for the copy of the bench that runs one command to see how much memory it takes.
const ONLY_MEMORY: &str = "BENCH_ONLY_MEMORY";

/// Wall and CPU time of a finished process.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Milliseconds from start to end.
    pub wall: f64,
    /// Milliseconds of processor time.
    pub cpu: f64,
}

/// Runs a command to its end, its output thrown away.
pub fn cost(mut command: Command) -> Cost {
    let before = cpu_of_children();
    let begin = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let wall = begin.elapsed();
    assert!(status.is_ok(), "{command:?} cannot be run: {status:?}");
    let milliseconds = |d: Duration| d.as_secs_f64() * 1e3;
    Cost {
        wall: milliseconds(wall),
        cpu: milliseconds(cpu_of_children().saturating_sub(before)),
    }
}

fn cpu_of_children() -> Duration {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
        return Duration::ZERO;
    };
    let micros = |time: nix::sys::time::TimeVal| {
        u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap_or_default()
    };
    Duration::from_micros(micros(usage.user_time()) + micros(usage.system_time()))
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Most memory that the command has, in MB. The system tells only the most of all children, so
/// that a copy of the bench runs this one alone.
pub fn peak_memory(command: &Command) -> f64 {
    let this = env::current_exe().expect("the bench has a path");
    let mut copy = Command::new(this);
    copy.env_clear()
        .env(ONLY_MEMORY, "1")
        .arg(command.get_program())
        .args(command.get_args());
    copy.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let output = copy
        .stderr(Stdio::inherit())
        .output()
        .expect("the bench can run itself");
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .unwrap_or(f64::NAN)
}

/// Runs the one command, if this is such a copy, and says so.
pub fn was_only_memory() -> bool {
    if env::var_os(ONLY_MEMORY).is_none() {
        return false;
    }
    let mut words = env::args_os().skip(1);
    let mut command = Command::new(words.next().expect("a program"));
    cost_of_running(command.args(words).env_remove(ONLY_MEMORY));
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system tells");
    println!("{}", usage.max_rss() as f64 / 1024.0);
    true
}

fn cost_of_running(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok(), "{command:?} cannot be run: {status:?}");
}
