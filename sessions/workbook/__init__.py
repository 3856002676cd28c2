"""The network as one workbook: what its sheets hold, what somebody changed in them, and undoing it.

`sheets`, `cells` and `comparing` are pure; `current` reads, `applying` stores by the same services
as pages and the API, `imports` keeps what was sent and what became of it, `undoing` takes it back.
The files themselves, Excel and CSV, are the business of `api.workbooks`.
"""
