"""boto3 against `serve --strict`: all 17 operations, their replies whole, and every class of error; and
the two operations of Cognito Identity.

The environment gives a developer's key and an identity's, and the address of a second service on the
same store that is two hours ahead and fails on purpose.
"""

import os
import re
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

POOL, IDENTITY = os.environ["POOL"], os.environ["IDENTITY"]
IDS = {"IdentityPoolId": POOL, "IdentityId": IDENTITY}
NOTES = {**IDS, "DatasetName": "notes"}
ACCOUNT = "123456789012"
HOUR = timedelta(hours=1)
BEGIN = datetime.now(timezone.utc) - timedelta(milliseconds=1)


def client(key="AWS_ACCESS_KEY_ID", secret="AWS_SECRET_ACCESS_KEY", service="cognito-sync", **more):
    return boto3.client(
        service,
        aws_access_key_id=os.environ.get(key, key),
        aws_secret_access_key=os.environ.get(secret, secret),
        **more,
    )


developer = client()
identity = client("IDENTITY_KEY", "IDENTITY_SECRET")
ahead = client(endpoint_url=os.environ["AHEAD"], config=Config(retries={"max_attempts": 0}))
errors = developer.exceptions


def same(got, want):
    assert got == want, f"\n got {got!r}\nwant {want!r}"


