//! The IAM permissions that a denied call needs.

use crate::configuration::outcome::PoolFailure;
use crate::model::is_denial;

/// Returns the permissions that the failed call needs, if it was denied.
pub fn required_permissions(failure: &PoolFailure) -> Vec<String> {
    let denied = is_denial(&failure.code);
    let Some(operation) = failure.operation.filter(|_| denied) else {
        return Vec::new();
    };
    let mut permissions = vec![format!("cognito-sync:{operation}")];
    if operation == "SetIdentityPoolConfiguration" {
        permissions.push("iam:PassRole".to_string());
    }
    permissions
}
