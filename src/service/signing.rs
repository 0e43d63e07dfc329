//! What the SDK signs, for `--debug`: its signer tells the canonical request to whoever listens.
//! Nothing else that the SDK tells is listened to; what of it is secret is for `told` to know.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::told;
use crate::trace::Trace;

/// The name under which the signer tells it.
const FIELD: &str = "canonical_request";

/// Does the work, and tells every canonical request that is signed for it on this thread.
pub(super) fn told_during<T>(trace: Trace, work: impl FnOnce() -> T) -> T {
    match trace.on {
        true => tracing::subscriber::with_default(Listener(trace), work),
        false => work(),
    }
}

struct Listener(Trace);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && metadata.target().starts_with("aws_sigv4")
            && metadata.fields().field(FIELD).is_some()
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Teller(self.0));
    }

    // No span is enabled, so that there are none to follow.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Teller(Trace);

impl Visit for Teller {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == FIELD {
            self.0.tell(|| told::signed(&format!("{value:?}")));
        }
    }
}
