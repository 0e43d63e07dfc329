//! The SDK's typed calls, built from input documents: one short function per operation. Responses
//! are not read here, since the connector records them.

use aws_sdk_cognitoidentity::Client as IdentityClient;
use aws_sdk_cognitosync::Client;
use aws_sdk_cognitosync::error::SdkError;
use aws_sdk_cognitosync::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cognitosync::types::{
    CognitoStreams, Operation as PatchOperation, Platform, PushSync, RecordPatch, StreamingStatus,
};
use serde_json::{Map, Value as Json};
use std::error::Error as StdError;

use super::sdk_client::SdkClient;
use crate::error_chain::deepest_cause;
use crate::model::{Operation, OperationId};

/// Whether the SDK completed a call; the error is its reason.
pub(super) type SdkOutcome = Result<(), String>;

/// Calls the operation with its validated input through the client of its service.
pub(super) async fn send(
    client: &SdkClient,
    operation: &Operation,
    input: &Map<String, Json>,
) -> SdkOutcome {
    let input = InputDocument(input);
    match operation.id {
        OperationId::BulkPublish => bulk_publish(client.cognito_sync()?, input).await,
        OperationId::DeleteDataset => delete_dataset(client.cognito_sync()?, input).await,
        OperationId::DescribeDataset => describe_dataset(client.cognito_sync()?, input).await,
        OperationId::DescribeIdentityPoolUsage => {
            describe_identity_pool_usage(client.cognito_sync()?, input).await
        }
        OperationId::DescribeIdentityUsage => {
            describe_identity_usage(client.cognito_sync()?, input).await
        }
        OperationId::GetBulkPublishDetails => {
            get_bulk_publish_details(client.cognito_sync()?, input).await
        }
        OperationId::GetCognitoEvents => get_cognito_events(client.cognito_sync()?, input).await,
        OperationId::GetIdentityPoolConfiguration => {
            get_identity_pool_configuration(client.cognito_sync()?, input).await
        }
        OperationId::ListDatasets => list_datasets(client.cognito_sync()?, input).await,
        OperationId::ListIdentities => list_identities(client.cognito_identity()?, input).await,
        OperationId::ListIdentityPools => {
            list_identity_pools(client.cognito_identity()?, input).await
        }
        OperationId::ListIdentityPoolUsage => {
            list_identity_pool_usage(client.cognito_sync()?, input).await
        }
        OperationId::ListRecords => list_records(client.cognito_sync()?, input).await,
        OperationId::RegisterDevice => register_device(client.cognito_sync()?, input).await,
        OperationId::SetCognitoEvents => set_cognito_events(client.cognito_sync()?, input).await,
        OperationId::SetIdentityPoolConfiguration => {
            set_identity_pool_configuration(client.cognito_sync()?, input).await
        }
        OperationId::SubscribeToDataset => {
            subscribe_to_dataset(client.cognito_sync()?, input).await
        }
        OperationId::UnsubscribeFromDataset => {
            unsubscribe_from_dataset(client.cognito_sync()?, input).await
        }
        OperationId::UpdateRecords => update_records(client.cognito_sync()?, input).await,
    }
}

async fn bulk_publish(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client.bulk_publish();
    outcome(
        call.set_identity_pool_id(input.text("IdentityPoolId"))
            .send()
            .await,
    )
}

async fn delete_dataset(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .delete_dataset()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_dataset_name(input.text("DatasetName"));
    outcome(call.send().await)
}

async fn describe_dataset(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .describe_dataset()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_dataset_name(input.text("DatasetName"));
    outcome(call.send().await)
}

async fn describe_identity_pool_usage(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client.describe_identity_pool_usage();
    outcome(
        call.set_identity_pool_id(input.text("IdentityPoolId"))
            .send()
            .await,
    )
}

async fn describe_identity_usage(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .describe_identity_usage()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"));
    outcome(call.send().await)
}

async fn get_bulk_publish_details(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client.get_bulk_publish_details();
    outcome(
        call.set_identity_pool_id(input.text("IdentityPoolId"))
            .send()
            .await,
    )
}

async fn get_cognito_events(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client.get_cognito_events();
    outcome(
        call.set_identity_pool_id(input.text("IdentityPoolId"))
            .send()
            .await,
    )
}

async fn get_identity_pool_configuration(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client.get_identity_pool_configuration();
    outcome(
        call.set_identity_pool_id(input.text("IdentityPoolId"))
            .send()
            .await,
    )
}

async fn list_datasets(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .list_datasets()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_next_token(input.text("NextToken"))
        .set_max_results(input.integer("MaxResults"));
    outcome(call.send().await)
}

async fn list_identities(client: &IdentityClient, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .list_identities()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_max_results(input.integer("MaxResults"))
        .set_next_token(input.text("NextToken"))
        .set_hide_disabled(input.boolean("HideDisabled"));
    outcome(call.send().await)
}

async fn list_identity_pools(client: &IdentityClient, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .list_identity_pools()
        .set_max_results(input.integer("MaxResults"))
        .set_next_token(input.text("NextToken"));
    outcome(call.send().await)
}

async fn list_identity_pool_usage(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .list_identity_pool_usage()
        .set_next_token(input.text("NextToken"))
        .set_max_results(input.integer("MaxResults"));
    outcome(call.send().await)
}

