//! The AWS services that the program calls: Cognito Sync, and Cognito Identity for listing
//! identities and identity pools.

use super::ErrorShape;
use super::errors::{ERRORS, IDENTITY_ERRORS};

/// An AWS service.
#[derive(Debug)]
pub struct Service {
    /// Identifies the service in code that handles single services.
    pub id: ServiceId,
    /// Signing name, which is also the first label of host names.
    pub signing_name: &'static str,
    /// The protocol of its operations.
    pub protocol: Protocol,
    /// Key in a `services` section of the shared files; in upper case, the suffix of the
    /// environment variable `AWS_ENDPOINT_URL_…`.
    pub endpoint_key: &'static str,
    /// Its errors in alphabetical order.
    pub errors: &'static [ErrorShape],
}

/// Identifies a [`Service`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceId {
    /// Cognito Sync.
    CognitoSync,
    /// Cognito Identity, which manages identity pools.
    CognitoIdentity,
}

/// A protocol of AWS services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// REST-JSON: method and path identify the operation.
    RestJson,
    /// JSON 1.1: the header `X-Amz-Target` identifies the operation, after this prefix and a dot.
    Json11 {
        /// Name of the service in the header.
        target_prefix: &'static str,
    },
}

/// Cognito Sync.
pub static COGNITO_SYNC: Service = Service {
    id: ServiceId::CognitoSync,
    signing_name: "cognito-sync",
    protocol: Protocol::RestJson,
    endpoint_key: "cognito_sync",
    errors: &ERRORS,
};

/// Cognito Identity.
pub static COGNITO_IDENTITY: Service = Service {
    id: ServiceId::CognitoIdentity,
    signing_name: "cognito-identity",
    protocol: Protocol::Json11 {
        target_prefix: "AWSCognitoIdentityService",
    },
    endpoint_key: "cognito_identity",
    errors: &IDENTITY_ERRORS,
};

impl Service {
    /// The environment variable with its endpoint.
    pub fn endpoint_variable(&self) -> String {
        format!("AWS_ENDPOINT_URL_{}", self.endpoint_key.to_uppercase())
    }

    /// The HTTP status of an error of the service.
    pub fn error_status(&self, code: &str) -> Option<u16> {
        let error = self.errors.iter().find(|error| error.code == code);
        error.map(|error| error.status)
    }
}
