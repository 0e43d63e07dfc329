//! A peer on loopback that the test owns and that may misbehave: it speaks TLS with a certificate of
//! the test's, stalls, breaks off, or is a proxy. For well-behaved replies there is `server`.

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

/// What a peer does once it has read a request.
#[derive(Clone, Copy)]
pub(crate) enum Conduct {
    /// Sends these bytes and closes the connection.
    Answer(&'static str),
    /// The same with bytes that are no text.
    Send(&'static [u8]),
    /// Sends these bytes one at a time with this time between them, and closes the connection.
    Drip(&'static str, Duration),
    /// Answers requests with these in turn, on one connection as long as the client wants it.
    InTurn(&'static [&'static str]),
    /// Sends these bytes and then nothing more.
    Stall(&'static str),
    /// Is a proxy that wants this `Proxy-Authorization`, if any; it answers plain requests itself.
    Proxy(Option<&'static str>),
}

/// A whole reply.
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
    /// Starts a peer, which speaks TLS if it is given a certificate.
    pub(crate) fn new(conduct: Conduct, certificate: Option<&Certificate>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a bound socket has a port");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let stopping = Arc::new(AtomicBool::new(false));
        let tls = certificate.map(Certificate::settings);
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
                    // Ends when the client, which the test waits for, is gone.
                    thread::spawn(move || drop(serve(stream, tls, conduct, &heads)));
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

    /// How many connections there were so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The heads of all requests so far.
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
    conduct: Conduct,
    heads: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let raw = stream.try_clone()?;
    match tls {
        Some(settings) => {
            let connection = ServerConnection::new(settings).map_err(io::Error::other)?;
            talk(StreamOwned::new(connection, stream), &raw, conduct, heads)
        }
        None => talk(stream, &raw, conduct, heads),
    }
}

fn talk(
    mut stream: impl Read + Write,
    raw: &TcpStream,
    conduct: Conduct,
    heads: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let head = read_request(&mut stream, heads)?;
    match conduct {
        Conduct::Answer(bytes) => stream.write_all(bytes.as_bytes())?,
        Conduct::Send(bytes) => stream.write_all(bytes)?,
        Conduct::Drip(bytes, pause) => {
            for byte in bytes.as_bytes() {
                stream.write_all(&[*byte])?;
                stream.flush()?;
                thread::sleep(pause);
            }
        }
        Conduct::InTurn(replies) => {
            for (number, reply) in replies.iter().enumerate() {
                if number > 0 {
                    read_request(&mut stream, heads)?;
                }
                stream.write_all(reply.as_bytes())?;
                stream.flush()?;
            }
        }
        Conduct::Stall(bytes) => {
            stream.write_all(bytes.as_bytes())?;
            stream.flush()?;
            // Until the client goes away.
            while stream.read(&mut [0; 64])? > 0 {}
        }
        Conduct::Proxy(wanted) => {
            let allowed =
                wanted.is_none_or(|wanted| head.to_lowercase().contains(&wanted.to_lowercase()));
            if !allowed {
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
    // A connection that is closed with bytes unread is reset, and the reply may be lost.
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

/// How long the body is that follows the head of a request.
fn body_length(head: &str) -> u64 {
    let length = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().expect("a number"))
    };
    head.lines().find_map(length).unwrap_or(0)
}

/// Carries bytes both ways until both sides have ended.
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
    /// Certificates that are shown with it.
    chain: Vec<Vec<u8>>,
    /// Whoever must have signed the certificates of clients.
    clients: Option<Vec<u8>>,
}

/// An authority of the test's own.
pub(crate) struct Authority {
    pub(crate) pem: String,
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn parameters(host: &str, expired: bool) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![host.to_owned()]).expect("a host name");
    // Authorities of one name would be taken for each other.
    parameters.distinguished_name.push(DnType::CommonName, host);
    if expired {
        parameters.not_before = date_time_ymd(2019, 1, 1);
        parameters.not_after = date_time_ymd(2020, 1, 1);
    }
    parameters
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("authority")
    }

    /// One that vouches for itself under this name.
    pub(crate) fn named(name: &str) -> Self {
        Self::with_name(name, None, |_| ())
    }

    /// One that vouches for itself, with its parameters changed.
    pub(crate) fn changed(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        Self::with_name(name, None, change)
    }

    /// One below this, with its parameters changed.
    pub(crate) fn authorize(
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

    /// A certificate for a host.
    pub(crate) fn certify(&self, host: &str, expired: bool) -> Certificate {
        self.sign(parameters(host, expired))
    }

    /// The same with its parameters changed.
    pub(crate) fn certify_as(
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
        Certificate::of(&signed.expect("a certificate"), &key)
    }
}

impl Certificate {
    /// One that vouches for itself, and is an authority as those of `openssl req -x509` are.
    pub(crate) fn self_signed(host: &str, expired: bool) -> Self {
        Self::self_signed_as(host, |parameters| {
            *parameters = self::parameters(host, expired);
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        })
    }

    /// One that vouches for itself, with its parameters changed.
    pub(crate) fn self_signed_as(host: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = parameters(host, false);
        change(&mut parameters);
        Self::of(&parameters.self_signed(&key).expect("a certificate"), &key)
    }

    /// The same, shown with that of an authority.
    pub(crate) fn with(mut self, authority: &Authority) -> Self {
        self.chain.push(authority.der.clone());
        self
    }

    /// The same for clients that show a certificate of this authority.
    pub(crate) fn for_clients_of(mut self, authority: &Authority) -> Self {
        self.clients = Some(authority.der.clone());
        self
    }

    fn of(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            pem: certificate.pem(),
            der: certificate.der().to_vec(),
            key: key.serialize_der(),
            chain: Vec::new(),
            clients: None,
        }
    }

    fn settings(&self) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = provider.key_provider.load_private_key(key).expect("a key");
        let settings = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .expect("versions of TLS");
        let settings = match &self.clients {
            None => settings.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.clone().into()).expect("an authority");
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                settings.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
        };
        let shown = [&self.der].into_iter().chain(&self.chain);
        let shown = shown.map(|der| der.clone().into()).collect();
        // Not looked at, as some are wrong.
        let shown = SingleCertAndKey::from(CertifiedKey::new(shown, key));
        let settings = settings.with_cert_resolver(Arc::new(shown));
        Arc::new(settings)
    }
}
