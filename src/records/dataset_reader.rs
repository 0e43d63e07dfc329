//! Reads the datasets of an identity: their list, and the records of each as they were at one time.

use serde_json::{Map, Value as Json};

use super::counted_client::{CountedClient, has_code};
use super::exported_record::ExportedRecord;
use super::record_date::RecordDate;
use super::response_members::{PageTokens, ResponseMembers, unexpected_value};
use crate::error::{Error, Result};
use crate::model::OperationId;
use crate::service::CallError;

/// The page sizes that AWS's own clients ask for. A page holds a whole dataset, and a page of
/// datasets all those of an identity, unless AWS has raised the limits of the account.
const RECORDS_PER_PAGE: i64 = 1024;
const DATASETS_PER_PAGE: i64 = 64;

/// How often a dataset is read before records of different sync counts are taken.
const MAX_ROUNDS: usize = 5;

/// Reads datasets of an identity pool.
#[derive(Debug, Clone)]
pub struct DatasetReader {
    client: CountedClient,
    identity_pool_id: String,
}

/// A dataset in the list of an identity's datasets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDataset {
    /// Its name.
    pub name: String,
    /// What the list says of its content.
    pub description: DatasetDescription,
}

/// The members of a listed dataset that change with its content. The list has no sync counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetDescription {
    pub creation_date: Option<RecordDate>,
    pub last_modified_date: Option<RecordDate>,
    pub num_records: Option<i64>,
    /// Its size in bytes.
    pub data_storage: Option<i64>,
}

/// The records of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadDataset {
    /// Whether the service says that there is no such dataset. It has no records then.
    pub is_absent: bool,
    /// The sync count of the dataset; the one of the first page if the pages differ, so that a later
    /// comparison finds the dataset changed.
    pub sync_count: Option<i64>,
    /// Whether all records are of the same sync count.
    pub is_consistent: bool,
    /// In the order of the bytes of their keys in UTF-8.
    pub records: Vec<ExportedRecord>,
    /// The token with which the dataset can be updated.
    pub session_token: Option<String>,
}

impl DatasetReader {
    /// Creates a reader of an identity pool.
    pub fn new(client: CountedClient, identity_pool_id: &str) -> DatasetReader {
        DatasetReader {
            client,
            identity_pool_id: identity_pool_id.to_string(),
        }
    }

    /// Lists the datasets of an identity, in the order of their names.
    pub async fn list(&self, identity_id: &str) -> Result<Vec<ListedDataset>, CallError> {
        let operation = OperationId::ListDatasets.operation();
        let mut input = Map::from_iter([
            (
                "IdentityPoolId".to_string(),
                self.identity_pool_id.as_str().into(),
            ),
            ("IdentityId".to_string(), identity_id.into()),
            ("MaxResults".to_string(), DATASETS_PER_PAGE.into()),
        ]);
        let (mut datasets, mut tokens) = (Vec::new(), PageTokens::default());
        loop {
            let mut page = self.client.call(operation, &input).await?;
            let next = take_datasets(&mut page, &mut datasets)
                .and_then(|()| page.next_token())
                .and_then(|token| {
                    token
                        .map(|token| tokens.add(&token).map(|()| token))
                        .transpose()
                })
                .map_err(|error| CallError::from(error).of_operation(operation))?;
            match next {
                Some(token) => input.insert("NextToken".to_string(), token.into()),
                None => break,
            };
        }
        datasets.sort_by(|one, other| one.name.cmp(&other.name));
        datasets.dedup_by(|one, other| one.name == other.name);
        Ok(datasets)
    }

    /// Reads the records of a dataset, with removed ones as far as the service still lists them.
    /// `None` if there is no such dataset.
    pub async fn read(
        &self,
        identity_id: &str,
        dataset_name: &str,
    ) -> Result<Option<ReadDataset>, CallError> {
        match self.open_session(identity_id, dataset_name).await {
            Err(error) if has_code(&error, "ResourceNotFoundException") => Ok(None),
            read => read.map(|dataset| (!dataset.is_absent).then_some(dataset)),
        }
    }

    /// Reads the records likewise, also of a dataset that is absent, to update them.
    pub async fn open_session(
        &self,
        identity_id: &str,
        dataset_name: &str,
    ) -> Result<ReadDataset, CallError> {
        let operation = OperationId::ListRecords.operation();
        let in_operation = |error: Error| CallError::from(error).of_operation(operation);
        let input = Map::from_iter([
            (
                "IdentityPoolId".to_string(),
                self.identity_pool_id.as_str().into(),
            ),
            ("IdentityId".to_string(), identity_id.into()),
            ("DatasetName".to_string(), dataset_name.into()),
            ("MaxResults".to_string(), RECORDS_PER_PAGE.into()),
        ]);
        let read_page = async |token: Option<&str>| {
            let mut input = input.clone();
            if let Some(token) = token {
                input.insert("NextToken".to_string(), token.into());
            }
            let page = self.client.call(operation, &input).await?;
            let ids = [self.identity_pool_id.as_str(), identity_id, dataset_name];
            RecordPage::parse(page, ids).map_err(in_operation)
        };
        read_consistently(read_page, in_operation).await
    }
}

