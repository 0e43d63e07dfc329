//! What every test stands on: the child's environment, the child process, the scripted
//! server and the builder `Run` that puts them together. Module list only.

pub(crate) mod child;
pub(crate) mod connection;
pub(crate) mod difference;
pub(crate) mod environment;
pub(crate) mod expectation;
pub(crate) mod http;
pub(crate) mod list_records;
pub(crate) mod peer;
pub(crate) mod server;
pub(crate) mod service;
pub(crate) mod sigv4;
pub(crate) mod sources;
pub(crate) mod stub;
pub(crate) mod terminal;

mod selftest;
