//! The AWS SDKs for Python and for JavaScript, and the AWS CLI of PyPI, which stands on the former.

use std::process::Command;

use super::installation::Clients;
use super::{client, file, keys, options, passes, session};
use crate::support::service::Service;

/// So that a bulk publish that has begun is not over.
const SLOW: [&str; 3] = ["--strict", "--bulk-publish-time", "1h"];

/// Two hours ahead, and with the errors that a service does not have of itself. Of two faults that
/// are due the first happens.
const AHEAD: [&str; 16] = [
    "--bulk-publish-time",
    "1h",
    "--clock",
    "+2h",
    "--fault",
    "UpdateRecords=LambdaThrottledException:0.5",
    "--fault",
    "UpdateRecords=InvalidLambdaFunctionOutputException:1",
    "--fault",
    "ListDatasets=TooManyRequestsException:1",
    "--fault",
    "SetIdentityPoolConfiguration=ConcurrentModificationException:1",
    "--fault",
    "GetCognitoEvents=InternalErrorException:1",
    "--fault",
    "DescribeDataset=InternalErrorException:0.5",
];

/// Runs a script beside two services on one store: the client's own, and `AHEAD`.
fn with_two_services(command: impl Fn(&Service) -> Command) {
    let keys = keys();
    let service = Service::start(&options(&keys, &SLOW));
    let ahead = Service::start_in(service.shared_folder(), &options(&keys, &AHEAD));
    let mut command = command(&service);
    command.env("AHEAD", ahead.endpoint());
    passes(command);
}

#[test]
fn sdk_for_python() {
    let Some(clients) = Clients::find() else {
        return;
    };
    with_two_services(|service| {
        let mut python = client(&clients.program("python"), service);
        python.arg(file("sdk_for_python.py"));
        python
    });
}

#[test]
fn sdk_for_javascript() {
    let Some(clients) = Clients::find() else {
        return;
    };
    with_two_services(|service| {
        let mut node = client(&clients.program("node"), service);
        node.arg(file("sdk_for_javascript.js"));
        node.env("NODE_PATH", clients.modules());
        node
    });
}

#[test]
fn aws_cli() {
    let Some(clients) = Clients::find() else {
        return;
    };
    let keys = keys();
    let service = Service::start(&options(&keys, &[]));
    let shell = || session::with_programs(client("sh".as_ref(), &service), &clients.programs());
    session::plays("aws_cli.session", shell, str::to_owned);
}
