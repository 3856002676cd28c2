"""A mailbox on a socket that speaks as much of IMAP4rev1 as reading takes (RFC 3501)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """Mails by UID, those that were seen, and after how many FETCHes the line goes dead."""

    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    password: str = "secret"
    dies_at_fetch: int | None = None
    fetches: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK IMAP4rev1 ready\r\n")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                if not await self.answer(writer, tag, command):
                    break
        writer.close()

    async def answer(self, writer: asyncio.StreamWriter, tag: str, command: str) -> bool:
        words = command.replace('"', "").split()
        verb = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        done = "OK done"
        if verb == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif verb == "LOGIN":
            done = "OK in" if words[2] == self.password else "NO wrong password"
        elif verb == "SELECT":
            writer.write(f"* {len(self.mails)} EXISTS\r\n".encode())
        elif verb == "UID SEARCH":
            unseen = " ".join(str(each) for each in sorted(set(self.mails) - self.seen))
            writer.write(f"* SEARCH {unseen}".rstrip().encode() + b"\r\n")
        elif verb == "UID FETCH":
            self.fetches += 1
            if self.fetches == self.dies_at_fetch:
                return False
            uid = int(words[2])
            raw = self.mails[uid]
            writer.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode())
            writer.write(raw + b")\r\n")
        elif verb == "UID STORE":
            self.seen.add(int(words[2]))
        writer.write(f"{tag} {done}\r\n".encode())
        await writer.drain()
        return verb != "LOGOUT"


@contextlib.asynccontextmanager
async def imap_server(box: Mailbox) -> AsyncIterator[int]:
    """Serve the mailbox within the block; gives the port."""
    server = await asyncio.start_server(box.talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
