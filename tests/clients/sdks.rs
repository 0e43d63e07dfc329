//! Tests of the AWS SDKs for Python and JavaScript, and of the AWS CLI of PyPI, which uses the
//! former.

use std::process::Command;

use super::installation::Clients;
use super::{assert_passes, client, file, keys, options, transcript};
use crate::support::service::Service;

/// Keeps a bulk publish in progress.
const SLOW: [&str; 3] = ["--strict", "--bulk-publish-time", "1h"];

/// Two hours ahead, with errors that a service never returns by itself. Of two faults that are due,
/// the first is injected.
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

/// Runs a script with two services on one store: the client's own, and `AHEAD`.
fn with_two_services(command: impl Fn(&Service) -> Command) {
    let keys = keys();
    let service = Service::start(&options(&keys, &SLOW));
    let ahead = Service::start_in(service.shared_folder(), &options(&keys, &AHEAD));
    let mut command = command(&service);
    command.env("AHEAD", ahead.endpoint());
    assert_passes(command);
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
    let shell = || transcript::with_programs(client("sh".as_ref(), &service), &clients.programs());
    transcript::run_transcript("aws_cli.transcript", shell, str::to_owned);
}
