//! Failures on purpose, so that users can see how their programs take them. They are spread evenly:
//! of four calls with a rate of 0.25, the fourth fails; so a test that uses them always goes the
//! same way.

use std::sync::{Mutex, PoisonError};

use super::service_error::{self, ServiceError};
use crate::error::{Error, Result};
use crate::model::all_operations;
use crate::serve_args;

/// The operation of a stream that takes records; not Cognito Sync's own, but it may fail, too.
const PUT_RECORD: &str = "PutRecord";

/// All failures that are to happen.
#[derive(Debug, Default)]
pub(super) struct FaultInjector(Vec<ActiveFault>);

#[derive(Debug)]
struct ActiveFault {
    operation: &'static str,
    code: String,
    rate: f64,
    /// What calls so far have added up to; a whole one is a failure.
    accumulated: Mutex<f64>,
}

impl FaultInjector {
    /// Refuses operations and codes that there are not.
    pub fn new(given: &[serve_args::Fault]) -> Result<FaultInjector> {
        given
            .iter()
            .map(ActiveFault::new)
            .collect::<Result<_>>()
            .map(FaultInjector)
    }

    /// Fails where the operation is to fail now.
    pub fn inject(&self, operation: &str) -> Result<(), ServiceError> {
        match self.next_fault(operation) {
            None => Ok(()),
            Some(code) => {
                let code = service_error::find_code(code)
                    .map_or("InternalErrorException", |(code, _)| code);
                Err(ServiceError::new(
                    code,
                    format!("{operation} fails since --fault asks for it."),
                ))
            }
        }
    }

    /// Why the stream does not take a record now.
    pub fn stream_fault(&self) -> Option<String> {
        let code = self.next_fault(PUT_RECORD)?;
        Some(format!(
            "{PUT_RECORD} failed with {code}, since --fault asks for it."
        ))
    }

    /// All faults of the operation count the call; the first that is due is the one that happens.
    fn next_fault(&self, operation: &str) -> Option<&str> {
        let of_operation = self.0.iter().filter(|fault| fault.operation == operation);
        let next_fault: Vec<_> = of_operation.filter(|fault| fault.is_due()).collect();
        next_fault.first().map(|fault| fault.code.as_str())
    }
}

impl ActiveFault {
    fn new(given: &serve_args::Fault) -> Result<ActiveFault> {
        let given_name = given.operation.as_str();
        let Some(name) = find_operation(given_name) else {
            let names = all_operations().map(|operation| operation.name);
            let names: Vec<_> = names.chain([PUT_RECORD]).collect();
            return Err(Error::parameter(format!(
                "--fault: there is no operation '{given_name}'; there are {}.",
                names.join(", ")
            )));
        };
        if name != PUT_RECORD && service_error::find_code(&given.code).is_none() {
            return Err(Error::parameter(format!(
                "--fault: there is no error '{}'; there are {}.",
                given.code,
                service_error::all_codes().join(", ")
            )));
        }
        Ok(ActiveFault {
            operation: name,
            code: given.code.clone(),
            rate: given.rate,
            accumulated: Mutex::new(0.0),
        })
    }

    fn is_due(&self) -> bool {
        let mut accumulated = self
            .accumulated
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *accumulated += self.rate;
        // Ten times 0.1 is a little less than 1.
        let is_due = *accumulated > 1.0 - 1e-9;
        if is_due {
            *accumulated -= 1.0;
        }
        is_due
    }
}

/// The operation's name in the API, by that name or as it is typed on a command line.
fn find_operation(text: &str) -> Option<&'static str> {
    let is_meant = |name: &str, command: &str| {
        text.eq_ignore_ascii_case(name) || text.eq_ignore_ascii_case(command)
    };
    let found = all_operations().find(|operation| is_meant(operation.name, &operation.command()));
    let stream = is_meant(PUT_RECORD, "put-record").then_some(PUT_RECORD);
    found.map(|operation| operation.name).or(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(texts: &[&str]) -> Result<FaultInjector> {
        let given: Vec<_> = texts
            .iter()
            .map(|text| serve_args::parse::fault(text).expect("it has the form"))
            .collect();
        FaultInjector::new(&given)
    }

    #[test]
    fn failures_are_spread_evenly() {
        for (rate, want) in [("0", 0), ("0.1", 10), ("0.25", 25), ("0.5", 50), ("1", 100)] {
            let faults = faults(&[&format!("ListRecords=TooManyRequestsException:{rate}")]);
            let faults = faults.expect("good");
            let failed = (0..100).filter(|_| faults.inject("ListRecords").is_err());
            assert_eq!(failed.count(), want, "{rate}");
            assert!(faults.inject("ListDatasets").is_ok());
        }
    }

    #[test]
    fn what_there_is_not_is_refused() {
        let message = |text: &str| faults(&[text]).expect_err("refused").message;
        assert!(message("Nope=InternalErrorException").contains("no operation 'Nope'"));
        assert!(message("ListRecords=Nope").contains("no error 'Nope'"));
        assert!(faults(&["PutRecord=Anything:1"]).is_ok());
    }

    #[test]
    fn operations_are_named_as_in_the_api_and_as_on_the_command_line() {
        let of_identity = faults(&["list-identities=TooManyRequestsException"]).expect("good");
        assert!(of_identity.inject("ListIdentities").is_err());
        for name in ["UpdateRecords", "update-records", "updaterecords"] {
            let faults = faults(&[&format!("{name}=InternalErrorException")]).expect("good");
            assert!(faults.inject("UpdateRecords").is_err(), "{name}");
            assert!(faults.inject("ListRecords").is_ok(), "{name}");
        }
        assert!(
            faults(&["put-record=Anything"])
                .expect("good")
                .stream_fault()
                .is_some()
        );
    }
}
