//! Cases whose timestamps lack a part of the date, which the AWS CLI takes from today: moves the
//! recorded timestamps to the day of the run.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The part of the date that the input lacks.
enum MissingPart {
    Day,
    Year,
    Date,
}

/// The cases, with the part that their `DeviceLastModifiedDate` lacks.
const CASES: [(&str, MissingPart); 3] = [
    ("timestamp2/058", MissingPart::Day),
    ("timestamp2/090", MissingPart::Year),
    ("timestamp2/133", MissingPart::Date),
];

/// Returns the request that is expected today.
pub(super) fn expected_request(case: &str, recorded: &Value) -> Value {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).datetime();
    expected_on(today, case, recorded)
}

fn expected_on(today: DateTime, case: &str, recorded: &Value) -> Value {
    let mut request = recorded.clone();
    let missing = CASES.iter().find(|(id, _)| *id == case);
    let sent = request.pointer_mut("/body/RecordPatches/0/DeviceLastModifiedDate");
    let (Some((_, missing)), Some(sent)) = (missing, sent) else {
        return request;
    };
    let seconds = sent.as_i64().expect("seconds were sent");
    let recorded = Timestamp::from_second(seconds).expect("a timestamp");
    let recorded = recorded.to_zoned(TimeZone::UTC).datetime();
    let with = match missing {
        MissingPart::Day => recorded.with().day(today.day()),
        MissingPart::Year => recorded.with().year(today.year()),
        MissingPart::Date => recorded.with().date(today.date()),
    };
    let expected = with.build().expect("January has every day");
    let expected = expected.to_zoned(TimeZone::UTC).expect("a timestamp");
    *sent = expected.timestamp().as_second().into();
    request
}

#[test]
fn moves_recorded_dates_to_today() {
    let today: DateTime = "2028-02-29T10:00".parse().expect("a date");
    let table = [
        // 2024-01-26, 2026-01-02 and 2026-11-26T12:30.
        ("timestamp2/058", 1_706_227_200, "2024-01-29T00:00:00"),
        ("timestamp2/090", 1_767_312_000, "2028-01-02T00:00:00"),
        ("timestamp2/133", 1_795_696_200, "2028-02-29T12:30:00"),
        ("timestamp2/001", 1_795_696_200, "2026-11-26T12:30:00"),
    ];
    for (case, sent, want) in table {
        let patch = |sent: i64| serde_json::json!({"body": {"RecordPatches": [{"DeviceLastModifiedDate": sent}]}});
        let want: DateTime = want.parse().expect("a date");
        let want = want.to_zoned(TimeZone::UTC).expect("a timestamp");
        let got = expected_on(today, case, &patch(sent));
        assert_eq!(got, patch(want.timestamp().as_second()), "{case}");
    }
}
