"""Pictures of codes as a camera would take them, drawn from nothing."""

from __future__ import annotations

import math

import cv2
import numpy as np
import zxingcpp

MUESLI = "4006381333931"
BACKGROUND = 200


def code(text=MUESLI, symbology=zxingcpp.EAN13, module_px=4):
    """Draw a code alone, its quiet zones included."""
    barcode = zxingcpp.create_barcode(text, symbology)
    return np.array(zxingcpp.write_barcode_to_image(barcode, scale=module_px))


def photo(
    drawn, size=(640, 480), angle=0.0, width=None, blur=0.0, noise=0.0, at=(0.5, 0.5), lean=0.0
):
    """Lay a drawn code onto a picture: turned by degrees, shrunk to a width, blurred, noisy.

    ``lean`` tips it away from the camera: its far side is so much smaller.
    """
    height, breadth = drawn.shape
    scale = (width or breadth) / breadth
    c, s = math.cos(math.radians(angle)) * scale, math.sin(math.radians(angle)) * scale
    x, y = size[0] * at[0], size[1] * at[1]
    half_w, half_h = breadth / 2, height / 2
    near = [
        (-half_w, -half_h),
        (half_w, -half_h * (1 - lean)),
        (half_w, half_h * (1 - lean)),
        (-half_w, half_h),
    ]
    onto = np.float32([(x + c * u - s * v, y + s * u + c * v) for u, v in near])
    corners = np.float32([(0, 0), (breadth, 0), (breadth, height), (0, height)])
    # drawn large and reduced, so that small modules mix as they do on a sensor
    fine = cv2.getPerspectiveTransform(corners, onto * 4)
    large = cv2.warpPerspective(drawn, fine, (size[0] * 4, size[1] * 4), borderValue=BACKGROUND)
    gray = cv2.resize(large, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    if blur:
        gray = cv2.GaussianBlur(gray, (0, 0), blur)
    if noise:
        gray += np.random.default_rng(7).normal(0, noise, gray.shape)
    return cv2.cvtColor(np.clip(gray, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)


def page_of_text(size=(640, 480)):
    """Draw what looks most like bars and is none: lines of print."""
    page = np.full((size[1], size[0], 3), 235, np.uint8)
    for y in range(25, size[1], 26):
        cv2.putText(
            page,
            "Ingredients: wheat, milk 1l, illicit Hill",
            (10, y),
            cv2.FONT_HERSHEY_PLAIN,
            1.4,
            (20, 20, 20),
            2,
        )
    return page
