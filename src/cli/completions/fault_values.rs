//! Candidates for the value of `serve --fault`, an operation and an error that it may return.

use super::candidate::Candidates;
use crate::model::all_operations;
use crate::serve_args::PUT_RECORD;

/// Candidates for `OPERATION=CODE:RATE`. No rate is offered.
pub(super) fn values(typed: &str) -> Candidates {
    let Some((name, error)) = typed.split_once('=') else {
        let operations = all_operations().map(|operation| (operation.name, operation.doc));
        let delivery = (PUT_RECORD, "Delivery of a record to a stream.");
        let operations = operations.chain([delivery]);
        return Candidates::of(operations.map(|(name, doc)| (format!("{name}="), doc))).open();
    };
    let mut operations = all_operations();
    let operation = operations.find(|operation| {
        name.eq_ignore_ascii_case(operation.name) || name.eq_ignore_ascii_case(&operation.command())
    });
    match operation {
        Some(operation) if !error.contains(':') => {
            let errors = operation.service_errors();
            // A rate may follow.
            let codes = Candidates::of(errors.map(|error| (error.code, error.doc))).open();
            codes.behind(name.len() + 1)
        }
        _ => Candidates::default(),
    }
}
