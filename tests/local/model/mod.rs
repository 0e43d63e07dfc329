//! The local service against a plain model of its rules: thousands of requests at random, by fixed seeds,
//! and every reply is to be the model's but for moments, tokens and identifiers. A failure names the seed
//! and the step.

mod constraints;
mod requests;
mod rules;

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::thread;

use serde_json::Value;

use crate::support::connection::Connection;
use crate::support::service::{Service, ServiceResponse};
use requests::{Random, Request, Requests};
use rules::{MOMENT, Model, Response, TEXT};

const SEEDS: [u64; 4] = [1, 2, 3, 4];
/// Requests of each seed.
const STEPS: usize = 2600;

/// Operations and refusals that the requests must have come to, so that the test is of something.
const WANTED: &str = "\
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
    for line in WANTED.lines() {
        let mut words = line.split_whitespace();
        let operation = words.next().expect("each line has an operation");
        for code in words {
            let wanted = format!("{operation} {code}");
            assert!(happened.contains(&wanted), "{wanted} never happened");
        }
    }
}

/// Does a seed's requests, and returns what happened: operations with the refusal's code or a dash.
fn run(seed: u64) -> BTreeSet<String> {
    let slow = seed % 2 == 1;
    let service = Service::start(&["--bulk-publish-time", if slow { "1h" } else { "0s" }]);
    let mut connection = Connection::open(service.address()).expect("it listens");
    let mut requests = Requests {
        random: Random(seed),
        pages: Vec::new(),
    };
    let mut model = Model::new(slow);
    let mut happened = BTreeSet::new();
    for step in 0..STEPS {
        let request = requests.next(&model);
        let want = model.answer(&request);
        let answer = send(&mut connection, &request);
        if let Err(why) = compare(&want, &answer) {
            panic!("seed {seed}, step {step}: {why}\n{request:?}\nwanted {want:?}\ngot {answer:?}");
        }
        let code = want.as_ref().map_or_else(|refusal| refusal.code, |_| "-");
        happened.insert(format!("{} {code}", request.operation));
        if let Ok(Some(_)) = want {
            let reply = answer.json();
            model.learn(&request, &reply);
            requests.pages.extend(next_page(&request, &reply));
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

fn next_page(request: &Request, reply: &Value) -> Option<Request> {
    let token = reply["NextToken"].as_str()?;
    let mut next = request.clone();
    next.query.retain(|(name, _)| *name != "nextToken");
    next.query.push(("nextToken", token.to_owned()));
    Some(next)
}

fn compare(want: &Response, got: &ServiceResponse) -> Result<(), String> {
    match want {
        Ok(None) if got.status == 200 && got.body.is_empty() => Ok(()),
        Ok(Some(want)) if got.status == 200 => {
            let got = serde_json::from_str(&got.body).map_err(|error| error.to_string())?;
            agree("the reply", want, &got)
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

/// Compares at every depth. Where the model says that it cannot know, only the kind counts.
fn agree(place: &str, want: &Value, got: &Value) -> Result<(), String> {
    let agrees = match (want, got) {
        (Value::Object(wanted), Value::Object(members)) => {
            let names =
                |of: &serde_json::Map<String, Value>| of.keys().cloned().collect::<BTreeSet<_>>();
            for (name, want) in wanted {
                let got = members.get(name).unwrap_or(&Value::Null);
                agree(&format!("{place}, {name}"), want, got)?;
            }
            names(wanted) == names(members)
        }
        (Value::Array(wanted), Value::Array(items)) => {
            for (number, (want, got)) in wanted.iter().zip(items).enumerate() {
                agree(&format!("{place}, {number}"), want, got)?;
            }
            wanted.len() == items.len()
        }
        (Value::Number(want), Value::Number(got)) => want.as_f64() == got.as_f64(),
        (Value::String(want), Value::Number(_)) if want == MOMENT => true,
        (Value::String(want), Value::String(got)) if want == TEXT => !got.is_empty(),
        (want, got) => want == got,
    };
    match agrees {
        true => Ok(()),
        false => Err(format!("{place} is not as it is to be")),
    }
}
