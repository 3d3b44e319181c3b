"""An installer names a microphone once; it is found again whatever was plugged in since."""

from pathlib import Path

import pytest

from alert_broker.messages import Fault
from edge.cards import card_inputs
from edge.devices import Device, choose, find_devices
from edge.trouble import MicrophoneTrouble

BUS = "sys/devices/platform/scb/fd500000.pcie/pci0000:00/0000:00:00.0/0000:01:00.0"


class Kernel:
    """What /sys and /proc say of the sound cards, laid out as a Raspberry Pi 4 does."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._cards = ""

    def plug(
        self, number: int, ports: str, name: str = "USB PnP Sound Device", serial: str = ""
    ) -> None:
        """Plug a USB microphone into a chain of ports such as `1.3`, as card `number`."""
        usb = self.root / BUS / "usb1" / f"1-{ports}"
        interface = usb / f"1-{ports}:1.0"
        interface.mkdir(parents=True)
        (usb / "idVendor").write_text("0d8c\n")
        (usb / "idProduct").write_text("0014\n")
        if serial:
            (usb / "serial").write_text(f"{serial}\n")
        self._add(number, interface, "usb", name)

    def build_in(self, number: int, name: str) -> None:
        """A card that is part of the board."""
        place = self.root / "sys/devices/platform/soc/soc:sound"
        place.mkdir(parents=True)
        self._add(number, place, "platform", name)

    def occupy(self, number: int, pid: int, command: str) -> None:
        """A program records from it."""
        status = self.root / f"proc/asound/card{number}/pcm0c/sub0/status"
        status.write_text(f"state: RUNNING\nowner_pid   : {pid}\n")
        (self.root / f"proc/{pid}").mkdir(parents=True)
        (self.root / f"proc/{pid}/comm").write_text(f"{command}\n")

    def _add(self, number: int, place: Path, bus: str, name: str) -> None:
        (self.root / f"sys/bus/{bus}").mkdir(parents=True, exist_ok=True)
        (place / "subsystem").symlink_to(self.root / f"sys/bus/{bus}")
        card = place / f"sound/card{number}"
        card.mkdir(parents=True)
        (card / "device").symlink_to(place)
        classes = self.root / "sys/class/sound"
        classes.mkdir(parents=True, exist_ok=True)
        (classes / card.name).symlink_to(card)
        for pcm in (f"pcmC{number}D0c", f"pcmC{number}D0p"):
            (card / pcm).mkdir()
            (classes / pcm).symlink_to(card / pcm)
        facts = self.root / f"proc/asound/card{number}/pcm0c"
        (facts / "sub0").mkdir(parents=True)
        (facts / "sub0/status").write_text("closed\n")
        (facts / "info").write_text(f"card: {number}\ndevice: 0\nid: USB Audio\nname: USB Audio\n")
        self._cards += (
            f" {number} [Device         ]: USB-Audio - {name}\n            {name} at usb\n"
        )
        (self.root / "proc/asound/cards").write_text(self._cards)


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path)


class PortAudio:
    """The answers of the binding on a machine that has these microphones."""

    class default:  # noqa: N801 - as the binding calls it
        hostapi = 0

    def __init__(self, *names: str, default: int = 0) -> None:
        self._names = names
        self._default = default

    def query_hostapis(self, _index: int) -> dict[str, int]:
        return {"default_input_device": self._default}

    def query_devices(self) -> list[dict[str, object]]:
        return [
            {
                "index": index,
                "name": name,
                "max_input_channels": 0 if "HDMI" in name else 1,
                "default_samplerate": 44100.0,
            }
            for index, name in enumerate(self._names)
        ]


def ids(kernel: Kernel) -> list[str]:
    return [card.id for card in card_inputs(kernel.root)]


class TestIds:
    def test_a_machine_without_sound_has_none(self, tmp_path: Path) -> None:
        assert card_inputs(tmp_path) == []

    def test_one_with_a_serial_number_keeps_its_id_in_any_socket(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        before, after = (Kernel(tmp_path_factory.mktemp("kernel")) for _ in range(2))
        before.plug(1, "1.3", serial="2016 05")
        after.plug(3, "1.4.2", serial="2016 05")
        assert ids(before) == ids(after) == ["usb:0d8c:0014:2016_05"]

    def test_one_without_is_known_by_its_socket_whatever_its_number_is_today(
        self, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        before, after = (Kernel(tmp_path_factory.mktemp("kernel")) for _ in range(2))
        before.plug(1, "1.3")
        after.plug(2, "1.3")
        assert ids(before) == ids(after) == ["usb:0d8c:0014@0000:01:00.0-1.3"]

    def test_two_of_one_serial_number_are_told_apart_by_their_sockets(self, kernel: Kernel) -> None:
        kernel.plug(1, "1.3", serial="201605")
        kernel.plug(2, "1.4", serial="201605")
        assert ids(kernel) == ["usb:0d8c:0014@0000:01:00.0-1.3", "usb:0d8c:0014@0000:01:00.0-1.4"]

    def test_one_that_is_built_in_is_known_by_its_address(self, kernel: Kernel) -> None:
        kernel.build_in(0, "snd_rpi_i2s_mic")
        assert ids(kernel) == ["platform:soc:sound"]

    def test_what_only_plays_is_no_microphone(self, kernel: Kernel) -> None:
        kernel.plug(1, "1.3")
        (kernel.root / "sys/class/sound/pcmC1D0c").unlink()
        assert ids(kernel) == []


class TestChoice:
    @pytest.fixture
    def two(self, kernel: Kernel) -> Kernel:
        kernel.plug(1, "1.3", "USB PnP Sound Device", "201605")
        kernel.plug(2, "1.4", "Jabra SPEAK 410")
        return kernel

    BOTH = PortAudio(
        "bcm2835 HDMI 1: - (hw:0,0)",
        "USB PnP Sound Device: Audio (hw:1,0)",
        "Jabra SPEAK 410: USB Audio (hw:2,0)",
        "pulse",
        default=3,
    )

    def chosen(self, kernel: Kernel, wanted: str, offered: PortAudio = BOTH) -> Device:
        cards = card_inputs(kernel.root)
        return choose(find_devices(offered, cards), cards, wanted)

    @pytest.mark.parametrize(
        ("wanted", "name"),
        [
            ("usb:0d8c:0014:201605", "USB PnP Sound Device: Audio"),
            ("usb:0d8c:0014@0000:01:00.0-1.4", "Jabra SPEAK 410: USB Audio"),
            ("jabra", "Jabra SPEAK 410: USB Audio"),
            ("pulse", "pulse"),
            ("", "pulse"),
        ],
    )
    def test_by_id_by_part_of_a_name_or_the_systems_own(
        self, two: Kernel, wanted: str, name: str
    ) -> None:
        assert self.chosen(two, wanted).name == name

    def test_it_says_what_it_is(self, two: Kernel) -> None:
        assert str(self.chosen(two, "jabra")) == (
            "Jabra SPEAK 410: USB Audio (usb:0d8c:0014@0000:01:00.0-1.4)"
        )
        assert str(self.chosen(two, "")) == "pulse"

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            (
                "usb:1111:2222",
                "microphone 'usb:1111:2222': it is not there: plug it in, or set microphone.id "
                "to one of usb:0d8c:0014:201605, usb:0d8c:0014@0000:01:00.0-1.4, pulse",
            ),
            (
                "USB",
                "microphone 'USB' fits several: set microphone.id to one "
                "of usb:0d8c:0014:201605, usb:0d8c:0014@0000:01:00.0-1.4",
            ),
        ],
    )
    def test_none_or_several_are_refused_with_what_there_is(
        self, two: Kernel, wanted: str, said: str
    ) -> None:
        with pytest.raises(MicrophoneTrouble) as refused:
            self.chosen(two, wanted)
        assert str(refused.value).startswith(said)
        assert refused.value.fault is Fault.MICROPHONE_ABSENT

    def test_one_in_use_is_told_with_the_program_that_has_it(self, two: Kernel) -> None:
        two.occupy(2, 812, "arecord")
        offered = PortAudio("USB PnP Sound Device: Audio (hw:1,0)")
        with pytest.raises(MicrophoneTrouble, match=r"is in use by arecord, pid 812") as refused:
            self.chosen(two, "jabra", offered)
        assert refused.value.fault is Fault.MICROPHONE_BUSY

    def test_one_that_this_user_may_not_open_is_told_with_the_fix(self, two: Kernel) -> None:
        with pytest.raises(MicrophoneTrouble, match="is this user in the group audio"):
            self.chosen(two, "jabra", PortAudio(default=-1))

    def test_no_default_is_refused(self, kernel: Kernel) -> None:
        with pytest.raises(
            MicrophoneTrouble, match="microphone of the system: no microphone is there"
        ):
            self.chosen(kernel, "", PortAudio(default=-1))
