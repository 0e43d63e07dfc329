//! Usage and limits: stored bytes, the maximum numbers of datasets and records, and paginated
//! lists.

use serde_json::{Value, json};

use super::{Dataset, IDENTITY, POOL, percent_encode, pool, remove, replace};
use crate::support::service::Service;

fn storage(service: &Service) -> (Value, Value, Value) {
    let of_pool = service.request("GET", &pool(""), None).json();
    let of_identity = service
        .request("GET", &pool(&format!("/identities/{IDENTITY}")), None)
        .json();
    let usage = &of_identity["IdentityUsage"];
    (
        of_pool["IdentityPoolUsage"]["DataStorage"].clone(),
        usage["DataStorage"].clone(),
        usage["DatasetCount"].clone(),
    )
}

#[test]
fn counts_bytes_of_keys_and_values() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset
        .update(json!([replace("ké", "€", 0), replace("x", "12345", 0)]))
        .json();
    assert_eq!(storage(&service), (json!(12), json!(12), json!(1)));
    let described = dataset.describe().json();
    assert_eq!(described["Dataset"]["DataStorage"], 12);
    assert_eq!(described["Dataset"]["NumRecords"], 2);
    dataset
        .update(json!([replace("ké", "", 1), remove("x", 1)]))
        .json();
    let described = dataset.describe().json();
    assert_eq!(described["Dataset"]["DataStorage"], 3);
    assert_eq!(described["Dataset"]["NumRecords"], 1);
    Dataset::new(&service, "e")
        .update(json!([replace("k", "v", 0)]))
        .json();
    assert_eq!(storage(&service), (json!(5), json!(5), json!(2)));
    dataset.delete().json();
    assert_eq!(storage(&service), (json!(2), json!(2), json!(1)));
}

#[test]
fn rejects_usage_of_unknown_pools_and_identities() {
    let service = Service::start(&[]);
    let identity = pool(&format!("/identities/{IDENTITY}"));
    assert_eq!(service.request("GET", &identity, None).error().0, 404);
    let datasets = pool(&format!("/identities/{IDENTITY}/datasets"));
    let empty = service.request("GET", &datasets, None);
    assert_eq!(empty.body, "{\"Count\":0,\"Datasets\":[]}");
    assert_eq!(
        service.request("GET", &pool(""), None).error().0,
        404,
        "listing made no pool"
    );
    Dataset::new(&service, "d").token();
    service.request("GET", &pool(""), None).json();
    let (status, code, message) = service.request("GET", &identity, None).error();
    assert_eq!((status, code.as_str()), (404, "ResourceNotFoundException"));
    assert_eq!(message, format!("Identity '{IDENTITY}' not found."));
}

#[test]
fn limits_identity_to_20_datasets() {
    let service = Service::start(&[]);
    let name = |n: usize| format!("d{n:02}");
    for n in 0..20 {
        Dataset::new(&service, &name(n))
            .update(json!([replace("k", "v", 0)]))
            .json();
    }
    let one_more = Dataset::new(&service, "more");
    let (status, code, _) = one_more.update(json!([replace("k", "v", 0)])).error();
    assert_eq!((status, code.as_str()), (400, "LimitExceededException"));
    Dataset::new(&service, "d00")
        .update(json!([replace("k", "w", 1)]))
        .json();
    Dataset::new(&service, "d01").delete().json();
    one_more.update(json!([replace("k", "v", 0)])).json();
    let again = Dataset::new(&service, "d01")
        .update(json!([replace("k", "v", 0)]))
        .error();
    assert_eq!(
        again.1, "LimitExceededException",
        "living again counts, too"
    );
    let datasets = pool(&format!("/identities/{IDENTITY}/datasets"));
    let all = service.request("GET", &datasets, None).json();
    assert_eq!(
        all["Count"], 20,
        "all come on one page where none is asked for"
    );
    let mut names = Vec::new();
    let mut target = format!("{datasets}?maxResults=7");
    loop {
        let page = service.request("GET", &target, None).json();
        let datasets_of_page = page["Datasets"].as_array().expect("datasets").iter();
        names.extend(
            datasets_of_page.map(|d| d["DatasetName"].as_str().expect("a name").to_owned()),
        );
        let Some(next) = page["NextToken"].as_str() else {
            break;
        };
        target = format!("{datasets}?maxResults=7&nextToken={}", percent_encode(next));
    }
    let want: Vec<_> = (0..20)
        .filter(|n| *n != 1)
        .map(name)
        .chain(["more".to_owned()])
        .collect();
    assert_eq!(names, want);
}

#[test]
fn limits_dataset_to_1024_records_and_a_megabyte() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let patches: Vec<_> = (0..1025)
        .map(|n| replace(&format!("k{n}"), "v", 0))
        .collect();
    let rejected = dataset.update(json!(patches)).error();
    assert_eq!(
        (rejected.0, rejected.1.as_str()),
        (400, "LimitExceededException")
    );
    assert_eq!(
        dataset.list("").json()["DatasetExists"],
        false,
        "nothing is half done"
    );
    dataset.update(json!(patches[..1024])).json();
    assert_eq!(
        dataset.update(json!([replace("more", "v", 0)])).error().1,
        "LimitExceededException"
    );
    // A removed record makes room for another one.
    dataset
        .update(json!([remove("k0", 1), replace("more", "v", 0)]))
        .json();

    let large = Dataset::new(&service, "large");
    let value = "x".repeat((1 << 20) - 3);
    large.update(json!([replace("k1", &value, 0)])).json();
    assert_eq!(
        large.update(json!([replace("k2", "", 0)])).error().1,
        "LimitExceededException"
    );
    large.update(json!([replace("a", "", 0)])).json();
    assert_eq!(
        large.update(json!([replace("b", "", 0)])).error().1,
        "LimitExceededException"
    );
}

#[test]
fn lists_identity_pools_in_pages() {
    let service = Service::start(&[]);
    let ids: Vec<_> = (0..5).map(|n| format!("us-east-1:{n}")).collect();
    for id in &ids {
        let target = format!("/identitypools/{id}/configuration");
        service.request("POST", &target, Some(json!({}))).json();
    }
    let first = service
        .request("GET", "/identitypools?maxResults=2", None)
        .json();
    assert_eq!(
        (&first["Count"], &first["MaxResults"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(
        first["NextToken"], "dXMtZWFzdC0xOjE=",
        "base64 of the last pool's id"
    );
    assert_eq!(first["IdentityPoolUsages"][1]["DataStorage"], 0);
    let mut found = Vec::new();
    let mut target = "/identitypools?maxResults=2".to_owned();
    loop {
        let page = service.request("GET", &target, None).json();
        let usages = page["IdentityPoolUsages"]
            .as_array()
            .expect("usages")
            .clone();
        found.extend(
            usages
                .iter()
                .map(|u| u["IdentityPoolId"].as_str().expect("an id").to_owned()),
        );
        let Some(next) = page["NextToken"].as_str() else {
            break;
        };
        target = format!(
            "/identitypools?maxResults=2&nextToken={}",
            percent_encode(next)
        );
    }
    assert_eq!(found, ids);
    assert!(!found.contains(&POOL.to_owned()));
}
