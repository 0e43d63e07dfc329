// The page of `browser.rs`: uses the service at `?endpoint=` through the AWS SDK, and with requests
// that need no preflight. Reports the outcome of each step to the page's own server.
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

// An error that a page can read comes from the service.
async function missing() {
  await client.send(new DescribeDatasetCommand({ ...dataset, DatasetName: "none" }));
}

// A request as a form sends it: text, and no custom header.
async function form() {
  const url = `${endpoint}/identitypools/us-east-1:f0f0/configuration`;
  const sent = await fetch(url, { method: "POST", mode: "no-cors", body: "{}" });
  return sent.type;
}

// Listing records creates the pool.
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
