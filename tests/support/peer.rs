//! A peer on loopback that the test owns and that may misbehave: it speaks TLS with the test's
//! certificate, stalls, disconnects, or acts as a proxy. `server` sends well-formed responses.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// What a peer does after it has read a request.
#[derive(Clone, Copy)]
pub(crate) enum PeerBehavior {
    /// Sends these bytes and closes the connection.
    Respond(&'static str),
    /// Sends these bytes, which need not be UTF-8, and closes the connection.
    RespondBytes(&'static [u8]),
    /// Sends these bytes one at a time with this pause between them, and closes the connection.
    Drip(&'static str, Duration),
    /// Sends these responses in turn on one connection.
    RespondInTurn(&'static [&'static str]),
    /// Sends these bytes and keeps the connection open.
    Stall(&'static str),
    /// Acts as a proxy that requires this `Proxy-Authorization`, if any. It tunnels CONNECT
    /// requests and responds to plain requests itself.
    Proxy(Option<&'static str>),
}

/// A complete response with an empty JSON object.
pub(crate) const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// The running peer.
pub(crate) struct Peer {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    stopping: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Peer {
    /// Starts a peer, which speaks TLS if `certificate` is `Some`.
    pub(crate) fn new(behavior: PeerBehavior, certificate: Option<&Certificate>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a bound socket has a port");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let stopping = Arc::new(AtomicBool::new(false));
        let tls = certificate.map(Certificate::server_config);
        let acceptor = thread::spawn({
            let (heads, stopping) = (Arc::clone(&heads), Arc::clone(&stopping));
            let connections = Arc::clone(&connections);
            move || {
                for stream in listener.incoming() {
                    if stopping.load(Ordering::SeqCst) {
                        break;
                    }
                    let stream = stream.expect("a connection can be accepted");
                    connections.fetch_add(1, Ordering::SeqCst);
                    let (heads, tls) = (Arc::clone(&heads), tls.clone());
                    // Exits when the client, which the test waits for, disconnects.
                    thread::spawn(move || drop(serve(stream, tls, behavior, &heads)));
                }
            }
        });
        Self {
            address,
            heads,
            connections,
            stopping,
            acceptor: Some(acceptor),
        }
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// The number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The heads (request line and headers) of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            drop(acceptor.join());
        }
    }
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    behavior: PeerBehavior,
    heads: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let raw = stream.try_clone()?;
    match tls {
        Some(settings) => {
            let connection = ServerConnection::new(settings).map_err(io::Error::other)?;
            respond(StreamOwned::new(connection, stream), &raw, behavior, heads)
        }
        None => respond(stream, &raw, behavior, heads),
    }
}

fn respond(
    mut stream: impl Read + Write,
    raw: &TcpStream,
    behavior: PeerBehavior,
    heads: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let head = read_request(&mut stream, heads)?;
    match behavior {
        PeerBehavior::Respond(bytes) => stream.write_all(bytes.as_bytes())?,
        PeerBehavior::RespondBytes(bytes) => stream.write_all(bytes)?,
        PeerBehavior::Drip(bytes, pause) => {
            for byte in bytes.as_bytes() {
                stream.write_all(&[*byte])?;
                stream.flush()?;
                thread::sleep(pause);
            }
        }
        PeerBehavior::RespondInTurn(responses) => {
            for (number, response) in responses.iter().enumerate() {
                if number > 0 {
                    read_request(&mut stream, heads)?;
                }
                stream.write_all(response.as_bytes())?;
                stream.flush()?;
            }
        }
        PeerBehavior::Stall(bytes) => {
            stream.write_all(bytes.as_bytes())?;
            stream.flush()?;
            // Until the client disconnects.
            while stream.read(&mut [0; 64])? > 0 {}
        }
        PeerBehavior::Proxy(authorization) => {
            let is_authorized = authorization
                .is_none_or(|value| head.to_lowercase().contains(&value.to_lowercase()));
            if !is_authorized {
                stream.write_all(b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n")?;
            } else if let Some(rest) = head.strip_prefix("CONNECT ") {
                let address = rest.split(' ').next().unwrap_or_default();
                let host = TcpStream::connect(address)?;
                stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n")?;
                relay(raw, &host)?;
            } else {
                stream.write_all(EMPTY.as_bytes())?;
            }
        }
    }
    stream.flush()?;
    raw.shutdown(Shutdown::Write)
}

/// Reads a whole request and records its head.
fn read_request(stream: &mut impl Read, heads: &Mutex<Vec<String>>) -> io::Result<String> {
    let head = read_head(stream)?;
    heads
        .lock()
        .expect("nobody panics with it")
        .push(head.clone());
    // Closing a connection with unread bytes resets it, and the client may lose the response.
    io::copy(&mut stream.take(body_length(&head)), &mut io::sink())?;
    Ok(head)
}

fn read_head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The length of the body that follows the head of a request.
fn body_length(head: &str) -> u64 {
    let length = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().expect("a number"))
    };
    head.lines().find_map(length).unwrap_or(0)
}

/// Copies bytes in both directions until both sides have closed.
fn relay(client: &TcpStream, host: &TcpStream) -> io::Result<()> {
    let (mut from, mut to) = (host.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        drop(io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
    drop(io::copy(&mut &*client, &mut &*host));
    drop(host.shutdown(Shutdown::Write));
    drop(back.join());
    Ok(())
}

/// A certificate with its key.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    der: Vec<u8>,
    key: Vec<u8>,
    /// Further certificates that the server sends.
    chain: Vec<Vec<u8>>,
    /// The authority that must have issued the client's certificate.
    client_authority: Option<Vec<u8>>,
}

/// A certificate authority of the test.
pub(crate) struct CertificateAuthority {
    pub(crate) pem: String,
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn parameters(host: &str, expired: bool) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![host.to_owned()]).expect("a host name");
    // Clients would confuse authorities with equal names.
    parameters.distinguished_name.push(DnType::CommonName, host);
    if expired {
        parameters.not_before = date_time_ymd(2019, 1, 1);
        parameters.not_after = date_time_ymd(2020, 1, 1);
    }
    parameters
}

impl CertificateAuthority {
    pub(crate) fn new() -> Self {
        Self::named("authority")
    }

    /// A self-signed authority with this name.
    pub(crate) fn named(name: &str) -> Self {
        Self::with_name(name, None, |_| ())
    }

    /// A self-signed authority with its parameters changed.
    pub(crate) fn changed(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        Self::with_name(name, None, change)
    }

    /// Issues an intermediate authority with its parameters changed.
    pub(crate) fn issue_authority(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        Self::with_name(name, Some(&self.issuer), change)
    }

    fn with_name(
        name: &str,
        issuer: Option<&Issuer<'static, KeyPair>>,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = parameters("authority", false);
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        change(&mut parameters);
        let signed = match issuer {
            Some(issuer) => parameters.signed_by(&key, issuer),
            None => parameters.self_signed(&key),
        };
        let certificate = signed.expect("a certificate");
        Self {
            pem: certificate.pem(),
            der: certificate.der().to_vec(),
            issuer: Issuer::new(parameters, key),
        }
    }

    /// Issues a certificate for a host.
    pub(crate) fn issue(&self, host: &str, expired: bool) -> Certificate {
        self.sign(parameters(host, expired))
    }

    /// Issues a certificate for a host with its parameters changed.
    pub(crate) fn issue_changed(
        &self,
        host: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Certificate {
        let mut parameters = parameters(host, false);
        change(&mut parameters);
        self.sign(parameters)
    }

    fn sign(&self, parameters: CertificateParams) -> Certificate {
        let key = KeyPair::generate().expect("a key");
        let signed = parameters.signed_by(&key, &self.issuer);
        Certificate::from_rcgen(&signed.expect("a certificate"), &key)
    }
}

impl Certificate {
    /// A self-signed certificate that is also an authority, like those of `openssl req -x509`.
    pub(crate) fn self_signed(host: &str, expired: bool) -> Self {
        Self::self_signed_changed(host, |parameters| {
            *parameters = self::parameters(host, expired);
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        })
    }

    /// A self-signed certificate with its parameters changed.
    pub(crate) fn self_signed_changed(
        host: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = parameters(host, false);
        change(&mut parameters);
        Self::from_rcgen(&parameters.self_signed(&key).expect("a certificate"), &key)
    }

    /// Also sends the certificate of an authority.
    pub(crate) fn send_authority(mut self, authority: &CertificateAuthority) -> Self {
        self.chain.push(authority.der.clone());
        self
    }

    /// Requires a client certificate that this authority issued.
    pub(crate) fn requiring_client_certificate(mut self, authority: &CertificateAuthority) -> Self {
        self.client_authority = Some(authority.der.clone());
        self
    }

    fn from_rcgen(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            pem: certificate.pem(),
            der: certificate.der().to_vec(),
            key: key.serialize_der(),
            chain: Vec::new(),
            client_authority: None,
        }
    }

    fn server_config(&self) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = provider.key_provider.load_private_key(key).expect("a key");
        let settings = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("versions of TLS");
        let settings = match &self.client_authority {
            None => settings.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.clone().into()).expect("an authority");
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                settings.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let chain = [&self.der].into_iter().chain(&self.chain);
        let chain = chain.map(|der| der.clone().into()).collect();
        // A resolver of its own, since rustls would reject the invalid certificates of some tests.
        let resolver = SingleCertAndKey::from(CertifiedKey::new(chain, key));
        let settings = settings.with_cert_resolver(Arc::new(resolver));
        Arc::new(settings)
    }
}
