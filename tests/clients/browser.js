// The page of `browser.rs`: what a web page does with the service at `?endpoint=`, through the AWS SDK and
// in the ways that need no preflight. Each step's outcome is reported to the page's own server.
import {
  CognitoSyncClient,
  DescribeDatasetCommand,
  ListRecordsCommand,
  UpdateRecordsCommand,
} from "@aws-sdk/client-cognito-sync";

const { endpoint, pool, identity, name } = Object.fromEntries(new URLSearchParams(location.search));
const dataset = { IdentityPoolId: pool, IdentityId: identity, DatasetName: name };
const credentials = { accessKeyId: "AKIDPAGE", secretAccessKey: "secret" };
const client = new CognitoSyncClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });

async function update() {
  const { SyncSessionToken } = await client.send(new ListRecordsCommand(dataset));
  const patch = { Op: "replace", Key: "k", Value: "v", SyncCount: 0 };
  const input = { ...dataset, SyncSessionToken, RecordPatches: [patch] };
  const { Records } = await client.send(new UpdateRecordsCommand(input));
  return Records[0].Value;
}

// A refusal that a page can read is the service's.
async function missing() {
  await client.send(new DescribeDatasetCommand({ ...dataset, DatasetName: "none" }));
}

// What a form sends: text, and no header of the page's own.
async function form() {
  const url = `${endpoint}/identitypools/us-east-1:f0f0/configuration`;
  const sent = await fetch(url, { method: "POST", mode: "no-cors", body: "{}" });
  return sent.type;
}

// A list has its pool come to exist.
function image() {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = image.onerror = () => resolve("loaded or not");
    image.src = `${endpoint}/identitypools/us-east-1:1ace/identities/us-east-1:1/datasets/d/records`;
  });
}

const report = { origin: location.origin };
for (const step of [update, missing, form, image]) {
  try {
    report[step.name] = await step();
  } catch (error) {
    report[step.name] = error.name;
  }
}
await fetch("/report", { method: "POST", body: JSON.stringify(report) });
