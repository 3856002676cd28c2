"""The one database engine, and transactions that survive cancellation and nest.

The only reader of `DATABASE_URL`. Without it the embedded PostgreSQL of `centres.embedded` is
started by the command line, which then calls `point_at`. The engine is a module-level value because
Piccolo's tables are bound to it when they are defined; nothing connects until a query runs.
"""

import asyncio
import contextlib
import functools
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

import anyio
import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.table import Table

from centres.acting import current_actor
from centres.errors import RendezvousError, refusal_for_constraint

P = ParamSpec("P")
T = TypeVar("T")

OLDEST_SERVER = 15
SERVER_SETTINGS = {
    "TimeZone": "UTC",
    "statement_timeout": "30000",
    "idle_in_transaction_session_timeout": "60000",
}


CONNECTION_LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)
"""What a query raises when the server went away; the next one gets a new connection."""


class ServerTooOld(RendezvousError):
    """The PostgreSQL server is older than this software can use."""


class SafeTransaction(PostgresTransaction):
    """A transaction whose connection goes back to the pool whatever happens on the way out.

    Piccolo 1.38 leaks the connection when a request is cancelled inside a transaction or when
    COMMIT itself fails; shielding both ends and releasing in `finally` closes that.
    """

    __slots__ = ()

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Commit or roll back, then always release; never swallows the exception."""
        if self._parent is not None:
            return exception is None
        engine = cast("Engine", self.engine)
        try:
            with anyio.CancelScope(shield=True):
                if not (self._committed or self._rolled_back):
                    ended = self.transaction
                    await (ended.commit() if exception is None else ended.rollback())
        finally:
            engine.current_transaction.reset(self.context)
            with anyio.CancelScope(shield=True):
                await engine.give_back(self)
        return exception is None


class Engine(PostgresEngine):
    """Piccolo's engine with `SafeTransaction`; importing it connects to nothing."""

    async def check_version(self) -> None:
        """Ask the server nothing at import time; `require_version` does it at start."""

    async def prep_database(self) -> None:
        """Create no extension: the embedded server has none that we use."""

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """Return a transaction; prefer `atomic()`, which also nests and names refusals."""
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    async def give_back(self, transaction: PostgresTransaction) -> None:
        """Return the connection to the pool, or close it where there is no pool."""
        if self.pool is not None:
            await self.pool.release(transaction.connection)
        else:
            await transaction.connection.close()


DB = Engine(config={"server_settings": SERVER_SETTINGS})


def database_url() -> str | None:
    """Return `DATABASE_URL`, or None where the embedded server is to be used."""
    return os.environ.get("DATABASE_URL") or None


def point_at(dsn: str) -> None:
    """Make the engine talk to the server and database that `dsn` names."""
    DB.config = {"dsn": dsn, "server_settings": SERVER_SETTINGS}


async def open_pool(*, min_size: int = 2, max_size: int = 10) -> None:
    """Open the pool of this process; queries outside a pool would connect anew each time."""
    if DB.pool is None:
        await DB.start_connection_pool(min_size=min_size, max_size=max_size)


async def require_version() -> int:
    """Return the server's major version; raise `ServerTooOld` below PostgreSQL 15."""
    number = int(
        (await rows("SELECT current_setting('server_version_num') AS number"))[0]["number"]
    )
    major = number // 10000
    if major < OLDEST_SERVER:
        raise ServerTooOld(
            f"The server is PostgreSQL {major}; upgrade it to {OLDEST_SERVER} or later."
        )
    return major


async def close_pool() -> None:
    """Close the pool of this process, waiting for queries under way."""
    if DB.pool is not None:
        await DB.close_connection_pool()


@contextlib.asynccontextmanager
async def atomic() -> AsyncIterator[asyncpg.Connection]:
    """Run the block in one transaction, or in a savepoint when one is open already.

    Yields the connection for bulk copies. A violated constraint that a refusal names comes out as
    that refusal, deferred constraints at COMMIT included; everything else comes out unchanged, and
    nothing of the block is kept. Do not start tasks inside: they would inherit the transaction.
    """
    outer = DB.current_transaction.get()
    try:
        if outer is None:
            async with DB.transaction() as transaction:
                connection = transaction.connection
                await connection.execute(
                    "SELECT set_config('rendezvous.actor', $1, true)", current_actor()
                )
                yield connection
        else:
            savepoint = await outer.savepoint()
            try:
                yield outer.connection
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await savepoint.rollback_to()
                raise
            await savepoint.release()
    except asyncpg.IntegrityConstraintViolationError as error:
        refusal = refusal_for_constraint(error.constraint_name or "")
        if refusal is None:
            raise
        raise refusal((refusal.__doc__ or refusal.__name__).splitlines()[0]) from error


def retried(work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Run a use case once more when PostgreSQL gave up its transaction (40001, 40P01).

    Only at the top: inside an outer transaction the outer one has to be run again.
    """

    @functools.wraps(work)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await work(*args, **kwargs)
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            if DB.transaction_exists():
                raise
            await asyncio.sleep(0.01)
            return await work(*args, **kwargs)

    return run


async def rows(sql: str, *args: Any) -> list[dict[str, Any]]:
    """Return the rows of one SQL query as dictionaries, within the open transaction if any.

    For the few reads that need SQL which Piccolo cannot say; arguments are `$1`, `$2`, ...
    """
    transaction = DB.current_transaction.get()
    if transaction is not None:
        found = await transaction.connection.fetch(sql, *args)
    elif DB.pool is not None:
        found = await DB.pool.fetch(sql, *args)
    else:
        connection = await DB.get_new_connection()
        try:
            found = await connection.fetch(sql, *args)
        finally:
            await connection.close()
    return [dict(row) for row in found]


async def copy_rows(table: type[Table], columns: list[str], records: list[tuple[Any, ...]]) -> None:
    """Append many rows with COPY, inside `atomic()`; constraints and triggers hold as ever."""
    transaction = DB.current_transaction.get()
    if transaction is None:
        raise RuntimeError("copy_rows needs an open transaction")
    if records:
        await transaction.connection.copy_records_to_table(
            table._meta.tablename, columns=columns, records=records
        )
