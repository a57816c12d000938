"""The limits of subscriptions: see docs/graphql/subscriptions.md."""

from typing import Final

# How long a connection lasts. The function ends after 300 seconds.
CONNECTION_SECONDS: Final = 280.0
# Subscriptions that one connection carries side by side.
SUBSCRIPTIONS_OF_CONNECTION: Final = 20
# Messages that a client may send over one WebSocket in a minute.
MESSAGES_A_MINUTE: Final = 100
MESSAGE_CHARACTERS: Final = 100_000
INITIALISATION_SECONDS: Final = 10.0
# Connections of one address that have not said yet whose they are.
UNKNOWN_OF_ADDRESS: Final = 100
PING_SECONDS: Final = 15.0
# A client that has sent nothing for so long, not even an answer to a ping, has gone.
SILENT_SECONDS: Final = 45.0
# A reader who takes longer for one event is dropped.
SENDING_SECONDS: Final = 10.0
# Between looks at the log while live messages flow: they may be dropped without a word. An API key hears nothing of its
# own end, so it is asked more often.
LOOK_SECONDS: Final = 30.0
LOOK_SECONDS_OF_KEY: Final = 5.0
# Between looks where something came that is not listed yet.
UNLISTED_SECONDS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
# How long the log is looked at each second after messages began to flow: what came before was not heard.
SETTLING_SECONDS: Final = 10.0
# Between looks at the text of a generation.
TEXT_SECONDS: Final = 0.25
# Messages of a topic that wait for one subscriber. When more come, the oldest are dropped.
WAITING_MESSAGES: Final = 100
CHANNELS_OF_SOCKET: Final = 90
HEARTBEAT_SECONDS: Final = 25.0
REJOIN_SECONDS: Final = (1.0, 2.0, 5.0, 10.0)
