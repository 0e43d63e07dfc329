//! What came back over the wire: the last reply's status, headers and bytes, or why there is none,
//! and how many attempts it took.
//!
//! The SDK's typed outputs lose what the AWS CLI prints (absent against zero, digits of moments,
//! members that its model lacks), so the connector keeps each reply as it was received. What the
//! bytes mean is for `output` and `failure` to say.

use std::sync::{Arc, Mutex, PoisonError};

/// A reply as it was received.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers with lower-case names, in the order received.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply with this head and body. Headers are Latin-1, of which each byte is the character of
    /// that number.
    pub(super) fn of(head: &http::response::Parts, body: Vec<u8>) -> Reply {
        let text = |v: &http::HeaderValue| v.as_bytes().iter().map(|b| char::from(*b)).collect();
        Reply {
            status: head.status.as_u16(),
            headers: head
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body,
        }
    }

    /// The first header of this name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Why an attempt brought no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The address could not be found or refused the connection.
    Unreachable {
        /// What the system says.
        why: String,
        /// Whether this machine itself refused: waiting will hardly help.
        on_loopback: bool,
    },
    /// The proxy could not be reached or did not let the request through.
    Proxy {
        /// Its URL without name and password.
        url: String,
        /// What it or the system says.
        why: String,
        /// Whether this machine itself refused.
        on_loopback: bool,
    },
    /// Connecting took too long.
    ConnectTimeout,
    /// Waiting for the reply, or for more of it, took too long.
    ReadTimeout,
    /// The connection ended before the reply was whole, or what came is none.
    Closed(String),
    /// The reply is refused for a reason that botocore has no name for.
    Unhandled(String),
    /// No secure connection came about.
    Tls(String),
    /// The file of certificates cannot be used.
    Bundle(String),
}

impl Obstacle {
    /// Whether the service may have done what was asked for.
    pub(super) fn leaves_doubt(&self) -> bool {
        matches!(
            self,
            Obstacle::Closed(_) | Obstacle::Unhandled(_) | Obstacle::ReadTimeout
        )
    }

    /// Whether this machine itself refused the connection.
    pub(super) fn is_on_loopback(&self) -> bool {
        matches!(
            self,
            Obstacle::Unreachable {
                on_loopback: true,
                ..
            } | Obstacle::Proxy {
                on_loopback: true,
                ..
            }
        )
    }
}

/// The course of a call.
#[derive(Debug, Default)]
pub struct Course {
    /// Requests that were sent, or tried to be.
    pub attempts: u32,
    /// URL of the last request.
    pub url: String,
    /// How the last attempt ended.
    pub last: Option<Result<Reply, Obstacle>>,
}

/// The course of a call while it is under way; clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Course>>);

impl Recorder {
    /// An attempt begins; its number is returned, counted from 1.
    pub(super) fn attempt(&self, url: String) -> u32 {
        let mut number = 0;
        self.change(|course| {
            course.attempts += 1;
            course.url = url;
            course.last = None;
            number = course.attempts;
        });
        number
    }

    /// The attempt has ended.
    pub(super) fn end(&self, outcome: Result<Reply, Obstacle>) {
        self.change(|course| course.last = Some(outcome));
    }

    /// Whether the last attempt was refused by this machine itself.
    pub(super) fn was_refused_on_loopback(&self) -> bool {
        let mut refused = false;
        self.change(|course| {
            refused = matches!(&course.last, Some(Err(why)) if why.is_on_loopback());
        });
        refused
    }

    /// Takes out what was recorded.
    pub(super) fn take(&self) -> Course {
        let mut taken = Course::default();
        self.change(|course| std::mem::swap(course, &mut taken));
        taken
    }

    fn change(&self, change: impl FnOnce(&mut Course)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
