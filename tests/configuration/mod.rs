//! State files: `pull`, `diff` and `apply` against servers that the tests own.

mod apply;
mod apply_conflicts;
mod apply_interrupts;
mod diff;
mod pool_server;
mod pull;
mod regions;
