//! State files: `pull`, `diff` and `apply` against servers that the tests own.

mod apply;
mod apply_conflicts;
mod apply_interrupts;
mod apply_prompt;
mod ci_topic;
mod diff;
mod faults;
mod github;
mod local_pools;
mod mistakes;
mod pool_server;
mod progress;
mod pull;
mod regions;
mod reports;
mod round_trip;
mod stub_pools;
mod value_warnings;
