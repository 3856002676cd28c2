"""Places: where learners may meet, who lends them, and when they are open.

Words: region, country, host, agreement, centre, room, opening hours, closure, public holiday,
locality. Imports neither `sessions` nor `api`.
"""
