//! Who calls: a developer with credentials of the account, or an identity with those that Cognito
//! Identity gave it; and what each may do. Whether a signature is right is for `signature`.

use super::service_error::ServiceError;
use crate::model::{self, Operation};

/// The account that all identity pools belong to.
pub(super) const ACCOUNT: &str = "123456789012";

/// Whose credentials a request was signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Principal {
    /// A developer's, which are known to be.
    Developer,
    /// Some identity's: those that Cognito Identity gives always have a session token.
    UnknownIdentity,
    /// This identity's.
    Identity(String),
    /// Any or none.
    Unknown,
}

impl Principal {
    /// Refuses what these credentials do not allow. With `strict`, the kind of credentials counts,
    /// and whoever is not known to be an identity is a developer.
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
        match (operation.caller, self.is_identity()) {
            (model::Caller::Identity, false) if strict => Err(not_authorized(format!(
                "{name} takes credentials of an identity, and not those of a developer."
            ))),
            (model::Caller::Developer, true) if strict => Err(not_authorized(format!(
                "{name} takes credentials of a developer, and not those of an identity."
            ))),
            _ => Ok(()),
        }
    }

    /// Whether it is known to be an identity.
    pub fn is_identity(&self) -> bool {
        matches!(self, Principal::UnknownIdentity | Principal::Identity(_))
    }

    /// Who is named as the last to change something: the device, the identity or the account.
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
    fn what_is_allowed_hangs_on_the_credentials() {
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
            let operation = Operation::by_command(command).expect("it is there");
            let identity = Some(identity).filter(|id| !id.is_empty());
            let allowed = principal.authorize(operation, identity, strict).is_ok();
            assert_eq!(allowed, want, "{principal:?} {command} {strict}");
        }
    }
}