/// A page of records.
#[derive(Debug, Clone, Default)]
struct RecordPage {
    sync_count: Option<i64>,
    /// Whether the service says that there is no such dataset.
    is_absent: bool,
    records: Vec<ExportedRecord>,
    next_token: Option<String>,
    session_token: Option<String>,
}

impl RecordPage {
    fn parse(mut page: ResponseMembers, ids: [&str; 3]) -> Result<RecordPage> {
        let [identity_pool_id, identity_id, dataset_name] = ids;
        let record = |value| match value {
            Json::Object(members) => {
                ExportedRecord::from_response(identity_pool_id, identity_id, dataset_name, members)
                    .map_err(|why| {
                        Error::general(format!(
                            "The response of the service has a record that is none: {why}."
                        ))
                    })
            }
            other => Err(unexpected_value("Records", &other)),
        };
        Ok(RecordPage {
            sync_count: page.number("DatasetSyncCount")?,
            is_absent: page.value("DatasetExists") == Some(Json::Bool(false)),
            records: page
                .list("Records")?
                .into_iter()
                .map(record)
                .collect::<Result<_>>()?,
            next_token: page.next_token()?,
            session_token: page.text("SyncSessionToken")?,
        })
    }
}

/// Reads all pages, again and again until all have the same sync count.
async fn read_consistently<E>(
    mut read_page: impl AsyncFnMut(Option<&str>) -> Result<RecordPage, E>,
    into_call_error: impl Fn(Error) -> E,
) -> Result<ReadDataset, E> {
    let mut round = 1;
    'rounds: loop {
        let mut page = read_page(None).await?;
        let mut dataset = ReadDataset {
            is_absent: page.is_absent,
            sync_count: page.sync_count,
            is_consistent: true,
            records: page.records,
            session_token: page.session_token,
        };
        if dataset.is_absent {
            dataset.records.clear();
            return Ok(dataset);
        }
        let mut tokens = PageTokens::default();
        while let Some(token) = page.next_token {
            tokens.add(&token).map_err(&into_call_error)?;
            page = read_page(Some(&token)).await?;
            dataset.is_consistent &= page.sync_count == dataset.sync_count;
            if !dataset.is_consistent && round < MAX_ROUNDS {
                round += 1;
                continue 'rounds;
            }
            dataset.records.append(&mut page.records);
            // The newest session lasts longest.
            dataset.session_token = page.session_token.or(dataset.session_token);
        }
        sort(&mut dataset.records);
        return Ok(dataset);
    }
}

/// Sorts by key. Of records with the same key, which inconsistent pages may have, the newest stays.
fn sort(records: &mut Vec<ExportedRecord>) {
    let newest_first = |record: &ExportedRecord| std::cmp::Reverse(record.sync_count);
    records.sort_by(|one, other| {
        let by_key = one.key.cmp(&other.key);
        by_key.then_with(|| newest_first(one).cmp(&newest_first(other)))
    });
    records.dedup_by(|one, other| one.key == other.key);
}

