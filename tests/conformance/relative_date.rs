//! Cases whose timestamps lack a part of the date, for which the AWS CLI takes today's: what was
//! recorded on one day is brought to the day of the run.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// What the input leaves out.
enum Missing {
    Day,
    Year,
    Date,
}

/// The cases, with what their `DeviceLastModifiedDate` lacks.
const CASES: [(&str, Missing); 3] = [
    ("timestamp2/058", Missing::Day),
    ("timestamp2/090", Missing::Year),
    ("timestamp2/133", Missing::Date),
];

/// The request that is expected today.
pub(super) fn expected(case: &str, recorded: &Value) -> Value {
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
        Missing::Day => recorded.with().day(today.day()),
        Missing::Year => recorded.with().year(today.year()),
        Missing::Date => recorded.with().date(today.date()),
    };
    let expected = with.build().expect("January has every day");
    let expected = expected.to_zoned(TimeZone::UTC).expect("a timestamp");
    *sent = expected.timestamp().as_second().into();
    request
}

#[test]
fn recorded_dates_move_to_the_day_of_the_run() {
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
