"""Makes the listener that the server wants of this kiosk; which one, ``/api/v2/me`` told.

Source: docs/feed.md, section 7; docs/line.md, section 2.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.errors import DataError
from kiosk.feed.push import Hear, Listener, SseListener
from kiosk.feed.push_link import PushLink
from kiosk.feed.push_mqtt import MqttListener, read_config
from kiosk.identity import Identity

log = logging.getLogger(__name__)


def listener_for(
    identity: Identity, make_link: Callable[[], PushLink], hear: Hear
) -> Listener | None:
    """Give what is to listen; none where nothing is pushed, or in a way that we do not know."""
    match identity.push.kind:
        case "sse":
            return SseListener(make_link(), hear)
        case "mqtt":
            try:
                return MqttListener(
                    read_config(identity.push, identity.chain, identity.store), hear
                )
            except DataError as error:
                log.error("push-not-set-up reason=%s", error)
        case "poll":
            pass
        case kind:
            log.warning("push-not-set-up reason=expected sse, mqtt or poll, got %.40s", kind)
    return None
