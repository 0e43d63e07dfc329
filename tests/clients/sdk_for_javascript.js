// @aws-sdk/client-cognito-sync against `serve --strict`: all 17 operations with complete responses,
// and errors as classes. The environment contains a developer's key and an identity's, and the
// address of a second service on the same store that is two hours ahead and injects faults.
"use strict";

const assert = require("node:assert/strict");
const sdk = require("@aws-sdk/client-cognito-sync");

const { POOL, IDENTITY, IDENTITY_KEY, IDENTITY_SECRET, AHEAD } = process.env;
const OF_POOL = { IdentityPoolId: POOL };
const IDS = { ...OF_POOL, IdentityId: IDENTITY };
const NOTES = { ...IDS, DatasetName: "notes" };
const ACCOUNT = "123456789012";
const HOUR = 60 * 60 * 1000;
const BEGIN = Date.now();

const developer = new sdk.CognitoSyncClient({});
const key = { accessKeyId: IDENTITY_KEY, secretAccessKey: IDENTITY_SECRET };
const identity = new sdk.CognitoSyncClient({ credentials: key });
const ahead = new sdk.CognitoSyncClient({ endpoint: AHEAD, maxAttempts: 1 });

// Returns a response without what the SDK adds, with "now" for each timestamp of this run.
function plain(value) {
  if (value instanceof Date) {
    return BEGIN <= value && value <= Date.now() ? "now" : value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const kept = Object.entries(value).filter(([name, item]) => name !== "$metadata" && item !== undefined);
  return Object.fromEntries(kept.map(([name, item]) => [name, plain(item)]));
}

// Calls the operation.
function call(client, operation, input) {
  return client.send(new sdk[operation + "Command"](input));
}

// Calls the operation, and compares the response.
async function replies(client, operation, input, want) {
  const reply = await call(client, operation, input);
  const { httpStatusCode, attempts, requestId } = reply.$metadata;
  assert.deepEqual([httpStatusCode, attempts], [200, 1]);
  assert.match(requestId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(plain(reply), want);
  return reply;
}

// Calls the operation, and compares class, status and message of the error.
async function refused(client, operation, input, kind, status, message) {
  await assert.rejects(call(client, operation, input), (error) => {
    assert.equal(error.name, kind);
    // Errors that the model lacks have no class.
    assert.ok(error instanceof (sdk[kind] ?? sdk.CognitoSyncServiceException), kind);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.match(error.message, message);
    return true;
  });
}

function record(Key, Value, SyncCount, more) {
  const moments = { LastModifiedDate: "now", DeviceLastModifiedDate: "now" };
  const shown = { Key, SyncCount, LastModifiedBy: IDENTITY, ...moments, ...more };
  return Value === undefined ? shown : { ...shown, Value };
}

function replace(Key, Value, SyncCount, more) {
  return { Op: "replace", Key, Value, SyncCount, ...more };
}

async function lists(input, want) {
  const reply = await call(identity, "ListRecords", { ...NOTES, ...input });
  const { SyncSessionToken, ...rest } = plain(reply);
  assert.equal(typeof SyncSessionToken, "string");
  const flags = { DatasetExists: true, DatasetDeletedAfterRequestedSyncCount: false };
  assert.deepEqual(rest, { Count: want.Records.length, ...flags, ...want });
  return SyncSessionToken;
}

async function configuration() {
  const arn = `arn:aws:sns:us-east-1:${ACCOUNT}:app/GCM/notes`;
  const PushSync = { ApplicationArns: [arn], RoleArn: `arn:aws:iam::${ACCOUNT}:role/push` };
  const CognitoStreams = { StreamName: "notes", StreamingStatus: "ENABLED" };
  const [get, set] = ["GetIdentityPoolConfiguration", "SetIdentityPoolConfiguration"];
  const missing = new RegExp(`^IdentityPool '${POOL}' not found\\.$`);
  await refused(developer, get, OF_POOL, "ResourceNotFoundException", 404, missing);
  await replies(developer, set, { ...OF_POOL, PushSync }, { ...OF_POOL, PushSync });
  const both = { ...OF_POOL, PushSync, CognitoStreams };
  await replies(developer, set, { ...OF_POOL, CognitoStreams }, both);
  await replies(developer, get, OF_POOL, both);
}

async function events() {
  const SyncTrigger = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:notes`;
  for (const [given, want] of [[{}, {}], [{ SyncTrigger }, { SyncTrigger }], [{ SyncTrigger: "" }, {}]]) {
    await replies(developer, "SetCognitoEvents", { ...OF_POOL, Events: given }, {});
    await replies(developer, "GetCognitoEvents", OF_POOL, { Events: want });
  }
}

async function records() {
  const SyncSessionToken = await lists({}, { Records: [], DatasetSyncCount: 0, DatasetExists: false });
  // This SDK sends milliseconds.
  const device = { DeviceLastModifiedDate: new Date("2024-02-29T12:30:45.678Z") };
  const RecordPatches = [replace("color", "blue", 0, device), replace("größe", "", 0)];
  const update = { ...NOTES, SyncSessionToken, RecordPatches };
  const Records = [record("color", "blue", 1, device), record("größe", "", 1)];
  await replies(identity, "UpdateRecords", update, { Records });
  const used = /^SyncSessionToken not valid for these inputs$/;
  await refused(identity, "UpdateRecords", update, "InvalidParameterException", 400, used);

  const token = await lists({}, { Records, DatasetSyncCount: 1, LastModifiedBy: IDENTITY });
  const stale = { ...NOTES, SyncSessionToken: token, RecordPatches: [replace("color", "red", 0)] };
  const conflict = /^Current SyncCount for: color is: 1 not: 0$/;
  await refused(identity, "UpdateRecords", stale, "ResourceConflictException", 409, conflict);
  // A rejected update leaves the session open.
  const patches = [{ Op: "remove", Key: "color", SyncCount: 1 }];
  const removal = { ...stale, DeviceId: "phone", RecordPatches: patches };
  const gone = record("color", undefined, 2, { LastModifiedBy: "phone" });
  await replies(identity, "UpdateRecords", removal, { Records: [gone] });
  const since = { Records: [gone], DatasetSyncCount: 2, LastModifiedBy: "phone" };
  await lists({ LastSyncCount: 1 }, since);
  const never = /^No such SyncCount: 37 exists for this Dataset$/;
  const unknown = { ...NOTES, LastSyncCount: 37 };
  await refused(identity, "ListRecords", unknown, "InvalidParameterException", 400, never);

  const page = await call(identity, "ListRecords", { ...NOTES, MaxResults: 1 });
  assert.deepEqual(plain(page.Records), [gone]);
  await lists({ MaxResults: 1, NextToken: page.NextToken }, { ...since, Records: [Records[1]] });
}

async function datasets() {
  const moments = { CreationDate: "now", LastModifiedDate: "now" };
  const figures = { DataStorage: 7, NumRecords: 1, LastModifiedBy: "phone" };
  const Dataset = { IdentityId: IDENTITY, DatasetName: "notes", ...moments, ...figures };
  await replies(developer, "DescribeDataset", NOTES, { Dataset });
  await replies(identity, "ListDatasets", { ...IDS, MaxResults: 64 }, { Datasets: [Dataset], Count: 1 });
  const odd = { IdentityPoolId: "INVALID", IdentityId: "A:B:C" };
  const two = /^2 validation errors detected: Value 'INVALID' at 'identityPoolId' failed /;
  await refused(developer, "ListDatasets", odd, "InvalidParameterException", 400, two);

  const usage = { DataStorage: 7, LastModifiedDate: "now" };
  const IdentityUsage = { ...usage, ...IDS, DatasetCount: 1 };
  await replies(identity, "DescribeIdentityUsage", IDS, { IdentityUsage });
  const IdentityPoolUsage = { ...usage, ...OF_POOL };
  await replies(developer, "DescribeIdentityPoolUsage", OF_POOL, { IdentityPoolUsage });
  const all = { IdentityPoolUsages: [IdentityPoolUsage], Count: 1, MaxResults: 9 };
  await replies(developer, "ListIdentityPoolUsage", { MaxResults: 9 }, all);
  return Dataset;
}

async function devices() {
  const phone = { ...IDS, Platform: "GCM", Token: "a/b+c=" };
  const { DeviceId } = await call(identity, "RegisterDevice", phone);
  assert.match(DeviceId, /^[0-9a-f-]{36}$/);
  await replies(identity, "RegisterDevice", phone, { DeviceId });
  const none = /has no push sync application for ADM\.$/;
  const other = { ...phone, Platform: "ADM" };
  await refused(identity, "RegisterDevice", other, "InvalidConfigurationException", 400, none);
  await replies(identity, "SubscribeToDataset", { ...NOTES, DeviceId }, {});
  await replies(identity, "UnsubscribeFromDataset", { ...NOTES, DeviceId }, {});
  const odd = { ...NOTES, DeviceId: "a/b c" };
  const missing = /^Device 'a\/b c' not found\.$/;
  await refused(identity, "SubscribeToDataset", odd, "ResourceNotFoundException", 404, missing);
}

async function bulkPublish() {
  const details = "GetBulkPublishDetails";
  await replies(developer, details, OF_POOL, { ...OF_POOL, BulkPublishStatus: "NOT_STARTED" });
  await replies(developer, "BulkPublish", OF_POOL, OF_POOL);
  const going = { ...OF_POOL, BulkPublishStatus: "IN_PROGRESS", BulkPublishStartTime: "now" };
  const { BulkPublishStartTime } = await replies(developer, details, OF_POOL, going);
  await refused(developer, "BulkPublish", OF_POOL, "DuplicateRequestException", 400, /in progress\.$/);
  const BulkPublishCompleteTime = new Date(BulkPublishStartTime.getTime() + HOUR);
  const done = { ...going, BulkPublishStatus: "SUCCEEDED", BulkPublishCompleteTime };
  await replies(ahead, details, OF_POOL, done);
  await refused(ahead, "BulkPublish", OF_POOL, "AlreadyStreamedException", 400, /24 hours ago\.$/);
}

async function refusals() {
  const none = "NotAuthorizedException";
  await refused(identity, "BulkPublish", OF_POOL, none, 403, /credentials of a developer/);
  const device = { ...IDS, Platform: "GCM", Token: "t" };
  await refused(developer, "RegisterDevice", device, none, 403, /credentials of an identity/);
  const credentials = { accessKeyId: IDENTITY_KEY, secretAccessKey: "wrong" };
  const wrong = new sdk.CognitoSyncClient({ credentials });
  const mismatch = /^The request signature we calculated does not match the signature you provided\./;
  await refused(wrong, "ListDatasets", IDS, "InvalidSignatureException", 403, mismatch);

  const asked = /fails because of --fault\.$/;
  const update = { ...NOTES, SyncSessionToken: "t" };
  for (const [operation, input, kind, status] of [
    ["UpdateRecords", update, "InvalidLambdaFunctionOutputException", 400],
    ["UpdateRecords", update, "LambdaThrottledException", 429],
    ["ListDatasets", IDS, "TooManyRequestsException", 429],
    ["GetCognitoEvents", OF_POOL, "InternalErrorException", 500],
    ["SetIdentityPoolConfiguration", OF_POOL, "ConcurrentModificationException", 400],
  ]) {
    await refused(ahead, operation, input, kind, status, asked);
  }
  // One of two calls fails: the SDK retries by itself.
  const patient = new sdk.CognitoSyncClient({ endpoint: AHEAD });
  const first = await call(patient, "DescribeDataset", NOTES);
  const second = await call(patient, "DescribeDataset", NOTES);
  assert.deepEqual([first.$metadata.attempts, second.$metadata.attempts], [1, 2]);
}

async function deletion(Dataset) {
  await replies(identity, "DeleteDataset", NOTES, { Dataset });
  const gone = /^Dataset 'notes' not found\.$/;
  await refused(identity, "DescribeDataset", NOTES, "ResourceNotFoundException", 404, gone);
  const flags = { DatasetExists: false, DatasetDeletedAfterRequestedSyncCount: true };
  await lists({ LastSyncCount: 1 }, { Records: [], DatasetSyncCount: 3, LastModifiedBy: IDENTITY, ...flags });
}

async function main() {
  await configuration();
  await events();
  await records();
  const dataset = await datasets();
  await devices();
  await bulkPublish();
  await refusals();
  await deletion(dataset);
  console.log("done");
}

main();
