"""Real photos, where they are at hand: what is promised of the decoder beside the libraries."""

import pytest

from tools.bench import decoding as bench

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(
        not (bench.PHOTOS / "MANIFEST.tsv").exists(),
        reason="the real photos are not here: reads, false reads and pace are not compared",
    ),
]
LARGE_PX = 1_000_000  # the few large photos take half of the time


@pytest.fixture(scope="module")
def scores():
    pictures = [each for each in bench.photos(bench.PHOTOS) if each.picture[..., 0].size < LARGE_PX]
    return bench.measure(pictures, bench.decoders())


def best(scores):
    return max(scores[name].right for name in ("zxing-cpp", "pyzbar", "cv2"))


def test_reads_15_percent_more_than_the_best_library_and_no_more_wrongly(scores):
    assert scores["kiosk"].right >= 1.15 * best(scores)
    assert scores["kiosk"].false <= scores["zxing-cpp"].false


def test_strict_reads_5_percent_more_than_the_best_library_and_nothing_wrongly(scores):
    assert scores["kiosk --strict"].right >= 1.05 * best(scores)
    assert scores["kiosk --strict"].false == 0


def test_a_frame_without_a_code_costs_little_of_what_a_library_takes():
    reads = {
        name: read for name, read in bench.decoders().items() if name in ("kiosk", "zxing-cpp")
    }
    empty = bench.empty_ms(reads)
    assert empty["kiosk"] <= 0.6 * empty["zxing-cpp"]
