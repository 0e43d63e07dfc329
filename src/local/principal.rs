//! The principal of a request: a developer with credentials of the account, or an identity with
//! credentials that Cognito Identity gave it; and what each may do. `signature` authenticates it.

use super::service_error::ServiceError;
use crate::model::{self, Operation};

/// The AWS account that owns all identity pools.
pub(super) const ACCOUNT: &str = "123456789012";

/// Whose credentials signed a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// A developer, whose key is known.
    Developer,
    /// An identity without a known key; credentials of Cognito Identity always have a session
    /// token.
    UnknownIdentity,
    /// This identity.
    Identity(String),
    /// Unknown credentials, or none.
    Unknown,
}

impl Principal {
    /// Rejects an operation that the principal may not perform. With `strict`, the kind of
    /// credentials must match the operation, and a principal that is not known to be an identity
    /// counts as a developer.
    pub fn authorize(
        &self,
        operation: &Operation,
        identity: Option<&str>,
        strict: bool,
    ) -> Result<(), ServiceError> {
        if let (Principal::Identity(own), Some(identity)) = (self, identity)
            && own != identity
        {
            return Err(not_authorized(format!(
                "Identity '{own}' has no access to the data of identity '{identity}'."
            )));
        }
        let name = operation.name;
        match (operation.credentials, self.is_identity()) {
            (model::RequiredCredentials::Identity, false) if strict => Err(not_authorized(
                format!("{name} takes credentials of an identity, and not those of a developer."),
            )),
            (model::RequiredCredentials::Developer, true) if strict => Err(not_authorized(
                format!("{name} takes credentials of a developer, and not those of an identity."),
            )),
            _ => Ok(()),
        }
    }

    /// Whether the principal is known to be an identity.
    pub fn is_identity(&self) -> bool {
        matches!(self, Principal::UnknownIdentity | Principal::Identity(_))
    }

    /// Returns the value of `LastModifiedBy`: the device, the identity or the account.
    pub fn last_modified_by(&self, identity: &str, device: Option<&str>) -> String {
        match (device, self.is_identity()) {
            (Some(device), _) => device.to_string(),
            (None, true) => identity.to_string(),
            (None, false) => ACCOUNT.to_string(),
        }
    }
}

fn not_authorized(message: String) -> ServiceError {
    ServiceError::new("NotAuthorizedException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorizes_by_kind_of_credentials() {
        let own = || Principal::Identity("a:1".into());
        let table = [
            (Principal::Unknown, "register-device", "a:1", false, true),
            (Principal::Unknown, "register-device", "a:1", true, false),
            (
                Principal::UnknownIdentity,
                "register-device",
                "a:1",
                true,
                true,
            ),
            (Principal::UnknownIdentity, "bulk-publish", "", true, false),
            (Principal::UnknownIdentity, "bulk-publish", "", false, true),
            (Principal::Developer, "bulk-publish", "", true, true),
            (Principal::Developer, "list-records", "a:1", true, true),
            (own(), "list-records", "a:1", true, true),
            (own(), "list-records", "a:2", false, false),
        ];
        for (principal, command, identity, strict, want) in table {
            let operation = Operation::find_by_command(command).expect("it is there");
            let identity = Some(identity).filter(|id| !id.is_empty());
            let allowed = principal.authorize(operation, identity, strict).is_ok();
            assert_eq!(allowed, want, "{principal:?} {command} {strict}");
        }
    }
}
