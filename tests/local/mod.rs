//! The local service, through `serve` and `--local`. This list of modules also holds what they share: a
//! dataset of a service, with the calls that nearly every test makes.

mod access;
mod accounting;
mod command;
mod concurrency;
mod configuration;
mod crash;
mod damaged_store;
mod devices;
mod identities;
mod limits;
mod locked_store;
mod model;
mod records;
mod reference;
mod replaced_store;
mod running;
mod sessions;
mod signatures;
mod start;
mod store;
mod store_file;
mod triggers;

use serde_json::{Value, json};

use crate::support::service::{Service, ServiceResponse};

pub(crate) const POOL: &str = "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c";
pub(crate) const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

/// Headers of a request.
pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];

/// Path of the identity pool's data and settings.
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
    pub(crate) fn of(service: &'a Service, name: &'a str) -> Self {
        Self { service, name }
    }

    /// Path of the dataset, and what comes behind it.
    pub(crate) fn path(&self, rest: &str) -> String {
        pool(&format!(
            "/identities/{IDENTITY}/datasets/{}{rest}",
            self.name
        ))
    }

    /// `ListRecords`, with this query string.
    pub(crate) fn list(&self, query: &str) -> ServiceResponse {
        let target = self.path(&format!("/records?{query}"));
        self.service.request("GET", &target, None)
    }

    /// A token for an update.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        let listed = self.list("").json();
        let token = listed["SyncSessionToken"].as_str();
        token.expect("every list has a token").to_owned()
    }

    /// `UpdateRecords` with a new token.
    #[track_caller]
    pub(crate) fn update(&self, patches: Value) -> ServiceResponse {
        let token = self.token();
        self.update_with(&token, patches)
    }

    /// `UpdateRecords` with this token.
    pub(crate) fn update_with(&self, token: &str, patches: Value) -> ServiceResponse {
        let body = json!({"SyncSessionToken": token, "RecordPatches": patches});
        self.service.request("POST", &self.path(""), Some(body))
    }

    /// `DescribeDataset`.
    pub(crate) fn describe(&self) -> ServiceResponse {
        self.service.request("GET", &self.path(""), None)
    }

    /// `DeleteDataset`.
    pub(crate) fn delete(&self) -> ServiceResponse {
        self.service.request("DELETE", &self.path(""), None)
    }
}

/// A patch that replaces a record.
pub(crate) fn replace(key: &str, value: &str, sync_count: i64) -> Value {
    json!({"Op": "replace", "Key": key, "Value": value, "SyncCount": sync_count})
}

/// A patch that removes one.
pub(crate) fn remove(key: &str, sync_count: i64) -> Value {
    json!({"Op": "remove", "Key": key, "SyncCount": sync_count})
}

/// Text that is safe in a query string.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}
