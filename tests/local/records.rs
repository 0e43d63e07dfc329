//! Listing and updating records beyond the facts of `reference`: the form of responses, malformed
//! patches, pages during concurrent writes, and merges.

use serde_json::{Value, json};

use super::{Dataset, Headers, IDENTITY, percent_encode, pool, remove, replace};
use crate::support::service::Service;

#[test]
fn responses_have_form_of_real_service() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let patch = json!([{"Op": "replace", "Key": "k", "Value": "é", "SyncCount": 0,
        "DeviceLastModifiedDate": 1_700_574_875.82}]);
    let token = dataset.token();
    let answer = dataset.update_with(&token, patch);
    let moment = |answer: &str| {
        let (_, rest) = answer
            .split_once("\"LastModifiedDate\":")
            .expect("a moment");
        rest.split(',').next().expect("more behind it").to_owned()
    };
    let modified = moment(&answer.body);
    let (digits, exponent) = modified.split_once('E').expect("a double as Java has it");
    assert!(digits.starts_with("1.") && exponent == "9", "{modified}");
    let want = format!(
        "{{\"Records\":[{{\"DeviceLastModifiedDate\":1.70057487582E9,\"Key\":\"k\",\
         \"LastModifiedBy\":\"123456789012\",\"LastModifiedDate\":{modified},\"SyncCount\":1,\
         \"Value\":\"é\"}}]}}"
    );
    assert_eq!(answer.body, want);
    let names: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    for name in [
        "Content-Type",
        "X-Amzn-Requestid",
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
        "Date",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn reports_last_modified_by() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let session = [("x-amz-security-token", "t")];
    let table: [(Headers<'_>, Option<&str>, &str); 3] = [
        (&[], None, "123456789012"),
        (&session, None, IDENTITY),
        (&session, Some("device-1"), "device-1"),
    ];
    for (count, (headers, device, want)) in (0i64..).zip(table) {
        let body = json!({"SyncSessionToken": dataset.token(), "DeviceId": device,
            "RecordPatches": [replace("k", "v", count)]});
        let target = dataset.path("");
        let answer = service
            .request_with("POST", &target, headers, Some(body))
            .json();
        assert_eq!(answer["Records"][0]["LastModifiedBy"], want);
        assert_eq!(dataset.list("").json()["LastModifiedBy"], want);
        assert_eq!(dataset.describe().json()["Dataset"]["LastModifiedBy"], want);
    }
}

#[test]
fn rejects_malformed_patches_without_changes() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let bad_value = "x".repeat(1_048_576);
    let table = [
        (
            json!([replace("k", "v", 0), replace("k", "w", 0)]),
            "patched more than once",
        ),
        (
            json!([{"Op": "replace", "Key": "k", "SyncCount": 0}]),
            "has no Value",
        ),
        (
            json!([{"Op": "add", "Key": "k", "SyncCount": 0}]),
            "enum value set: [replace, remove]",
        ),
        (
            json!([{"Op": "remove", "SyncCount": 0}]),
            "recordPatches.1.member.key",
        ),
        (
            json!([{"Op": "remove", "Key": "k"}]),
            "recordPatches.1.member.syncCount",
        ),
        (json!([replace("", "v", 0)]), "greater than or equal to 1"),
        (
            json!([replace(&"k".repeat(1025), "v", 0)]),
            "less than or equal to 1024",
        ),
        (
            json!([replace("k", &bad_value, 0)]),
            "less than or equal to 1048575",
        ),
        (
            json!([{"Op": "remove", "Key": "k", "SyncCount": 0, "DeviceLastModifiedDate": 1e300}]),
            "DeviceLastModifiedDate",
        ),
    ];
    for (patches, part) in table {
        let (status, code, message) = dataset.update(patches).error();
        assert_eq!((status, code.as_str()), (400, "InvalidParameterException"));
        assert!(
            message.contains(part),
            "{part}: {}",
            &message[..message.len().min(300)]
        );
    }
    let mistyped = dataset
        .update(json!([{"Op": "remove", "Key": 1, "SyncCount": 0}]))
        .error();
    assert_eq!(mistyped.1, "SerializationException");
    assert_eq!(dataset.list("").json()["DatasetExists"], false);
}

