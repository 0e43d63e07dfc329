//! Random requests by a seed, as a few devices, developers and faulty programs might send them:
//! valid, late or invalid ones. `reference_model` knows the responses.

use serde_json::{Map, Value, json};

use super::reference_model::ReferenceModel;
use crate::local::percent_encode;

/// A request by its meaning.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static str,
    pub(crate) pool: String,
    pub(crate) identity: String,
    pub(crate) dataset: String,
    pub(crate) device: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    /// Whether it has credentials of an identity.
    pub(crate) by_identity: bool,
}

impl Request {
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns the member of the body, if there is one.
    pub(crate) fn body_value(&self, name: &str) -> Option<&Value> {
        self.body.as_ref()?.get(name)
    }

    pub(crate) fn method(&self) -> &'static str {
        match self.operation {
            "DeleteDataset" | "UnsubscribeFromDataset" => "DELETE",
            "GetBulkPublishDetails"
            | "BulkPublish"
            | "RegisterDevice"
            | "SetCognitoEvents"
            | "SetIdentityPoolConfiguration"
            | "SubscribeToDataset"
            | "UpdateRecords" => "POST",
            _ => "GET",
        }
    }

    pub(crate) fn target(&self) -> String {
        let pool = format!("/identitypools/{}", self.pool);
        let identity = format!("{pool}/identities/{}", self.identity);
        let dataset = format!("{identity}/datasets/{}", self.dataset.replace(' ', "%20"));
        let path = match self.operation {
            "BulkPublish" => format!("{pool}/bulkpublish"),
            "DescribeIdentityPoolUsage" => pool,
            "DescribeIdentityUsage" => identity,
            "GetBulkPublishDetails" => format!("{pool}/getBulkPublishDetails"),
            "GetCognitoEvents" | "SetCognitoEvents" => format!("{pool}/events"),
            "GetIdentityPoolConfiguration" | "SetIdentityPoolConfiguration" => {
                format!("{pool}/configuration")
            }
            "ListDatasets" => format!("{identity}/datasets"),
            "ListIdentityPoolUsage" => "/identitypools".to_owned(),
            "ListRecords" => format!("{dataset}/records"),
            "RegisterDevice" => format!("{pool}/identity/{}/device", self.identity),
            "SubscribeToDataset" | "UnsubscribeFromDataset" => {
                format!("{dataset}/subscriptions/{}", self.device)
            }
            _ => dataset,
        };
        let pairs = self.query.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        format!("{path}?{}", pairs.join("&"))
    }
}

const POOLS: [&str; 3] = [
    "us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
    "eu-west-1:00000000-0000-4000-8000-000000000001",
    "us-east-1:ffffffff-ffff-4fff-8fff-ffffffffffff",
];
/// A pool that no request writes to.
const UNKNOWN: &str = "us-east-1:11111111-1111-4111-8111-111111111111";
const IDENTITIES: [&str; 3] = [
    "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b",
    "us-east-1:00000000-1111-4222-8333-444444444444",
    "eu-west-1:0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c3d",
];
/// Some have the names that merges create, and some almost.
const DATASETS: [&str; 6] = [
    "d",
    "d.us-east-1:00000000-1111-4222-8333-444444444444",
    "d.eu-west-1:0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c3d",
    "d.us-east-1:more",
    "d-2",
    "Settings",
];
/// A dataset that gets more records than others.
const LARGE: &str = "large";
/// The number of datasets of the identity with many.
const MANY: usize = 26;
const KEYS: [&str; 5] = ["a", "b", "B", "with space/and:more", "ключ ☃"];
const VALUES: [&str; 5] = [
    "v",
    "",
    "other",
    "☃ \"quoted\" \\ and\nlines",
    "{\"a\":[1]}",
];
const DEVICE_TOKENS: [&str; 2] = ["first", "second"];
const PLATFORMS: [&str; 4] = ["APNS", "APNS_SANDBOX", "GCM", "ADM"];

