//! The AWS services whose operations are called: Cognito Sync, and of Cognito Identity what tells
//! which identities and identity pools there are.

use super::ServiceError;
use super::errors::{ERRORS, IDENTITY_ERRORS};

/// An AWS service.
#[derive(Debug)]
pub struct Service {
    /// Names the service, for code that treats each of them in a way of its own.
    pub id: ServiceId,
    /// Name in signatures and at the beginning of host names.
    pub signing_name: &'static str,
    /// How its operations travel.
    pub protocol: Protocol,
    /// Its key in a `services` section of the shared files; in upper case the end of the variable
    /// `AWS_ENDPOINT_URL_…` that names its endpoint.
    pub endpoint_key: &'static str,
    /// Its errors, in alphabetical order.
    pub errors: &'static [ServiceError],
}

/// Identifies a [`Service`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceId {
    /// Cognito Sync.
    CognitoSync,
    /// Cognito Identity, the service of identity pools.
    CognitoIdentity,
}

/// A protocol of AWS services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// REST-JSON: method and path name the operation.
    RestJson,
    /// JSON 1.1: the header `X-Amz-Target` names the operation, behind this prefix and a dot.
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
    /// The environment variable that names its endpoint.
    pub fn endpoint_variable(&self) -> String {
        format!("AWS_ENDPOINT_URL_{}", self.endpoint_key.to_uppercase())
    }

    /// The status that the service sends one of its own errors with.
    pub fn error_status(&self, code: &str) -> Option<u16> {
        let error = self.errors.iter().find(|error| error.code == code);
        error.map(|error| error.status)
    }
}