#[test]
fn update_without_patches_changes_nothing() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let token = dataset.token();
    assert_eq!(
        dataset.update_with(&token, json!([])).body,
        "{\"Records\":[]}"
    );
    let body = Some(json!({"SyncSessionToken": token}));
    let answer = service.request("POST", &dataset.path(""), body);
    assert_eq!(answer.body, "{\"Records\":[]}");
    assert_eq!(dataset.list("").json()["DatasetExists"], false);
    dataset
        .update_with(&token, json!([replace("k", "v", 0)]))
        .json();
}

#[test]
fn accepts_sync_counts_up_to_count_of_dataset() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("old", "v", 0)])).json();
    dataset.update(json!([replace("other", "v", 0)])).json();
    // Clients that work with the real service send the dataset's count for every key.
    let updated = dataset
        .update(json!([replace("old", "w", 2), replace("new", "v", 2)]))
        .json();
    assert_eq!(updated["Records"][0]["SyncCount"], 3);
    assert_eq!(updated["Records"][1]["SyncCount"], 3);
    let removed = dataset.update(json!([remove("never there", 0)])).json();
    assert_eq!(removed["Records"][0]["SyncCount"], 4);
    let removed = json!([{"Op": "remove", "Key": "new", "Value": "", "SyncCount": 3}]);
    assert_eq!(
        dataset.update(removed).json()["Records"][0].get("Value"),
        None
    );
}

#[test]
fn next_sync_finds_writes_between_pages() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    let keys = ["a", "b", "c", "d"];
    let patches: Vec<Value> = keys.iter().map(|key| replace(key, "v", 0)).collect();
    dataset.update(json!(patches)).json();
    let first = dataset.list("maxResults=2").json();
    dataset.update(json!([replace("a", "changed", 1)])).json();
    let next = percent_encode(first["NextToken"].as_str().expect("more"));
    let second = dataset
        .list(&format!("maxResults=2&nextToken={next}"))
        .json();
    assert_eq!(second["Records"][0]["Key"], "c");
    assert_eq!(second.get("NextToken"), None);
    let count = second["DatasetSyncCount"].as_i64().expect("a count");
    let later = dataset.list(&format!("lastSyncCount={count}")).json();
    assert_eq!(later["Records"][0]["Value"], "changed");
}

#[test]
fn rejects_invalid_page_sizes_and_tokens() {
    let service = Service::start(&[]);
    let dataset = Dataset::new(&service, "d");
    for query in [
        "maxResults=0",
        "maxResults=-1",
        "maxResults=x",
        "nextToken=%3F",
        "nextToken=YQ%3D%3D",
        // -5: and 99:a
        "nextToken=LTU6",
        "nextToken=OTk6YQ%3D%3D",
    ] {
        let (status, code, _) = dataset.list(query).error();
        assert_eq!(
            (status, code.as_str()),
            (400, "InvalidParameterException"),
            "{query}"
        );
    }
}

#[test]
fn reports_merged_datasets_until_they_are_deleted() {
    let service = Service::start(&[]);
    let merged = "d.us-east-1:11111111-2222-3333-4444-555555555555";
    for name in ["d", merged, "d.us-east-1:1", "d.other", "dd", "e"] {
        Dataset::new(&service, name)
            .update(json!([replace("k", "v", 0)]))
            .json();
    }
    let dataset = Dataset::new(&service, "d");
    assert_eq!(
        dataset.list("").json()["MergedDatasetNames"],
        json!([merged])
    );
    assert_eq!(
        Dataset::new(&service, "e")
            .list("")
            .json()
            .get("MergedDatasetNames"),
        None
    );
    Dataset::new(&service, merged).delete().json();
    assert_eq!(dataset.list("").json().get("MergedDatasetNames"), None);
}

#[test]
fn accepts_escaped_and_plain_paths() {
    let service = Service::start(&[]);
    Dataset::new(&service, "a.b_c-d:e")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let path = pool(&format!("/identities/{IDENTITY}/datasets/a.b_c-d:e"));
    let percent_encode = path.replace(':', "%3A");
    assert_eq!(
        service.request("GET", &percent_encode, None).json(),
        service.request("GET", &path, None).json()
    );
    // Old clients send a target besides the path, which is ignored.
    let target = [
        ("x-amz-target", "AWSCognitoSyncService.DeleteDataset"),
        ("content-type", "application/x-amz-json-1.0"),
    ];
    service.request_with("GET", &path, &target, None).json();
    service.request("GET", &path, None).json();
}
