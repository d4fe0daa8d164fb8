"""The mock's ASGI application as a module attribute, for the stock `uvicorn` command."""

from dodo_license_mock import LicenseMock

from benchmarks.mock.servers import TOKEN

app = LicenseMock(token=TOKEN).app
