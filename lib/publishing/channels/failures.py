"""The failure of a channel, which tells whether trying again can help."""


class ChannelFailed(Exception):
    """A target refused, or could not be reached. The message holds no secret and may be shown."""

    def __init__(self, message: str, *, is_final: bool, retry_after: float | None = None) -> None:
        """``is_final``: trying again cannot help until the channel or the content is changed.

        ``retry_after``: in seconds.
        """
        super().__init__(message)
        self.is_final = is_final
        self.retry_after = retry_after
