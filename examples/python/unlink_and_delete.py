"""Unlinks a connection and deletes it through Codat's Python SDK.

    pip install -r examples/python/requirements.txt
    python3 examples/python/unlink_and_delete.py URL KEY COMPANY_ID CONNECTION_ID

Codat's own examples with another server address and key.
"""

import sys
from base64 import b64encode

from codat_platform import CodatPlatform
from codat_platform.models import shared

if len(sys.argv) != 5:
    sys.exit(f"usage: {sys.argv[0]} URL KEY COMPANY_ID CONNECTION_ID")
url, key, company_id, connection_id = sys.argv[1:]

codat_platform = CodatPlatform(
    server_url=f"{url}/api",
    security=shared.Security(
        auth_header=f"Basic {b64encode(key.encode()).decode()}",
    ),
)

res = codat_platform.connections.unlink(
    request={
        "company_id": company_id,
        "connection_id": connection_id,
        "update_connection_status": {
            "status": shared.DataConnectionStatus.UNLINKED,
        },
    }
)
print("connections.unlink:", res.id, res.platform_name, res.status.value)

codat_platform.connections.delete(
    request={
        "company_id": company_id,
        "connection_id": connection_id,
    }
)
print("connections.delete: done")
