"""The failure of a channel, which tells whether trying again can help."""


class ChannelFailed(Exception):
    """A target did not do what was asked of it. The message holds no secret and may be shown."""

    def __init__(self, message: str, *, is_final: bool, retry_after: float | None = None) -> None:
        """``is_final``: trying again cannot help until somebody changes something. ``retry_after``: in seconds."""
        super().__init__(message)
        self.is_final = is_final
        self.retry_after = retry_after
