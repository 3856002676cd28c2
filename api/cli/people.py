"""rendezvous user: accounts and tokens from the command line."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from api.access.accounts import Grant, create_account, list_accounts
from api.access.caller import Role
from api.access.tables import Account
from api.access.tokens import make_token
from api.cli.running import data_option, with_database
from centres.errors import NotFound


@click.group()
def user() -> None:
    """Accounts of people who log in, and tokens of programs.

    Example: rendezvous user list
    """


def read_grant(text: str) -> Grant:
    """Read `admin`, `manager:SN`, `host:SN-DKR-01` or `mentor:M001`."""
    role, _, scope = text.partition(":")
    try:
        return Grant(Role(role), scope or None)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r}: write admin, manager:SN, host:SN-DKR-01 or mentor:M001"
        ) from error


@user.command()
@data_option
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, help="admin, manager:SN, ...")
@click.option("--language", type=click.Choice(["fr", "en", "pt"]), default="fr", show_default=True)
@click.password_option(help="Asked for when it is not given.")
def add(
    data: Path, email: str, name: str, roles: tuple[str, ...], language: str, password: str
) -> None:
    """Make an account.

    Example: rendezvous user add awa@example.org --name "Awa D." --role manager:SN
    """
    grants = [read_grant(each) for each in roles]

    async def work() -> int:
        account = await create_account(
            email=email,
            name=name,
            password=password,
            grants=grants,
            language=language,
            now=datetime.now(UTC),
        )
        return account.id

    click.echo(f"Account {with_database(data, work)} made for {email}.")


@user.command("list")
@data_option
@click.option("--json", "as_json", is_flag=True)
def list_all(data: Path, as_json: bool) -> None:
    """List accounts and their roles.

    Example: rendezvous user list --json
    """
    found = with_database(data, lambda: list_accounts(limit=10_000))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], default=str, ensure_ascii=False))
        return
    for each in found:
        roles = ", ".join(f"{grant.role}:{grant.scope or '*'}" for grant in each.grants)
        click.echo(f"{each.id:4} {each.email:36} {each.name:28} {roles}")


@user.command()
@data_option
@click.argument("email")
@click.option("--name", default="command line", show_default=True)
@click.option("--write", is_flag=True, help="Let the token change things, not only read.")
def token(data: Path, email: str, name: str, write: bool) -> None:
    """Make a token with the rights of an account, and print it once.

    Example: rendezvous user token admin@example.org --write
    """

    async def work() -> str:
        account = await Account.objects().where(Account.email == email.strip().lower()).first()
        if account is None:
            raise NotFound(f"There is no account {email}.")
        _, secret = await make_token(
            account_id=account.id, name=name, may_write=write, now=datetime.now(UTC)
        )
        return secret

    click.echo(with_database(data, work))
