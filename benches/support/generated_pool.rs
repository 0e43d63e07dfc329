//! The responses of a generated identity pool: any number of identities with a dataset each.

use serde_json::{Value, json};

use super::stub::{Action, Received, ok};

/// Identities with a dataset each. The responses are made in advance, since the server takes CPU time
/// from the program.
pub struct GeneratedPool {
    identities: usize,
    datasets: String,
    records: String,
}

impl GeneratedPool {
    pub fn new(identities: usize, records: usize) -> GeneratedPool {
        let dataset =
            json!({"DatasetName": "d", "NumRecords": records, "DataStorage": 100 * records});
        let records: Vec<Value> = (0..records).map(record).collect();
        let records = json!({"DatasetExists": true, "DatasetSyncCount": 1, "Records": records});
        GeneratedPool {
            identities,
            datasets: json!({"Datasets": [dataset]}).to_string(),
            records: records.to_string(),
        }
    }

    /// Answers ListIdentities, ListDatasets and ListRecords.
    pub fn answer(&self, received: &Received) -> Action {
        let request = &received.request;
        match request.path.as_str() {
            "/" => ok(&self.identities(request.json().as_ref())),
            path if path.ends_with("/records") => ok(&self.records),
            _ => ok(&self.datasets),
        }
    }

    /// The response to ListIdentities.
    fn identities(&self, body: Option<&Value>) -> String {
        let token = body.and_then(|body| body["NextToken"].as_str()?.parse().ok());
        let start: usize = token.unwrap_or(0);
        let end = self.identities.min(start + 60);
        let listed = (start..end)
            .map(|number| json!({"IdentityId": format!("us-east-1:{number:012x}"), "Logins": []}));
        let listed: Vec<_> = listed.collect();
        let token = (end < self.identities).then(|| end.to_string());
        json!({"Identities": listed, "NextToken": token}).to_string()
    }
}

fn record(number: usize) -> Value {
    json!({"Key": format!("key-{number:04}"), "Value": "v".repeat(92), "SyncCount": 1,
        "LastModifiedDate": 1.412_974_057_151E9, "DeviceLastModifiedDate": 1.4E9,
        "LastModifiedBy": "123456789012"})
}
