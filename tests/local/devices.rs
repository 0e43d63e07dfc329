//! Devices and push messages.

use serde_json::{Value, json};

use super::{Dataset, IDENTITY, POOL, pool, replace};
use crate::support::service::Service;

fn service_with_applications(options: &[&str]) -> Service {
    let service = Service::start(options);
    let arn = |platform: &str| format!("arn:aws:sns:us-east-1:123456789012:app/{platform}/app");
    let push = json!({"ApplicationArns": [arn("GCM"), arn("APNS_SANDBOX")],
        "RoleArn": "arn:aws:iam::123456789012:role/push"});
    let body = json!({"PushSync": push});
    service
        .request("POST", &pool("/configuration"), Some(body))
        .json();
    service
}

fn register(service: &Service, identity: &str, platform: &str, token: &str) -> String {
    let target = pool(&format!("/identity/{identity}/device"));
    let body = json!({"Platform": platform, "Token": token});
    let answer = service.request("POST", &target, Some(body)).json();
    answer["DeviceId"].as_str().expect("an id").to_owned()
}

#[test]
fn rejects_device_without_application_for_its_platform() {
    let service = service_with_applications(&[]);
    let id = register(&service, IDENTITY, "GCM", "t");
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(
        register(&service, IDENTITY, "GCM", "t"),
        id,
        "the same token, the same device"
    );
    assert_ne!(register(&service, IDENTITY, "GCM", "u"), id);
    assert_ne!(register(&service, IDENTITY, "APNS_SANDBOX", "t"), id);
    assert_ne!(register(&service, "us-east-1:0", "GCM", "t"), id);
    let target = pool(&format!("/identity/{IDENTITY}/device"));
    let refusal = |body: Value| service.request("POST", &target, Some(body)).error();
    let (status, code, _) = refusal(json!({"Platform": "APNS", "Token": "t"}));
    assert_eq!(
        (status, code.as_str()),
        (400, "InvalidConfigurationException")
    );
    let unknown = refusal(json!({"Platform": "X", "Token": "t"}));
    assert!(
        unknown.2.contains("[APNS, APNS_SANDBOX, GCM, ADM]"),
        "{unknown:?}"
    );
    let usage = service
        .request("GET", &pool(&format!("/identities/{IDENTITY}")), None)
        .json();
    assert_eq!(
        usage["IdentityUsage"]["DatasetCount"], 0,
        "a device makes its identity known"
    );
}

#[test]
fn rejects_subscriptions_of_unknown_devices_and_datasets() {
    let service = service_with_applications(&[]);
    let device = register(&service, IDENTITY, "GCM", "t");
    let dataset = Dataset::new(&service, "d");
    let subscription = |device: &str| dataset.path(&format!("/subscriptions/{device}"));
    let code = |method: &str, device: &str| {
        let answer = service.request(method, &subscription(device), None);
        (answer.status, answer.body)
    };
    assert_eq!(code("POST", &device).0, 404, "no dataset");
    dataset.update(json!([replace("k", "v", 0)])).json();
    assert_eq!(code("POST", "no-device").0, 404);
    assert_eq!(code("DELETE", &device).0, 404, "not subscribed");
    assert_eq!(code("POST", &device), (200, "{}".to_owned()));
    assert_eq!(code("POST", &device), (200, "{}".to_owned()), "again");
    let other = register(&service, "us-east-1:0", "GCM", "t");
    assert_eq!(code("POST", &other).0, 404, "another identity's");
    assert_eq!(code("DELETE", &device), (200, "{}".to_owned()));
    assert_eq!(code("DELETE", &device).0, 404);
    assert_eq!(code("POST", &device).0, 200);
    dataset.delete().json();
    dataset.update(json!([replace("k", "v", 0)])).json();
    assert_eq!(
        code("DELETE", &device).0,
        404,
        "a deletion ends subscriptions"
    );
}

#[test]
fn sends_silent_message_to_other_devices() {
    let service = service_with_applications(&["--outbox", "{DIR}/outbox"]);
    let dataset = Dataset::new(&service, "d");
    dataset.update(json!([replace("k", "v", 0)])).json();
    let phone = register(&service, IDENTITY, "GCM", "phone");
    let tablet = register(&service, IDENTITY, "APNS_SANDBOX", "tablet");
    for device in [&phone, &tablet] {
        let target = dataset.path(&format!("/subscriptions/{device}"));
        service.request("POST", &target, None).json();
    }
    let update = |device: Option<&str>, count: i64| {
        let body = json!({"SyncSessionToken": dataset.token(), "DeviceId": device,
            "RecordPatches": [replace("k", "w", count)]});
        service
            .request("POST", &dataset.path(""), Some(body))
            .json();
    };
    update(Some(&phone), 1);
    let data = json!({"source": "cognito-sync", "identityPoolId": POOL, "identityId": IDENTITY,
        "datasetName": "d", "syncCount": 2});
    let to_tablet = json!({"to": "device", "deviceId": tablet, "platform": "APNS_SANDBOX",
        "message": {"aps": {"content-available": 1}, "data": data}});
    assert_eq!(service.outbox(), [to_tablet]);
    update(None, 2);
    let lines = service.outbox();
    assert_eq!(lines.len(), 3);
    let to_phone = lines
        .iter()
        .find(|line| line["deviceId"] == phone.as_str())
        .expect("a message");
    assert_eq!(to_phone["message"]["syncCount"], 3);
    let push_sync = |section: Value| {
        let body = json!({"PushSync": section});
        service
            .request("POST", &pool("/configuration"), Some(body))
            .json();
    };
    let only_gcm = "arn:aws:sns:us-east-1:123456789012:app/GCM/app";
    push_sync(json!({"ApplicationArns": [only_gcm]}));
    update(Some(&phone), 3);
    assert_eq!(
        service.outbox().len(),
        3,
        "the tablet's platform has no application any more"
    );
    push_sync(json!({}));
    update(None, 4);
    assert_eq!(
        service.outbox().len(),
        3,
        "without push sync there are no messages"
    );
}
