//! The local service against a simple reference model: thousands of random requests, by fixed
//! seeds, and every response must be the model's except for timestamps, tokens and ids. A failure
//! names the seed and the step.

mod constraints;
mod reference_model;
mod requests;

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread;

use serde_json::Value;

use crate::support::connection::Connection;
use crate::support::service::{Service, ServiceResponse};
use reference_model::{ANY_STRING, ANY_TIMESTAMP, ExpectedResponse, ReferenceModel};
use requests::{Random, Request, Requests};

const SEEDS: [u64; 4] = [1, 2, 3, 4];
/// The number of requests of each seed.
const STEPS: usize = 2600;

/// The operations and errors that must occur, so that the test is not vacuous.
const EXPECTED_OUTCOMES: &str = "\
    BulkPublish - AlreadyStreamedException DuplicateRequestException InvalidParameterException \
        ResourceNotFoundException
    DeleteDataset - ResourceNotFoundException InvalidParameterException
    DescribeDataset - ResourceNotFoundException
    DescribeIdentityPoolUsage - ResourceNotFoundException
    DescribeIdentityUsage - ResourceNotFoundException
    GetBulkPublishDetails - ResourceNotFoundException
    GetCognitoEvents -
    GetIdentityPoolConfiguration - ResourceNotFoundException
    ListDatasets - InvalidParameterException
    ListIdentityPoolUsage - InvalidParameterException
    ListRecords - InvalidParameterException
    RegisterDevice - InvalidConfigurationException InvalidParameterException
    SetCognitoEvents - InvalidParameterException
    SetIdentityPoolConfiguration - InvalidParameterException
    SubscribeToDataset - ResourceNotFoundException
    UnsubscribeFromDataset - ResourceNotFoundException
    UpdateRecords - InvalidParameterException LimitExceededException ResourceConflictException";

#[test]
fn service_matches_model_on_random_requests() {
    let happened = thread::scope(|scope| {
        let runs = SEEDS.map(|seed| scope.spawn(move || run(seed)));
        let happened = runs.map(|run| run.join().unwrap_or_else(|why| resume_unwind(why)));
        happened.into_iter().flatten().collect::<BTreeSet<_>>()
    });
    for line in EXPECTED_OUTCOMES.lines() {
        let mut words = line.split_whitespace();
        let operation = words.next().expect("each line has an operation");
        for code in words {
            let wanted = format!("{operation} {code}");
            assert!(happened.contains(&wanted), "{wanted} never happened");
        }
    }
}

/// Sends a seed's requests, and returns what happened: operations with the error code or a dash.
fn run(seed: u64) -> BTreeSet<String> {
    let slow = seed % 2 == 1;
    let service = Service::start(&["--bulk-publish-time", if slow { "1h" } else { "0s" }]);
    let mut connection = Connection::open(service.address()).expect("it listens");
    let mut requests = Requests {
        random: Random(seed),
        pages: Vec::new(),
    };
    let mut model = ReferenceModel::new(slow);
    let mut happened = BTreeSet::new();
    for step in 0..STEPS {
        let request = requests.next(&model);
        let want = model.respond(&request);
        let response = send(&mut connection, &request);
        if let Err(why) = compare(&want, &response) {
            panic!(
                "seed {seed}, step {step}: {why}\n{request:?}\nwanted {want:?}\ngot {response:?}"
            );
        }
        let code = want.as_ref().map_or_else(|error| error.code, |_| "-");
        happened.insert(format!("{} {code}", request.operation));
        if let Ok(Some(_)) = want {
            let response = response.json();
            model.learn(&request, &response);
            requests.pages.extend(next_page(&request, &response));
        }
    }
    happened
}

fn send(connection: &mut Connection, request: &Request) -> ServiceResponse {
    let of_identity = [("x-amz-security-token", "of an identity")];
    let headers = if request.by_identity {
        &of_identity[..]
    } else {
        &[]
    };
    let (method, target) = (request.method(), request.target());
    let sent = connection.request(method, &target, headers, request.body.as_ref());
    sent.unwrap_or_else(|error| panic!("{request:?}: {error}"))
}

fn next_page(request: &Request, response: &Value) -> Option<Request> {
    let token = response["NextToken"].as_str()?;
    let mut next = request.clone();
    next.query.retain(|(name, _)| *name != "nextToken");
    next.query.push(("nextToken", token.to_owned()));
    Some(next)
}

fn compare(want: &ExpectedResponse, got: &ServiceResponse) -> Result<(), String> {
    match want {
        Ok(None) if got.status == 200 && got.body.is_empty() => Ok(()),
        Ok(Some(want)) if got.status == 200 => {
            let got = serde_json::from_str(&got.body).map_err(|error| error.to_string())?;
            assert_matches("the reply", want, &got)
        }
        Err(want) if got.status >= 400 => {
            let (status, code, message) = got.error();
            let wanted = (want.status, want.code.to_owned(), want.message.clone());
            match (status, code, message) == wanted {
                true => Ok(()),
                false => Err("another refusal".to_owned()),
            }
        }
        _ => Err("another outcome".to_owned()),
    }
}

/// Compares at every depth. For values that the model cannot know, only the type is compared.
fn assert_matches(path: &str, want: &Value, got: &Value) -> Result<(), String> {
    let agrees = match (want, got) {
        (Value::Object(wanted), Value::Object(members)) => {
            let names =
                |of: &serde_json::Map<String, Value>| of.keys().cloned().collect::<BTreeSet<_>>();
            for (name, want) in wanted {
                let got = members.get(name).unwrap_or(&Value::Null);
                assert_matches(&format!("{path}, {name}"), want, got)?;
            }
            names(wanted) == names(members)
        }
        (Value::Array(wanted), Value::Array(items)) => {
            for (number, (want, got)) in wanted.iter().zip(items).enumerate() {
                assert_matches(&format!("{path}, {number}"), want, got)?;
            }
            wanted.len() == items.len()
        }
        (Value::Number(want), Value::Number(got)) => want.as_f64() == got.as_f64(),
        (Value::String(want), Value::Number(_)) if want == ANY_TIMESTAMP => true,
        (Value::String(want), Value::String(got)) if want == ANY_STRING => !got.is_empty(),
        (want, got) => want == got,
    };
    match agrees {
        true => Ok(()),
        false => Err(format!("{path} differs")),
    }
}