/// A pseudo-random number generator (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).expect("it fits");
        usize::try_from(self.next() % limit).expect("it fits")
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// The generator of requests.
pub(crate) struct Requests {
    pub(crate) random: Random,
    /// Requests for next pages, whose tokens are in earlier responses.
    pub(crate) pages: Vec<Request>,
}

impl Requests {
    /// Returns the next request, given the expected state of the service.
    pub(crate) fn next(&mut self, model: &ReferenceModel) -> Request {
        if !self.pages.is_empty() && self.random.one_in(3) {
            let at = self.random.below(self.pages.len());
            return self.pages.swap_remove(at);
        }
        let mut request = self.without_operation();
        match self.random.below(100) {
            0..36 => self.update(&mut request, model),
            36..54 => self.list(&mut request, model),
            54..57 => request.operation = "DescribeDataset",
            57..62 => request.operation = "DeleteDataset",
            62..67 => self.choose_page(&mut request, "ListDatasets"),
            67..70 => request.operation = "DescribeIdentityUsage",
            70..73 => request.operation = "DescribeIdentityPoolUsage",
            73..76 => self.choose_page(&mut request, "ListIdentityPoolUsage"),
            76..80 => self.register(&mut request),
            80..88 => self.subscribe(&mut request, model),
            88..90 => request.operation = "GetIdentityPoolConfiguration",
            90..93 => self.configure(&mut request),
            93..94 => request.operation = "GetCognitoEvents",
            94..97 => self.set_events(&mut request),
            97..98 => request.operation = "BulkPublish",
            _ => request.operation = "GetBulkPublishDetails",
        }
        let reads = ["Describe", "Get", "BulkPublish"];
        if reads.iter().any(|verb| request.operation.starts_with(verb)) && self.random.one_in(6) {
            request.pool = UNKNOWN.to_owned();
        }
        if self.random.one_in(40) {
            self.violate_constraint(&mut request);
        }
        request
    }

    /// Returns a request without an operation for one of the datasets.
    fn without_operation(&mut self) -> Request {
        let random = &mut self.random;
        let identity = random.below(IDENTITIES.len());
        let dataset = match identity {
            2 => format!("m{:02}", random.below(MANY)),
            _ if random.one_in(40) => LARGE.to_owned(),
            _ => random.pick(&DATASETS).to_owned(),
        };
        Request {
            operation: "",
            pool: random.pick(&POOLS).to_owned(),
            identity: IDENTITIES[identity].to_owned(),
            dataset,
            device: String::new(),
            query: Vec::new(),
            body: None,
            by_identity: random.one_in(3),
        }
    }

    fn list(&mut self, request: &mut Request, model: &ReferenceModel) {
        request.operation = "ListRecords";
        let count = model.sync_count(request);
        let since = match self.random.below(8) {
            0..3 => None,
            3 => Some(0),
            4 => Some(count),
            5 => Some(count + 1),
            6 => Some(-1),
            _ => Some(self.up_to(count)),
        };
        let since = since.map(|since| ("lastSyncCount", since.to_string()));
        request.query.extend(since);
        self.choose_page_size(request);
        if self.random.one_in(4) {
            let token = self.session(request, model);
            request.query.push(("syncSessionToken", token));
        }
        if self.random.one_in(60) {
            request.query.push(("nextToken", "???".to_owned()));
        }
    }

    fn choose_page(&mut self, request: &mut Request, operation: &'static str) {
        request.operation = operation;
        self.choose_page_size(request);
        if self.random.one_in(30) {
            request.query.push(("nextToken", "???".to_owned()));
        }
    }

    fn choose_page_size(&mut self, request: &mut Request) {
        let most = match self.random.below(20) {
            0 => "0",
            1 => "-3",
            2 => "many",
            3 => "3000000000",
            4..7 => "1",
            7..9 => "2",
            9 => "7",
            10 => "5000",
            _ => return,
        };
        request.query.push(("maxResults", most.to_owned()));
    }

