"""Pictures for the tests of cameras, drawn here: no photo of anybody or anything."""

import cv2
import numpy as np

from kiosk.hardware.camera.fake import empty_counter
from kiosk.hardware.camera.frame import Image


def pack(column: int = 300, size: int = 200) -> Image:
    """A counter with a striped pack on it."""
    picture = empty_counter()
    stripes = np.tile(np.array([10, 245], np.uint8).repeat(6), size // 12 + 1)[:size]
    picture[200 : 200 + size, column : column + size] = stripes[None, :, None]
    return picture


def noisy(picture: Image, seed: int = 0, levels: float = 4.0) -> Image:
    """The same with the noise of a cheap sensor, ``levels`` of standard deviation."""
    random = np.random.default_rng(seed)
    noise = random.standard_normal(picture.shape, dtype=np.float32) * levels
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def jpeg(picture: Image) -> bytes:
    good, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert good
    return bytes(data)


def without_huffman_tables(data: bytes) -> bytes:
    """Take the DHT segments out, as many cameras leave them out of motion JPEG."""
    kept, at = data[:2], 2
    while data[at + 1] != 0xDA:  # start of scan
        length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] != 0xC4:
            kept += data[at : at + length]
        at += length
    return kept + data[at:]
