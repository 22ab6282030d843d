"""The watch: announcements, customs releases and notices, read, judged and told once each.

`sources` brings documents, `read` takes figures out of them, `judge` says what matters, `store` keeps
all of it with what is still to be told, `rules` says who is told, `deliver` tells them, `run` turns the
wheel. The simulator knows nothing of this room.
"""
