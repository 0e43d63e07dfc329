//! A keep-alive connection to the local service, with the two operations of a device: list a
//! dataset's records and update them. The tests check the responses.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::service::ServiceResponse;

/// Read timeout: longer than any single response may take.
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

    /// Sends a request and reads the response; `Err` means that the service closed the connection.
    pub(crate) fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> io::Result<ServiceResponse> {
        let body = body.map_or_else(String::new, Value::to_string);
        let mut request = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        self.0.get_mut().write_all(request.as_bytes())?;
        ServiceResponse::read(&mut self.0)
    }

    /// Calls `ListRecords` for the dataset with this path.
    pub(crate) fn list(&mut self, dataset: &str) -> io::Result<Value> {
        let listed = self.request("GET", &format!("{dataset}/records"), &[], None)?;
        Ok(listed.json())
    }

    /// Calls `UpdateRecords` with the session token of a `ListRecords` response.
    pub(crate) fn update(
        &mut self,
        dataset: &str,
        listed: &Value,
        patches: Value,
    ) -> io::Result<ServiceResponse> {
        let token = &listed["SyncSessionToken"];
        let body = json!({"SyncSessionToken": token, "RecordPatches": patches});
        self.request("POST", dataset, &[], Some(&body))
    }
}

/// The sync count of the record in the response of a list or an update; 0 if it is absent.
pub(crate) fn sync_count(response: &Value, key: &str) -> i64 {
    let records = response["Records"]
        .as_array()
        .expect("responses have records");
    let record = records.iter().find(|record| record["Key"] == key);
    record.map_or(0, |record| {
        record["SyncCount"].as_i64().expect("records have counts")
    })
}
