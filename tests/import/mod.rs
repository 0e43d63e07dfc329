//! `import` and `verify` against servers that the tests own.

mod arguments;
mod conflicts;
mod continuation;
mod dataset_server;
mod failures;
mod interrupts;
mod requests;
mod retry;
mod service;
mod verify;
