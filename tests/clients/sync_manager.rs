//! Amazon's sync manager for browsers, with the AWS SDK for JavaScript of major version 2 that it needs.

use super::installation::Clients;
use super::{client, file, keys, options, passes};
use crate::support::service::Service;

#[test]
fn sync_manager() {
    let Some(clients) = Clients::find() else {
        return;
    };
    let keys = keys();
    let service = Service::start(&options(&keys, &["--strict"]));
    let mut node = client(&clients.program("node"), &service);
    node.arg(file("sync_manager.js"))
        .env("NODE_PATH", clients.modules())
        // The old SDK says on standard error that it is old, and Node.js the same of what it calls.
        .env("AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE", "1")
        .env("NODE_NO_WARNINGS", "1");
    passes(node);
}
