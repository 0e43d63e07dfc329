//! A service with a few identity pools, each with an outcome of its own, and a state file of them.

use crate::support::http::{Request, Response};
use crate::support::run::Run;

/// The pools of [`STATE`] by what happens to them.
pub(super) const DIFFERENT: &str = "us-east-1:aaaaaaaa-0000-4000-8000-000000000001";
pub(super) const UNCHANGED: &str = "us-east-1:aaaaaaaa-0000-4000-8000-000000000002";
pub(super) const ABSENT: &str = "us-east-1:aaaaaaaa-0000-4000-8000-000000000003";
pub(super) const DENIED: &str = "us-east-1:aaaaaaaa-0000-4000-8000-000000000004";

/// A state file of all pools.
pub(super) const STATE: &str = "\
pools:
  - IdentityPoolId: us-east-1:aaaaaaaa-0000-4000-8000-000000000001
    PushSync:
      ApplicationArns:
        - arn:aws:sns:us-east-1:123456789012:app/GCM/one
        - arn:aws:sns:us-east-1:123456789012:app/GCM/three
      RoleArn: arn:aws:iam::123456789012:role/new
  - IdentityPoolId: us-east-1:aaaaaaaa-0000-4000-8000-000000000002
    PushSync: {}
  - IdentityPoolId: us-east-1:aaaaaaaa-0000-4000-8000-000000000003
    PushSync: {}
  - IdentityPoolId: us-east-1:aaaaaaaa-0000-4000-8000-000000000004
    PushSync: {}
";

/// Runs the arguments with the state file as `pools.yaml` against the service.
pub(super) fn run(args: &[&str]) -> Run {
    Run::new(args.iter().copied())
        .file("pools.yaml", STATE)
        .respond_with(respond)
}

/// Responds as the service does.
pub(super) fn respond(request: &Request) -> Response {
    let has = |pool: &str| request.path.contains(&pool.replace(':', "%3A"));
    let error = |status, code: &str, message: &str| {
        let body = format!(r#"{{"message": "{message}"}}"#);
        Response::body(body)
            .status(status)
            .header("x-amzn-errortype", code)
    };
    if has(ABSENT) {
        return error(404, "ResourceNotFoundException", "Identity pool not found.");
    }
    if has(DENIED) {
        return error(403, "AccessDeniedException", "Not\\n::error::allowed.");
    }
    if request.method == "POST" {
        return Response::echo();
    }
    let push_sync = match has(DIFFERENT) {
        true => {
            r#", "PushSync": {"RoleArn": "arn:aws:iam::123456789012:role/old", "ApplicationArns": [
                "arn:aws:sns:us-east-1:123456789012:app/GCM/one",
                "arn:aws:sns:us-east-1:123456789012:app/GCM/two"]}"#
        }
        false => "",
    };
    Response::body(format!(r#"{{"IdentityPoolId": "p"{push_sync}}}"#))
}
