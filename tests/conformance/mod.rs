//! The conformance corpus (`corpus.jsonl`): what AWS CLI 2.36.7 did with some 700 command
//! lines, each run here with the program and compared by the rules of the kit that recorded
//! it. One test an area, so that `cargo test conformance` shows what is done.
//!
//! The corpus is measured data and is not edited. An area that is not built yet stands in
//! `NOT_YET`; its test then fails as soon as the area passes, so that the list only shrinks.

mod comparison;
mod corpus;
mod document;
mod message;
mod runner;
mod yaml;

use std::collections::BTreeSet;

/// Areas in which at least one case still fails. Never add one: it only shrinks.
const NOT_YET: &[&str] = &[];

macro_rules! areas {
    ($($test:ident: $area:literal,)*) => {
        /// The areas that have a test.
        const TESTED: &[&str] = &[$($area),*];

        $(
            #[test]
            fn $test() {
                runner::check_area($area, NOT_YET.contains(&$area));
            }
        )*
    };
}

areas! {
    call: "call",
    cliinput: "cliinput",
    config: "config",
    error: "error",
    errorformat: "errorformat",
    json: "json",
    output_fuzz: "output-fuzz",
    output_json: "output-json",
    output_off: "output-off",
    output_table: "output-table",
    output_text: "output-text",
    output_yaml: "output-yaml",
    output_yaml_stream: "output-yaml-stream",
    paramfile: "paramfile",
    query: "query",
    query_fuzz: "query-fuzz",
    retry: "retry",
    shorthand: "shorthand",
    skeleton: "skeleton",
    usage: "usage",
    validate: "validate",
}

#[test]
fn every_area_of_the_corpus_has_a_test() {
    let tested: BTreeSet<&str> = TESTED.iter().copied().collect();
    let present: BTreeSet<&str> = corpus::cases().iter().map(corpus::Case::area).collect();
    assert_eq!(tested, present);
}

/// That a listed area also still fails is asserted by the area's own test.
#[test]
fn every_area_not_built_yet_exists_once() {
    let listed: BTreeSet<&str> = NOT_YET.iter().copied().collect();
    assert_eq!(listed.len(), NOT_YET.len(), "NOT_YET names an area twice");
    let unknown: Vec<_> = listed
        .iter()
        .filter(|area| !TESTED.contains(area))
        .collect();
    assert!(unknown.is_empty(), "no such area: {unknown:?}");
}
