//! Complete responses, received in pieces of any size.

use proptest::prelude::*;
use tokio::io::AsyncWriteExt;

use super::*;

/// Receives a response that arrives in pieces of this size.
fn receive_in_pieces(wire: &[u8], piece: usize) -> Result<ReceivedResponse, Http1Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let (mut client, mut server) = tokio::io::duplex(piece.max(1));
        let wire = wire.to_vec();
        let sender = tokio::spawn(async move { drop(server.write_all(&wire).await) });
        let received = receive(&mut client, None).await;
        sender.abort();
        received
    })
}

fn render(received: Result<ReceivedResponse, Http1Error>) -> String {
    match received {
        Ok(ReceivedResponse { response, .. }) => format!(
            "{} {:?} {}",
            response.status,
            response.headers,
            response.body.escape_ascii()
        ),
        Err(why) => format!("{why:?}"),
    }
}

#[test]
fn bounds_buffered_bytes() {
    // Reads do not end at chunk boundaries.
    let chunk = format!("1;{}\r\nA\r\n", "x".repeat(5000));
    let wire = chunk.repeat(100);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(async {
        let mut stream = wire.as_bytes();
        let mut reader = ResponseReader::new(&mut stream, None);
        let mut body = Vec::new();
        for _ in 0..100 {
            assert_eq!(reader.read_line().await.expect("a line").len(), 5004);
            assert_eq!(reader.read_into(&mut body, 3).await.expect("a chunk"), 3);
            assert!(reader.buffered() <= 4 * 8192, "{}", reader.buffered());
        }
    });
}

#[test]
fn rejects_endless_interim_responses_and_trailers() {
    let chunked = "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n0\r\n";
    let last = "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n";
    let table = [
        ("", "HTTP/1.1 100 Continue\r\n\r\n", last, 100),
        ("", "HTTP/1.1 103 Early Hints\r\n\r\n", last, 99),
        (chunked, "a: b\r\n", "\r\n", 999),
    ];
    for (before, repeated, after, most) in table {
        let wire = |count: usize| format!("{before}{}{after}", repeated.repeat(count));
        let outcome = receive_in_pieces(wire(most).as_bytes(), 4096);
        assert_eq!(
            outcome.map(|received| received.response.status).ok(),
            Some(200)
        );
        let outcome = receive_in_pieces(wire(most + 1).as_bytes(), 4096);
        assert!(
            matches!(outcome, Err(Http1Error::Closed(_))),
            "{repeated:?}"
        );
    }
}

#[test]
fn keeps_connections_open_like_python() {
    let table = [
        ("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", true),
        ("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\nx", false),
        ("HTTP/1.1 200\r\n\r\n", false),
        ("HTTP/1.1 200\r\ncontent-length: x\r\n\r\n", false),
        ("HTTP/1.1 204\r\n\r\n", true),
        (
            "HTTP/1.1 200\r\nconnection: x, Close\r\ncontent-length: 0\r\n\r\n",
            false,
        ),
        (
            "HTTP/1.1 200\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            true,
        ),
        (
            "HTTP/1.1 200\r\ntransfer-encoding: x, chunked\r\n\r\n0\r\n\r\n",
            false,
        ),
        ("HTTP/1.0 200\r\ncontent-length: 0\r\n\r\n", false),
        (
            "HTTP/1.0 200\r\nconnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n",
            true,
        ),
        (
            "HTTP/1.0 200\r\nkeep-alive: x\r\ncontent-length: 0\r\n\r\n",
            true,
        ),
        ("HTTP/1.1 103\r\n\r\n", false),
    ];
    for (wire, keep_open) in table {
        let received = receive_in_pieces(wire.as_bytes(), 4096).expect(wire);
        assert_eq!(received.keep_open, keep_open, "{wire:?}");
    }
}

#[test]
fn joins_fields_with_same_name() {
    let wire = b"HTTP/1.1 204\r\nA: 1\r\nb: 2\r\na:  3 \r\n\r\n";
    let headers = receive_in_pieces(wire, 1)
        .expect("a response")
        .response
        .headers;
    let want = [("a", "1, 3 "), ("b", "2")];
    assert_eq!(headers, want.map(|(n, v)| (n.to_string(), v.to_string())));
}

/// Fragments of responses, valid and invalid.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Just(b"HTTP/1.1 103\r\n\r\n".to_vec()),
        Just(b"Content-Length: 5\r\n".to_vec()),
        Just(b"Transfer-Encoding: chunked\r\n".to_vec()),
        Just(b"a: b\r\n c\r".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"5\r\nhello\r\n0\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn parses_same_response_in_any_pieces(wire in pieces(), piece in 1..7_usize) {
        prop_assert_eq!(render(receive_in_pieces(&wire, piece)), render(receive_in_pieces(&wire, 4096)));
    }
}
