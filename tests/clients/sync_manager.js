// Amazon's sync manager for browsers, amazon-cognito-js, against `serve --strict`: two devices of one
// identity that change, remove and delete what the other one has, and what the callbacks are told.
//
// Faults of the library that show here, and are not the service's:
// - After "true" to onDatasetDeleted or onDatasetsMerged it calls a function that it does not have.
// - An empty string is sent as a removal, and a removed record is read as an empty string.
// - refreshDatasetMetadata makes it forget up to where it has synchronized.
// - onSuccess is told of no records, as a sync that has fetched any begins again.
"use strict";

const assert = require("node:assert/strict");
const { once } = require("node:events");
const { promisify } = require("node:util");
const AWS = require("aws-sdk");

const { POOL, IDENTITY, IDENTITY_KEY, IDENTITY_SECRET } = process.env;
const IDS = { IdentityPoolId: POOL, IdentityId: IDENTITY };
const COPY = "notes.us-east-1:0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0ff";
const NO_FUNCTION = /_synchronizeInternal is not a function/;

// What the provider of a browser would hold, without Cognito Identity.
const credentials = new AWS.Credentials(IDENTITY_KEY, IDENTITY_SECRET);
credentials.params = { IdentityPoolId: POOL };
credentials.identityId = IDENTITY;
AWS.config.update({ region: process.env.AWS_REGION, credentials });
AWS.config.cognitosync = { endpoint: process.env.AWS_ENDPOINT_URL_COGNITO_SYNC };
require("amazon-cognito-js");

const service = new AWS.CognitoSync();

// What the library uses of a browser's storage.
function browser() {
  const items = new Map();
  const localStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
  return { localStorage };
}

// A device: a sync manager with storage of its own, in memory.
function device() {
  return new AWS.CognitoSyncManager({ DataStore: AWS.CognitoSyncManager.StoreInMemory });
}

// A device whose storage is a browser's.
function deviceWithBrowser() {
  globalThis.window = browser();
  return new AWS.CognitoSyncManager();
}

function open(manager, name) {
  return promisify(manager.openOrCreateDataset.bind(manager))(name);
}

function put(dataset, key, value) {
  return promisify(dataset.put.bind(dataset))(key, value);
}

// All that the dataset holds on this device.
function all(dataset) {
  return promisify(dataset.getAll.bind(dataset))();
}

// A conflict's key, and its values here and there.
function shown(conflict) {
  const [here, there] = [conflict.getLocalRecord(), conflict.getRemoteRecord()];
  return [conflict.getKey(), here.getValue(), there.getValue()];
}

// Synchronizes, and returns what the callbacks were told, in order. `answers` has what they answer: for
// a conflict a function that resolves it, else true or false.
function sync(dataset, answers = {}) {
  return new Promise((resolve) => {
    const told = [];
    const end = (...event) => resolve([...told, event]);
    dataset.synchronize({
      onSuccess: (_, updates) => end("success", updates),
      onFailure: (error) => end("failure", error.message),
      onConflict(_, conflicts, proceed) {
        told.push(["conflict", ...conflicts.map(shown)]);
        if (!answers.conflict) {
          return proceed(false);
        }
        dataset.resolve(conflicts.map(answers.conflict), () => proceed(true));
      },
      onDatasetDeleted(_, name, proceed) {
        told.push(["deleted", name]);
        proceed(answers.deleted);
      },
      onDatasetsMerged(_, names, proceed) {
        told.push(["merged", names]);
        proceed(answers.merged);
      },
    });
  });
}

const SUCCESS = ["success", []];

// Synchronizes without an event but success.
async function syncs(dataset) {
  assert.deepEqual(await sync(dataset), [SUCCESS]);
}

// Synchronizes up to the function that the library does not have.
async function syncsUpToFault(dataset, answers) {
  const thrown = once(process, "uncaughtException");
  const ended = sync(dataset, answers).then((told) => assert.fail(`it ended: ${told}`));
  const [error] = await Promise.race([thrown, ended]);
  assert.match(error.message, NO_FUNCTION);
}

function list(DatasetName, since) {
  return service.listRecords({ ...IDS, DatasetName, LastSyncCount: since }).promise();
}

