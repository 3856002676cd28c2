"""Who is calling and what they may touch: accounts, roles, logins, tokens, limits."""
