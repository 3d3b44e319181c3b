"""Why no sound comes."""

from alert_broker.messages import Fault


class MicrophoneTrouble(ValueError):
    """One line that names the microphone, what was tried and the fix; and the fault to report."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault
