//! Tests of Amazon's sync manager for browsers, with version 2 of the AWS SDK for JavaScript, which
//! it requires.

use super::installation::Clients;
use super::{assert_passes, client, file, keys, options};
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
        // The old SDK prints a deprecation warning to standard error, and so does Node.js for what
        // the SDK calls.
        .env("AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE", "1")
        .env("NODE_NO_WARNINGS", "1");
    assert_passes(node);
}