def plain(value):
    """A reply without what the SDK adds, and with "now" for each moment of this run."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime) and BEGIN <= value <= datetime.now(timezone.utc):
        return "now"
    return value


def replies(call, want, **parameters):
    """Calls, and compares the reply."""
    reply = call(**parameters)
    metadata = reply["ResponseMetadata"]
    same((metadata["HTTPStatusCode"], metadata["RetryAttempts"]), (200, 0))
    assert re.fullmatch("[0-9a-f-]{36}", metadata["RequestId"]), metadata
    same(plain(reply), want)
    return reply


def refused(call, kind, status, message, **parameters):
    """Calls, and compares class, status and message of the error."""
    try:
        reply = call(**parameters)
    except ClientError as error:
        same(type(error), kind)
        same(error.response["ResponseMetadata"]["HTTPStatusCode"], status)
        text = error.response["Error"]["Message"]
        assert re.fullmatch(message, text), f"{message} {text}"
        return error
    raise AssertionError(f"not refused: {reply}")


def record(key, value, count, by=IDENTITY, device="now"):
    shown = {"Key": key, "SyncCount": count, "LastModifiedBy": by, "LastModifiedDate": "now"}
    shown["DeviceLastModifiedDate"] = device
    return shown if value is None else {**shown, "Value": value}


def replace(key, value, count, **more):
    return {"Op": "replace", "Key": key, "Value": value, "SyncCount": count, **more}


def token(dataset=NOTES):
    return identity.list_records(**dataset)["SyncSessionToken"]


def update(patches, by=identity, **more):
    return by.update_records(**NOTES, SyncSessionToken=token(), RecordPatches=patches, **more)


def listed(records, count, **more):
    flags = {"DatasetExists": True, "DatasetDeletedAfterRequestedSyncCount": False}
    return {"Records": records, "Count": len(records), "DatasetSyncCount": count, **flags, **more}


def lists(want, **parameters):
    reply = identity.list_records(**NOTES, **parameters)
    session = reply.pop("SyncSessionToken")
    assert len(session) > 100 and not isinstance(session, bytes), session
    same(plain(reply), want)
    return session


def configuration():
    push = {
        "ApplicationArns": [f"arn:aws:sns:us-east-1:{ACCOUNT}:app/APNS_SANDBOX/notes"],
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/push",
    }
    streams = {"StreamName": "notes", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/streams"}
    off, on = {**streams, "StreamingStatus": "DISABLED"}, {**streams, "StreamingStatus": "ENABLED"}
    of_pool = {"IdentityPoolId": POOL}
    missing = rf"IdentityPool '{POOL}' not found\."
    get, put = developer.get_identity_pool_configuration, developer.set_identity_pool_configuration
    refused(get, errors.ResourceNotFoundException, 404, missing, **of_pool)
    replies(put, {**of_pool, "PushSync": push}, **of_pool, PushSync=push)
    both = {**of_pool, "PushSync": push, "CognitoStreams": off}
    replies(put, both, **of_pool, CognitoStreams=off)
    replies(get, both, **of_pool)
    is_off = ".* has no enabled stream."
    refused(developer.bulk_publish, errors.InvalidParameterException, 400, is_off, **of_pool)
    replies(put, {**both, "CognitoStreams": on}, **of_pool, CognitoStreams=on)
    push = {"RoleArn": "arn:aws:iam:x" + "x" * 20}
    bad_arn = f"1 validation error detected: Value '{push['RoleArn']}' at 'pushSync.roleArn' .*"
    refused(put, errors.InvalidParameterException, 400, bad_arn, **of_pool, PushSync=push)


def events():
    get, put = developer.get_cognito_events, developer.set_cognito_events
    function = {"SyncTrigger": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:notes"}
    for given, want in [({}, {}), (function, function), ({}, function), ({"SyncTrigger": ""}, {})]:
        replies(put, {}, IdentityPoolId=POOL, Events=given)
        replies(get, {"Events": want}, IdentityPoolId=POOL)


def records():
    session = lists({**listed([], 0), "DatasetExists": False})
    device = datetime(2024, 2, 29, 12, 30, 45, tzinfo=timezone.utc)
    patches = [replace("color", "blue", 0, DeviceLastModifiedDate=device), replace("größe", "", 0)]
    first = [record("color", "blue", 1, device=device), record("größe", "", 1)]
    parameters = {**NOTES, "SyncSessionToken": session, "RecordPatches": patches}
    replies(identity.update_records, {"Records": first}, **parameters)
    used = "SyncSessionToken not valid for these inputs"
    refused(identity.update_records, errors.InvalidParameterException, 400, used, **parameters)
    lists(listed(first, 1, LastModifiedBy=IDENTITY))

    stale = "Current SyncCount for: color is: 1 not: 0"
    patches = [replace("new", "x", 0), replace("color", "red", 0)]
    refused(update, errors.ResourceConflictException, 409, stale, patches=patches)
    lists(listed([], 1, LastModifiedBy=IDENTITY), LastSyncCount=1)

    removal = [{"Op": "remove", "Key": "color", "SyncCount": 1}]
    gone = record("color", None, 2, by="phone")
    same(plain(update(removal, DeviceId="phone")), {"Records": [gone]})
    lists(listed([gone], 2, LastModifiedBy="phone"), LastSyncCount=1)
    again = record("color", "green", 3, by=ACCOUNT)
    same(plain(update([replace("color", "green", 2)], by=developer)), {"Records": [again]})
    never = "No such SyncCount: 37 exists for this Dataset"
    refused(lists, errors.InvalidParameterException, 400, never, want=None, LastSyncCount=37)

    both = [again, first[1]]
    page = lists_page(both[:1], MaxResults=1)
    page = lists_page(both[1:], MaxResults=1, NextToken=page["NextToken"])
    assert "NextToken" not in page, page
    large = [replace("kk", "x" * 1048575, 0)]
    refused(update, errors.LimitExceededException, 400, ".* 1048576.*", patches=large)
    lists(listed(both, 3, LastModifiedBy=ACCOUNT))


def lists_page(want, **parameters):
    page = identity.list_records(**NOTES, **parameters)
    same((plain(page["Records"]), page["Count"], page["DatasetSyncCount"]), (want, len(want), 3))
    return page


def dataset(**changes):
    shown = {"IdentityId": IDENTITY, "DatasetName": "notes", "LastModifiedBy": ACCOUNT}
    moments = {"CreationDate": "now", "LastModifiedDate": "now"}
    # color=green and größe=
    return {**shown, **moments, "DataStorage": 17, "NumRecords": 2, **changes}


def datasets():
    copy = {**IDS, "DatasetName": f"notes.{IDENTITY}"}
    patch = [replace("a", "b", 0)]
    identity.update_records(**copy, SyncSessionToken=token(copy), RecordPatches=patch)
    same(identity.list_records(**NOTES)["MergedDatasetNames"], [copy["DatasetName"]])
    replies(developer.describe_dataset, {"Dataset": dataset()}, **NOTES)
    page = identity.list_datasets(**IDS, MaxResults=1)
    same((plain(page["Datasets"]), page["Count"]), ([dataset()], 1))
    figures = {"DataStorage": 2, "NumRecords": 1, "LastModifiedBy": IDENTITY}
    second = dataset(DatasetName=copy["DatasetName"], **figures)
    replies(
        identity.list_datasets, {"Datasets": [second], "Count": 1}, **IDS, NextToken=page["NextToken"]
    )
    replies(identity.delete_dataset, {"Dataset": second}, **copy)
    assert "MergedDatasetNames" not in identity.list_records(**NOTES)
    two = (
        r"2 validation errors detected: Value 'INVALID' at 'identityPoolId' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: \[\\w-\]\+:\[0-9a-f-\]\+; "
        r"Value 'A:B:C' at 'identityId' failed .*"
    )
    ids = {"IdentityPoolId": "INVALID", "IdentityId": "A:B:C"}
    refused(developer.list_datasets, errors.InvalidParameterException, 400, two, **ids)


def usage():
    other = "us-east-1:ffffffff-0000-0000-0000-000000000000"
    developer.set_cognito_events(IdentityPoolId=other, Events={})
    figures = {"DataStorage": 17, "LastModifiedDate": "now"}
    of_pool = {**figures, "IdentityPoolId": POOL}
    want = {"IdentityUsage": {**figures, **IDS, "DatasetCount": 1}}
    replies(identity.describe_identity_usage, want, **IDS)
    replies(developer.describe_identity_pool_usage, {"IdentityPoolUsage": of_pool}, IdentityPoolId=POOL)
    page = developer.list_identity_pool_usage(MaxResults=1)
    rest = page.pop("NextToken")
    same(plain(page), {"IdentityPoolUsages": [of_pool], "MaxResults": 1, "Count": 1})
    page = developer.list_identity_pool_usage(MaxResults=1, NextToken=rest)
    same([plain(usage["IdentityPoolId"]) for usage in page["IdentityPoolUsages"]], [other])
    assert "NextToken" not in page, page


def devices():
    register = identity.register_device
    device = register(**IDS, Platform="APNS_SANDBOX", Token="a/b+c=")["DeviceId"]
    assert re.fullmatch("[0-9a-f-]{36}", device), device
    replies(register, {"DeviceId": device}, **IDS, Platform="APNS_SANDBOX", Token="a/b+c=")
    none = ".* has no push sync application for GCM."
    parameters = {**IDS, "Platform": "GCM", "Token": "t"}
    refused(register, errors.InvalidConfigurationException, 400, none, **parameters)
    subscription = {**NOTES, "DeviceId": device}
    replies(identity.subscribe_to_dataset, {}, **subscription)
    replies(identity.unsubscribe_from_dataset, {}, **subscription)
    gone = f"Device '{device}' is not subscribed to the dataset."
    unsubscribe = identity.unsubscribe_from_dataset
    refused(unsubscribe, errors.ResourceNotFoundException, 404, gone, **subscription)
    unknown = {**NOTES, "DeviceId": "a/b c"}
    refused(
        identity.subscribe_to_dataset,
        errors.ResourceNotFoundException,
        404,
        "Device 'a/b c' not found.",
        **unknown,
    )


def bulk_publish():
    of_pool = {"IdentityPoolId": POOL}
    details = developer.get_bulk_publish_details
    replies(details, {**of_pool, "BulkPublishStatus": "NOT_STARTED"}, **of_pool)
    replies(developer.bulk_publish, of_pool, **of_pool)
    going = {**of_pool, "BulkPublishStatus": "IN_PROGRESS", "BulkPublishStartTime": "now"}
    start = replies(details, going, **of_pool)["BulkPublishStartTime"]
    twice = "A bulk publish of this identity pool is in progress."
    refused(developer.bulk_publish, errors.DuplicateRequestException, 400, twice, **of_pool)
    done = {**going, "BulkPublishStatus": "SUCCEEDED", "BulkPublishCompleteTime": start + HOUR}
    replies(ahead.get_bulk_publish_details, done, **of_pool)
    early = "The last bulk publish succeeded less than 24 hours ago."
    refused(ahead.bulk_publish, ahead.exceptions.AlreadyStreamedException, 400, early, **of_pool)


def who_may_do_what():
    for call, parameters in [
        (identity.bulk_publish, {"IdentityPoolId": POOL}),
        (identity.list_identity_pool_usage, {}),
        (identity.list_datasets, {"IdentityPoolId": POOL, "IdentityId": POOL}),
        (developer.register_device, {**IDS, "Platform": "ADM", "Token": "t"}),
    ]:
        refused(call, call.__self__.exceptions.NotAuthorizedException, 403, ".+", **parameters)
    wrong = "The request signature we calculated does not match the signature you provided. .*"
    unknown = "The security token included in the request is invalid."
    for by, code, message in [
        (client(secret="wrong"), "InvalidSignatureException", wrong),
        (client(key="AKIDUNKNOWN"), "UnrecognizedClientException", unknown),
    ]:
        # The SDK has no classes for these.
        error = refused(by.list_datasets, ClientError, 403, message, **IDS)
        same(error.response["Error"]["Code"], code)


def faults():
    asked = ".* fails because of --fault."
    pool, patches = {"IdentityPoolId": POOL}, {**NOTES, "SyncSessionToken": token()}
    of = ahead.exceptions
    for call, kind, status, parameters in [
        (ahead.update_records, of.InvalidLambdaFunctionOutputException, 400, patches),
        (ahead.update_records, of.LambdaThrottledException, 429, patches),
        (ahead.list_datasets, of.TooManyRequestsException, 429, IDS),
        (ahead.get_cognito_events, of.InternalErrorException, 500, pool),
        (ahead.set_identity_pool_configuration, of.ConcurrentModificationException, 400, pool),
    ]:
        refused(call, kind, status, asked, **parameters)
    # Of two calls one fails: the SDK tries again by itself.
    patient = client(endpoint_url=os.environ["AHEAD"])
    tries = [patient.describe_dataset(**NOTES)["ResponseMetadata"]["RetryAttempts"] for _ in "ab"]
    same(tries, [0, 1])


def identities():
    lister = client(service="cognito-identity")
    pool, page = {"IdentityPoolId": POOL}, {"MaxResults": 60}
    shown = {"IdentityId": IDENTITY, "CreationDate": "now", "LastModifiedDate": "now"}
    replies(lister.list_identities, {**pool, "Identities": [shown]}, **pool, **page)
    named = {**pool, "IdentityPoolName": POOL.split(":")[1]}
    pages = lister.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 1})
    same([len(page["IdentityPools"]) for page in pages], [1] * len(pools_of_usage()))
    assert named in lister.list_identity_pools(**page)["IdentityPools"]
    errors = lister.exceptions
    other = {"IdentityPoolId": "us-east-1:00"}
    gone = "IdentityPool 'us-east-1:00' not found."
    refused(lister.list_identities, errors.ResourceNotFoundException, 400, gone, **other, **page)
    error = refused(lister.list_identity_pools, ClientError, 400, ".* 'maxResults' .*", MaxResults=61)
    same(error.response["Error"]["Code"], "ValidationException")
    stranger = client("IDENTITY_KEY", "IDENTITY_SECRET", service="cognito-identity")
    kind = stranger.exceptions.NotAuthorizedException
    refused(stranger.list_identity_pools, kind, 400, ".+ takes credentials of a developer.+", **page)


def pools_of_usage():
    return developer.list_identity_pool_usage()["IdentityPoolUsages"]


def deletion():
    replies(identity.delete_dataset, {"Dataset": dataset()}, **NOTES)
    gone = "Dataset 'notes' not found."
    for call in [identity.delete_dataset, identity.describe_dataset]:
        refused(call, errors.ResourceNotFoundException, 404, gone, **NOTES)
    flags = {"DatasetExists": False, "DatasetDeletedAfterRequestedSyncCount": True}
    session = lists({**listed([], 4, LastModifiedBy=IDENTITY), **flags}, LastSyncCount=3)
    want = {"Records": [record("color", "new", 5)]}
    patches = [replace("color", "new", 4)]
    parameters = {**NOTES, "SyncSessionToken": session, "RecordPatches": patches}
    replies(identity.update_records, want, **parameters)
    lists(listed(want["Records"], 5, LastModifiedBy=IDENTITY))


for part in [
    configuration,
    events,
    records,
    datasets,
    usage,
    devices,
    bulk_publish,
    who_may_do_what,
    faults,
    identities,
    deletion,
]:
    part()
print("done")
