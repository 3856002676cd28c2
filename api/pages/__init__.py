"""Pages for people: public, student, host, manager, login. Each works without JavaScript."""
