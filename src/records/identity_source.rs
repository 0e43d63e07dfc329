//! The identities to export, in batches: those that a user names, or those of the pool as they are
//! listed. Each comes once, and only those of the shard.

use serde::{Deserialize, Serialize};

use super::given_identities::GivenIdentities;
use super::identity_lister::IdentityLister;
use super::shard::Shard;
use super::text_set::TextSet;
use crate::service::CallError;

/// How many given identities are a batch.
const BATCH_SIZE: usize = 60;

/// Where the identities come from.
#[derive(Debug)]
pub enum IdentityOrigin {
    /// From the user.
    Given(GivenIdentities),
    /// From the list of the pool's identities.
    Listed {
        lister: Box<IdentityLister>,
        /// Whether identities without logins are left out.
        only_authenticated: bool,
    },
}

/// Identities to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityBatch {
    /// Their ids.
    pub ids: Vec<String>,
    /// Where the list goes on behind them.
    pub position: ListPosition,
}

/// A position in the list of identities, from which another run can go on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ListPosition {
    /// At its start.
    #[default]
    Start,
    /// At the page of this token.
    Token(String),
    /// At its end.
    End,
}

/// The identities to export.
#[derive(Debug)]
pub struct IdentitySource {
    origin: IdentityOrigin,
    shard: Option<Shard>,
    /// Those that were returned or exported by an earlier run.
    seen: TextSet,
    /// Where the list begins.
    start: ListPosition,
    /// Those that come before the others.
    retries: Vec<String>,
    is_at_end: bool,
}

impl IdentitySource {
    /// Creates a source of those identities that are not in `seen`. The list of the pool's
    /// identities is read from `start`, and `retries`, which may come before that, are added.
    pub fn new(
        origin: IdentityOrigin,
        shard: Option<Shard>,
        seen: TextSet,
        start: ListPosition,
        retries: Vec<String>,
    ) -> IdentitySource {
        let is_listed = matches!(origin, IdentityOrigin::Listed { .. });
        IdentitySource {
            origin,
            shard,
            seen,
            is_at_end: is_listed && start == ListPosition::End,
            start,
            retries,
        }
    }

    /// Returns the number of identities, if it is known.
    pub fn total(&self) -> Option<usize> {
        match &self.origin {
            IdentityOrigin::Given(given) => {
                let mut seen = self.seen.clone();
                let ids = given.clone();
                let is_new = |id: &String| self.is_in_shard(id) && seen.insert(id);
                Some(ids.filter(is_new).count())
            }
            IdentityOrigin::Listed { .. } if self.is_at_end => Some(self.retries.len()),
            IdentityOrigin::Listed { .. } => None,
        }
    }

    /// Returns the next batch, which may be empty; `None` at the end.
    pub async fn next_batch(&mut self) -> Result<Option<IdentityBatch>, CallError> {
        if !self.retries.is_empty() {
            let ids = std::mem::take(&mut self.retries);
            let position = self.start.clone();
            return Ok(Some(IdentityBatch {
                ids: self.filter(ids),
                position,
            }));
        }
        if self.is_at_end {
            return Ok(None);
        }
        let (ids, position) = match &mut self.origin {
            IdentityOrigin::Given(given) => {
                let ids: Vec<_> = given.take(BATCH_SIZE).collect();
                let is_last = ids.len() < BATCH_SIZE;
                // The list is read from its start again.
                let position = if is_last {
                    ListPosition::End
                } else {
                    ListPosition::Start
                };
                (ids, position)
            }
            IdentityOrigin::Listed {
                lister,
                only_authenticated,
            } => {
                let page = lister.next_page().await?;
                let ids = page
                    .identities
                    .into_iter()
                    .filter(|identity| identity.is_authenticated || !*only_authenticated)
                    .map(|identity| identity.id);
                let position = page
                    .next_token
                    .map_or(ListPosition::End, ListPosition::Token);
                (ids.collect(), position)
            }
        };
        self.is_at_end = position == ListPosition::End;
        let ids = self.filter(ids);
        if let (false, IdentityOrigin::Listed { lister, .. }) = (ids.is_empty(), &mut self.origin) {
            lister.allow_restart();
        }
        Ok(Some(IdentityBatch { ids, position }))
    }

    /// Returns how often the list was started again, since the service rejected a token.
    pub fn restarts(&self) -> u32 {
        match &self.origin {
            IdentityOrigin::Given(_) => 0,
            IdentityOrigin::Listed { lister, .. } => lister.restarts(),
        }
    }

    fn filter(&mut self, mut ids: Vec<String>) -> Vec<String> {
        ids.retain(|id| self.is_in_shard(id) && self.seen.insert(id));
        ids
    }

    fn is_in_shard(&self, id: &str) -> bool {
        self.shard.is_none_or(|shard| shard.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn all(ids: &[String], shard: Option<&str>, seen: TextSet) -> Vec<IdentityBatch> {
        let given = GivenIdentities::from_ids(ids).expect("valid ids");
        let shard = shard.map(|shard| Shard::parse(shard).expect("valid"));
        let origin = IdentityOrigin::Given(given);
        let mut source = IdentitySource::new(origin, shard, seen, ListPosition::Start, Vec::new());
        let (total, mut batches) = (source.total(), Vec::new());
        while let Some(batch) = source
            .next_batch()
            .now_or_never()
            .expect("it waits for nothing")
            .expect("nothing is called")
        {
            batches.push(batch);
        }
        let count = batches
            .iter()
            .map(|batch: &IdentityBatch| batch.ids.len())
            .sum();
        assert_eq!(total, Some(count));
        batches
    }

    fn ids(batches: Vec<IdentityBatch>) -> Vec<String> {
        batches.into_iter().flat_map(|batch| batch.ids).collect()
    }

    fn numbered(count: usize) -> Vec<String> {
        (0..count)
            .map(|number| format!("us-east-1:{number:04x}"))
            .collect()
    }

    #[test]
    fn returns_given_identities_once_in_batches() {
        let mut given = numbered(130);
        given.extend(numbered(10));
        let batches = all(&given, None, TextSet::default());
        let sizes: Vec<_> = batches.iter().map(|batch| batch.ids.len()).collect();
        assert_eq!(sizes, [60, 60, 10]);
        let positions: Vec<_> = batches.iter().map(|batch| batch.position.clone()).collect();
        assert_eq!(
            positions,
            [ListPosition::Start, ListPosition::Start, ListPosition::End]
        );
        assert_eq!(ids(batches), numbered(130));
        assert_eq!(ids(all(&[], None, TextSet::default())), [""; 0]);
    }

    #[test]
    fn leaves_out_identities_seen_before() {
        let mut seen = TextSet::default();
        for id in numbered(3) {
            seen.insert(&id);
        }
        assert_eq!(ids(all(&numbered(5), None, seen)), numbered(5)[3..]);
    }

    #[test]
    fn divides_identities_among_shards() {
        let given = numbered(200);
        let mut union = Vec::new();
        for shard in ["1/3", "2/3", "3/3"] {
            let part = ids(all(&given, Some(shard), TextSet::default()));
            assert!(part.len() > 40, "{shard} has {}", part.len());
            union.extend(part);
        }
        union.sort();
        assert_eq!(union, given);
    }
}