async fn list_records(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .list_records()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_dataset_name(input.text("DatasetName"))
        .set_last_sync_count(input.long("LastSyncCount"))
        .set_next_token(input.text("NextToken"))
        .set_max_results(input.integer("MaxResults"))
        .set_sync_session_token(input.text("SyncSessionToken"));
    outcome(call.send().await)
}

async fn register_device(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .register_device()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_platform(input.text("Platform").as_deref().map(Platform::from))
        .set_token(input.text("Token"));
    outcome(call.send().await)
}

async fn set_cognito_events(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let events = input.members("Events").map(|events| {
        events
            .0
            .iter()
            .map(|(key, value)| (key.clone(), text_of(value)))
            .collect()
    });
    let call = client
        .set_cognito_events()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_events(events);
    outcome(call.send().await)
}

async fn set_identity_pool_configuration(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .set_identity_pool_configuration()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_push_sync(input.members("PushSync").map(push_sync))
        .set_cognito_streams(input.members("CognitoStreams").map(cognito_streams));
    outcome(call.send().await)
}

fn push_sync(input: InputDocument<'_>) -> PushSync {
    let arns = input
        .items("ApplicationArns")
        .map(|arns| arns.iter().map(text_of).collect());
    PushSync::builder()
        .set_application_arns(arns)
        .set_role_arn(input.text("RoleArn"))
        .build()
}

fn cognito_streams(input: InputDocument<'_>) -> CognitoStreams {
    CognitoStreams::builder()
        .set_stream_name(input.text("StreamName"))
        .set_role_arn(input.text("RoleArn"))
        .set_streaming_status(
            input
                .text("StreamingStatus")
                .as_deref()
                .map(StreamingStatus::from),
        )
        .build()
}

async fn subscribe_to_dataset(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .subscribe_to_dataset()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_dataset_name(input.text("DatasetName"))
        .set_device_id(input.text("DeviceId"));
    outcome(call.send().await)
}

async fn unsubscribe_from_dataset(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let call = client
        .unsubscribe_from_dataset()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_dataset_name(input.text("DatasetName"))
        .set_device_id(input.text("DeviceId"));
    outcome(call.send().await)
}

async fn update_records(client: &Client, input: InputDocument<'_>) -> SdkOutcome {
    let patches = input.items("RecordPatches").map(|patches| {
        patches
            .iter()
            .filter_map(Json::as_object)
            .map(|patch| record_patch(InputDocument(patch)))
    });
    let patches = patches
        .map(|patches| patches.collect::<Result<Vec<_>, _>>())
        .transpose()?;
    let call = client
        .update_records()
        .set_identity_pool_id(input.text("IdentityPoolId"))
        .set_identity_id(input.text("IdentityId"))
        .set_dataset_name(input.text("DatasetName"))
        .set_device_id(input.text("DeviceId"))
        .set_record_patches(patches)
        .set_sync_session_token(input.text("SyncSessionToken"))
        .set_client_context(input.text("ClientContext"));
    outcome(call.send().await)
}

fn record_patch(input: InputDocument<'_>) -> Result<RecordPatch, String> {
    RecordPatch::builder()
        .set_op(input.text("Op").as_deref().map(PatchOperation::from))
        .set_key(input.text("Key"))
        .set_value(input.text("Value"))
        .set_sync_count(input.long("SyncCount"))
        .set_device_last_modified_date(input.timestamp("DeviceLastModifiedDate"))
        .build()
        .map_err(|error| error.to_string())
}

/// Typed access to the members of an input document. An integer out of the range of the SDK's type
/// reads as 0, and `exact_values` replaces it before the request is signed.
#[derive(Clone, Copy)]
struct InputDocument<'a>(&'a Map<String, Json>);

impl<'a> InputDocument<'a> {
    fn text(self, name: &str) -> Option<String> {
        self.0.get(name).map(text_of)
    }

    fn integer(self, name: &str) -> Option<i32> {
        self.long(name)
            .map(|number| i32::try_from(number).unwrap_or_default())
    }

    fn boolean(self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Json::as_bool)
    }

    fn long(self, name: &str) -> Option<i64> {
        self.0
            .get(name)
            .map(|value| value.as_i64().unwrap_or_default())
    }

    /// A number of seconds. Those of command lines are whole, as in the AWS CLI; those of exports are
    /// not.
    fn timestamp(self, name: &str) -> Option<DateTime> {
        let value = self.0.get(name)?;
        let fractional =
            || DateTime::from_str(&value.to_string(), DateTimeFormat::EpochSeconds).ok();
        let whole = value.as_i64().map(DateTime::from_secs);
        Some(whole.or_else(fractional).unwrap_or(DateTime::from_secs(0)))
    }

    fn members(self, name: &str) -> Option<InputDocument<'a>> {
        self.0
            .get(name)
            .and_then(Json::as_object)
            .map(InputDocument)
    }

    fn items(self, name: &str) -> Option<&'a [Json]> {
        self.0.get(name).and_then(Json::as_array).map(Vec::as_slice)
    }
}

fn text_of(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn outcome<T, E, R>(result: Result<T, SdkError<E, R>>) -> SdkOutcome
where
    E: StdError + 'static,
    R: std::fmt::Debug,
{
    result.map(drop).map_err(|error| deepest_cause(&error))
}
