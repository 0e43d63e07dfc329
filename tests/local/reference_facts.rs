//! The facts about the real service that public tests or captured responses confirm: the numbered
//! list at the end of the project's reference, with its numbers.

use serde_json::json;

use super::{Dataset, IDENTITY, POOL, percent_encode, pool, remove, replace};
use crate::support::service::Service;

#[test]
fn n1_names_violated_constraints() {
    let service = Service::start(&[]);
    let rejected = service.request(
        "GET",
        "/identitypools/INVALID/identities/A:B:C/datasets",
        None,
    );
    let (status, code, message) = rejected.error();
    assert_eq!((status, code.as_str()), (400, "InvalidParameterException"));
    assert!(
        message.starts_with("2 validation errors detected: "),
        "{message}"
    );
}

#[test]
fn n2_names_unknown_identity_pool() {
    let service = Service::start(&[]);
    let rejected = service.request("GET", &pool(""), None).error();
    let message = format!("IdentityPool '{POOL}' not found.");
    assert_eq!(rejected, (404, "ResourceNotFoundException".into(), message));
}

#[test]
fn n3_creates_dataset_with_first_update() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "new");
    let listed = dataset.list("").json();
    assert_eq!(listed["DatasetSyncCount"], 0);
    assert_eq!(listed["DatasetExists"], false);
    assert_eq!(listed["Records"], json!([]));
    let token = listed["SyncSessionToken"].as_str().expect("a token");
    let updated = dataset
        .update_with(token, json!([replace("k", "v", 0)]))
        .json();
    assert_eq!(updated["Records"][0]["SyncCount"], 1);
    let listed = dataset.list("").json();
    assert_eq!(listed["DatasetSyncCount"], 1);
    assert_eq!(listed["DatasetExists"], true);
    assert_eq!(listed["Records"][0]["Value"], "v");
}

#[test]
fn n4_update_ends_session() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let token = dataset.token();
    let query = format!("syncSessionToken={}", percent_encode(&token));
    let continued = dataset.list(&query).json();
    assert_eq!(continued["SyncSessionToken"], token);
    dataset
        .update_with(&token, json!([replace("k", "v", 0)]))
        .json();
    let message = "SyncSessionToken not valid for these inputs";
    let refusal = (
        400,
        "InvalidParameterException".to_owned(),
        message.to_owned(),
    );
    assert_eq!(dataset.list(&query).error(), refusal);
    let again = dataset.update_with(&token, json!([replace("k", "w", 1)]));
    assert_eq!(again.error(), refusal);
}

#[test]
fn n5_rejects_sync_count_that_never_existed() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    for count in ["2", "37", "-1", "9223372036854775807"] {
        let (status, code, message) = dataset.list(&format!("lastSyncCount={count}")).error();
        assert_eq!((status, code.as_str()), (400, "InvalidParameterException"));
        assert_eq!(
            message,
            format!("No such SyncCount: {count} exists for this Dataset")
        );
    }
    let patch = dataset.update(json!([replace("k", "w", 2)])).error();
    assert_eq!(patch.2, "No such SyncCount: 2 exists for this Dataset");
}

#[test]
fn n6_reports_deleted_dataset_and_restores_it() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    dataset.update(json!([replace("k", "w", 1)])).json();
    let deleted = dataset.delete().json();
    assert_eq!(
        deleted["Dataset"]["NumRecords"], 1,
        "the figures are those before"
    );
    assert_eq!(dataset.describe().error().0, 404);
    assert_eq!(dataset.delete().error().1, "ResourceNotFoundException");
    let flags = |query: &str| {
        let listed = dataset.list(query).json();
        let flag = |name: &str| listed[name].as_bool().expect("a flag");
        let deleted = flag("DatasetDeletedAfterRequestedSyncCount");
        (
            flag("DatasetExists"),
            deleted,
            listed["DatasetSyncCount"].clone(),
        )
    };
    assert_eq!(flags("lastSyncCount=2"), (false, true, json!(3)));
    assert_eq!(flags("lastSyncCount=3"), (false, false, json!(3)));
    assert_eq!(flags("lastSyncCount=0"), (false, false, json!(3)));
    let again = dataset.update(json!([replace("k", "new", 0)])).json();
    assert_eq!(again["Records"][0]["SyncCount"], 4);
    assert_eq!(flags("lastSyncCount=2"), (true, true, json!(4)));
    assert_eq!(flags("lastSyncCount=3"), (true, false, json!(4)));
    assert_eq!(flags("lastSyncCount=0"), (true, false, json!(4)));
}

