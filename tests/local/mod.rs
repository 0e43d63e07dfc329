//! Tests of the local service, through `serve` and `--local`. This module also contains what they
//! share: a dataset of a service, with the requests that nearly every test sends.

mod child_process;
mod client_limits;
mod concurrency;
mod configuration;
mod cors;
mod crash;
mod damaged_store;
mod devices;
mod identities;
mod locked_store;
mod lone_surrogates;
mod model;
mod process;
mod records;
mod reference_facts;
mod replaced_store;
mod signatures;
mod startup;
mod store;
mod store_file;
mod sync_sessions;
mod sync_trigger;
mod usage;

use serde_json::{Value, json};

use crate::support::service::{Service, ServiceResponse};

pub(crate) const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
pub(crate) const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

/// Headers of a request.
pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];

/// Returns a path below the identity pool.
pub(crate) fn pool(rest: &str) -> String {
    format!("/identitypools/{POOL}{rest}")
}

/// A dataset of a service.
#[derive(Clone, Copy)]
pub(crate) struct Dataset<'a> {
    pub(crate) service: &'a Service,
    pub(crate) name: &'a str,
}

impl<'a> Dataset<'a> {
    pub(crate) fn new(service: &'a Service, name: &'a str) -> Self {
        Self { service, name }
    }

    /// Returns a path below the dataset.
    pub(crate) fn path(&self, rest: &str) -> String {
        pool(&format!(
            "/identities/{IDENTITY}/datasets/{}{rest}",
            self.name
        ))
    }

    /// Calls `ListRecords` with this query string.
    pub(crate) fn list(&self, query: &str) -> ServiceResponse {
        let target = self.path(&format!("/records?{query}"));
        self.service.request("GET", &target, None)
    }

    /// Returns a session token for an update.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let listed = self.list("").json();
        let token = listed["SyncSessionToken"].as_str();
        token.expect("every list has a token").to_owned()
    }

    /// Calls `UpdateRecords` with a new token.
    #[track_caller]
    pub(crate) fn update(&self, patches: Value) -> ServiceResponse {
        let token = self.token();
        self.update_with(&token, patches)
    }

    /// Calls `UpdateRecords` with this token.
    pub(crate) fn update_with(&self, token: &str, patches: Value) -> ServiceResponse {
        let body = json!({"SyncSessionToken": token, "RecordPatches": patches});
        self.service.request("POST", &self.path(""), Some(body))
    }

    /// Calls `DescribeDataset`.
    pub(crate) fn describe(&self) -> ServiceResponse {
        self.service.request("GET", &self.path(""), None)
    }

    /// Calls `DeleteDataset`.
    pub(crate) fn delete(&self) -> ServiceResponse {
        self.service.request("DELETE", &self.path(""), None)
    }
}

/// Returns a patch that replaces a record.
pub(crate) fn replace(key: &str, value: &str, sync_count: i64) -> Value {
    json!({"Op": "replace", "Key": key, "Value": value, "SyncCount": sync_count})
}

/// Returns a patch that removes a record.
pub(crate) fn remove(key: &str, sync_count: i64) -> Value {
    json!({"Op": "remove", "Key": key, "SyncCount": sync_count})
}

/// Percent-encodes text for a query string.
pub(crate) fn percent_encode(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}
