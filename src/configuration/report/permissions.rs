//! The IAM permissions that a denied call needs.

use crate::configuration::outcome::PoolFailure;

/// The error codes of calls that IAM or the service does not permit.
const DENIALS: [&str; 4] = [
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorizedException",
    "UnauthorizedOperation",
];

/// Returns the permissions that the failed call needs, if it was denied.
pub fn required_permissions(failure: &PoolFailure) -> Vec<String> {
    let denied = DENIALS.contains(&failure.code.as_str());
    let Some(operation) = failure.operation.filter(|_| denied) else {
        return Vec::new();
    };
    let mut permissions = vec![format!("cognito-sync:{operation}")];
    if operation == "SetIdentityPoolConfiguration" {
        permissions.push("iam:PassRole".to_string());
    }
    permissions
}
