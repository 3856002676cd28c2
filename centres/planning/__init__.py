"""Where to open next, in use: demand, candidates, journeys, seats, scenarios and what they say.

`demand`, `candidates`, `journeys`, `capacity`, `borders`, `asked`, `problem`, `outcome`, `solving`,
`doubt`, `why`, `drawing`, `lists` are pure rules; `tables`, `sites`, `overrides`, `applications`,
`population`, `scenarios`, `basemap` are the shell; `routers` asks a routing service. The problems
themselves are solved by `centres.siting`.
"""
