//! The operations, one file each, with their input, output, help and examples; and the members that
//! several of them share.

use super::shapes::*;
use super::{Location, Member, Operation, Shape, Structure};

/// Declares the module, the ID and the list entry of every operation.
macro_rules! operations {
    ($($(#[$doc:meta])* $list:ident { $($module:ident: $id:ident,)* })*) => {
        $($(mod $module;)*)*

        /// Identifies an operation in code that handles single operations.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum OperationId {
            $($(
                #[doc = concat!("`", stringify!($id), "`")]
                $id,
            )*)*
        }

        impl OperationId {
            /// The operation with this ID.
            pub fn operation(self) -> &'static Operation {
                match self {
                    $($(OperationId::$id => &$module::OPERATION,)*)*
                }
            }
        }

        $(
            $(#[$doc])*
            pub static $list: [&Operation; [$(OperationId::$id),*].len()] =
                [$(&$module::OPERATION),*];
        )*
    };
}

operations! {
    /// The operations of the command line: all of Cognito Sync's, in the order of the service
    /// model.
    OPERATIONS {
        bulk_publish: BulkPublish,
        delete_dataset: DeleteDataset,
        describe_dataset: DescribeDataset,
        describe_identity_pool_usage: DescribeIdentityPoolUsage,
        describe_identity_usage: DescribeIdentityUsage,
        get_bulk_publish_details: GetBulkPublishDetails,
        get_cognito_events: GetCognitoEvents,
        get_identity_pool_configuration: GetIdentityPoolConfiguration,
        list_datasets: ListDatasets,
        list_identity_pool_usage: ListIdentityPoolUsage,
        list_records: ListRecords,
        register_device: RegisterDevice,
        set_cognito_events: SetCognitoEvents,
        set_identity_pool_configuration: SetIdentityPoolConfiguration,
        subscribe_to_dataset: SubscribeToDataset,
        unsubscribe_from_dataset: UnsubscribeFromDataset,
        update_records: UpdateRecords,
    }
    /// The operations that only the program itself calls.
    INTERNAL_OPERATIONS {
        list_identities: ListIdentities,
        list_identity_pools: ListIdentityPools,
    }
}

/// All operations of all services.
pub fn all_operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().chain(&INTERNAL_OPERATIONS).copied()
}

const POOL: Member = path(
    "IdentityPoolId",
    &IDENTITY_POOL_ID,
    "Identity pool, such as us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c.",
);
const IDENTITY: Member = path(
    "IdentityId",
    &IDENTITY_ID,
    "Identity within the identity pool, such as us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b.",
);
const DATASET_NAMED: Member = path(
    "DatasetName",
    &DATASET_NAME,
    "Dataset: letters, digits, underscore, dot, colon and dash.",
);
const NEXT_TOKEN: Member = query(
    "NextToken",
    "nextToken",
    &STRING,
    "Where to go on: the NextToken that the page before ended with.",
);
const MAX_RESULTS: Member = query(
    "MaxResults",
    "maxResults",
    &INTEGER_STRING,
    "How many entries a page may hold.",
);

/// A member in the path.
const fn path(name: &'static str, shape: &'static Shape, doc: &'static str) -> Member {
    Member {
        location: Location::Path,
        ..body(name, shape, doc)
    }
}

/// A member in the query string under the name `wire_name`.
const fn query(
    name: &'static str,
    wire: &'static str,
    shape: &'static Shape,
    doc: &'static str,
) -> Member {
    Member {
        location: Location::Query(wire),
        ..body(name, shape, doc)
    }
}

/// A structure that only one operation uses.
const fn structure(
    name: &'static str,
    required: &'static [&'static str],
    members: &'static [Member],
) -> Structure {
    Structure {
        name,
        members,
        required,
    }
}

/// The output members of both configuration operations.
static CONFIGURATION: [Member; 3] = [
    body(
        "IdentityPoolId",
        &IDENTITY_POOL_ID,
        "Identity pool that is configured.",
    ),
    body(
        "PushSync",
        &PUSH_SYNC,
        "Silent push messages to other devices when a dataset changes.",
    ),
    body(
        "CognitoStreams",
        &COGNITO_STREAMS,
        "Stream that gets every update of the identity pool's data.",
    ),
];

/// Example output of the operations that return a dataset.
static DATASET_OUTPUT: [&str; 11] = [
    "{",
    "    \"Dataset\": {",
    "        \"IdentityId\": \"{identity}\",",
    "        \"DatasetName\": \"settings\",",
    "        \"CreationDate\": \"2026-01-15T18:00:00+00:00\",",
    "        \"LastModifiedDate\": \"2026-03-01T09:30:00+00:00\",",
    "        \"LastModifiedBy\": \"123456789012\",",
    "        \"DataStorage\": 24,",
    "        \"NumRecords\": 2",
    "    }",
    "}",
];

/// Example output of the operations that return the configuration of an identity pool.
static CONFIGURATION_OUTPUT: [&str; 14] = [
    "{",
    "    \"IdentityPoolId\": \"{pool}\",",
    "    \"PushSync\": {",
    "        \"ApplicationArns\": [",
    "            \"arn:aws:sns:us-east-1:123456789012:app/GCM/my-app\"",
    "        ],",
    "        \"RoleArn\": \"arn:aws:iam::123456789012:role/push-sync\"",
    "    },",
    "    \"CognitoStreams\": {",
    "        \"StreamName\": \"updates\",",
    "        \"RoleArn\": \"arn:aws:iam::123456789012:role/streams\",",
    "        \"StreamingStatus\": \"ENABLED\"",
    "    }",
    "}",
];
