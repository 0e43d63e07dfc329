//! `export` against servers that the tests own.

mod arguments;
mod continuation;
mod identities;
mod interrupts;
mod migration_topic;
mod output;
mod record_server;
mod service;
mod since;
