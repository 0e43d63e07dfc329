//! A response of ListRecords of any size.

/// Returns records like those of an application, with some text that JSON must escape: at least so
/// many bytes.
pub fn small_records(size: usize) -> String {
    let value = r#"{\"theme\":\"dark\",\"list\":[1,2,3],\"name\":\"\u00e9t\u00e9 ☃\"}"#.repeat(4);
    let mut body = String::from(r#"{"Count":1,"DatasetSyncCount":7,"Records":["#);
    let mut number = 0;
    while body.len() < size {
        if number > 0 {
            body.push(',');
        }
        number += 1;
        body.push_str(&format!(
            r#"{{"DeviceLastModifiedDate":1407456000.123,"Key":"key-{number:08}","LastModifiedBy":"eu-west-1:0b3ab421-138a-1ea4-adc7-1b57dd06f806","LastModifiedDate":1719835200.999,"SyncCount":{number},"Value":"{value}"}}"#
        ));
    }
    body + r#"],"SyncSessionToken":"token"}"#
}
