//! Fault injection for `--fault`, so that users can test how their programs handle errors. Faults
//! are evenly spaced: with a rate of 0.25, every fourth call fails, so that a test always takes the
//! same course.

use std::sync::{Mutex, PoisonError};

use super::service_error::{self, ServiceError};
use crate::error::{Error, Result};
use crate::model::all_operations;
use crate::serve_args::{self, PUT_RECORD};

/// All faults to inject.
#[derive(Debug, Default)]
pub(super) struct FaultInjector(Vec<ActiveFault>);

#[derive(Debug)]
struct ActiveFault {
    operation: &'static str,
    code: String,
    rate: f64,
    /// The sum of the rates of the calls so far; each whole number is a failure.
    accumulated: Mutex<f64>,
}

impl FaultInjector {
    /// Rejects unknown operations and error codes.
    pub fn new(arg: &[serve_args::Fault]) -> Result<FaultInjector> {
        arg.iter()
            .map(ActiveFault::new)
            .collect::<Result<_>>()
            .map(FaultInjector)
    }

    /// Returns the error if the operation must fail now.
    pub fn inject(&self, operation: &str) -> Result<(), ServiceError> {
        match self.next_fault(operation) {
            None => Ok(()),
            Some(code) => {
                let code = service_error::find_code(code)
                    .map_or("InternalErrorException", |(code, _)| code);
                Err(ServiceError::new(
                    code,
                    format!("{operation} fails because of --fault."),
                ))
            }
        }
    }

    /// Returns why the stream rejects a record now, if it must.
    pub fn stream_fault(&self) -> Option<String> {
        let code = self.next_fault(PUT_RECORD)?;
        Some(format!(
            "{PUT_RECORD} failed with {code}, because of --fault."
        ))
    }

    /// Counts the call for all faults of the operation, and returns the code of the first that is
    /// due.
    fn next_fault(&self, operation: &str) -> Option<&str> {
        let of_operation = self.0.iter().filter(|fault| fault.operation == operation);
        let next_fault: Vec<_> = of_operation.filter(|fault| fault.is_due()).collect();
        next_fault.first().map(|fault| fault.code.as_str())
    }
}

impl ActiveFault {
    fn new(arg: &serve_args::Fault) -> Result<ActiveFault> {
        let given_name = arg.operation.as_str();
        let Some(name) = find_operation(given_name) else {
            let names = all_operations().map(|operation| operation.name);
            let names: Vec<_> = names.chain([PUT_RECORD]).collect();
            return Err(Error::parameter(format!(
                "--fault: there is no operation '{given_name}'; there are {}.",
                names.join(", ")
            )));
        };
        if name != PUT_RECORD && service_error::find_code(&arg.code).is_none() {
            return Err(Error::parameter(format!(
                "--fault: there is no error '{}'; there are {}.",
                arg.code,
                service_error::all_codes().join(", ")
            )));
        }
        Ok(ActiveFault {
            operation: name,
            code: arg.code.clone(),
            rate: arg.rate,
            accumulated: Mutex::new(0.0),
        })
    }

    fn is_due(&self) -> bool {
        let mut accumulated = self
            .accumulated
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *accumulated += self.rate;
        // Ten times 0.1 is slightly less than 1.
        let is_due = *accumulated > 1.0 - 1e-9;
        if is_due {
            *accumulated -= 1.0;
        }
        is_due
    }
}

/// Returns the operation's name in the API, given that name or the subcommand of the AWS CLI.
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
        let arg: Vec<_> = texts
            .iter()
            .map(|text| serve_args::parse::fault(text).expect("it has the form"))
            .collect();
        FaultInjector::new(&arg)
    }

    #[test]
    fn spaces_faults_evenly() {
        for (rate, want) in [("0", 0), ("0.1", 10), ("0.25", 25), ("0.5", 50), ("1", 100)] {
            let faults = faults(&[&format!("ListRecords=TooManyRequestsException:{rate}")]);
            let faults = faults.expect("good");
            let failed = (0..100).filter(|_| faults.inject("ListRecords").is_err());
            assert_eq!(failed.count(), want, "{rate}");
            assert!(faults.inject("ListDatasets").is_ok());
        }
    }

    #[test]
    fn rejects_unknown_operations_and_codes() {
        let message = |text: &str| faults(&[text]).expect_err("rejected").message;
        assert!(message("Nope=InternalErrorException").contains("no operation 'Nope'"));
        assert!(message("ListRecords=Nope").contains("no error 'Nope'"));
        assert!(faults(&["PutRecord=Anything:1"]).is_ok());
    }

    #[test]
    fn accepts_operation_names_of_api_and_command_line() {
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
