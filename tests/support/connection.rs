//! A connection to the local service that is kept open from request to request, and what a device does on
//! it: list a dataset's records and update them. What replies should be is for the tests.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::service::Answer;

/// Longer than any single reply may take.
const LIMIT: Duration = Duration::from_secs(60);

/// An open connection.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects to `HOST:PORT`.
    pub(crate) fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LIMIT))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request and reads the reply; an error says that the service has gone.
    pub(crate) fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> io::Result<Answer> {
        let body = body.map_or_else(String::new, Value::to_string);
        let mut request = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        self.0.get_mut().write_all(request.as_bytes())?;
        Answer::read(&mut self.0)
    }

    /// `ListRecords` of the dataset with this path.
    pub(crate) fn list(&mut self, dataset: &str) -> io::Result<Value> {
        let listed = self.request("GET", &format!("{dataset}/records"), &[], None)?;
        Ok(listed.json())
    }

    /// `UpdateRecords` within the session that the list began.
    pub(crate) fn update(
        &mut self,
        dataset: &str,
        listed: &Value,
        patches: Value,
    ) -> io::Result<Answer> {
        let token = &listed["SyncSessionToken"];
        let body = json!({"SyncSessionToken": token, "RecordPatches": patches});
        self.request("POST", dataset, &[], Some(&body))
    }
}

/// The sync count of the record in a list or an update's reply; 0 where there is none.
pub(crate) fn count_of(reply: &Value, key: &str) -> i64 {
    let records = reply["Records"].as_array().expect("replies have records");
    let record = records.iter().find(|record| record["Key"] == key);
    record.map_or(0, |record| {
        record["SyncCount"].as_i64().expect("records have counts")
    })
}
