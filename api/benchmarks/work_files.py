"""Generalised assignment files of OR-Library as shared work, and answers as `assign`.

Chu & Beasley (1997), Computers & Operations Research 24. Files with a letter are to be minimised;
files with a number hold profits, which are costs below 0 here.
"""

import re

import numpy as np

from api.benchmarks.files import Address, UnreadableInstance, read_text
from sessions.sharing_work.problem import Sharing, Work


def is_profit(address: Address) -> bool:
    """Return whether the name of the file has a number, as gap7, and not a letter, as gapc."""
    found = re.match(r"gap(\d+)", address.path.name)
    return found is not None


def read_work(address: Address) -> Work:
    """Return problem K of the file. Raises UnreadableInstance, ImpossibleWork."""
    try:
        numbers = [float(each) for each in read_text(address.path).split()]
    except ValueError as error:
        raise UnreadableInstance(f"{address.path}: {error}.") from error
    wanted = address.problem or 1
    at = 1
    problems = int(numbers[0]) if numbers else 0
    for number in range(1, problems + 1):
        if len(numbers) < at + 2:
            break
        agents, jobs = int(numbers[at]), int(numbers[at + 1])
        size = 2 * agents * jobs + agents
        values = np.array(numbers[at + 2 : at + 2 + size])
        if agents < 1 or jobs < 1 or len(values) < size:
            break
        if number == wanted:
            cost, load = values[: 2 * agents * jobs].reshape(2, agents, jobs)
            return Work(-cost if is_profit(address) else cost, load, values[2 * agents * jobs :])
        at += 2 + size
    else:
        raise UnreadableInstance(f"{address.path} holds {problems} problems only.")
    raise UnreadableInstance(f"{address.path}: the file ends inside problem {number}.")


def write_sharing(sharing: Sharing) -> dict[str, object]:
    """Return `assign`, the agent of each job, from 1."""
    return {"assign": [each + 1 for each in sharing.agent.tolist()]}
