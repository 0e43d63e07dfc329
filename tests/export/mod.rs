//! `export` against servers that the tests own.

mod arguments;
mod continuation;
mod dynamodb_table;
mod files;
mod identities;
mod interrupts;
mod migration_topic;
mod output;
mod record_server;
mod scale_out;
mod service;
mod since;