/// Appends the datasets of a page.
fn take_datasets(page: &mut ResponseMembers, datasets: &mut Vec<ListedDataset>) -> Result<()> {
    for dataset in page.list("Datasets")? {
        let mut dataset = ResponseMembers::from_value(dataset, "Datasets")?;
        let mut date = |name: &str| match dataset.value(name) {
            None => Ok(None),
            Some(value) => match RecordDate::from_json(&value) {
                Some(date) => Ok(Some(date)),
                None => Err(unexpected_value(name, &value)),
            },
        };
        let (creation_date, last_modified_date) =
            (date("CreationDate")?, date("LastModifiedDate")?);
        datasets.push(ListedDataset {
            name: dataset.required_text("DatasetName")?,
            description: DatasetDescription {
                creation_date,
                last_modified_date,
                num_records: dataset.number("NumRecords")?,
                data_storage: dataset.number("DataStorage")?,
            },
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use proptest::prelude::*;

    use super::*;
    use crate::records::exported_record::tests::record;

    fn page(sync_count: i64, keys: &[&str], next_token: Option<&str>) -> RecordPage {
        RecordPage {
            sync_count: Some(sync_count),
            is_absent: false,
            records: keys.iter().map(|key| record(key, Some("v"))).collect(),
            next_token: next_token.map(str::to_string),
            session_token: Some(format!("session of {keys:?}")),
        }
    }

    /// Reads the pages in turn. Returns the dataset and the tokens of the requests.
    fn read(pages: &[RecordPage]) -> (Result<ReadDataset>, Vec<Option<String>>) {
        let (mut tokens, mut pages) = (Vec::new(), pages.iter());
        let read_page = async |token: Option<&str>| {
            tokens.push(token.map(str::to_string));
            let page = pages.next();
            page.cloned().ok_or_else(|| Error::general("no more pages"))
        };
        let read = read_consistently(read_page, |error| error);
        let read = read.now_or_never().expect("it waits for nothing");
        (read, tokens)
    }

    fn keys(dataset: &ReadDataset) -> Vec<&str> {
        dataset
            .records
            .iter()
            .map(|record| record.key.as_str())
            .collect()
    }

    #[test]
    fn joins_pages_of_equal_sync_count_by_key() {
        let pages = [
            page(3, &["é", "b"], Some("t1")),
            page(3, &[], Some("t2")),
            page(3, &["a", "Z"], None),
        ];
        let (dataset, tokens) = read(&pages);
        let dataset = dataset.expect("pages");
        assert_eq!(keys(&dataset), ["Z", "a", "b", "é"]);
        assert_eq!((dataset.sync_count, dataset.is_consistent), (Some(3), true));
        let session = dataset.session_token.as_deref();
        assert_eq!(session, Some("session of [\"a\", \"Z\"]"));
        assert_eq!(tokens, [None, Some("t1".into()), Some("t2".into())]);
    }

    #[test]
    fn reads_again_when_sync_count_moves() {
        let pages = [
            page(3, &["a"], Some("t1")),
            page(4, &["b"], Some("t2")),
            page(4, &["a", "c"], Some("t1")),
            page(4, &["b"], None),
        ];
        let (dataset, tokens) = read(&pages);
        let dataset = dataset.expect("pages");
        assert_eq!(keys(&dataset), ["a", "b", "c"]);
        assert_eq!((dataset.sync_count, dataset.is_consistent), (Some(4), true));
        assert_eq!(tokens.len(), 4);
    }

    #[test]
    fn takes_inconsistent_pages_after_five_rounds() {
        let mut pages = Vec::new();
        for round in 1..=5 {
            pages.push(page(round * 2, &["a", "b"], Some("t1")));
            pages.push(page(round * 2 + 1, &["b", "c"], None));
        }
        // A later version of `b` on the second page.
        pages[9].records[0].sync_count = Some(11);
        let (dataset, tokens) = read(&pages);
        let dataset = dataset.expect("pages");
        assert_eq!(keys(&dataset), ["a", "b", "c"]);
        assert_eq!(dataset.records[1].sync_count, Some(11));
        assert_eq!(
            (dataset.sync_count, dataset.is_consistent),
            (Some(10), false)
        );
        assert_eq!(tokens.len(), 10);
    }

    #[test]
    fn takes_vanished_dataset_as_absent() {
        let absent = RecordPage {
            is_absent: true,
            ..RecordPage::default()
        };
        let (dataset, _) = read(&[absent]);
        assert!(dataset.is_ok_and(|dataset| dataset.is_absent && dataset.records.is_empty()));
        let pages = [page(1, &["a"], Some("t")), page(1, &["b"], Some("t"))];
        assert!(
            read(&pages)
                .0
                .is_err_and(|error| error.message.contains("same NextToken twice"))
        );
    }

    #[test]
    fn parses_list_of_datasets() {
        let operation = OperationId::ListDatasets.operation();
        let parse = |body: &str| {
            let mut datasets = Vec::new();
            let mut page = ResponseMembers::parse(body.as_bytes(), operation)?;
            take_datasets(&mut page, &mut datasets).map(|()| datasets)
        };
        let body = r#"{"Datasets":[{"DatasetName":"d","CreationDate":1.4E9,"DataStorage":16,
            "LastModifiedDate":1412974057.244,"NumRecords":1},{"DatasetName":"e"}]}"#;
        let described = ListedDataset {
            name: "d".into(),
            description: DatasetDescription {
                creation_date: Some(RecordDate::from_unix_millis(1_400_000_000_000)),
                last_modified_date: Some(RecordDate::from_unix_millis(1_412_974_057_244)),
                num_records: Some(1),
                data_storage: Some(16),
            },
        };
        let bare = ListedDataset {
            name: "e".into(),
            description: DatasetDescription::default(),
        };
        assert_eq!(parse(body).ok(), Some(vec![described, bare]));
        for body in [
            r#"{"Datasets":{}}"#,
            r#"{"Datasets":[7]}"#,
            r#"{"Datasets":[{}]}"#,
            r#"{"Datasets":[{"DatasetName":"d","LastModifiedDate":"x"}]}"#,
        ] {
            let error = parse(body).expect_err(body);
            assert!(
                error.message.starts_with("The response of the service has"),
                "{body}: {error}"
            );
        }
    }

    proptest! {
        #[test]
        fn keeps_newest_record_of_each_key(records in prop::collection::vec(("[abé]", 0..4_i64), 0..12)) {
            let mut sorted: Vec<_> = records
                .iter()
                .map(|(key, count)| ExportedRecord { sync_count: Some(*count), ..record(key, None) })
                .collect();
            sort(&mut sorted);
            let newest = records.into_iter().collect::<std::collections::BTreeSet<_>>();
            let newest: std::collections::BTreeMap<_, _> = newest.into_iter().collect();
            let sorted: Vec<_> = sorted.into_iter().map(|r| (r.key, r.sync_count.unwrap_or(-1))).collect();
            prop_assert_eq!(sorted, newest.into_iter().collect::<Vec<_>>());
        }
    }
}
