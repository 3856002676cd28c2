"""Text messages: what a text costs on the wire, and the services that carry it.

`text` and `rates` are pure; `port` says what a service owes us, `orange` and `africastalking` are
the two that we speak to over HTTP. Who gets a text, and when, is `sessions.messages`' business.
"""
