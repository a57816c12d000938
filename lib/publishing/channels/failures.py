"""The failure of a channel, which tells whether trying again can help."""


class ChannelFailed(Exception):
    """A target refused, or could not be reached.

    The message may be shown to all who may read the content. The words of the target are apart from it, for those who
    manage integrations: they may name accounts and hosts.
    """

    def __init__(
        self, message: str, *, is_final: bool, retry_after: float | None = None, answer: str | None = None
    ) -> None:
        """``is_final``: trying again cannot help until the channel or the content is changed.

        ``retry_after``: in seconds. ``answer``: the words of the target, without our secrets.
        """
        super().__init__(message)
        self.is_final = is_final
        self.retry_after = retry_after
        self.answer = answer or None

    @property
    def full(self) -> str:
        """The message with the words of the target."""
        return f"{self}: {self.answer}" if self.answer else str(self)
