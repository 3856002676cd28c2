"""Sharing work: each job to one agent, none beyond what it can carry, at the least total cost.

The generalised assignment problem. It is the rule for giving groups to mentors where groups weigh
unequally (hours, journeys); today the manager names the mentor of each group, so only `bench`
calls it. `problem` and `checker` hold the values and the audit, `prices` the bound, `shifts` the
search, `solve` all in order with HiGHS for the proof. Everything is pure. Ross & Soland (1975),
Mathematical Programming 8; Martello & Toth (1990), "Knapsack Problems", chapter 7.
"""