// What the service has, as key, value and sync count; no value for what is removed.
async function stored(name) {
  const { Records } = await list(name);
  return Records.map(({ Key, Value, SyncCount }) => [Key, Value, SyncCount]);
}

// Makes changes without the sync manager.
async function patch(DatasetName, ...RecordPatches) {
  const { SyncSessionToken } = await list(DatasetName);
  await service.updateRecords({ ...IDS, DatasetName, SyncSessionToken, RecordPatches }).promise();
}

async function updates(here, there) {
  await put(here, "color", "blue");
  await put(here, "size", "größer");
  await syncs(here);
  assert.deepEqual(await stored("notes"), [["color", "blue", 1], ["size", "größer", 1]]);
  const { LastModifiedBy, Records } = await list("notes");
  assert.deepEqual([LastModifiedBy, Records[0].LastModifiedBy], [IDENTITY, IDENTITY]);
  assert.equal(await promisify(here.isChanged.bind(here))("color"), false);
  await syncs(there);
  assert.deepEqual(await all(there), { color: "blue", size: "größer" });
  // The moment of the put comes over whole.
  const [mine, other] = await Promise.all([here, there].map((d) => promisify(d.getAllRecords.bind(d))()));
  const moment = (record) => record.getDeviceLastModifiedDate().getTime();
  assert.deepEqual(mine.map(moment), other.map(moment));
}

async function conflicts(here, there) {
  await put(here, "color", "green");
  await syncs(here);
  await put(there, "color", "red");
  const conflict = ["conflict", ["color", "red", "green"]];
  const cancelled = ["failure", "Sync cancelled. Conflict callback returned false."];
  assert.deepEqual(await sync(there), [conflict, cancelled]);
  const remote = { conflict: (c) => c.resolveWithRemoteRecord() };
  assert.deepEqual(await sync(there, remote), [conflict, SUCCESS]);
  assert.deepEqual(await all(there), { color: "green", size: "größer" });
  assert.deepEqual((await stored("notes"))[0], ["color", "green", 2]);

  await put(there, "color", "yellow");
  await syncs(there);
  await put(here, "color", "black");
  const local = { conflict: (c) => c.resolveWithLocalRecord() };
  assert.deepEqual(await sync(here, local), [["conflict", ["color", "black", "yellow"]], SUCCESS]);
  assert.deepEqual((await stored("notes"))[0], ["color", "black", 4]);

  await put(there, "color", "white");
  const value = { conflict: (c) => c.resolveWithValue("grey") };
  assert.deepEqual(await sync(there, value), [["conflict", ["color", "white", "black"]], SUCCESS]);
  await syncs(here);
  assert.deepEqual(await all(here), { color: "grey", size: "größer" });
  assert.deepEqual((await stored("notes"))[0], ["color", "grey", 5]);
}

// Another write comes between the list and the push: the service refuses the push, and the library
// begins again.
async function race(manager, dataset) {
  const putRecords = manager.remote.putRecords;
  let refusal;
  manager.remote.putRecords = async function (name, records, token, callback) {
    manager.remote.putRecords = putRecords;
    await patch("notes", { Op: "replace", Key: "color", Value: "pink", SyncCount: 5 });
    putRecords.call(this, name, records, token, (error, done) => {
      refusal = error.message;
      callback(error, done);
    });
  };
  await put(dataset, "color", "orange");
  const local = { conflict: (c) => c.resolveWithLocalRecord() };
  assert.deepEqual(await sync(dataset, local), [["conflict", ["color", "orange", "pink"]], SUCCESS]);
  assert.match(refusal, /\(Current SyncCount for: color is: 6 not: 5\)$/);
  assert.deepEqual((await stored("notes"))[0], ["color", "orange", 7]);
}

async function removals(here, there) {
  await syncs(there);
  await promisify(here.remove.bind(here))("size");
  await put(here, "color", "");
  await syncs(here);
  assert.deepEqual(await stored("notes"), [["color", undefined, 8], ["size", undefined, 8]]);
  await syncs(there);
  assert.deepEqual(await all(there), { color: "", size: "" });
  // It comes back, with the sync count of its removal.
  await put(there, "size", "small");
  await syncs(there);
  await syncs(here);
  assert.deepEqual(await all(here), { color: "", size: "small" });
  assert.deepEqual(await stored("notes"), [["color", undefined, 8], ["size", "small", 9]]);
}

