//! The identities to compare: those of the files, then those that only the pools have.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::rc::Rc;

use super::export_selection::{ComparedIdentities, ExportSelection};
use super::identity_comparer::IdentityComparer;
use super::verify_args::VerifyArgs;
use crate::command_context::CommandContext;
use crate::error::{Error, Result};
use crate::records::dataset_reader::DatasetReader;
use crate::records::exported_record::ExportedRecord;
use crate::records::given_identities::GivenIdentities;
use crate::records::identity_lister::IdentityLister;
use crate::records::identity_map::IdentityMap;
use crate::records::identity_source::{IdentityOrigin, IdentitySource, ListPosition};
use crate::records::pool_clients::PoolClients;
use crate::records::record_groups::{
    GroupBy, RecordGroup, RecordGroups, RecordSource, without_records,
};
use crate::records::text_set::TextSet;
use crate::service::CallError;

/// An identity for a worker.
pub struct IdentityToCompare {
    pub pool: String,
    pub identity_id: String,
    /// Its records in the files; none if it is only in the pool.
    pub records: Vec<ExportedRecord>,
    pub comparer: Result<Rc<IdentityComparer>>,
}

/// The queue of the identities.
pub struct IdentityQueue<'a> {
    args: &'a VerifyArgs,
    selection: &'a ExportSelection,
    map: Option<IdentityMap>,
    /// The first group, which was read to find out its pool.
    first: Option<RecordGroup>,
    groups: RecordGroups,
    clients: PoolClients<'a>,
    comparers: HashMap<String, Rc<IdentityComparer>>,
    /// The identities of the files, by their pools.
    known: HashMap<String, TextSet>,
    /// The pools whose other identities are still to come.
    pools: BTreeSet<String>,
    /// The pool whose other identities are next, with where they come from.
    others: Option<(String, IdentitySource)>,
    batch: VecDeque<String>,
}

/// Rejects files without records, unless the export is known to be of an empty pool.
fn check_selection(args: &VerifyArgs, selection: &ExportSelection) -> Result<()> {
    let remedy = match (&selection.identity_pool_id, &args.identity_pool_id) {
        // The journal of the export is there.
        (Some(_), _) => return Ok(()),
        (None, None) => {
            "Check the input, or name the identity pool of an empty export with --identity-pool-id."
        }
        (None, Some(_)) if args.known_only => "Check the input, or leave out --known-only.",
        (None, Some(_)) => return Ok(()),
    };
    Err(Error::parameter(format!(
        "{}, so that there is nothing to compare. {remedy}",
        without_records(&args.files)
    )))
}

