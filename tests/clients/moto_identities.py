"""Creates an identity pool with identities. Arguments: its name, and the number of identities.
Prints the id of the pool and those of the identities, one a line."""

import sys

import boto3

name, count = sys.argv[1:]
client = boto3.client("cognito-identity")
pool = client.create_identity_pool(
    IdentityPoolName=name, AllowUnauthenticatedIdentities=True
)["IdentityPoolId"]
print(pool)
for _ in range(int(count)):
    print(client.get_id(IdentityPoolId=pool)["IdentityId"])
