//! Who calls: a developer with credentials of the account, or an identity with those that Cognito
//! Identity gave it; and what each may do. Whether a signature is right is for `signature`.

use super::refusal::{Refusal, Ruled};
use crate::model::{self, Operation};

/// The account that all identity pools belong to.
pub(super) const ACCOUNT: &str = "123456789012";

/// Whose credentials a request was signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// A developer's, which are known to be.
    Developer,
    /// Some identity's: those that Cognito Identity gives always have a session token.
    SomeIdentity,
    /// This identity's.
    Identity(String),
    /// Any or none.
    Anybody,
}

impl Caller {
    /// Refuses what these credentials do not allow. With `strict`, the kind of credentials counts,
    /// and whoever is not known to be an identity is a developer.
    pub fn check(&self, operation: &Operation, identity: Option<&str>, strict: bool) -> Ruled<()> {
        if let (Caller::Identity(own), Some(identity)) = (self, identity)
            && own != identity
        {
            return Err(refused(format!(
                "Identity '{own}' has no access to the data of identity '{identity}'."
            )));
        }
        let name = operation.name;
        match (operation.caller, self.is_identity()) {
            (model::Caller::Identity, false) if strict => Err(refused(format!(
                "{name} takes credentials of an identity, and not those of a developer."
            ))),
            (model::Caller::Developer, true) if strict => Err(refused(format!(
                "{name} takes credentials of a developer, and not those of an identity."
            ))),
            _ => Ok(()),
        }
    }

    /// Whether it is known to be an identity.
    pub fn is_identity(&self) -> bool {
        matches!(self, Caller::SomeIdentity | Caller::Identity(_))
    }

    /// Who is named as the last to change something: the device, the identity or the account.
    pub fn shown_as(&self, identity: &str, device: Option<&str>) -> String {
        match (device, self.is_identity()) {
            (Some(device), _) => device.to_string(),
            (None, true) => identity.to_string(),
            (None, false) => ACCOUNT.to_string(),
        }
    }
}

fn refused(message: String) -> Refusal {
    Refusal::new("NotAuthorizedException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_hangs_on_the_credentials() {
        let own = || Caller::Identity("a:1".into());
        let table = [
            (Caller::Anybody, "register-device", "a:1", false, true),
            (Caller::Anybody, "register-device", "a:1", true, false),
            (Caller::SomeIdentity, "register-device", "a:1", true, true),
            (Caller::SomeIdentity, "bulk-publish", "", true, false),
            (Caller::SomeIdentity, "bulk-publish", "", false, true),
            (Caller::Developer, "bulk-publish", "", true, true),
            (Caller::Developer, "list-records", "a:1", true, true),
            (own(), "list-records", "a:1", true, true),
            (own(), "list-records", "a:2", false, false),
        ];
        for (caller, command, identity, strict, want) in table {
            let operation = Operation::by_command(command).expect("it is there");
            let identity = Some(identity).filter(|id| !id.is_empty());
            let allowed = caller.check(operation, identity, strict).is_ok();
            assert_eq!(allowed, want, "{caller:?} {command} {strict}");
        }
    }
}