#[test]
fn n7_rejects_stale_sync_count_as_conflict() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("user", "v", 0)])).json();
    let token = dataset.token();
    let patches = json!([replace("other", "x", 0), replace("user", "w", 0)]);
    let rejected = dataset.update_with(&token, patches);
    let message = "Current SyncCount for: user is: 1 not: 0";
    assert_eq!(
        rejected.error(),
        (409, "ResourceConflictException".into(), message.into())
    );
    assert_eq!(rejected.body, format!("{{\"message\":\"{message}\"}}"));
    let listed = dataset.list("").json();
    assert_eq!(listed["DatasetSyncCount"], 1, "nothing was changed");
    assert_eq!(listed["Count"], 1);
    // A rejected update leaves the session open: clients use the token again.
    dataset
        .update_with(&token, json!([replace("user", "w", 1)]))
        .json();
}

#[test]
fn n8_rejects_token_of_another_dataset() {
    let service = Service::start(&[]);
    let token = Dataset::new(&service, "one").token();
    let other = Dataset::new(&service, "two");
    let rejected = other
        .update_with(&token, json!([replace("k", "v", 0)]))
        .error();
    assert_eq!(rejected.1, "InvalidParameterException");
    assert_eq!(rejected.2, "SyncSessionToken not valid for these inputs");
}

#[test]
fn n9_lists_full_dataset_on_one_page_and_pages_without_token() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let patches: Vec<_> = (0..1024)
        .map(|n| replace(&format!("k{n:04}"), "v", 0))
        .collect();
    dataset.update(json!(patches)).json();
    let all = dataset.list("").json();
    assert_eq!(all["Records"].as_array().map(Vec::len), Some(1024));
    assert_eq!(all.get("NextToken"), None);
    let mut keys = Vec::new();
    let mut query = "maxResults=300".to_owned();
    loop {
        let page = dataset.list(&query).json();
        assert!(
            page["SyncSessionToken"].is_string(),
            "every page has a token"
        );
        let records = page["Records"].as_array().expect("records").clone();
        keys.extend(
            records
                .iter()
                .map(|record| record["Key"].as_str().map(str::to_owned)),
        );
        let Some(next) = page["NextToken"].as_str() else {
            break;
        };
        query = format!("maxResults=300&nextToken={}", percent_encode(next));
    }
    let want: Vec<_> = (0..1024).map(|n| Some(format!("k{n:04}"))).collect();
    assert_eq!(keys, want);
}

#[test]
fn n10_keeps_sync_count_of_removed_record() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset
        .update(json!([replace("k", "v", 0), replace("l", "v", 0)]))
        .json();
    let removed = dataset.update(json!([remove("k", 1)])).json();
    assert_eq!(removed["Records"][0].get("Value"), None);
    let listed = dataset.list("lastSyncCount=1").json();
    assert_eq!(listed["Count"], 1, "what has not changed since is left out");
    assert_eq!(listed["Records"][0]["Key"], "k");
    assert_eq!(listed["Records"][0]["SyncCount"], 2);
    assert_eq!(listed["Records"][0].get("Value"), None);
    let stale = dataset.update(json!([replace("k", "w", 1)])).error();
    assert_eq!(stale.2, "Current SyncCount for: k is: 2 not: 1");
    let again = dataset.update(json!([replace("k", "w", 2)])).json();
    assert_eq!(again["Records"][0]["SyncCount"], 3);
}

#[test]
fn n11_allows_every_preflight_of_this_machine() {
    let service = Service::start(&["--credentials", "A:s"]);
    let asked = [
        ("origin", "http://localhost:3000"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,x-amz-date"),
    ];
    let path = pool(&format!("/identities/{IDENTITY}/datasets/d"));
    let response = service.request_with("OPTIONS", &path, &asked, None);
    assert_eq!((response.status, response.body.as_str()), (200, ""));
    let table = [
        ("content-length", "0"),
        ("access-control-allow-origin", "http://localhost:3000"),
        ("vary", "Origin"),
        ("access-control-allow-methods", "POST"),
        ("access-control-allow-headers", "authorization,x-amz-date"),
        ("access-control-max-age", "172800"),
        (
            "access-control-expose-headers",
            "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
        ),
    ];
    for (name, want) in table {
        assert_eq!(response.header(name), Some(want), "{name}");
    }
    assert!(response.header("x-amzn-requestid").is_some());
    let rejected = service.request_with("GET", &path, &asked[..1], None);
    assert_eq!(rejected.status, 403, "the request itself must be signed");
    let allowed = rejected.header("access-control-allow-origin");
    assert_eq!(allowed, Some("http://localhost:3000"));
}
