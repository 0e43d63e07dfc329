"""Checks the input of `aws dynamodb start-bulk-put-items --cli-input-json file://PATH` as the SDK
for Python does: the AWS CLI of the Python package index and moto do not have the operation."""

import json
import sys

import boto3
from botocore.stub import Stubber

option, path = sys.argv[1:]
assert option == "--cli-input-json" and path.startswith("file://"), sys.argv
with open(path.removeprefix("file://"), encoding="utf-8") as file:
    parameters = json.load(file)
client = boto3.client("dynamodb")
with Stubber(client) as stub:
    stub.add_response("start_bulk_put_items", {"BulkOperationDescription": {}}, parameters)
    client.start_bulk_put_items(**parameters)
