//! Sync sessions: a used token stays used, however the clock is moved.

use serde_json::json;

use super::{Dataset, replace};
use crate::support::service::Service;

const INVALID_TOKEN: &str = "SyncSessionToken not valid for these inputs";

#[test]
fn keeps_token_used_when_clock_moves_ahead_and_back() {
    for (there, back) in [
        ("+25h", "+0s"),
        ("-25h", "+0s"),
        ("+25h", "-25h"),
        ("+1s", "-1s"),
    ] {
        let service = Service::start(&[]);
        let token = Dataset::new(&service, "d").token();
        let patches = json!([replace("k", "v", 0)]);
        Dataset::new(&service, "d")
            .update_with(&token, patches)
            .json();
        let folder = service.shared_folder();
        service.stop("TERM");
        let moved = Service::start_in(folder, &["--clock", there]);
        // An update deletes expired sessions.
        Dataset::new(&moved, "other")
            .update(json!([replace("k", "v", 0)]))
            .json();
        let folder = moved.shared_folder();
        moved.stop("TERM");
        let service = Service::start_in(folder, &["--clock", back]);
        let again = Dataset::new(&service, "d").update_with(&token, json!([replace("k", "w", 1)]));
        assert_eq!(again.error().2, INVALID_TOKEN, "{there} and {back}");
        let listed = Dataset::new(&service, "d").list("").json();
        assert_eq!(listed["Records"][0]["Value"], "v", "{there} and {back}");
    }
}

#[test]
fn keeps_token_used_beside_service_with_another_clock() {
    let service = Service::start(&[]);
    let ahead = Service::start_in(service.shared_folder(), &["--clock", "+25h"]);
    let dataset = Dataset::new(&service, "d");
    let token = dataset.token();
    dataset
        .update_with(&token, json!([replace("k", "v", 0)]))
        .json();
    Dataset::new(&ahead, "other")
        .update(json!([replace("k", "v", 0)]))
        .json();
    let again = dataset.update_with(&token, json!([replace("k", "w", 1)]));
    assert_eq!(again.error().2, INVALID_TOKEN);
}

#[test]
fn expires_session_token_by_moved_clock() {
    let service = Service::start(&[]);
    let token = Dataset::new(&service, "d").token();
    let folder = service.shared_folder();
    for (clock, status) in [("+4m", 200), ("+6m", 400)] {
        let moved = Service::start_in(folder.clone(), &["--clock", clock]);
        let updated = Dataset::new(&moved, "d").update_with(&token, json!([]));
        assert_eq!(updated.status, status, "{clock}");
    }
}

#[test]
fn deletes_used_sessions_after_their_tokens_expire() {
    let service = Service::start(&["--token-lifetime", "2s"]);
    let dataset = Dataset::new(&service, "d");
    for count in 0..3 {
        dataset.update(json!([replace("k", "v", count)])).json();
    }
    std::thread::sleep(std::time::Duration::from_millis(2100));
    dataset.update(json!([replace("k", "v", 3)])).json();
    let store = service.folder().join("store.sqlite");
    let left = super::store::with_sqlite(
        &store,
        "print(d.execute('select count(*) from used_session').fetchone()[0])",
    );
    assert_eq!(left, "1");
}