    /// Returns a session token: mostly a valid one for the dataset, if there is any.
    fn session(&mut self, request: &Request, model: &ReferenceModel) -> String {
        match self.random.below(20) {
            0 => "H4sIAAAAAAAA".to_owned(),
            1 | 2 => {
                let all = &model.sessions;
                let any = all.get(self.random.below(all.len()));
                any.map_or_else(String::new, |session| session.token.clone())
            }
            _ => model.open_session(request).unwrap_or_default(),
        }
    }

    fn update(&mut self, request: &mut Request, model: &ReferenceModel) {
        request.operation = "UpdateRecords";
        if model.open_session(request).is_none() && !self.random.one_in(10) {
            // Devices list records before they update them.
            request.operation = "ListRecords";
            return;
        }
        let mut body = Map::new();
        let token = self.session(request, model);
        body.insert("SyncSessionToken".into(), json!(token));
        let patches = match request.dataset.as_str() {
            LARGE => self.many_patches(),
            _ => self.few_patches(request, model),
        };
        if !(patches.is_empty() && self.random.one_in(2)) {
            body.insert("RecordPatches".into(), json!(patches));
        }
        if self.random.one_in(4) {
            body.insert(
                "DeviceId".into(),
                json!(self.random.pick(&["phone", "tablet"])),
            );
        }
        request.body = Some(Value::Object(body));
    }

    fn few_patches(&mut self, request: &Request, model: &ReferenceModel) -> Vec<Value> {
        let mut patches = Vec::new();
        let is_clumsy = self.random.one_in(25);
        let mut keys = KEYS.to_vec();
        for _ in 0..self.random.below(4) {
            let at = self.random.below(keys.len());
            let key = match is_clumsy {
                true => keys[at],
                false => keys.swap_remove(at),
            };
            patches.push(self.patch(key, request, model));
        }
        patches
    }

    fn patch(&mut self, key: &str, request: &Request, model: &ReferenceModel) -> Value {
        let (own, of_dataset) = (
            model.record_sync_count(request, key),
            model.sync_count(request),
        );
        let sync_count = match self.random.below(30) {
            0 => of_dataset + 1,
            1 => -1,
            2 => 0,
            3 => own - 1,
            4 => self.up_to(of_dataset),
            5..15 => of_dataset,
            _ => own,
        };
        let mut patch = json!({"Op": "replace", "Key": key, "SyncCount": sync_count});
        let removes = self.random.one_in(4);
        if removes {
            patch["Op"] = json!("remove");
        }
        // Some clients send an empty value with a removal.
        if !removes && !self.random.one_in(40) {
            patch["Value"] = json!(self.value());
        } else if self.random.one_in(3) {
            patch["Value"] = json!("");
        }
        if self.random.one_in(3) {
            let moments = ["1700574873.059", "1407456000", "1.4E9", "-1.5"];
            let timestamp = self.random.pick(&moments);
            patch["DeviceLastModifiedDate"] = serde_json::from_str(timestamp).expect("a number");
        }
        if patch["Op"] == "replace" && patch.get("Value").is_none() && self.random.one_in(2) {
            patch["Value"] = Value::Null;
        }
        patch
    }

    /// Returns a value; rarely one so large that a dataset cannot hold two.
    fn value(&mut self) -> String {
        match self.random.one_in(60) {
            true => "x".repeat(530_000 + self.random.below(50_000)),
            false => self.random.pick(&VALUES).to_owned(),
        }
    }

    /// Returns many patches; two of these exceed the records of a dataset.
    fn many_patches(&mut self) -> Vec<Value> {
        let start = self.random.below(2) * 600;
        let keys = start..start + 600;
        let op = if self.random.one_in(4) {
            "remove"
        } else {
            "replace"
        };
        // Some are rejected for their sync counts, once there are records.
        keys.map(|n| json!({"Op": op, "Key": format!("k{n:04}"), "Value": "v", "SyncCount": 0}))
            .collect()
    }

