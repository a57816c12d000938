"""The outcomes of a check besides success."""


class CheckFailed(Exception):
    """The deployment does not behave as it should. ``look_at`` says where to search for the cause."""

    def __init__(self, *, expected: str, came: str, look_at: str) -> None:
        super().__init__(f"expected {expected}, came {came}")
        self.expected = expected
        self.came = came
        self.look_at = look_at


class CheckSkipped(Exception):
    """The check cannot be made here; the message gives the reason."""