impl<'a> IdentityQueue<'a> {
    /// Begins to read the files. The client of the first pool is made here, since settings and
    /// credentials cannot be resolved within a runtime.
    pub fn open(
        args: &'a VerifyArgs,
        context: &CommandContext<'_>,
        selection: &'a ExportSelection,
        mut clients: PoolClients<'a>,
    ) -> Result<IdentityQueue<'a>> {
        let map = args.identity_map.as_deref().map(IdentityMap::read);
        let map = map.transpose()?;
        let source = RecordSource {
            files: args.files.clone(),
            stdin: context.stdin.clone(),
        };
        let mut groups = source.groups(GroupBy::Identity, None)?;
        let first = groups.blocking_next().transpose()?;
        let named = first
            .as_ref()
            .map(|group| &group.records[0].identity_pool_id);
        let named = args.identity_pool_id.as_ref().or(named);
        let pool = named.or(selection.identity_pool_id.as_ref()).cloned();
        if first.is_none() {
            check_selection(args, selection)?;
        }
        if let Some(pool) = &pool {
            clients.first(pool)?;
        }
        Ok(IdentityQueue {
            args,
            selection,
            map,
            first,
            groups,
            clients,
            comparers: HashMap::new(),
            known: HashMap::new(),
            pools: pool.into_iter().collect(),
            others: None,
            batch: VecDeque::new(),
        })
    }

    /// Returns the next identity to compare; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<IdentityToCompare>, CallError> {
        loop {
            let next = match self.first.take() {
                Some(first) => Some(first),
                None => self.groups.next().await.transpose()?,
            };
            let Some(group) = next else { break };
            if let Some(identity) = self.known_identity(group)? {
                return Ok(Some(identity));
            }
        }
        while let Some(source) = self.next_source()? {
            let (pool, mut others) = source;
            if let Some(identity_id) = self.batch.pop_front() {
                let comparer = self.comparer(&pool);
                self.others = Some((pool.clone(), others));
                return Ok(Some(IdentityToCompare {
                    pool,
                    identity_id,
                    records: Vec::new(),
                    comparer,
                }));
            }
            if let Some(batch) = others.next_batch().await? {
                self.batch.extend(batch.ids);
                self.others = Some((pool, others));
            }
        }
        Ok(None)
    }

    /// Returns an identity of the files, unless it is not part of the selection.
    fn known_identity(&mut self, group: RecordGroup) -> Result<Option<IdentityToCompare>> {
        let first = &group.records[0];
        let has_dataset =
            |record: &ExportedRecord| self.selection.has_dataset(&record.dataset_name);
        if !self.selection.has_identity(&first.identity_id) {
            return Ok(None);
        }
        let pool = self.args.identity_pool_id.as_ref();
        let pool = pool.unwrap_or(&first.identity_pool_id).clone();
        self.pools.insert(pool.clone());
        let (identity_id, mapped) =
            match self.map.as_ref().map(|map| map.new_id(&first.identity_id)) {
                None => (first.identity_id.clone(), Ok(())),
                Some(Ok(id)) => (id.to_string(), Ok(())),
                Some(Err(error)) => (first.identity_id.clone(), Err(error)),
            };
        if !self
            .known
            .entry(pool.clone())
            .or_default()
            .insert(&identity_id)
        {
            return Err(self.not_together(&group));
        }
        if !group.records.iter().any(has_dataset) {
            return Ok(None);
        }
        let comparer = mapped.and_then(|()| self.comparer(&pool));
        Ok(Some(IdentityToCompare {
            pool,
            identity_id,
            records: group.records,
            comparer,
        }))
    }

    fn not_together(&self, group: &RecordGroup) -> Error {
        let file = &self.args.files[group.start.0];
        Error::general(format!(
            "'{}': line {}: identity {} has records on earlier lines, too, with others in between. Sort \
             the lines, so that those of an identity stand together.",
            file.display(),
            group.start.1 + 1,
            group.records[0].identity_id.escape_debug()
        ))
    }

    /// Returns the identities that may be in a pool alone: the rest of the pool under way, or those
    /// of the next one.
    fn next_source(&mut self) -> Result<Option<(String, IdentitySource)>> {
        if let Some(others) = self.others.take() {
            return Ok(Some(others));
        }
        let Some(pool) = self.pools.pop_first() else {
            return Ok(None);
        };
        let origin = match &self.selection.identities {
            ComparedIdentities::Known => return Ok(None),
            // The shard of an identity is that of its id in the files, which is not known of others.
            _ if self.map.is_some() && self.selection.shard.is_some() => return Ok(None),
            ComparedIdentities::Given(ids) => IdentityOrigin::Given(self.given(ids)?),
            ComparedIdentities::Listed { only_authenticated } => {
                let client = self.clients.identity_client(&pool)?;
                let (rate, start) = (self.args.list_rate, ListPosition::Start);
                IdentityOrigin::Listed {
                    lister: Box::new(IdentityLister::new(client, &pool, rate, &start)),
                    only_authenticated: *only_authenticated,
                }
            }
        };
        let known = self.known.remove(&pool).unwrap_or_default();
        let shard = self.selection.shard;
        let source = IdentitySource::new(origin, shard, known, ListPosition::Start, Vec::new());
        Ok(Some((pool, source)))
    }

    /// Returns the identities that were given to the export, with those that take their places.
    fn given(&self, ids: &[String]) -> Result<GivenIdentities> {
        let Some(map) = &self.map else {
            return GivenIdentities::from_ids(ids);
        };
        let mapped = ids.iter().filter_map(|id| map.new_id(id).ok());
        let mapped: Vec<_> = mapped.map(str::to_string).collect();
        GivenIdentities::from_ids(&mapped)
    }

    fn comparer(&mut self, pool: &str) -> Result<Rc<IdentityComparer>> {
        if let Some(comparer) = self.comparers.get(pool) {
            return Ok(Rc::clone(comparer));
        }
        let reader = DatasetReader::new(self.clients.sync_client(pool)?, pool);
        let comparer = Rc::new(IdentityComparer::new(reader, self.args.sync_counts));
        let known = Rc::clone(&comparer);
        self.comparers.insert(pool.to_string(), known);
        Ok(comparer)
    }
}
