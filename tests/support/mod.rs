//! The test harness: the child's environment, the child process, the scripted server and the
//! builder `Run` that combines them. Module list only.

pub(crate) mod child;
pub(crate) mod connection;
pub(crate) mod diff;
pub(crate) mod environment;
pub(crate) mod gate;
pub(crate) mod http;
pub(crate) mod interrupted;
pub(crate) mod library;
pub(crate) mod list_records;
pub(crate) mod outcome;
pub(crate) mod peer;
pub(crate) mod run;
pub(crate) mod server;
pub(crate) mod service;
pub(crate) mod sigv4;
pub(crate) mod source_files;
pub(crate) mod stub;
pub(crate) mod terminal;

mod self_test;