    fn register(&mut self, request: &mut Request) {
        request.operation = "RegisterDevice";
        let platform = self.random.pick(&PLATFORMS);
        let token = self.random.pick(&DEVICE_TOKENS);
        request.body = Some(json!({"Platform": platform, "Token": token}));
    }

    fn subscribe(&mut self, request: &mut Request, model: &ReferenceModel) {
        request.operation = match self.random.one_in(3) {
            true => "UnsubscribeFromDataset",
            false => "SubscribeToDataset",
        };
        let devices = model.devices(request);
        request.device = match devices.get(self.random.below(devices.len())) {
            Some(device) if !self.random.one_in(10) => device.clone(),
            _ => "5cd28fbe-dd83-47ab-9f83-19093a5fb014".to_owned(),
        };
    }

    fn configure(&mut self, request: &mut Request) {
        request.operation = "SetIdentityPoolConfiguration";
        let mut body = Map::new();
        if !self.random.one_in(3) {
            let arns: Vec<_> = PLATFORMS
                .iter()
                .filter(|_| self.random.one_in(2))
                .map(|platform| format!("arn:aws:sns:us-east-1:123456789012:app/{platform}/app"))
                .collect();
            let push_sync = match self.random.below(4) {
                0 => json!({}),
                1 => json!({"RoleArn": "arn:aws:iam::123456789012:role/push-sync"}),
                _ => json!({"ApplicationArns": arns}),
            };
            body.insert("PushSync".into(), push_sync);
        }
        if self.random.one_in(2) {
            let streams = match self.random.below(4) {
                0 => json!({}),
                1 => json!({"StreamName": "stream"}),
                2 => json!({"StreamName": "stream", "StreamingStatus": "DISABLED"}),
                _ => json!({"StreamName": "stream", "StreamingStatus": "ENABLED"}),
            };
            body.insert("CognitoStreams".into(), streams);
        }
        request.body = Some(Value::Object(body));
    }

    fn set_events(&mut self, request: &mut Request) {
        request.operation = "SetCognitoEvents";
        let function = "arn:aws:lambda:us-east-1:123456789012:function:my-function";
        let events = match self.random.below(6) {
            0 => json!({}),
            1 => json!({"SyncTrigger": ""}),
            2 => json!({"Other": function}),
            3 => json!({"SyncTrigger": "my-function"}),
            _ => json!({"SyncTrigger": function}),
        };
        request.body = Some(json!({"Events": events}));
    }

    /// Violates a constraint or two.
    fn violate_constraint(&mut self, request: &mut Request) {
        let places = 1 + self.random.below(2);
        for _ in 0..places {
            match self.random.below(4) {
                0 => request.pool = "INVALID".to_owned(),
                1 => request.identity = "A:B:C".to_owned(),
                2 => request.dataset = "a b".to_owned(),
                _ => violate_constraint_in_body(request.body.as_mut()),
            }
        }
    }

    fn up_to(&mut self, most: i64) -> i64 {
        let most = usize::try_from(most).expect("counts are no less than 0");
        i64::try_from(self.random.below(most + 1)).expect("it fits")
    }
}

fn violate_constraint_in_body(body: Option<&mut Value>) {
    let Some(Value::Object(members)) = body else {
        return;
    };
    if let Some(platform) = members.get_mut("Platform") {
        *platform = json!("NOKIA");
    }
    members.remove("SyncSessionToken");
    if let Some(Value::Array(patches)) = members.get_mut("RecordPatches") {
        for patch in patches.iter_mut().take(2) {
            patch["Op"] = json!("add");
            patch["Key"] = json!("");
        }
    }
    if let Some(events) = members.get_mut("Events") {
        *events = json!({"a": "1", "b": "2"});
    }
}
