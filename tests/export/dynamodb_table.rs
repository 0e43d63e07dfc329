//! The table that the README makes for exported items, its query and its policy: they agree with
//! the items that `export` writes.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::record_server::{RecordServer, id};

/// The JSON that follows this line of the README, up to the line `end`.
fn readme_json(start: &str, end: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(path).expect("README.md is there");
    let (_, rest) = readme
        .split_once(&format!("\n{start}\n"))
        .unwrap_or_else(|| panic!("no line {start}"));
    let (json, _) = rest.split_once(&format!("\n{end}\n")).expect("an end");
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{start}: {error}"))
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// The name of the key attribute with this role.
fn key<'a>(table: &'a Value, role: &str) -> &'a str {
    let schema = table["KeySchema"].as_array().expect("a list");
    let mut of_role = schema.iter().filter(|key| key["KeyType"] == role);
    text(&of_role.next().expect("a key")["AttributeName"])
}

fn table() -> Value {
    readme_json("cat > table.json <<'JSON'", "JSON")
}

fn query() -> Value {
    readme_json("cat > query.json <<JSON", "JSON")
}

/// The items of a pool of two identities, each with two datasets of three records.
fn items() -> Vec<Value> {
    let server = RecordServer::new(2);
    let outcome = server.export(&["--format", "dynamodb-json", "--to", "items.json"]);
    assert_eq!(outcome.status, 0, "{outcome:?}");
    let lines = fs::read_to_string(server.path("items.json")).expect("items");
    let items = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let items: Vec<_> = items.map(|line| line["Item"].clone()).collect();
    assert_eq!(items.len(), 12);
    items
}

#[test]
fn keys_of_table_are_attributes_of_items() {
    let (table, items) = (table(), items());
    let (hash, range) = (key(&table, "HASH"), key(&table, "RANGE"));
    let definitions = table["AttributeDefinitions"].as_array().expect("a list");
    // DynamoDB accepts definitions of key attributes only.
    let mut defined: Vec<_> = definitions
        .iter()
        .map(|definition| text(&definition["AttributeName"]))
        .collect();
    defined.sort_unstable();
    assert_eq!(defined, [hash, range]);
    let mut keys = Vec::new();
    for item in &items {
        for definition in definitions {
            let value = &item[text(&definition["AttributeName"])];
            let members = value.as_object().expect("an attribute");
            let types: Vec<_> = members.keys().collect();
            assert_eq!(types, [text(&definition["AttributeType"])]);
        }
        keys.push((text(&item[hash]["S"]), text(&item[range]["S"])));
    }
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), items.len(), "keys are unique");
}

#[test]
fn query_selects_dataset_of_identity() {
    let (table, query) = (table(), query());
    let placeholders = query["ExpressionAttributeNames"]
        .as_object()
        .expect("names");
    let mut condition = text(&query["KeyConditionExpression"]).to_string();
    for (placeholder, name) in placeholders {
        condition = condition.replace(placeholder, text(name));
    }
    let (hash, range) = (key(&table, "HASH"), key(&table, "RANGE"));
    assert_eq!(
        condition,
        format!("{hash} = :identity AND begins_with({range}, :dataset)")
    );
    let values = &query["ExpressionAttributeValues"];
    assert_eq!(values[":identity"]["S"], "$IDENTITY");
    let dataset = text(&values[":dataset"]["S"]);
    let dataset = dataset.strip_suffix('#').expect("a dataset and #");
    assert_eq!(query["TableName"], table["TableName"]);
    // The attributes that the query prints, and how the sort key of each item is made.
    for item in items() {
        let (name, key) = (text(&item["Dataset"]["S"]), text(&item["Key"]["S"]));
        assert_eq!(item[range]["S"], format!("{name}#{key}"));
        assert!(item["Value"]["S"].is_string());
        assert!(!dataset.contains('#') && !name.contains('#'));
    }
}

#[test]
fn policy_allows_items_of_own_identity_only() {
    let (table, items) = (table(), items());
    let start = "With this policy, the role of the identity pool lets each identity reach its own rows:\n\n```json";
    let policy = readme_json(start, "```");
    let [statement] = policy["Statement"].as_array().expect("a list").as_slice() else {
        panic!("one statement: {policy}")
    };
    assert_eq!(statement["Effect"], "Allow");
    let resource = text(&statement["Resource"]);
    let table_name = text(&table["TableName"]);
    assert!(resource.ends_with(&format!(":table/{table_name}")));
    // The operations whose request names partition keys, which the condition is about: no Scan.
    let of_items = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"];
    for action in statement["Action"].as_array().expect("a list") {
        let action = text(action)
            .strip_prefix("dynamodb:")
            .expect("an action of DynamoDB");
        assert!(of_items.contains(&action), "{action}");
    }
    let own = "${cognito-identity.amazonaws.com:sub}";
    let condition = &statement["Condition"]["ForAllValues:StringEquals"];
    assert_eq!(
        condition["dynamodb:LeadingKeys"].as_array().expect("keys"),
        &[own]
    );
    // What the variable stands for is an identity's id, and so is the partition key.
    let hash = key(&table, "HASH");
    let ids = [id(0), id(1)];
    assert!(
        items
            .iter()
            .all(|item| ids.iter().any(|id| item[hash]["S"] == **id))
    );
}

#[test]
fn bulk_put_reads_what_import_reads() {
    let bulk = readme_json("cat > bulk-put-items.json <<'JSON'", "JSON");
    assert_eq!(bulk["TableName"], table()["TableName"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(path).expect("README.md is there");
    let input = &bulk["InputS3Configuration"];
    let (bucket, prefix) = (text(&input["S3Bucket"]), text(&input["S3KeyPrefix"]));
    let import = [
        format!("--input-format {}", text(&input["InputFormat"])),
        format!(
            "--input-compression-type {}",
            text(&input["InputCompressionType"])
        ),
        format!("--s3-bucket-source S3Bucket={bucket},S3KeyPrefix={prefix}"),
        format!("aws s3 cp items.json.gz s3://{bucket}/{prefix}"),
    ];
    for part in import {
        assert!(readme.contains(&part), "{part}");
    }
    let output = text(&bulk["OutputS3Configuration"]["S3KeyPrefix"]);
    assert!(
        !output.starts_with(prefix),
        "what failed would be read again"
    );
}