async function merges(manager, dataset) {
  await patch(COPY, { Op: "replace", Key: "size", Value: "large", SyncCount: 0 });
  const merged = ["merged", [COPY]];
  const cancelled = ["failure", "Cancelled due to .onDatasetsMerged result."];
  assert.deepEqual(await sync(dataset, { merged: false }), [merged, cancelled]);
  await syncsUpToFault(dataset, { merged: true });
  // What an application does: it takes over what it wants, and deletes the copy.
  const copy = await open(manager, COPY);
  await syncs(copy);
  assert.deepEqual(await all(copy), { size: "large" });
  const here = ["failure", "Synchronization cancelled by onDatasetsMerged() callback returning false."];
  assert.deepEqual(await sync(dataset, { merged: false }), [merged, here]);
  await put(dataset, "size", "large");
  await promisify(manager.local.deleteDataset.bind(manager.local))(IDENTITY, COPY);
  await syncsDeletion(copy);
  await syncs(dataset);
  assert.deepEqual((await stored("notes"))[1], ["size", "large", 10]);
}

// The next sync of a dataset that was deleted on the device deletes it from the service.
async function syncsDeletion(dataset) {
  assert.deepEqual(await sync(dataset), [["success", undefined]]);
  const { DatasetExists, DatasetSyncCount } = await list(dataset.datasetName);
  assert.deepEqual([DatasetExists, DatasetSyncCount], [false, 2]);
}

// As many records as there may be and one that was removed: more than the library has on a page.
async function pages() {
  const key = (number) => `key${number}`;
  const put = (number) => ({ Op: "replace", Key: key(number), Value: "v", SyncCount: 0 });
  await patch("many", ...Array.from({ length: 1024 }, (_, number) => put(number)));
  await patch("many", { Op: "remove", Key: key(500), SyncCount: 1 });
  await patch("many", put(1024));
  const first = await service.listRecords({ ...IDS, DatasetName: "many", MaxResults: 1024 }).promise();
  assert.deepEqual([first.Count, typeof first.NextToken], [1024, "string"]);
  const dataset = await open(device(), "many");
  await syncs(dataset);
  const values = await all(dataset);
  assert.equal(Object.keys(values).length, 1025);
  const removed = Object.keys(values).filter((name) => values[name] !== "v");
  assert.deepEqual(removed, [key(500)]);
}

async function figures() {
  const manager = device();
  const dataset = await open(manager, "notes");
  await promisify(manager.refreshDatasetMetadata.bind(manager))();
  const metadata = await promisify(dataset.getDatasetMetadata.bind(dataset))();
  assert.deepEqual([metadata.getDataStorage(), metadata.getRecordCount()], [9, 1]);
  assert.equal(metadata.getLastModifiedBy(), IDENTITY);
}

async function deletions(manager, dataset) {
  await service.deleteDataset({ ...IDS, DatasetName: "notes" }).promise();
  const deleted = ["deleted", "notes"];
  const cancelled = ["failure", "Cancelled due to .onDatasetDeleted result."];
  assert.deepEqual(await sync(dataset, { deleted: false }), [deleted, cancelled]);
  assert.deepEqual(await all(dataset), { color: "", size: "large" });
  await syncsUpToFault(dataset, { deleted: true });
  assert.deepEqual(await all(dataset), {});
  const again = await open(manager, "notes");
  await syncs(again);
  await put(again, "color", "new");
  await syncs(again);
  assert.deepEqual(await stored("notes"), [["color", "new", 12]]);
}

async function main() {
  const [here, there] = [device(), deviceWithBrowser()];
  const [mine, other] = await Promise.all([here, there].map((manager) => open(manager, "notes")));
  await updates(mine, other);
  await conflicts(mine, other);
  await race(here, mine);
  await removals(mine, other);
  await merges(here, mine);
  await figures();
  await pages();
  await deletions(here, mine);
  // The other device was away all that time.
  assert.deepEqual((await sync(other, { deleted: false }))[0], ["deleted", "notes"]);
  console.log("done");
}

main();
