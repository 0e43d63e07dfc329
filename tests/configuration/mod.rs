//! State files: `pull`, `diff` and `apply` against servers that the tests own.

mod apply;
mod apply_conflicts;
mod apply_interrupts;
mod ci_topic;
mod diff;
mod github;
mod pool_server;
mod progress;
mod pull;
mod regions;
mod reports;
mod stub_pools;
mod value_warnings;
